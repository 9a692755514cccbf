"""Bills that come out of a case or a file instead of a levy plan: back payment, differences, surcharge, yearly payments.

Under the caller's open warrant. A case's rows bear minus its number as their source, a file's a number far below.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from yigui.common.months import months_of, period_of
from yigui.law.conditions import condition
from yigui.law.contribution import Contribution, Payer, base_bounds, contribution, rates_of
from yigui.law.late_surcharge import due_day_of, term_end
from yigui.levy.enums import MONTHLY, BillKind
from yigui.levy.models import Bill, ContributionBase, InjuryRate, LevyLine
from yigui.registry.enums import AAE140
from yigui.registry.models import Employer, Employment, Person

#: Sources of files lie below those of cases.
_FILES_BELOW = 10**15


def case_bill_due(*, area: str, today: dt.date) -> dt.date:
    """When a bill out of a case is due, but for what its months say; days as the agency has ruled (`business/conditions`)."""
    return term_end(area, today + dt.timedelta(days=condition("case_bill_due_days", area=area, day=today)))


def source_of_case(case_id: int) -> int:
    """The source number of a case's lines and bills."""
    return -case_id


def source_of_file(file_id: int) -> int:
    """The source number of bills a receipt file gives rise to (surcharge)."""
    return -(_FILES_BELOW + file_id)


@dataclass(frozen=True)
class MonthDue:
    """What is due for one person, insurance and month owed."""

    person_id: int
    insurance: str
    period: int
    due: Contribution


def floating_percent_of(employer: Employer, period: int) -> object:
    """The employer's floating step of the work-injury rate in a month, percent."""
    rows = InjuryRate.objects.filter(employer=employer, start_period__lte=period).order_by("-start_period")
    return rows.values_list("floating_percent", flat=True).first()


def month_due(*, insurance: str, declared_fen: int, period: int, area: str, employer: Employer | None) -> Contribution:
    """What is due for a month by the law of that month.

    Raises:
        ParameterMissing: a rate or bound of that month is not stored.
        NotLevied: a flexible worker and an insurance only employers pay.
    """
    more = {}
    if employer is not None and insurance == "injury":
        percent = floating_percent_of(employer, period)
        more = {"risk_class": employer.industry_risk} | ({"floating_percent": percent} if percent is not None else {})
    rates = rates_of(insurance, Payer.EMPLOYEE if employer else Payer.FLEXIBLE, area, period, **more)  # type: ignore[arg-type]
    return contribution(declared_fen, rates, base_bounds(area, period), period)


def base_in_force(*, person: Person, employer: Employer | None, period: int) -> int | None:
    """The declared wage or chosen base (fen) that holds in a month: the newest row of those that do."""
    rows = ContributionBase.objects.filter(person=person, employer=employer, start_period__lte=period)
    return rows.exclude(end_period__lt=period).order_by("-id").values_list("declared_fen", flat=True).first()


def record_base(
    *,
    person: Person,
    employer: Employer | None,
    declared_fen: int,
    start: int,
    end: int | None,
    reason: str,
    year: int | None = None,
) -> ContributionBase:
    """Record a base from a month on; rows before it stay and give way to it."""
    return ContributionBase.objects.create(
        person=person, employer=employer, declared_fen=declared_fen, start_period=start, end_period=end, reason=reason, year=year
    )


