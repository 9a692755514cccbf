"""Reads of casework: queues, lists, suggestion of the next person. Every list is bounded."""

import datetime as dt
from dataclasses import dataclass

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from yigui.casework.enums import FINAL, CaseStatus, StepState
from yigui.casework.errors import CaseNotFound, StepMoved
from yigui.casework.inboxes import section_of_step
from yigui.casework.models import Case, Feedback, Step
from yigui.common import clock
from yigui.common.workdays import workdays_between
from yigui.db.rows import row_where, rows_where
from yigui.registry.queries import own_days
from yigui.staff.enums import Role
from yigui.staff.models import Authority, User
from yigui.staff.sections import chart_on

_FINAL = ", ".join(f"'{status}'" for status in FINAL)

#: Rows a queue shows at most.
QUEUE_MAX = 50


@dataclass(frozen=True)
class Page:
    """One bounded page of cases."""

    rows: list[Case]
    has_more: bool
    number: int


def case_by_no(case_no: str) -> Case:
    """The case with this number.

    Raises:
        CaseNotFound: no such case.
    """
    case = (
        Case.objects.select_related("accepted_by", "agency", "area", "document", "person", "employer")
        .filter(case_no=case_no)
        .first()
    )
    if case is None:
        raise CaseNotFound(case_no)
    return case


def locked_case(case_id: int, status: str, *, actor: User, only_acceptor: bool = False) -> Case:
    """Lock a case that must be in a status.

    Raises:
        StepMoved: it is in another status, or `only_acceptor` and the actor is somebody else.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("accepted_by", "agency", "area").get(pk=case_id)
    if case.status != status:
        raise StepMoved(f"办件 {case.case_no} 现为“{case.get_status_display()}”，请刷新后查看。", case_no=case.case_no)
    if only_acceptor and case.accepted_by_id != actor.pk:
        raise StepMoved(f"办件 {case.case_no} 由 {case.accepted_by.full_name} 受理，请由其办理。", case_no=case.case_no)
    return case


def current_step(case: Case) -> Step | None:
    """The step a case stands at."""
    return Step.objects.filter(case=case, round=case.round, state=StepState.READY).first()


def authorities_of(user: User, today: dt.date) -> list[Authority]:
    """The user's authority on a day; at most 200."""
    return list(Authority.objects.filter(user=user, valid_from__lte=today, valid_to__gte=today)[:200])


def my_queue(user: User, today: dt.date, *, steps: tuple[str, ...] = ()) -> QuerySet[Step]:
    """Waiting steps the user may take: by authority, not claimed by others, on no case the user acted on before.

    Grain: one row per waiting step; sorted by due date, then by waiting time.
    """
    wanted = Q(pk__in=[])
    for right in authorities_of(user, today):
        if steps and right.step not in steps:
            continue
        one = Q(code=right.step)
        if right.area_code != "*":
            one &= Q(area_code=right.area_code)
        if right.item_group != "*":
            one &= Q(item_code=right.item_group) | Q(item_code__startswith=right.item_group + "-")
        if right.amount_fen_max is not None:
            one &= Q(case__amount_fen=None) | Q(case__amount_fen__lte=right.amount_fen_max)
        wanted |= one
    if user.role == Role.TELLER:
        wanted &= Q(site="on_site")
    acted = Step.objects.filter(case=OuterRef("case"), decided_by=user).exclude(code="meeting")
    return (
        Step.objects.filter(wanted, state=StepState.READY)
        .filter(Q(claimed_by=None) | Q(claimed_by=user))
        .filter(~Exists(acted) | Q(code="meeting"))
        .select_related("case", "case__area", "case__agency", "case__accepted_by", "suggested_to", "claimed_by")
        .order_by("case__due_on", "ready_at", "id")
    )


def suggest_person(step: Step, *, exclude: list[int], today: dt.date) -> User | None:
    """The colleague whose turn it is for a check (轮派): has the authority, did not act on the case, had fewest in the last 12 hours.

    Where the step lies in a section's inbox, the colleague is one of that section or below it; of the whole agency when nobody
    there may do it. A suggestion only; anybody with the authority may take the step.
    """
    if step.code not in ("review", "recheck"):
        return None
    rights = Authority.objects.filter(
        Q(item_group="*") | Q(item_group=step.item_code) | Q(item_group=step.item_code.split("-")[0]),
        Q(area_code="*") | Q(area_code=step.area_code),
        step=step.code, valid_from__lte=today, valid_to__gte=today, user__is_active=True, user__agency_id=step.agency_id,
    )  # fmt: skip
    if step.site == "back_office":
        rights = rights.exclude(user__role=Role.TELLER)
    fitting = list(rights.exclude(user_id__in=exclude).values_list("user_id", "user__section_id").distinct()[:200])
    chart = chart_on(today) if step.site == "back_office" else None
    section = section_of_step(step, today, chart) if chart else None
    inside = {s.pk for s in chart.subtree_of(section)} if chart and section else set()
    people = [user for user, at in fitting if at in inside] or [user for user, _ in fitting]
    if not people:
        return None
    load = dict(
        Step.objects.filter(suggested_to__in=people, ready_at__gte=clock.now() - dt.timedelta(hours=12))
        .values_list("suggested_to").annotate(n=Count("id"))
    )  # fmt: skip
    return User.objects.get(pk=min(people, key=lambda pk: (load.get(pk, 0), pk)))


