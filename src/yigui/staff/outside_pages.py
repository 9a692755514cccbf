"""Pages for people outside the agency: signed in by their own session, reading their own rows, ended when idle."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.signing import BadSignature, dumps, loads
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from yigui.staff.models import UnitLogin
from yigui.staff.outside import Outsider, as_outsider, end_session, is_open, open_session

_KEY = "outside"
_COOKIE = "yigui_outside_seen"
SESSION_MINUTES = 12 * 60


def sign_in_unit(request: HttpRequest, login: UnitLogin, channel: str) -> None:
    """Begin an operator's session; whoever was signed in on this browser before is signed out."""
    sign_out_outsider(request)
    outsider = open_session(employer=login.employer, channel=channel, minutes=SESSION_MINUTES)
    request.session[_KEY] = {"secret": outsider.secret, "login": login.pk, "channel": channel}


def sign_out_outsider(request: HttpRequest) -> None:
    """End the session here and in the database; its cookie and its secret open nothing any more."""
    kept = request.session.get(_KEY)
    if kept:
        end_session(Outsider(kept["secret"], is_unit=True))
    logout(request)


def unit_page(sign_in: str, *, own_eyes: bool = True) -> Callable[..., Any]:
    """View decorator: the operator of an employer, as third argument a `UnitLogin`.

    A GET is answered inside `as_outsider`: it reads, and renders, with the employer's eyes. A POST works with the
    application's rights and must take everything it touches from the login's employer.

    Args:
        sign_in: name of the page that signs in, for those who are not.
        own_eyes: False for a form, whose checks know more than the employer may read; it too takes all from the login.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            kept = request.session.get(_KEY)
            login = _login_of(kept)
            if kept is None or login is None:
                return _to_sign_in(request, sign_in, "" if not kept else "登录已失效，请重新登录。")
            if _idle_too_long(request):
                sign_out_outsider(request)
                return _to_sign_in(
                    request, sign_in, f"您已超过 {settings.IDLE_MINUTES} 分钟未操作，为保护单位信息已自动退出，请重新登录。"
                )
            if own_eyes and request.method in ("GET", "HEAD"):
                with as_outsider(Outsider(kept["secret"], is_unit=True)):
                    response = view(request, login, *args, **kwargs)
            else:
                response = view(request, login, *args, **kwargs)
            response.set_cookie(
                _COOKIE, dumps([request.session.session_key, int(time.time())], salt=_COOKIE), httponly=True, samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )  # fmt: skip
            response["Cache-Control"] = "no-store"
            return response

        page.is_unit_page = True  # type: ignore[attr-defined]
        return page

    return decorate


def _login_of(kept: Any) -> UnitLogin | None:
    if not kept or not is_open(kept["secret"]):
        return None
    return UnitLogin.objects.select_related("employer", "employer__area").filter(pk=kept["login"], is_active=True).first()


def _to_sign_in(request: HttpRequest, name: str, message: str) -> HttpResponse:
    if message:
        messages.warning(request, message)
    response: HttpResponse = redirect(name)
    if request.headers.get("HX-Request"):
        response = HttpResponse(status=204)
        response["HX-Redirect"] = redirect(name)["Location"]
    response.delete_cookie(_COOKIE)
    return response


def _idle_too_long(request: HttpRequest) -> bool:
    try:
        key, seen = loads(request.COOKIES.get(_COOKIE, ""), salt=_COOKIE)
    except BadSignature:
        return False
    return bool(key == request.session.session_key and time.time() - seen > settings.IDLE_MINUTES * 60)
