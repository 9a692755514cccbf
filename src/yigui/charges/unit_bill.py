"""The one bill of a unit and month (单位缴费单): all insurances together, with the rate, the rule and since when it holds (R086, R097)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from yigui.charges.case_bills import floating_percent_of
from yigui.charges.queries import BillState, bills_of_payer
from yigui.law.contribution import Payer
from yigui.levy.models import LevyRate
from yigui.registry.enums import Insurance
from yigui.registry.models import Employer


@dataclass(frozen=True)
class RateShown:
    """What a plan's bill was made with: percent of the base, bounds (fen a month), and the rules. `floating` of the injury rate, percent."""

    employer: Decimal
    person: Decimal
    floor_fen: int
    ceiling_fen: int
    rule: str
    bounds_rule: str
    floating: Decimal | None


@dataclass(frozen=True)
class UnitBillRow:
    """One insurance of the bill; `rate` is None for what no plan made (a case, a surcharge)."""

    state: BillState
    rate: RateShown | None


@dataclass(frozen=True)
class UnitBill:
    """All that a unit owes for a month, and how it stands; fen."""

    employer: Employer
    period: int
    rows: list[UnitBillRow]

    @property
    def employer_fen(self) -> int:
        return sum(row.state.bill.employer_fen for row in self.rows)

    @property
    def person_fen(self) -> int:
        return sum(row.state.bill.person_fen for row in self.rows)

    @property
    def total_fen(self) -> int:
        return sum(row.state.bill.total_fen for row in self.rows)

    @property
    def paid_fen(self) -> int:
        return sum(row.state.paid_fen for row in self.rows)

    @property
    def left_fen(self) -> int:
        return self.total_fen - self.paid_fen

    @property
    def due_on(self) -> dt.date | None:
        """The first day due of what is not paid yet; None when nothing is."""
        return min((row.state.due_on for row in self.rows if row.state.left_fen > 0), default=None)


def unit_bill(employer: Employer, period: int) -> UnitBill:
    """The bills of all insurances of a unit for a month owed (YYYYMM), by insurance."""
    found = bills_of_payer(employer=employer, start=period, end=period)
    states = sorted(found, key=lambda s: (s.bill.insurance, s.bill.kind, s.bill.id))
    batches = {s.bill.source_id for s in states if s.bill.source_id > 0}
    rates: dict[tuple[int, str, int], LevyRate] = {}
    for rate in LevyRate.objects.filter(
        batch_id__in=batches, payer=Payer.EMPLOYEE.value, area_code__in={str(s.bill.area) for s in states}
    ):
        if rate.risk_class in ("", employer.industry_risk):
            rates[rate.batch_id, rate.area_code, rate.aae140] = rate
    rows = ((s, rates.get((s.bill.source_id, str(s.bill.area), s.bill.insurance))) for s in states)
    return UnitBill(employer, period, [UnitBillRow(s, _shown(rate, employer, period) if rate else None) for s, rate in rows])


def _shown(rate: LevyRate, employer: Employer, period: int) -> RateShown:
    floating = floating_percent_of(employer, period) if rate.insurance == Insurance.INJURY else None
    own = Decimal(rate.employer_e8) / 1_000_000
    return RateShown(
        employer=own if floating is None else own * Decimal(str(floating)) / 100, person=Decimal(rate.person_e8) / 1_000_000,
        floor_fen=rate.floor_fen, ceiling_fen=rate.ceiling_fen, rule=rate.rule or rate.source, bounds_rule=rate.bounds_rule,
        floating=None if floating is None else Decimal(str(floating)),
    )  # fmt: skip
