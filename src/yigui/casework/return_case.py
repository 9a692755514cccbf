"""The ways out of a case that stands still: an approved one whose effects were refused, and a returned one nobody corrects."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from yigui.casework.decisions import new_letter, said_of, store_letter
from yigui.casework.enums import CaseStatus, FeedbackResult, Verb
from yigui.casework.errors import OpinionMissing, StepMoved
from yigui.casework.follow_ups import settle_tasks
from yigui.casework.models import Case, Feedback
from yigui.casework.queries import locked_case
from yigui.casework.returns import Point, keep_points, payload_of, told_as
from yigui.casework.transitions import move
from yigui.casework.who_may import refuse_unfit
from yigui.staff.models import User


@transaction.atomic
def return_refused_case(
    *, case_id: int, actor: User, points: Sequence[Point], note: str, today: dt.date, channel: str = "counter"
) -> Case:
    """Return an approved case whose effects were refused (办结未成功退回补正); it can be corrected or withdrawn like any returned one.

    Raises:
        StepMoved: it does not stand there. NotAuthorised: the actor may neither request nor approve for the item.
        OpinionMissing, PointUnknown: see `keep_points`.
    """
    case = locked_case(case_id)
    refuse_unfit(actor, case, Verb.RETURN, today)
    _refuse_elsewhere(case, CaseStatus.APPROVED)
    kept = keep_points(case, points, actor, today=today)
    case.returned_on, case.next_try_at = today, None
    sentence = told_as(case, kept, note.strip())
    letter = new_letter(case, CaseStatus.RETURNED, sentence, kept)
    move(
        case, Verb.RETURN, CaseStatus.RETURNED, actor=actor, channel=channel, note=sentence,
        payload={"refused": case.effect_error, "points": payload_of(kept), **said_of(letter)}, keep=("returned_on", "next_try_at"),
    )  # fmt: skip
    tell_returned(case, sentence)
    store_letter(letter)
    return case


@transaction.atomic
def decline_returned_case(*, case_id: int, actor: User, note: str, today: dt.date, channel: str = "counter") -> Case:
    """Decline a returned case that is not corrected (逾期未补正，不予办理), so that it does not stand for ever.

    Raises:
        StepMoved, NotAuthorised: as above. OpinionMissing: no reason given.
    """
    case = locked_case(case_id)
    refuse_unfit(actor, case, Verb.DECLINE, today)
    _refuse_elsewhere(case, CaseStatus.RETURNED)
    if not note.strip():
        raise OpinionMissing("不予办理须写明原因，一次性告知申请人。", case_no=case.case_no)
    letter = new_letter(case, CaseStatus.DECLINED, note.strip())
    move(case, Verb.DECLINE, CaseStatus.DECLINED, actor=actor, channel=channel, note=note.strip(), payload=said_of(letter))
    Feedback.objects.create(case=case, channel=case.channel, message=f"不予办理：{note.strip()}", result=FeedbackResult.DECLINED)
    store_letter(letter)
    settle_tasks(case, today=today)
    return case


def _refuse_elsewhere(case: Case, status: CaseStatus) -> None:
    """An open case is returned or declined by deciding its step (`decide_step`), not from here."""
    if case.status != status:
        message = f"办件 {case.case_no} 现为“{case.get_status_display()}”，此操作只用于“{status.label}”的办件。环节待您处理的，请在办件页填写处理意见。"
        raise StepMoved(message, case_no=case.case_no)


def tell_returned(case: Case, sentence: str) -> None:
    """Tell the applicant what to correct, through the channel the case came from."""
    Feedback.objects.create(case=case, channel=case.channel, message=f"需要补正：{sentence}", result=FeedbackResult.RETURNED)
