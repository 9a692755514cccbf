"""Asking for help and giving it."""

import uuid

from django.db import transaction
from django.utils import timezone

from yigui.casework.models import Draft
from yigui.common.errors import Conflict, NotFound
from yigui.db.presence import act_as
from yigui.identity.models import Kiosk, UnitLogin
from yigui.kiosk.models import HelpCall
from yigui.registry.models import Agency, Person
from yigui.staff.errors import NotAuthorised
from yigui.staff.full_views import record_full_view
from yigui.staff.models import User

CALLS_MAX = 50


class CallMoved(Conflict):
    code = "kiosk.call_moved"


def ask(*, kiosk: Kiosk, who: UnitLogin | Person, session_key: str, draft_token: uuid.UUID | None) -> HelpCall:
    """Call a helper to a machine; a call that is still open is given again."""
    login, applicant = (who, None) if isinstance(who, UnitLogin) else (None, who)
    with transaction.atomic():
        Kiosk.objects.select_for_update().get(pk=kiosk.pk)
        known = open_call(session_key)
        if known is not None:
            if draft_token is not None and known.draft_token != draft_token:
                known.draft_token = draft_token
                known.save(update_fields=["draft_token"])
            return known
        return HelpCall.objects.create(
            kiosk=kiosk, login=login, applicant=applicant, session_key=session_key, draft_token=draft_token
        )


def open_call(session_key: str) -> HelpCall | None:
    """The open call of a visitor's session."""
    return HelpCall.objects.select_related("helper", "kiosk").filter(session_key=session_key, ended_at=None).order_by("-id").first()


def waiting_calls(helper: User) -> list[HelpCall]:
    """Open calls of the machines of somebody's own agency, the oldest first."""
    of_floor = HelpCall.objects.filter(ended_at=None, kiosk__agency__in=Agency.objects.now_of(helper.agency.now_id))
    rows = of_floor.select_related("kiosk__agency", "login__employer", "applicant", "helper")
    return list(rows.order_by("id")[:CALLS_MAX])


def call_of(number: int) -> HelpCall:
    """A call.

    Raises:
        NotFound: there is none.
    """
    found = HelpCall.objects.select_related("kiosk__agency", "login__employer", "applicant", "helper").filter(pk=number).first()
    if found is None:
        raise NotFound("没有这次求助，可能已经结束。")
    return found


def join(*, number: int, helper: User) -> HelpCall:
    """Come to a visitor's side, one at a time. Seeing their data is recorded.

    Raises:
        NotAuthorised: the machine stands with another agency.
        CallMoved: somebody else came first, the call is over, or the helper is with another visitor.
    """
    with transaction.atomic():
        User.objects.select_for_update().get(pk=helper.pk)
        if HelpCall.objects.filter(helper=helper, ended_at=None).exclude(pk=number).exists():
            raise CallMoved("您正在协助另一位办事人，请先结束那次协助。")
        found = HelpCall.objects.select_for_update().filter(pk=number).first()
        if found is None or found.ended_at is not None or found.helper_id not in (None, helper.pk):
            raise CallMoved("该求助已由其他人员处理或已结束，请刷新列表。")
        if found.kiosk.agency.now_id != helper.agency.now_id:
            raise NotAuthorised(f"“{found.kiosk.name}”由{found.kiosk.agency.name}的人员协助。")
        if found.helper_id is None:
            act_as(helper)
            found.helper, found.joined_at = helper, timezone.now()
            found.save(update_fields=["helper", "joined_at"])
            subject = found.applicant or (found.login.employer if found.login else None)
            if subject is not None:
                record_full_view(user=helper, subject=subject, reason=f"自助区协助办理（{found.kiosk.name}）")
    return call_of(number)


def helped_call(*, number: int, helper: User) -> HelpCall:
    """An open call this helper has joined.

    Raises:
        CallMoved: not theirs, or over.
    """
    found = call_of(number)
    if found.helper_id != helper.pk or found.ended_at is not None:
        raise CallMoved("您没有加入这次求助，或求助已结束。")
    return found


def leave_note(*, number: int, helper: User, note: str, is_end: bool) -> HelpCall:
    """Write something for the visitor, and end the call when it is done."""
    found = helped_call(number=number, helper=helper)
    found.note = note[:300]
    if is_end:
        found.ended_at = timezone.now()
    found.save(update_fields=["note", "ended_at"])
    return found


def end_calls_of(session_key: str) -> None:
    """The visitor has gone."""
    HelpCall.objects.filter(session_key=session_key, ended_at=None).update(ended_at=timezone.now())


def draft_of(call: HelpCall) -> Draft | None:
    """The form the visitor is at, if they still are."""
    return Draft.objects.filter(token=call.draft_token).first() if call.draft_token else None
