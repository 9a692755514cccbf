"""People of the generated city who may retire, cases carried through their route, and pay runs month by month."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from tests import city, money
from tests.city import TODAY, application, decide, user
from yigui.casework.accept_case import accept_case
from yigui.casework.meetings import record_meeting
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.charges.queries import open_bills
from yigui.common.money import plain_fen
from yigui.common.months import add_months, first_day, format_period
from yigui.entitlement.assess_person import span_of
from yigui.entitlement.certification import due_list
from yigui.entitlement.dossier import dossier_of
from yigui.entitlement.enums import CERTIFIED_KINDS
from yigui.entitlement.models import Benefit
from yigui.entitlement.notices import record_notice
from yigui.entitlement.queries import death_of
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.models import ContributionYear
from yigui.levy.record import record_of
from yigui.payment.pay_run import PAY
from yigui.registry.models import Employment, Person
from yigui.runs.batches import approve_batch, check_batch
from yigui.runs.models import Batch
from yigui.runs.staged import execute, prepare

CITY = "511100"
RETIREMENT_MATERIALS = ("retirement_form", "id_card", "personnel_file", "bank_card")
#: The first month the tests pay; runs follow each other without a gap.
FIRST_RUN = 202412


def _women() -> list[tuple[int, Person]]:
    """Women with a record who may retire, by the statutory month of the group of 50, the earliest first."""
    ids = ContributionYear.objects.values_list("person_id", flat=True).distinct()
    at_work = Employment.objects.filter(end_period=None).values("person_id")
    rows = Person.objects.filter(pk__in=ids, retired_on=None).filter(pk__in=at_work)
    by_month = sorted((span_of(p, RetirementGroup.WOMEN_50).statutory, p.pk, p) for p in rows)
    return [(month, person) for month, _, person in by_month if 202501 <= month <= 202610]


def settle_unit(person: Person) -> None:
    """Pay what the person's unit owes by bills that other tests have left open, in time."""
    employment = person.employments.filter(end_period=None).select_related("employer").first()
    if employment is None:
        return
    unit = employment.employer
    owed = [state for state in open_bills(employer=unit) if state.left_fen > 0]
    if owed:
        paid = (money.row(state.left_fen, AAZ288=state.bill.id, AAE079="2024-01-05") for state in owed)
        money.receive(*paid, area=unit.area_id)


def next_retiring(since: int = 0) -> tuple[Person, int]:
    """A woman who reached the statutory month of the group of 50 since 2025 (or `since`), and that month; the earliest first.

    Her unit owes nothing.
    """
    women = city.of_city("women", _women)
    row = next(w for w in women if w[0] >= since)
    women.remove(row)
    settle_unit(row[1])
    return row[1], row[0]


def prereview_form(person: Person, day: str, **changed: Any) -> dict[str, Any]:
    """The form of a pre-review in the tests' city: no deemed months and no title; of a woman the group of 50."""
    employment = person.employments.filter(end_period=None).first()
    return {
        "unit_no": employment.employer.unit_no if employment else "", "id_number": person.id_number, "person_name": person.name,
        "birth_date": person.born_on.isoformat(), "work_start_date": person.work_started_on.isoformat() if person.work_started_on else "1996-01-01",
        "retire_type": "01", "retire_date": day, "deemed_months": "0", "benefit_titles": ["none"],
    } | ({"retirement_group": "F50"} if person.gender == "2" else {}) | changed  # fmt: skip


def prereviewed(person: Person, day: str, **changed: Any) -> None:
    """See to it that the person has a dossier for a retirement on a day, built by the item itself."""
    known = dossier_of(person)
    if known is None or known.pre_review.retired_on.isoformat() != day:
        done(
            "PEN-001",
            prereview_form(person, day, **changed),
            ("personnel_file", "id_card", "special_work_record"),
            username="teller",
        )


def retirement_form(person: Person, month: int, **changed: Any) -> dict[str, Any]:
    """The form of a normal retirement in a month, its paid months as on record; the dossier it rests on is built before."""
    day = first_day(month).replace(day=20).isoformat()
    prereviewed(person, day, retire_type=changed.get("retire_type", "01"))
    return {
        "id_number": person.id_number, "person_name": person.name, "birth_date": person.born_on.isoformat(),
        "work_start_date": person.work_started_on.isoformat() if person.work_started_on else "1996-01-01", "retire_type": "01",
        "retire_date": day, "deemed_months": "0",
        "actual_months": str(record_of(person, "employee_pension", until=month).months),
        "benefit_start": format_period(add_months(month, 1)), "account_name": person.name, "account_no": f"62284811{person.pk:011d}",
        "mobile": "13812345678",
    } | changed  # fmt: skip


