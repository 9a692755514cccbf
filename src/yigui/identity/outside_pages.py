"""Pages for people outside the agency: signed in by their own session, reading their own rows, ended when idle."""

import datetime as dt
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import redirect
from django_htmx.http import HttpResponseClientRedirect

from yigui.common.addresses import client_address
from yigui.db.presence import OUTSIDE, with_proof
from yigui.identity.kiosks import COOKIE, needed_kiosk
from yigui.identity.models import OutsideSession, UnitLogin
from yigui.identity.outside_connection import as_outsider
from yigui.identity.outside_sessions import (
    Entered,
    Outsider,
    SignInPlace,
    digest_of,
    end_session,
    is_resting,
    note_seen,
    number_of,
    person_of_session,
    unit_of_session,
)
from yigui.identity.places import channel_of, first_page, here, idle_seconds, is_kiosk
from yigui.identity.sign_in import hang_outside, outside_secret
from yigui.registry.models import Person
from yigui.staff.rights import public_page
from yigui.ui.requests import HtmxRequest
from yigui.ui.way_back import page_before

_KEY = "outside"
#: The page a session ended at, and whose it was.
_BACK = "outside_back"
UNIT, PERSON = "unit", "person"
_packer = GZipMiddleware(lambda request: HttpResponse())


def sign_in_unit(request: HttpRequest, entered: Entered) -> None:
    """Take over an operator's session that the database has opened; whoever was signed in on this browser before is signed out."""
    _take_over(request, UNIT, entered)


def sign_in_person(request: HttpRequest, entered: Entered) -> None:
    """Take over a person's session that the database has opened; whoever was signed in on this browser before is signed out."""
    _take_over(request, PERSON, entered)


def _take_over(request: HttpRequest, kind: str, entered: Entered) -> None:
    channel, back = _channel(request), _theirs(request, kind, entered.number)
    sign_out_outsider(request)
    hang_outside(request, entered.secret)
    request.session[_KEY] = {"kind": kind, "id": entered.number, "channel": channel}
    request.session.update(back)


def wait_for_code(request: HttpRequest, token: str) -> None:
    """The password was right and a one-time code is still to come: until then nobody is signed in on this browser."""
    if request.session.get(_KEY) and outside_secret(request):
        end_session(Outsider(outside_secret(request), is_unit=True))
    hang_outside(request, token)


def sign_out_outsider(request: HttpRequest) -> None:
    """End the session here and in the database; its cookie and its secret open nothing any more."""
    kept, secret = request.session.get(_KEY), outside_secret(request)
    if kept and secret:
        end_session(Outsider(secret, is_unit=kept["kind"] == UNIT))
    logout(request)
    hang_outside(request, "")


def place_of(request: HttpRequest) -> SignInPlace:
    """Where somebody signs in, as the database notes it."""
    return SignInPlace(
        _channel(request), _rest(request), client_address(request.META)[:45], browser_of(request.headers.get("User-Agent", ""))[:60]
    )


def open_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """View decorator: a page for those not signed in yet; at a kiosk, on a registered machine only."""

    @public_page
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if _is_elsewhere(request):
            return redirect("kiosk:start")
        _channel(request)
        return view(request, *args, **kwargs)

    return page


def unit_page(*, own_eyes: bool = True) -> Callable[..., Any]:
    """View decorator: the operator of an employer, as second argument a `UnitLogin`. See `_outside_page`."""
    return _outside_page(UNIT, own_eyes=own_eyes)


def person_page(*, own_eyes: bool = True) -> Callable[..., Any]:
    """View decorator: a person, as second argument a `Person`. See `_outside_page`."""
    return _outside_page(PERSON, own_eyes=own_eyes)


