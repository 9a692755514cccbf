"""What a machine adds to the pages of employers and persons: its first page, its activation, and the call for help."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.common.digests import sm3
from yigui.identity.kiosks import COOKIE, COOKIE_AGE, kiosk_of, needed_kiosk, note_contact
from yigui.identity.models import Kiosk
from yigui.identity.outside_pages import sign_out_outsider, somebody
from yigui.kiosk.calls import ask, open_call
from yigui.staff.errors import NotAuthorised
from yigui.staff.rights import public_page
from yigui.ui.requests import HtmxRequest


@public_page
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """Who are you: an employer's operator or a person."""
    kiosk = kiosk_of(request)
    if kiosk is None:
        return redirect("kiosk:activate")
    return render(request, "kiosk/start.html", {"kiosk": kiosk})


@public_page
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Make this browser a registered machine, with the secret shown at registration."""
    if request.method == "GET":
        return render(request, "kiosk/activate.html", {"message": "", "is_demo": settings.IS_DEMO})
    secret = request.POST.get("secret", "").strip()
    kiosk = Kiosk.objects.filter(digest=sm3(secret), is_active=True).first()
    if kiosk is None:
        return render(
            request, "kiosk/activate.html", {"message": "激活码不正确，或该终端已停用。", "is_demo": settings.IS_DEMO}, status=422
        )
    note_contact(kiosk)
    response = redirect("kiosk:start")
    response.set_cookie(COOKIE, secret, max_age=COOKIE_AGE, httponly=True, samesite="Strict", secure=request.is_secure())
    return response


@public_page
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """The visitor goes, or has gone: whoever is signed in is signed out, and the browser forgets what pages kept in it."""
    sign_out_outsider(request)
    response = redirect("kiosk:start")
    response["Clear-Site-Data"] = '"storage"'
    return response


@public_page
@require_POST
def ask_help(request: HtmxRequest) -> HttpResponse:
    """Call the helper of the area, or one at another place."""
    kiosk, who = needed_kiosk(request), somebody(request)
    if who is None or request.session.session_key is None:
        raise NotAuthorised("请先登录再求助；需要现场帮助时请直接招呼工作人员。")
    try:
        token = uuid.UUID(request.POST.get("draft", ""))
    except ValueError:
        token = None
    note_contact(kiosk)
    ask(kiosk=kiosk, who=who, session_key=request.session.session_key, draft_token=token)
    if request.htmx:
        return _state(request)
    messages.info(request, "已呼叫工作人员，请稍候。")
    return redirect("kiosk:start")


@public_page
@require_GET
def help_state(request: HttpRequest) -> HttpResponse:
    """Whether somebody has come, and what they wrote; asked again and again by the page."""
    needed_kiosk(request)
    return _state(request)


def _state(request: HttpRequest) -> HttpResponse:
    call = open_call(request.session.session_key or "-")
    return render(request, "kiosk/help_state.html", {"call": call})
