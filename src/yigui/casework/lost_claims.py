"""Steps claimed by somebody who may not take them any more: a right withdrawn or run out, another hall, a trainee mark. They go back."""

import datetime as dt
from functools import partial

from django.db import connection, transaction

from yigui.casework.enums import StepState, Verb
from yigui.casework.models import Step
from yigui.casework.queries import locked_case
from yigui.casework.signatures import release_lost
from yigui.casework.transitions import move
from yigui.common import clock
from yigui.db.each import each_past
from yigui.staff.models import User

#: Steps put back in one go; the next run of the job goes on.
STEPS_MAX = 500


def release_lost_claims(today: dt.date, *, of: User | None = None) -> int:
    """Put back every claimed step whose claimer may not take it on a day; gives how many.

    Asked by the rule of every step (`casework_why_not_v1`), so that no way of losing what a step needs has to be known here.

    Args:
        of: the one person whose claims to look at, right after something about them was changed.
    """

    def lost(skip: int) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT s.id FROM casework_step s JOIN casework_case c ON c.id = s.case_id AND c.status = 'open' "
                "WHERE s.state = 'ready' AND s.claimed_by_id IS NOT NULL AND (%s::bigint IS NULL OR s.claimed_by_id = %s) "
                f"AND casework_why_not_v1(s.id, s.claimed_by_id, %s) IS NOT NULL ORDER BY s.id LIMIT {STEPS_MAX} OFFSET %s",
                [of.pk if of else None, of.pk if of else None, today, skip],
            )
            return [number for (number,) in cursor.fetchall()]

    return each_past(lost, partial(_release, today=today), job="casework.release_lost_claims").done


def release_lost_claims_today() -> int:
    """Put back what was lost by today."""
    return release_lost_claims(clock.today())


@transaction.atomic
def _release(step_id: int, *, today: dt.date) -> bool:
    case = locked_case(Step.objects.values_list("case_id", flat=True).get(pk=step_id))
    step = Step.objects.select_related("claimed_by").get(pk=step_id)
    if step.state != StepState.READY or step.claimed_by is None:
        return False
    note = f"{step.claimed_by.full_name} 不再具备办理该环节的权限或条件，退回待办。"
    release_lost(step, today)
    move(case, Verb.RELEASE, case.status, actor=None, note=note, payload={"step": step.code, "seq": step.seq})
    return True
