"""Withdrawing a case (撤回) before its end, at the applicant's wish."""

from django.db import transaction

from yigui.casework.enums import CaseStatus, Verb
from yigui.casework.errors import OpinionMissing, StepMoved
from yigui.casework.event_chain import append_event
from yigui.casework.follow_ups import settle_tasks
from yigui.casework.models import Case
from yigui.casework.rounds import drop_waiting
from yigui.common import clock
from yigui.staff.models import User


@transaction.atomic
def withdraw_case(*, case_id: int, actor: User, note: str, channel: str = "counter") -> Case:
    """Withdraw (撤回) an unfinished case at the applicant's wish; by the one who accepted it.

    Raises:
        StepMoved: finished, approved, or accepted by somebody else. OpinionMissing: no reason given.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("accepted_by").get(pk=case_id)
    if case.status not in (CaseStatus.OPEN, CaseStatus.RETURNED, CaseStatus.WAITING) or case.accepted_by_id != actor.pk:
        message = f"办件 {case.case_no} 现为“{case.get_status_display()}”，只有受理人 {case.accepted_by.full_name} 可在办结前撤回。"
        raise StepMoved(message, case_no=case.case_no)
    if not note.strip():
        raise OpinionMissing("请写明撤回原因。", case_no=case.case_no)
    drop_waiting(case)
    case.status = CaseStatus.WITHDRAWN
    case.save()
    append_event(case, Verb.WITHDRAW, actor=actor, channel=channel, note=note)
    settle_tasks(case, today=clock.today())
    return case