def _outside_page(kind: str, *, own_eyes: bool) -> Callable[..., Any]:
    """Somebody outside, signed in at the channel of this place; at a kiosk, a registered one.

    A GET is answered inside `as_outsider`: it reads, and renders, with their eyes. A POST works with the application's rights
    and must take everything it touches from who they are.

    Args:
        own_eyes: False for a form, whose checks know more than they may read; it too takes all from who they are.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @login_not_required
        @wraps(view)
        def page(request: HtmxRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if _is_elsewhere(request):
                return redirect("kiosk:start")
            kept, secret = request.session.get(_KEY), outside_secret(request)
            who = _who(kept, secret, kind, _channel(request))
            if kept is None or who is None:
                return _to_sign_in(request, kind, _why_ended(request, kept), kept)
            note_seen(secret, _rest(request).total_seconds())
            if own_eyes and request.method in ("GET", "HEAD"):
                with as_outsider(Outsider(secret, is_unit=kind == UNIT)):
                    response = view(request, who, *args, **kwargs)
            else:
                response = view(request, who, *args, **kwargs)
            # Phones are on slow networks; the other doors spare the processor.
            if _channel(request) == "mobile":
                _packer.process_response(request, response)
            return response

        page.outside_kind = kind  # type: ignore[attr-defined]
        return page

    return decorate


def _who(kept: Any, secret: str, kind: str, channel: str) -> UnitLogin | Person | None:
    if not kept or not secret or kept["kind"] != kind or kept["channel"] != channel:
        return None
    found = unit_of_session(secret, kept["id"]) if kind == UNIT else person_of_session(secret, kept["id"])
    return None if found is None else with_proof(found, f"{OUTSIDE}{secret}")  # type: ignore[no-any-return]


def somebody(request: HttpRequest) -> UnitLogin | Person | None:
    """Who is signed in here as an outsider, at a page that is open to both kinds."""
    kept = request.session.get(_KEY)
    return _who(kept, outside_secret(request), kept["kind"], kept["channel"]) if kept else None


def sign_in_outside_again(request: HttpRequest, kind: str) -> HttpResponse | None:
    """To sign in, for somebody who sent a form of a page for outsiders and is signed in no more; None for who still is."""
    htmx, kept = cast(HtmxRequest, request), request.session.get(_KEY)
    if _who(kept, outside_secret(request), kind, _channel(request)) is not None:
        return None
    return _to_sign_in(htmx, kind, _why_ended(htmx, kept), kept)


def _to_sign_in(request: HtmxRequest, kind: str, message: str, kept: Any) -> HttpResponse:
    """To the place's sign-in; whoever was signed in comes back to the page they had, unless the place is a machine for everybody.

    Of somebody who sent a form without any session it is not known who they were: whoever signs in as their kind comes back there,
    and sees what is theirs.
    """
    if message:
        messages.warning(request, message)
    channel = _channel(request)
    if kept and kept["channel"] == channel and not is_kiosk(request):
        request.session[_BACK] = {"kind": kept["kind"], "id": kept["id"], "channel": channel, "at": _page_they_had(request)}
    elif not kept and request.method == "POST" and not is_kiosk(request):
        request.session[_BACK] = {"kind": kind, "id": None, "channel": channel, "at": _page_they_had(request)}
    target = first_page(request)
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)


def _page_they_had(request: HtmxRequest) -> str:
    if request.htmx:
        return request.htmx.current_url_abs_path or ""
    return request.get_full_path() if request.method == "GET" else page_before(request)


def page_after_sign_in(request: HttpRequest) -> str:
    """Where who has just signed in goes on: the page their own last session ended at, or the place's first."""
    return str(request.session.pop(_BACK, {}).get("at") or here(request, "home"))


def _theirs(request: HttpRequest, kind: str, number: int) -> dict[str, Any]:
    """The page at which a session of this person ended on this browser, to be taken over into the new one."""
    back = request.session.get(_BACK, {})
    is_theirs = (back.get("kind"), back.get("channel")) == (kind, _channel(request)) and back.get("id") in (number, None)
    return {_BACK: back} if is_theirs else {}


def _channel(request: HttpRequest) -> str:
    """The channel of the place; at a kiosk the machine must be registered."""
    if is_kiosk(request):
        needed_kiosk(request)
    return channel_of(request)


def _is_elsewhere(request: HttpRequest) -> bool:
    """Whether a machine of a self-service area looks at a page of another place: without the machine's frame it would keep what is typed."""
    return request.method == "GET" and COOKIE in request.COOKIES and not is_kiosk(request)


def _rest(request: HttpRequest) -> dt.timedelta:
    """How long a session may rest at this place."""
    return dt.timedelta(seconds=idle_seconds(request) or settings.IDLE_MINUTES * 60)


def _why_ended(request: HtmxRequest, kept: Any) -> str:
    """What somebody is told who is not signed in any more; "" who only looks. A session that rested too long is ended here too."""
    done = "刚才提交的操作没有执行；登录后请核对并重新提交。" if request.method == "POST" and not request.htmx else ""
    if not kept and request.method != "POST":
        return ""
    if not kept or not is_resting(outside_secret(request)):
        return f"登录已失效，请重新登录。{done}"
    sign_out_outsider(request)
    return f"您已较长时间未操作，为保护您的信息已自动退出，请重新登录。{done}"


def own_session(request: HttpRequest) -> Outsider | None:
    """The session the request came with."""
    kept = request.session.get(_KEY)
    return Outsider(outside_secret(request), is_unit=kept["kind"] == UNIT) if kept else None


def listed_sessions(request: HttpRequest, sessions: Iterable[OutsideSession]) -> list[tuple[OutsideSession, str, bool]]:
    """Open sign-ins for their owner's page: each with its number, and whether it is the one that asks."""
    own = own_session(request)
    digest = digest_of(own.secret) if own else ""
    return [(session, number_of(session), session.digest == digest) for session in sessions]


def browser_of(agent: str) -> str:
    """Browser and system by their names, as somebody recognises them: 「Chrome · Windows」."""
    browser = next((name for sign, name in _BROWSERS if sign in agent), "浏览器")
    system = next((name for sign, name in _SYSTEMS if sign in agent), "")
    return f"{browser} · {system}" if system else browser


#: Later ones are named in the signs of earlier ones.
_BROWSERS = (
    ("MicroMessenger", "微信"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "鸿蒙"), ("Android", "安卓"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip
