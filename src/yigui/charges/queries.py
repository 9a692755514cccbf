"""Reads: bills with what is paid of them, dues by month, arrears with surcharge to the day, receipts in suspense. Fen."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Min, Sum

from yigui.charges.models import Allocation, Deferral, PaymentOrder
from yigui.db.rows import rows_where
from yigui.law.late_surcharge import Surcharge, surcharge_of_bill
from yigui.levy.enums import BillKind
from yigui.levy.models import Bill, OpenBill
from yigui.registry.enums import INSURANCE_OF, insurance_label
from yigui.registry.models import Employer, Person

BILLS_MAX = 2000


@dataclass
class BillState:
    """A bill with what is paid of it. `is_difference`: a later batch billed it for a month and insurance that one had billed before."""

    bill: Bill
    paid_fen: int
    due_on: dt.date
    is_difference: bool = False

    @property
    def left_fen(self) -> int:
        return self.bill.total_fen - self.paid_fen

    @property
    def insurance(self) -> str:
        return INSURANCE_OF[self.bill.insurance].value

    @property
    def label(self) -> str:
        return insurance_label(self.bill.insurance)

    @property
    def kind_label(self) -> str:
        """In words; of what a later batch charges or gives back for a month that was levied before, which of the two it does."""
        if self.is_difference:
            return "补收" if (self.bill.total_fen or self.bill.base_fen) > 0 else "冲减"
        return BillKind(self.bill.kind).label

    @property
    def status(self) -> str:
        """In words: paid, partly paid, unpaid, credit left, credit used up."""
        if self.bill.total_fen < 0:
            return "已抵缴" if self.left_fen == 0 else "待抵缴"
        if self.left_fen == 0:
            return "已缴清"
        return "部分缴纳" if self.paid_fen else "未缴"

    def is_overdue(self, today: dt.date) -> bool:
        return self.left_fen > 0 and self.due_on < today

    def surcharge(self, today: dt.date) -> Surcharge:
        """Surcharge if what is left were paid today."""
        if self.bill.kind == BillKind.SURCHARGE:
            return Surcharge(0, ())
        return surcharge_of_bill(self.left_fen, self.due_on, today, area=str(self.bill.area), period=self.bill.start_period)


def states_of(bills: Sequence[Bill]) -> list[BillState]:
    """Bills with what is paid of them."""
    if not bills:
        return []
    paid = _paid_of(bills)
    deferrals: dict[tuple[int, int], list[Deferral]] = {}
    for deferral in rows_where(Deferral, "employer_id = ANY (%s)", list({b.employer_id for b in bills})):
        deferrals.setdefault((deferral.employer_id, deferral.insurance), []).append(deferral)

    def due(bill: Bill) -> dt.date:
        mine = deferrals.get((bill.employer_id, bill.insurance), ())
        return max([bill.due_on, *(d.due_on for d in mine if d.start_period <= bill.start_period <= d.end_period)])

    first = _first_of(bills)
    return [
        BillState(bill, paid[bill.id], due(bill), bill.source_id > first.get(_place_of(bill), bill.source_id) > 0) for bill in bills
    ]


#: Kinds of bills that plans, supplements and credits make of a month.
_OF_MONTHS = (BillKind.CURRENT, BillKind.DIFFERENCE)


def _place_of(bill: Bill) -> tuple[int, ...]:
    return bill.employer_id, bill.person_id, bill.insurance, bill.area, bill.start_period


def _first_of(bills: Sequence[Bill]) -> dict[tuple[int, ...], int]:
    """The first batch that has billed what batches bill a payer for months and insurances of some bills, by payer, insurance, area and month."""
    asked = [b for b in bills if b.source_id > 0 and b.kind in _OF_MONTHS]
    if not asked:
        return {}
    rows = Bill.objects.filter(
        employer_id__in={b.employer_id for b in asked}, person_id__in={b.person_id for b in asked}, kind__in=_OF_MONTHS, source_id__gt=0,
        start_period__in={b.start_period for b in asked},
    )  # fmt: skip
    place = ("employer_id", "person_id", "insurance", "area", "start_period")
    return {tuple(row[:-1]): row[-1] for row in rows.values_list(*place).annotate(Min("source_id")).order_by()}


def _paid_of(bills: Sequence[Bill]) -> dict[int, int]:
    """What is paid of each bill, from what is still open of it; a refund is never open and is added up."""
    refunds = [b.id for b in bills if b.kind == BillKind.REFUND]
    left = {r.bill_id: r.left_fen for r in rows_where(OpenBill, "bill_id = ANY (%s)", [b.id for b in bills])}
    paid = {b.id: b.total_fen - left.get(b.id, 0) for b in bills}
    if refunds:
        sums = Allocation.objects.filter(bill_id__in=refunds).values_list("bill_id").annotate(Sum("amount_fen"))
        paid |= dict.fromkeys(refunds, 0) | dict(sums)
    return paid


@dataclass(frozen=True)
class DuesLeft:
    """What is still to be paid, what of it is late, and the surcharge if it were paid today; fen."""

    left_fen: int
    overdue_fen: int
    late_fen: int


def dues_left(*, employer: Employer | None = None, person: Person | None = None, today: dt.date) -> DuesLeft:
    """The sums of a payer's open bills, without reading those that are paid."""
    return _left_of(_open_rows(employer, person), today)


def _open_rows(employer: Employer | None, person: Person | None) -> list[tuple[OpenBill, dt.date]]:
    """A payer's open bills with the day each is really due."""
    payer = employer.pk if employer else 0, 0 if employer else person.pk if person else -1
    rows = rows_where(OpenBill, f"employer_id = %s AND person_id = %s ORDER BY bill_id LIMIT {BILLS_MAX}", *payer)
    deferrals = rows_where(Deferral, "employer_id = %s", employer.pk) if employer is not None and rows else []

    def due(row: OpenBill) -> dt.date:
        mine = [d.due_on for d in deferrals if d.insurance == row.insurance and d.start_period <= row.start_period <= d.end_period]
        return max([row.due_on, *mine])

    return [(row, due(row)) for row in rows]


def _left_of(rows: Iterable[tuple[OpenBill, dt.date]], today: dt.date) -> DuesLeft:
    left = overdue = late = 0
    for row, due_on in rows:
        left += row.left_fen
        if row.left_fen > 0 and due_on < today:
            overdue += row.left_fen
            if row.kind != BillKind.SURCHARGE:
                late += surcharge_of_bill(row.left_fen, due_on, today, area=str(row.area), period=row.start_period).amount_fen
    return DuesLeft(left, overdue, late)


def bills_open_or_since(period: int, *, employer: Employer | None = None, person: Person | None = None) -> list[BillState]:
    """The bills of a payer that are open or of an accounting period after `period`, newest first."""
    payer = employer.pk if employer else 0, 0 if employer else person.pk if person else -1
    wanted = "(period > %s OR kind <> %s AND id IN (SELECT bill_id FROM contributions_open_bill WHERE employer_id = %s AND person_id = %s))"
    found = rows_where(
        Bill, f"employer_id = %s AND person_id = %s AND {wanted} ORDER BY period DESC, insurance, id LIMIT {BILLS_MAX}",
        *payer, period, BillKind.REFUND, *payer,
    )  # fmt: skip
    return states_of(found)


def bills_of_payer(
    *,
    employer: Employer | None = None,
    person: Person | None = None,
    start: int = 0,
    end: int = 999912,
    insurances: Iterable[int] = (),
) -> list[BillState]:
    """The bills of an employer, or of a person paying alone, whose months lie in the range, newest period first; of more than `BILLS_MAX` those that are
    open, the oldest first, and the newest others."""
    payer = employer.pk if employer else 0, 0 if employer else person.pk if person else -1
    chosen = list(insurances)
    of_payer = "employer_id = %s AND person_id = %s AND start_period <= %s AND end_period >= %s"
    is_open = "id IN (SELECT bill_id FROM contributions_open_bill WHERE employer_id = %s AND person_id = %s)"
    kept = f"ORDER BY {is_open} DESC, CASE WHEN {is_open} THEN period END, period DESC, insurance, id LIMIT {BILLS_MAX}"
    wanted = [*payer, end, start, *([chosen] if chosen else []), *payer, *payer]
    found = rows_where(Bill, f"{of_payer} {'AND insurance = ANY (%s) ' if chosen else ''}{kept}", *wanted)
    return states_of(sorted(found, key=lambda b: (-b.period, b.insurance, b.id)))


def open_bills(
    *, employer: Employer | None = None, person: Person | None = None, insurances: Iterable[int] = ()
) -> list[BillState]:
    """Unpaid bills, oldest due first; credits included, refunds not."""
    found = bills_of_payer(employer=employer, person=person, insurances=insurances)
    left = [s for s in found if s.left_fen and s.bill.kind != BillKind.REFUND]
    return sorted(left, key=lambda s: (s.due_on, s.bill.start_period, s.bill.insurance, s.bill.id))


@dataclass
class MonthTotal:
    """What was due, paid and is left for one accounting month, per insurance and together."""

    period: int
    due_fen: int = 0
    paid_fen: int = 0
    overdue_fen: int = 0
    by_insurance: dict[int, int] = field(default_factory=dict)

    @property
    def left_fen(self) -> int:
        return self.due_fen - self.paid_fen


def dues_by_month(states: Iterable[BillState], today: dt.date) -> list[MonthTotal]:
    """Bills added up by the month owed, oldest first."""
    months: dict[int, MonthTotal] = {}
    for state in states:
        total = months.setdefault(state.bill.start_period, MonthTotal(state.bill.start_period))
        total.due_fen += state.bill.total_fen
        total.paid_fen += state.paid_fen
        total.overdue_fen += state.left_fen if state.is_overdue(today) else 0
        total.by_insurance[state.bill.insurance] = total.by_insurance.get(state.bill.insurance, 0) + state.bill.total_fen
    return [months[p] for p in sorted(months)]


def months_of_payer(
    *, employer: Employer | None = None, person: Person | None = None, today: dt.date
) -> tuple[list[MonthTotal], DuesLeft]:
    """All bills of a payer added up by the month owed, oldest first, and what is left of them, without making each bill."""
    payer = employer.pk if employer else 0, 0 if employer else person.pk if person else -1
    with connection.cursor() as cursor:
        # A refund is never open: what is paid of it is added up.
        cursor.execute(
            "SELECT b.start_period, sum(b.total_fen)::bigint, sum(CASE WHEN b.kind = %s THEN coalesce((SELECT sum(a.amount_fen) "
            "FROM contributions_allocation a WHERE a.bill_id = b.id), 0) ELSE b.total_fen - coalesce(o.left_fen, 0) END)::bigint "
            "FROM contributions_bill b LEFT JOIN contributions_open_bill o ON o.bill_id = b.id "
            "WHERE b.employer_id = %s AND b.person_id = %s GROUP BY 1 ORDER BY 1",
            [BillKind.REFUND, *payer],
        )
        months = {period: MonthTotal(period, due, paid) for period, due, paid in cursor.fetchall()}
    rows = _open_rows(employer, person)
    for row, due_on in rows:
        if row.left_fen > 0 and due_on < today:
            months[row.start_period].overdue_fen += row.left_fen
    return list(months.values()), _left_of(rows, today)


def bill_by_number(number: int) -> Bill | None:
    """The bill with this number."""
    return Bill.objects.filter(id=number).first()


def orders_of(*, employer: Employer | None = None, person: Person | None = None, limit: int = 50) -> list[PaymentOrder]:
    """Payment orders of a payer, newest first."""
    if employer is not None:
        return rows_where(PaymentOrder, "employer_id = %s ORDER BY id DESC LIMIT %s", employer.pk, limit)
    return rows_where(PaymentOrder, "person_id = %s ORDER BY id DESC LIMIT %s", person.pk if person else -1, limit)
