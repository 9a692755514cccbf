"""Reads of casework: cases, lists, lights. Every list is bounded."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from yigui.casework.enums import FINAL, CaseStatus, FeedbackResult, StepState
from yigui.casework.errors import CaseNotFound
from yigui.casework.handlers import key_of_person
from yigui.casework.models import Case, Feedback, Step
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.workdays import workdays_between
from yigui.db.rows import look_ahead, row_where, rows_where
from yigui.registry.queries import own_days
from yigui.staff.models import User
from yigui.staff.scope import own_areas

#: Unfinished cases that are with the agency, not with the applicant: those whose days run.
RUNNING = ~Q(status__in=FINAL) & ~Q(status=CaseStatus.RETURNED)

_FINAL = ", ".join(f"'{status}'" for status in FINAL)

_BLOCKING = f"subject_key = %s AND item_code = %s AND id <> %s AND status NOT IN ({_FINAL}) LIMIT 1"


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


def locked_case(case_id: int) -> Case:
    """A case, locked until the end of the transaction."""
    rows = Case.objects.select_for_update(of=("self",)).select_related("accepted_by", "handled_by", "agency__area", "area")
    return rows.get(pk=case_id)


def current_step(case: Case) -> Step | None:
    """The step a case stands at."""
    return Step.objects.filter(case=case, round=case.round, state=StepState.READY).first()


def has_worked_on(case: Case, user: User) -> bool:
    """Whether somebody took part in a case: accepted it or took it up, claimed its present step, or decided one."""
    if user.pk in (case.accepted_by_id, case.handled_by_id):
        return True
    return Step.objects.filter(Q(claimed_by=user) | Q(decided_by=user), case=case).exists()


def blocking_case(subject_key: str, item_code: str, *, own: int = 0) -> Case | None:
    """The unfinished case of the same subject and item, another than `own`; it stands before a new one."""
    return row_where(Case, _BLOCKING, subject_key, item_code, own)


def look_ahead_for_blocking_cases(numbers: Iterable[str], item_code: str) -> None:
    """Read at once what `blocking_case` will be asked of new cases about people known by these numbers, see `look_ahead`."""
    look_ahead(Case, _BLOCKING, ((key_of_person(number), item_code, 0) for number in numbers))


def standing_before(
    subject_key: str, item_code: str, *, person_id: int | None, employer_id: int | None, since: dt.datetime
) -> Case | None:
    """What stands before a new case of a subject: the unfinished one of the same item, else the newest that was accepted `since`.

    Of whom has many cases the last twenty are looked at for the second: they are what was stored while this one was examined.
    """
    column = "person_id" if person_id else "employer_id"
    lately = f"SELECT id FROM casework_case WHERE {column} = %s ORDER BY id DESC LIMIT 20"
    known = (
        f"(subject_key = %s AND item_code = %s AND status NOT IN ({_FINAL})) OR (id IN ({lately}) AND subject_key = %s AND accepted_at >= %s) "
        f"ORDER BY (item_code = %s AND status NOT IN ({_FINAL})) DESC, id DESC LIMIT 1"
    )
    return row_where(Case, known, subject_key, item_code, person_id or employer_id or 0, subject_key, since, item_code)


def way_past(case: Case) -> str:
    """Which case stands before a new one, and what can be done with it."""
    known = f"在办的办件编号：{case.case_no}。"
    if case.status == CaseStatus.RETURNED:
        return f"{known}该件已退回补正，可由申请人在本事项开放的渠道补正或撤回，也可在窗口调出接手补正。"
    return known


def open_cases_of(*, person_id: int | None = None, employer_id: int | None = None) -> list[Case]:
    """Unfinished cases of a subject, newest first, at most 20."""
    column = "person_id" if person_id else "employer_id"
    unfinished = f"{column} = %s AND status NOT IN ({_FINAL}) ORDER BY id DESC LIMIT 20"
    return rows_where(Case, unfinished, person_id or employer_id or 0)


@dataclass(frozen=True)
class Result:
    """A result in the message box. `order_status`: how the payment order stands that the case made for its payer; None where it made none."""

    case_no: str
    item_name: str
    message: str
    created_at: dt.datetime
    order_status: str | None


def results_for(*, person_id: int = 0, employer_id: int = 0, limit: int) -> list[Result]:
    """Results of a subject's cases for the message box, newest first; what was to be corrected only while it still is."""
    column = "person_id" if person_id else "employer_id"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.case_no, c.item_name, f.message, f.created_at, o.status "
            "FROM casework_feedback f JOIN casework_case c ON c.id = f.case_id "
            f"LEFT JOIN contributions_order o ON o.{column} = c.{column} AND o.case_id = c.id AND f.result = 'finished' "
            f"WHERE c.{column} = %s AND (f.result <> 'returned' OR c.status = 'returned') ORDER BY f.id DESC LIMIT %s",
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


