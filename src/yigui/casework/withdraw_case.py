"""Withdrawing a case (撤回) before its end, at the applicant's wish."""

import datetime as dt

from django.db import transaction

from yigui.casework.enums import CaseStatus, FeedbackResult, Verb
from yigui.casework.errors import OpinionMissing
from yigui.casework.follow_ups import settle_tasks
from yigui.casework.models import Case, Feedback
from yigui.casework.queries import locked_case
from yigui.casework.signatures import drop_waiting
from yigui.casework.transitions import move
from yigui.casework.who_may import refuse_unfit
from yigui.db.presence import act_as
from yigui.identity.models import UnitLogin
from yigui.registry.models import Person
from yigui.staff.models import User


@transaction.atomic
def withdraw_case(
    *, case_id: int, actor: User, note: str, today: dt.date, channel: str = "counter", login: UnitLogin | None = None,
    applicant: Person | None = None,
) -> Case:  # fmt: skip
    """Withdraw an unfinished case: by its handler, by the applicant at any door of theirs, or by a teller for an applicant
    whose case came from outside, or whose handler has left. One whose effects were refused also by who may request or approve for the item.

    Args:
        login, applicant: who asks from outside; `actor` is then the account of the channel.

    Raises:
        StepMoved: finished, or approved and on its way. NotAuthorised: somebody else's. OpinionMissing: no reason given.
    """
    case = locked_case(case_id)
    refuse_unfit(actor, case, Verb.WITHDRAW, today, login=login, applicant=applicant)
    if not note.strip():
        raise OpinionMissing("请写明撤回原因。", case_no=case.case_no)
    asked = {"login": login.username} if login else {"applicant": applicant.person_no} if applicant else {}
    act_as(login or applicant or actor)
    case.next_try_at = None
    move(
        case, Verb.WITHDRAW, CaseStatus.WITHDRAWN, actor=actor, channel=channel, note=note.strip(), payload=asked,
        keep=("next_try_at",),
    )  # fmt: skip
    drop_waiting(case)
    if not asked and actor.pk != case.handler_id:
        message = f"本件已撤回：{note.strip()}"
        Feedback.objects.create(case=case, channel=case.channel, message=message, result=FeedbackResult.WITHDRAWN)
    settle_tasks(case, today=today)
    return case