def has_worked_on(case: Case, user: User) -> bool:
    """Whether somebody took part in a case: accepted it, claimed its present step, or decided one."""
    if case.accepted_by_id == user.pk:
        return True
    return Step.objects.filter(Q(claimed_by=user) | Q(decided_by=user), case=case).exists()


def open_cases_of(*, person_id: int | None = None, employer_id: int | None = None) -> list[Case]:
    """Unfinished cases of a subject, newest first, at most 20."""
    column = "person_id" if person_id else "employer_id"
    unfinished = f"{column} = %s AND status NOT IN ({_FINAL}) ORDER BY id DESC LIMIT 20"
    return rows_where(Case, unfinished, person_id or employer_id or 0)


@dataclass(frozen=True)
class Result:
    """A result in the message box."""

    case_no: str
    item_name: str
    message: str
    created_at: dt.datetime


def results_for(*, person_id: int = 0, employer_id: int = 0, limit: int) -> list[Result]:
    """Results of a subject's cases for the message box, newest first."""
    column = "person_id" if person_id else "employer_id"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.case_no, c.item_name, f.message, f.created_at FROM casework_feedback f JOIN casework_case c ON c.id = f.case_id "
            f"WHERE c.{column} = %s ORDER BY f.id DESC LIMIT %s",
            [person_id or employer_id, limit],
        )
        return [Result(*row) for row in cursor.fetchall()]


def own_case_of(case_no: str, *, person_id: int = 0, employer_id: int = 0) -> Case | None:
    """A case of a subject by its number."""
    column = "person_id" if person_id else "employer_id"
    return row_where(Case, f"case_no = %s AND {column} = %s", case_no, person_id or employer_id)


def steps_of_round(case: Case) -> list[Step]:
    """The steps of a case's present round, in order."""
    return rows_where(Step, "case_id = %s AND round = %s ORDER BY seq", case.pk, case.round)


def results_of(case: Case) -> list[Feedback]:
    """What the applicant of a case has been told, in order."""
    return rows_where(Feedback, "case_id = %s ORDER BY id LIMIT 50", case.pk)


def cases_of(*, person_id: int | None = None, employer_id: int | None = None) -> QuerySet[Case]:
    """Cases of a subject through any channel, newest first, for a list: what was asked and found is not read."""
    rows = Case.objects.filter(person_id=person_id) if person_id else Case.objects.filter(employer_id=employer_id or 0)
    return rows.defer("form", "preview", "findings", "risk_reasons", "outcome").order_by("-id")


def recent_cases_of(*, person_id: int | None = None, employer_id: int | None = None) -> list[Case]:
    """The newest twenty of a subject's cases."""
    return list(cases_of(person_id=person_id, employer_id=employer_id).select_related("agency")[:20])


def has_open_case_of_groups(person_id: int, groups: tuple[str, ...]) -> Case | None:
    """An unfinished case of the person in one of the item groups (MED, INJ, MAT …)."""
    of_groups = f"person_id = %s AND left(item_code, 3) = ANY (%s) AND status NOT IN ({_FINAL}) ORDER BY id LIMIT 1"
    return row_where(Case, of_groups, person_id, list(groups))


def accepted_page(user: User, number: int) -> Page:
    """Cases a teller accepted, newest first, `QUEUE_MAX` a page."""
    start = (max(1, number) - 1) * QUEUE_MAX
    rows = list(
        Case.objects.filter(accepted_by=user).select_related("agency", "area").order_by("-id")[start : start + QUEUE_MAX + 1]
    )
    return Page(rows[:QUEUE_MAX], len(rows) > QUEUE_MAX, max(1, number))


def stuck_cases() -> list[int]:
    """Ids of approved cases without a recorded failure: their process died before the effects; at most 500."""
    return list(Case.objects.filter(status=CaseStatus.APPROVED, effect_error="").order_by("id").values_list("id", flat=True)[:500])


def overdue_cases(today: dt.date) -> QuerySet[Case]:
    """Unfinished cases past their due date, the oldest first."""
    rows = Case.objects.filter(due_on__lt=today).exclude(status__in=FINAL).exclude(status=CaseStatus.RETURNED)
    return rows.select_related("agency", "area", "accepted_by").order_by("due_on", "id")


def light_of(case: Case, today: dt.date) -> str:
    """Traffic light of a case (时限灯): green, amber past 80 percent of its limit, red past its due date (R043)."""
    if case.is_final:
        return "none"
    if today > case.due_on:
        return "red"
    days = own_days()
    limit = workdays_between(case.accepted_on, case.due_on, days)
    used = workdays_between(case.accepted_on, today, days)
    return "amber" if limit and used > 0.8 * limit else "green"
