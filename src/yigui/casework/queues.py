"""What waits for whom: queues of steps, and the colleague whose turn it is. Who may take a step, `who_may` says."""

import datetime as dt
from typing import Any

from django.db import connection
from django.db.models import Count, Q, QuerySet

from yigui.casework.enums import CaseStatus, StepState, Verb
from yigui.casework.inboxes import section_of_step
from yigui.casework.models import Case, Step
from yigui.casework.who_may import unfit, why_not
from yigui.common import clock
from yigui.common.item_codes import scopes_of
from yigui.common.sqlfiles import sql_text
from yigui.registry.models import Agency
from yigui.staff.enums import Role
from yigui.staff.models import Authority, User
from yigui.staff.sections import chart_on

#: Rows a queue shows at most.
QUEUE_MAX = 50
#: People looked at for a suggestion, those of the section with the least to do first.
PEOPLE_MAX = 200


def my_queue(user: User, today: dt.date, *, steps: tuple[str, ...] = (), limit: int = QUEUE_MAX + 1) -> list[Step]:
    """Waiting steps the user may take, and no colleague has claimed; of the codes `steps`, all when empty.

    Grain: one row per step, at most `limit`; sorted by due date, then by waiting time.
    """
    rows = Step.objects.filter(pk__in=_numbers(user, today, steps, limit))
    rows = rows.select_related("case", "case__area", "case__agency", "case__accepted_by", "suggested_to", "claimed_by")
    return list(rows.order_by("case__due_on", "ready_at", "id"))


def _numbers(user: User, today: dt.date, steps: tuple[str, ...], limit: int) -> list[int]:
    values: dict[str, Any] = {"user_id": user.pk, "steps": list(steps), "on": today, "agency_id": user.agency_id, "limit": limit}
    with connection.cursor() as cursor:
        cursor.execute(sql_text("casework", "my_queue"), values)
        return [number for (number,) in cursor.fetchall()]


def due_days(user: User, today: dt.date, *, steps: tuple[str, ...], limit: int) -> list[dt.date]:
    """Due days of the steps of `my_queue`, to be counted, without those whose turn is a colleague's (轮派他人); at most `limit`, in any order."""
    is_colleagues = Q(suggested_to__is_active=True) & ~Q(suggested_to=user)
    rows = Step.objects.filter(~is_colleagues | Q(claimed_by=user), pk__in=_numbers(user, today, steps, limit))
    return list(rows.values_list("case__due_on", flat=True))


def waiting_step(user: User, today: dt.date, step_id: int) -> Step | None:
    """A step of the person's own queue; None when it does not wait for them any more."""
    rows = Step.objects.select_related("case", "case__area", "case__agency", "case__accepted_by", "suggested_to", "claimed_by")
    step = rows.filter(pk=step_id, state=StepState.READY).first()
    return step if step is not None and why_not(user, step, Verb.CLAIM, today) is None else None


def returned_cases(user: User) -> QuerySet[Case]:
    """Returned cases whose correction is this teller's: they tell the applicant, who hands in again. The oldest first.

    Whose handler works at the counters of their agency no more is each teller's there: one of them takes it up.
    """
    rows = Case.objects.filter(handled_here(user), status=CaseStatus.RETURNED).select_related("handled_by", "accepted_by")
    return rows.order_by("returned_on", "id")


def handled_here(teller: User) -> Q:
    """Cases that a teller handles, and those of the agency's counters whose handler works there no more (left, moved, without the post)."""
    at_work = User.objects.filter(is_active=True, role=Role.TELLER, agency_id=teller.agency_id).values("pk")
    mine = Q(handled_by=teller) | Q(handled_by=None, accepted_by=teller)
    left = ~Q(handled_by__in=at_work) & (~Q(handled_by=None) | ~Q(accepted_by__in=at_work)) & Q(channel="counter")
    return mine | left & Q(agency__in=Agency.objects.now_of(teller.agency_id))


def suggest_person(step: Step, *, is_last: bool, today: dt.date) -> User | None:
    """The colleague of the same agency whose turn it is for a check (轮派): may take it, and had fewest in the last 12 hours.

    Where the step lies in a section's inbox, the colleague is one of that section or below it; of the whole agency when nobody
    there may do it. A suggestion only; anybody who may take the step can do so.
    """
    if step.code not in ("review", "recheck"):
        return None
    rights = Authority.objects.in_force(today).filter(
        Q(item_group__in=scopes_of(step.item_code)),
        Q(area_code__in=("*", step.area_code, *((step.case.agency.area_id,) if step.site == "on_site" else ()))),
        step=step.code, user__agency_id=step.case.agency.now_id,
    )  # fmt: skip
    at = dict(rights.values_list("user_id", "user__section_id").distinct()[:PEOPLE_MAX])
    chart = chart_on(today) if step.site == "back_office" else None
    section = section_of_step(step, today, chart) if chart else None
    inside = {s.pk for s in chart.subtree_of(section)} if chart and section else set()
    load = dict(
        Step.objects.filter(suggested_to__in=at, ready_at__gte=clock.now() - dt.timedelta(hours=12))
        .values_list("suggested_to").annotate(n=Count("id"))
    )  # fmt: skip
    for number in sorted(at, key=lambda pk: (at[pk] not in inside, load.get(pk, 0), pk)):
        asked = {"seq": step.seq, "code": step.code, "site": step.site, "is_last": is_last}
        if unfit(step.case, **asked, user_id=number, on=today) is None:  # type: ignore[arg-type]
            return User.objects.get(pk=number)
    return None


def returned_to(user: User) -> list[Case]:
    """Returned cases whose correction is this teller's, newest first, at most 10."""
    return list(returned_cases(user).order_by("-id")[:10])
