"""Signing in as an employer's operator: user name and password; the first password, and a forgotten one, by a code to the phone."""

from typing import Any

from axes.utils import reset as unlock
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yigui.common.addresses import source_of
from yigui.common.errors import YiguiError
from yigui.common.normalise import plain_code
from yigui.identity.codes import browser_of_codes
from yigui.identity.limits import OPENING_SOURCE, TooManyTries, after_sign_in, before_sign_in, spend
from yigui.identity.models import UnitLogin
from yigui.identity.outside_pages import (
    open_page,
    page_after_sign_in,
    place_of,
    sign_in_unit,
    sign_out_outsider,
    wait_for_code,
)
from yigui.identity.passwords import password_rule
from yigui.identity.places import first_page, here
from yigui.identity.proof import proof_of
from yigui.identity.sign_in import address_of, outside_secret
from yigui.identity.unit_logins import ask_code_for, enter_unit, request_login, set_password_by_code, unit_waits_for_code
from yigui.shell.refused import refusal_said

#: What an employer writes who asks for a login.
_ASKED = ("unit_no", "credit_code", "full_name", "phone")


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """User name and password of an operator."""
    if request.method == "GET":
        return _page(request)
    username = plain_code(request.POST.get("username", ""))
    name = f"unit:{username}"
    try:
        before_sign_in(name, address_of(request))
    except TooManyTries as refused:
        return _page(request, status=refused.http_status, message=refusal_said(request, refused), username=username)
    login = authenticate(request, username=name, password=request.POST.get("password", ""), realm="unit")
    if isinstance(login, UnitLogin):
        unlock(username=name)
        after_sign_in(name, address_of(request))
        if unit_waits_for_code(login):
            wait_for_code(request, proof_of(login))
            return render(request, "portal/second.html", {"message": ""})
        sign_in_unit(request, enter_unit(proof_of(login), "", place=place_of(request)))
        return redirect(page_after_sign_in(request))
    if getattr(request, "axes_locked_out", False):
        message, status = "连续输错密码次数过多，本网络地址已锁定三十分钟。请稍后再试，或用短信验证码重设密码。", 429
    else:
        message, status = "用户名或密码不正确。首次使用请先设置密码；连续五次输错将锁定本网络地址三十分钟。", 401
    return _page(request, status=status, message=message, username=username)


@open_page
@require_POST
def second(request: HttpRequest) -> HttpResponse:
    """The one-time code after the password."""
    if not outside_secret(request):
        return _page(request, status=401, message="请重新输入用户名和密码。")
    try:
        entered = enter_unit(outside_secret(request), request.POST.get("code", ""), place=place_of(request))
    except YiguiError as refused:
        return render(request, "portal/second.html", {"message": refusal_said(request, refused)}, status=401)
    sign_in_unit(request, entered)
    return redirect(page_after_sign_in(request))


@open_page
@require_http_methods(["GET", "POST"])
def ask_to_open(request: HttpRequest) -> HttpResponse:
    """An employer without a login asks for one, in one step."""
    if request.method == "GET":
        return render(request, "portal/ask_to_open.html", dict.fromkeys(_ASKED, "") | {"made": False, "message": ""})
    given = {name: request.POST.get(name, "").strip() for name in _ASKED}
    try:
        if not spend(OPENING_SOURCE, source_of(address_of(request))):
            raise TooManyTries("本网络地址申请过多，请一小时后再试，或到任一窗口办理。")
        request_login(**given)
    except YiguiError as refused:
        return render(
            request,
            "portal/ask_to_open.html",
            given | {"made": False, "message": refusal_said(request, refused)},
            status=refused.http_status,
        )
    return render(request, "portal/ask_to_open.html", {"made": True})


def _page(request: HttpRequest, status: int = 200, *, message: str = "", username: str = "") -> HttpResponse:
    context = {"message": message, "username": username}
    if settings.IS_DEMO:
        known = UnitLogin.objects.filter(is_manager=True).order_by("id").values_list("username", flat=True).first()
        context["demo_unit"] = known or ""
    return render(request, "portal/sign_in.html", context, status=status)


@open_page
@require_http_methods(["GET", "POST"])
def forgotten(request: HttpRequest) -> HttpResponse:
    """Ask for a code to the phone on record. The answer is the same for every name."""
    if request.method == "GET":
        return render(request, "portal/forgotten.html", {"message": "", "username": ""})
    username = plain_code(request.POST.get("username", ""))
    try:
        ask_code_for(username, source=browser_of_codes(request), address=address_of(request))
    except YiguiError as refused:
        context = {"message": refusal_said(request, refused), "username": username}
        return render(request, "portal/forgotten.html", context, status=refused.http_status)
    return render(request, "portal/by_code.html", _by_code_context(username, is_sent=True))


def _by_code_context(username: str, message: str = "", *, is_sent: bool = False) -> dict[str, Any]:
    return {"username": username, "message": message, "is_sent": is_sent, "password_rule": password_rule()}


@open_page
@require_POST
def by_code(request: HttpRequest) -> HttpResponse:
    """Set the password with the code."""
    username, password = plain_code(request.POST.get("username", "")), request.POST.get("password", "")
    message = "两次输入的密码不一致，请重新输入。" if password != request.POST.get("again", "") else ""
    if not message:
        try:
            set_password_by_code(
                username=username, code=request.POST.get("code", ""), password=password, source=browser_of_codes(request),
                address=address_of(request),
            )  # fmt: skip
        except YiguiError as refused:
            message = refusal_said(request, refused)
    if message:
        return render(request, "portal/by_code.html", _by_code_context(username, message), status=422)
    unlock(username=f"unit:{username}")
    messages.success(request, "密码已设置，请登录。")
    return redirect(here(request, "sign_in"))


@open_page
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    sign_out_outsider(request)
    messages.info(request, "您已退出登录。")
    return redirect(first_page(request))