def carry(case: Case, today: dt.date = TODAY) -> Case:
    """Carry a case through the rest of its route, each step by another person."""
    names = {"review": "reviewer", "recheck": "rechecker", "request": "head", "approve": "director"}
    while (step := current_step(case := Case.objects.get(pk=case.pk))) is not None:
        if step.code == "meeting":
            record_meeting(
                chair=user("director"), held_on=today, minutes="会议听取了汇报，查阅了档案，同意按核定结果办理。",
                attendees=[user("head"), user("reviewer2")], verdicts={case.pk: ("passed", "")}, today=today,
            )  # fmt: skip
            continue
        case = decide(case, names[step.code], today=today)
    return case


def done(
    item: str, form: dict[str, Any], materials: tuple[str, ...], *, username: str = "special", today: dt.date = TODAY, **more: Any
) -> Case:
    """Accept a case and carry it to its end; it must finish."""
    case = carry(accept_case(application(item, form, username=username, materials=materials, today=today, **more)), today)
    assert (case.status, case.effect_error) == ("finished", ""), (case.status, case.effect_error)
    return case


def _answers(answered: Mapping[str, str] | None) -> dict[str, Any]:
    """Written answers by the keys of their questions (check and field)."""
    told = answered or {}
    return {"confirmed": tuple(key.partition(".")[0] for key in told), "reasons": told}


def awarded(since: int = 0, *, answered: Mapping[str, str] | None = None, **changed: Any) -> tuple[Person, Benefit]:
    """A person with a pension that waits for its first payment; `answered`: reasons for what is asked."""
    person, month = next_retiring(since)
    done("PEN-002", retirement_form(person, month, **changed), RETIREMENT_MATERIALS, **_answers(answered))
    return person, Benefit.objects.get(person=person)


def released(since: int = 0, *, answered: Mapping[str, str] | None = None, **changed: Any) -> tuple[Person, Benefit]:
    """A person whose first payment has been released."""
    person, benefit = awarded(since, answered=answered, **changed)
    form = {
        "id_number": person.id_number, "person_name": person.name, "benefit_start": format_period(benefit.start_period),
        "account_name": person.name, "account_no": benefit.account_no, "amount": plain_fen(benefit.awards.get().total_fen),
        "pay_method": "01",
    }  # fmt: skip
    done("PEN-010", form, ("id_card", "bank_card"), **_answers(answered))
    return person, Benefit.objects.get(pk=benefit.pk)


def next_month() -> int:
    """The month after the last one that was paid."""
    last = Batch.objects.filter(kind="pay", status="executed").order_by("-period").values_list("period", flat=True).first()
    return add_months(last, 1) if last else FIRST_RUN


def planned(period: int | None = None) -> Batch:
    """A prepared run of the next month."""
    return prepare(PAY, area_code=CITY, period=period or next_month(), user=user("head"))


def decided(batch: Batch) -> Batch:
    """Checked and approved by two other people."""
    check_batch(batch_id=batch.pk, user=user("accountant"), answers=money.answers(batch))
    return approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))


def paid() -> Batch:
    """The executed run of the next month."""
    return execute(batch_id=decided(planned()).pk)


def tell(person: Person, *ways: str) -> None:
    """Tell a pensioner that the benefit will be held, on one day after the other, the last today; by three ways and the family too, unless ways are
    named. Each is put down on its day."""
    told = ways or ("call", "message", "family")
    for k, way in enumerate(told, 1):
        record_notice(
            user=user("teller"),
            person=person,
            way=way,
            result="本人接听，答应尽快认证",
            today=TODAY - dt.timedelta(days=len(told) - k),
        )


def overdue(month: int) -> list[Person]:
    """Pensioners in payment whose certification ended before a month and who were told nothing, the oldest first."""
    areas = list(Benefit.objects.values_list("area_id", flat=True).distinct())
    rows = [r for r in due_list(areas, low=0, high=add_months(month, -1)) if not r.days_told and not r.is_assisted]
    paid = set(Benefit.objects.filter(status="active", kind__in=CERTIFIED_KINDS).values_list("person_id", flat=True))
    return [Person.objects.get(pk=row.person_id) for row in rows if row.person_id in paid]


def paid_though_overdue(month: int) -> list[Person]:
    """Those of `overdue` whom nothing else holds in a month: alive by every record, with one benefit that runs."""
    return [p for p in overdue(month) if p.life_status == "01" and death_of(p) is None and _is_paid_in(p, month)]


def _is_paid_in(person: Person, month: int) -> bool:
    """Whether somebody has one benefit, in payment in a month."""
    rows = [
        b for b in Benefit.objects.filter(person=person, status="active") if b.start_period <= month <= (b.end_period or 999912)
    ]
    return len(rows) == 1


def pensioner(offset: int = 0) -> Benefit:
    """A pensioner of the generated city in good standing."""
    rows = Benefit.objects.filter(awards=None, status="active", kind=1).order_by("id")
    # Another test may have stopped one since they were counted.
    of_rows = city.of_city("pensioners", lambda: iter(rows))
    return next(b for b in of_rows if Benefit.objects.filter(pk=b.pk, status="active").exists())