def _new_numbers(count: int) -> list[int]:
    """So many new bill numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('contributions_bill_no') FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def charge_months(
    *, case_id: int, dues: Sequence[MonthDue], employer: Employer | None, area: str, kind: BillKind, today: dt.date
) -> list[Bill]:
    """Lines for every month and one bill per insurance (and payer) out of a case.

    Args:
        dues: amounts may be negative (差额): such a bill is a credit.
        today: the accounting period is its month.

    Returns:
        The bills, by insurance.
    """
    source, period = source_of_case(case_id), period_of(today)
    employer_id = employer.pk if employer else 0
    LevyLine.objects.bulk_create(
        [
            LevyLine(
                source_id=source, person_id=d.person_id, employer_id=employer_id, area=int(area), period=period, owed_period=d.period,
                base_fen=d.due.base_fen, employer_fen=d.due.employer_fen, person_fen=d.due.person_fen, account_fen=d.due.account_fen,
                insurance=AAE140[d.insurance],
            )
            for d in dues
        ]
    )  # fmt: skip
    bills = []
    payers = {d.person_id for d in dues} if employer is None else {0}
    for payer in sorted(payers):
        for insurance in dict.fromkeys(d.insurance for d in dues):
            mine = [d for d in dues if d.insurance == insurance and payer in (0, d.person_id)]
            first, last = min(d.period for d in mine), max(d.period for d in mine)
            due_on = max(case_bill_due(area=area, today=today), due_day_of(area, last))
            bills.append(
                add_bill(
                    source_id=source, employer_id=employer_id, person_id=payer, area=area, insurance=AAE140[insurance], kind=kind,
                    period=period, start=first, end=last, people=len({d.person_id for d in mine}),
                    base=sum(d.due.base_fen for d in mine), employer_fen=sum(d.due.employer_fen for d in mine),
                    person_fen=sum(d.due.person_fen for d in mine), account_fen=sum(d.due.account_fen for d in mine), due_on=due_on,
                )
            )  # fmt: skip
    return bills


def add_bill(
    *, source_id: int, employer_id: int, person_id: int, area: str, insurance: int, kind: BillKind, period: int, start: int,
    end: int, people: int, base: int, employer_fen: int, person_fen: int, account_fen: int, due_on: dt.date, for_bill: int | None = None,
) -> Bill:  # fmt: skip
    """One bill outside a levy plan."""
    return Bill.objects.create(
        id=_new_numbers(1)[0], source_id=source_id, employer_id=employer_id, person_id=person_id, area=int(area), insurance=insurance,
        kind=kind, period=period, start_period=start, end_period=end, person_count=people, base_fen=base, employer_fen=employer_fen,
        person_fen=person_fen, account_fen=account_fen, total_fen=employer_fen + person_fen, due_on=due_on,
        for_bill=for_bill,
    )  # fmt: skip


def add_surcharge(*, bill: Bill, fen: int, source_id: int, today: dt.date, is_past: bool = False) -> Bill:
    """A surcharge bill beside the bill that was late, due at once.

    Args:
        is_past: the surcharge is for the time before the bill was made (补缴); it is due with the bill, and does not count
            against what paying the bill itself late will cost.
    """
    row = _surcharge_row(bill, fen, source_id, today, number=_new_numbers(1)[0])
    if is_past:
        row.due_on, row.for_bill = bill.due_on, None
    row.save(force_insert=True)
    return row


def add_surcharges(*, late: Sequence[tuple[Bill, int]], source_id: int, today: dt.date) -> None:
    """Surcharge bills beside bills that were paid late, due at once; any number of them. Pairs of bill and amount (fen)."""
    numbers = _new_numbers(len(late))
    Bill.objects.bulk_create(
        [_surcharge_row(bill, fen, source_id, today, number=number) for (bill, fen), number in zip(late, numbers, strict=True)],
        batch_size=2000,
    )


def _surcharge_row(bill: Bill, fen: int, source_id: int, today: dt.date, *, number: int) -> Bill:
    return Bill(
        id=number, source_id=source_id, employer_id=bill.employer_id, person_id=bill.person_id, area=bill.area, insurance=bill.insurance,
        kind=BillKind.SURCHARGE, period=period_of(today), start_period=bill.start_period, end_period=bill.end_period, person_count=0,
        base_fen=0, employer_fen=fen if bill.employer_id else 0, person_fen=0 if bill.employer_id else fen, account_fen=0, total_fen=fen,
        due_on=today, for_bill=bill.id,
    )  # fmt: skip


@dataclass
class PreviewSum:
    """What an employer would owe for one insurance; fen."""

    people: int = 0
    employer_fen: int = 0
    person_fen: int = 0
    account_fen: int = 0


def preview_bill(*, employer: Employer, period: int) -> dict[str, PreviewSum]:
    """What the employer's present staff comes to in a month by insurance, as the levy plan would make it.

    Equal wages are computed once; the rates are read once.

    Raises:
        ParameterMissing: a rate or bound of the month is not stored.
    """
    declared: dict[int, int] = {}
    rows = (
        ContributionBase.objects.filter(employer=employer, start_period__lte=period).exclude(end_period__lt=period).order_by("id")
    )
    declared.update(rows.values_list("person_id", "declared_fen"))
    staff = Employment.objects.filter(employer=employer, start_period__lte=period).exclude(end_period__lt=period)
    wages = Counter(declared.get(person, wage) for person, wage in staff.values_list("person_id", "declared_wage_fen"))
    percent = floating_percent_of(employer, period)
    bounds = base_bounds(employer.area_id, period)
    found: dict[str, PreviewSum] = {}
    for insurance in MONTHLY:
        more = {"risk_class": employer.industry_risk} | ({"floating_percent": percent} if percent is not None else {})
        rates = rates_of(insurance, Payer.EMPLOYEE, employer.area_id, period, **(more if insurance == "injury" else {}))  # type: ignore[arg-type]
        total = found.setdefault(insurance, PreviewSum())
        for wage, count in wages.items():
            due = contribution(wage, rates, bounds, period)
            total.people += count
            total.employer_fen += due.employer_fen * count
            total.person_fen += due.person_fen * count
            total.account_fen += due.account_fen * count
    return found


__all__ = [
    "MonthDue",
    "PreviewSum",
    "add_bill",
    "add_surcharge",
    "add_surcharges",
    "base_in_force",
    "case_bill_due",
    "charge_months",
    "floating_percent_of",
    "month_due",
    "months_of",
    "preview_bill",
    "record_base",
    "source_of_case",
    "source_of_file",
]  # fmt: skip