@dataclass(frozen=True)
class StepTaken:
    """A step of a case as a partner may see it: of which round, how it stands, who decided it and when."""

    id: int
    round: int
    code: str
    state: str
    decided_by: str | None
    decided_at: dt.datetime | None


def steps_taken(case: Case) -> list[StepTaken]:
    """The steps of all rounds of a case, in order, at most 100. Every acceptance through the interface asks for them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.id, s.round, s.code, s.state, u.full_name, s.decided_at FROM casework_step s "
            "LEFT JOIN staff_user u ON u.id = s.decided_by_id WHERE s.case_id = %s ORDER BY s.round, s.seq LIMIT 100", [case.pk],
        )  # fmt: skip
        return [StepTaken(*row) for row in cursor.fetchall()]


def results_of(case: Case) -> list[Feedback]:
    """What the applicant of a case has been told, in order; that it must be corrected only while it must, and only the last of them."""
    told = rows_where(Feedback, "case_id = %s ORDER BY id LIMIT 50", case.pk)
    returns = [f for f in told if f.result == FeedbackResult.RETURNED]
    over = returns[:-1] if case.status == CaseStatus.RETURNED else returns
    return [f for f in told if f not in over]


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


#: How far back one looks for what a teller does most.
LATELY = 200


def accepted_lately(user: User) -> list[str]:
    """Codes of the items of the last cases a teller accepted, one for each case."""
    return list(Case.objects.filter(accepted_by=user).order_by("-id").values_list("item_code", flat=True)[:LATELY])


def stuck_cases() -> list[int]:
    """Ids of approved cases to finish now: their process died before the effects, or a passing fault is due again; at most 500."""
    left = Q(effect_error="") | Q(next_try_at__lte=clock.now())
    return list(Case.objects.filter(left, status=CaseStatus.APPROVED).order_by("id").values_list("id", flat=True)[:500])


def stopped_cases() -> QuerySet[Case]:
    """Unfinished cases that bear why they could not go on: their effects were refused, or a job failed on them; oldest first."""
    rows = Case.objects.filter(status__in=(CaseStatus.APPROVED, CaseStatus.WAITING)).exclude(effect_error="")
    return rows.select_related("agency", "accepted_by").defer("form", "preview", "findings", "outcome").order_by("id")


def overdue_cases(today: dt.date) -> QuerySet[Case]:
    """Unfinished cases past their due date, the oldest first."""
    rows = Case.objects.filter(RUNNING, due_on__lt=today)
    return rows.select_related("agency", "area", "accepted_by").order_by("due_on", "id")


def own_cases(user: User, case: str = "") -> Q:
    """Cases of somebody's own areas, as a condition: about whom their agency answers for, or accepted at an agency of theirs.

    Args:
        case: how a row that is no case leads to one ("case__").
    """
    areas = own_areas(user)
    return Q(**{f"{case}area_id__in": areas}) | Q(**{f"{case}agency__area_id__in": areas})


def is_overdue(case: Case, today: dt.date) -> bool:
    """Whether a case is past its due date: not while it is with the applicant, when the clock stands still (the rule of `overdue_cases`)."""
    return not case.is_final and case.status != CaseStatus.RETURNED and today > case.due_on


def overdue_words(case: Case, today: dt.date) -> str:
    """What is said to anybody about a case past its due date; "" for others. That it is urged on only where its head has it in the inbox.

    One sentence for page, phone, platform and progress (docs/promises.md).
    """
    if not is_overdue(case, today):
        return ""
    return "已超时，正在催办" if case.overdue_noted_on is not None else "已超时"


def lights(today: dt.date) -> Callable[[Case], str]:
    """What gives the light of each case of a list: the agency's calendar is read once (see `light_of`)."""
    own = own_days()
    return lambda case: light_of(case, today, own)


def light_of(case: Case, today: dt.date, own: Mapping[dt.date, bool] | None = None) -> str:
    """Traffic light of a case (时限灯): green, amber past 80 percent of its limit, red past its due date (R043).

    Measured by what is left of the item's working days: those with the applicant moved the due date and are not counted. No light
    while the case is with the applicant.

    Args:
        own: the agency's own list of working days, where it has been read already.
    """
    if case.is_final or case.status == CaseStatus.RETURNED:
        return "none"
    if is_overdue(case, today):
        return "red"
    own = own_days() if own is None else own
    # A case of an item that is finished at once was promised days where it came in a long list, or in a month of many: its day says how many.
    limit = catalogue().version(case.item_code, case.item_version).limit_working_days or workdays_between(
        case.accepted_on, case.due_on, own
    )
    left = workdays_between(today, case.due_on, own)
    return "amber" if limit and left < 0.2 * limit else "green"
