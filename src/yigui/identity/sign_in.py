"""Sign-in: password, one-time code, lockout, one session a person."""

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_otp import login as otp_login
from django_otp.plugins.otp_totp.models import TOTPDevice

from yigui.common.addresses import client_address
from yigui.identity.models import WorkSession
from yigui.identity.proof import has_device, proof_of
from yigui.staff.models import User


def address_of(request: HttpRequest) -> str:
    """Where a request comes from (axes' callable)."""
    return client_address(request.META)


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None, **kwargs: Any) -> HttpResponse:
    """The page of a locked account (axes' callable)."""
    message = "连续输错密码次数过多，本网络地址已锁定三十分钟。请稍后再试，或联系系统管理员解锁。"
    return sign_in_page(request, 429, message=message, is_locked=True)


def sign_in_page(
    request: HttpRequest, status: int = 200, *, message: str = "", username: str = "", next: str = "/", is_locked: bool = False
) -> HttpResponse:
    """The form with user name and password; `message` says why the last attempt failed."""
    context = {"message": message, "username": username, "next": next, "is_locked": is_locked}
    return render(request, "identity/sign_in.html", context, status=status)


def earlier_device(user: User) -> TOTPDevice | None:
    """A device from before the database kept them: still asked for at sign-in, until the person has set a new one up."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).first()


def open_session(request: HttpRequest, user: User, device: TOTPDevice | None) -> None:
    """Sign the person in and end the oldest sessions beyond the limit."""
    hang_proof(request, proof_of(user))
    login(request, user, backend="yigui.identity.staff_backend.StaffBackend")
    if device is not None:
        otp_login(request, device)
    if request.session.session_key is None:
        request.session.save()
    key = request.session.session_key
    assert key is not None
    WorkSession.objects.update_or_create(session_key=key, defaults={"user": user})
    older = WorkSession.objects.filter(user=user).exclude(session_key=key).order_by("-started_at")
    for old in older[settings.SESSIONS_PER_PERSON - 1 :]:
        Session.objects.filter(session_key=old.session_key).delete()
        old.delete()


def needs_device(user: Any) -> bool:
    """Whether this person must set up a one-time code before any work."""
    return bool(settings.REQUIRE_TOTP) and not has_device(user.pk)


#: Where a browser keeps the token of its person's sign-in.
PROOF_COOKIE = "yigui_proof"


def token_of(request: HttpRequest) -> str:
    """The token of the sign-in this browser carries; "" when none."""
    return str(request.COOKIES.get(PROOF_COOKIE, ""))


def hang_proof(request: HttpRequest, token: str) -> None:
    """Send the token of a sign-in along with the answer, in a cookie of its own: it is kept nowhere in the house."""
    request.proof_token = token  # type: ignore[attr-defined]


#: Where a browser keeps the secret of its outsider's session; between the password and the one-time code the token of the password.
OUTSIDE_COOKIE = "yigui_outside"


def outside_secret(request: HttpRequest) -> str:
    """The secret of the outsider's session this browser carries; "" when none."""
    return str(request.COOKIES.get(OUTSIDE_COOKIE, ""))


def hang_outside(request: HttpRequest, secret: str) -> None:
    """As `hang_proof`, for somebody outside."""
    request.outside_secret = secret  # type: ignore[attr-defined]
