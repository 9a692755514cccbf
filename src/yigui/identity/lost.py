"""A form that came without the token of its page (CSRF): mostly from somebody whose sign-in has ended."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from yigui.identity.middleware import sign_in_again
from yigui.identity.outside_pages import sign_in_outside_again
from yigui.ui.way_back import page_before


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Called by Django: whoever is signed in no more is led to sign in, and back; others are told that the page is old."""
    view = request.resolver_match.func if request.resolver_match is not None else None
    if view is not None and hasattr(view, "outside_kind"):
        if (again := sign_in_outside_again(request, view.outside_kind)) is not None:
            return again
    elif getattr(view, "login_required", True) and not request.user.is_authenticated:
        return sign_in_again(request)
    message = "页面已过期（可能登录已更换或页面停留过久），本次提交未生效。请返回原页面，核对内容后重新提交。"
    context = {"title": "页面已过期", "message": message, "code": "csrf", "before": page_before(request)}
    return render(request, "ui/refusal.html", context, status=403)
