"""Confirming what two people do to an account (账号办理), with what it means for signing in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from axes.utils import reset
from django.contrib.sessions.models import Session
from django.db import DatabaseError, transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from yigui.identity.models import WorkSession
from yigui.identity.proof import end_device, has_device, issue_password, unlock
from yigui.staff.account_requests import confirm_request
from yigui.staff.edit_account import drawn_password
from yigui.staff.enums import AccountKind
from yigui.staff.errors import AccountRefused
from yigui.staff.models import AccountRequest, User


@dataclass(frozen=True)
class Confirmed:
    """A request that was carried out; `password` is the first password of a reset, `enrolment` the code of enrolment of a device (启用码): each
    shown once."""

    request: AccountRequest
    password: str = ""
    enrolment: str = ""


def confirm_account(*, request_id: int, administrator: User, details: Mapping[str, Any] | None = None) -> Confirmed:
    """The security administrator confirms a request about an account. Whose work ends with it: see `casework.hand_over.confirm`.

    Args:
        details: what else belongs to the record, as JSON.

    Raises:
        NotAuthorised, RequestMoved: see `confirm_request`. NotSeen: the administrator has not signed in.
        AccountRefused: the database refuses the post (四类岗位互斥).
    """
    try:
        with transaction.atomic():
            request = confirm_request(request_id=request_id, administrator=administrator, details=details)
            shown = _carry_out(request, administrator)
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", "") != "YG004":
            raise
        raise AccountRefused(str(error.__cause__).splitlines()[0]) from error
    if request.kind in (AccountKind.UNLOCK, AccountKind.PASSWORD):
        reset(username=request.user.username)
    return Confirmed(request, **shown)


def _carry_out(request: AccountRequest, administrator: User) -> dict[str, str]:
    """What is shown of it once, by its field of `Confirmed`."""
    user = User.objects.select_for_update().get(pk=request.user_id)
    if request.kind == AccountKind.PASSWORD:
        password = drawn_password()
        user.set_password(password)
        user.must_change_password = True
        user.save(update_fields=["password", "must_change_password"])
        issue_password(administrator, user.pk, password)
        end_sessions(user)
        return {"password": password}
    if request.kind == AccountKind.DEVICE:
        had = has_device(user.pk) or TOTPDevice.objects.filter(user=user).delete()[0] > 0
        enrolment = end_device(administrator, user.pk)
        # Who sets up a first one goes on in the sign-in in which it is set up.
        if had:
            end_sessions(user)
        return {"enrolment": enrolment}
    if request.kind == AccountKind.UNLOCK:
        unlock(administrator, user.pk)
    if request.kind != AccountKind.UNLOCK:
        end_sessions(user)
    return {}


def end_sessions(user: User) -> int:
    """End every open sign-in of somebody; gives how many."""
    keys = list(WorkSession.objects.filter(user=user).values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    WorkSession.objects.filter(user=user).delete()
    return len(keys)
