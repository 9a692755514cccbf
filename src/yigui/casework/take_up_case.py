"""Taking a returned case up at a counter (接手补正): the teller becomes its handler for the correction."""

import datetime as dt

from django.db import transaction

from yigui.casework.enums import Verb
from yigui.casework.models import Case
from yigui.casework.queries import locked_case
from yigui.casework.transitions import move
from yigui.casework.who_may import refuse_unfit
from yigui.db.presence import act_as
from yigui.staff.models import User


@transaction.atomic
def take_up_case(*, case_id: int, actor: User, today: dt.date) -> Case:
    """Take up a returned case for the applicant at the window. Distinct people stay distinct: who checked it cannot.

    Raises:
        StepMoved: it is not returned. NotAuthorised: not a teller who may accept the item here. SamePerson: acted on it before.
    """
    case = locked_case(case_id)
    refuse_unfit(actor, case, Verb.TAKE_UP, today)
    act_as(actor)
    before, case.handled_by = case.handled_by or case.accepted_by, actor
    move(
        case, Verb.TAKE_UP, case.status, actor=actor, channel="counter", note=f"由 {before.full_name} 转来，在窗口办理补正",
        payload={"from": before.pk}, keep=("handled_by",),
    )  # fmt: skip
    return case
