"""The one bill of a unit and month (单位缴费单): all insurances together, with the rate, the rule and since when it holds (R086, R097)."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from yigui.charges.case_bills import floating_percent_of
from yigui.charges.queries import BillState, bills_of_payer
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.law.calculation import plain
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

    @property
    def in_words(self) -> str:
        """Percent of the unit and of its employees: 16% / 8%."""
        return f"{plain(self.employer)}% / {plain(self.person)}%"

    @property
    def bounds_in_words(self) -> str:
        """Floor and ceiling with their rule; "" for a plan of before the rules were kept."""
        return f"{format_fen(self.floor_fen)} 至 {format_fen(self.ceiling_fen)} 元：{self.bounds_rule}" if self.bounds_rule else ""


@dataclass(frozen=True)
class UnitBillRow:
    """One insurance of the bill; `rate` is None for what no plan made (a case, a surcharge). Of a difference to what was charged for the month
    before base times rate is not the amount."""

    state: BillState
    rate: RateShown | None

    @property
    def rule(self) -> str:
        """The rule of its rate; of a supplement or credit that it is the difference by that rule."""
        if self.rate is None:
            return ""
        return f"与已征的差额，按 {self.rate.rule}" if self.state.is_difference else self.rate.rule


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
    def due_in_words(self) -> str:
        """The days what is not paid yet is due by, each with its sum where there are several (a supplement is due later); "" when nothing is."""
        left: dict[dt.date, int] = {}
        for state in (row.state for row in self.rows if row.state.left_fen > 0):
            left[state.due_on] = left.get(state.due_on, 0) + state.left_fen
        if len(left) == 1:
            return next(iter(left)).isoformat()
        return "、".join(f"{day}（{format_fen(fen)} 元）" for day, fen in sorted(left.items()))


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


def bill_sheet(found: UnitBill, today: dt.date) -> dict[str, Any]:
    """The bill as content for `documents.render.render_content`: what it says is what the page says, as it stands on that day."""
    rows = [
        [
            f"{row.state.label}（{row.state.kind_label}）", str(row.state.bill.id), str(row.state.bill.person_count),
            format_fen(row.state.bill.base_fen), row.rate.in_words if row.rate else "", format_fen(row.state.bill.employer_fen),
            format_fen(row.state.bill.person_fen), format_fen(row.state.bill.total_fen), row.state.status,
        ]
        for row in found.rows
    ]  # fmt: skip
    rows.append(["合计", "", "", "", "", *(format_fen(f) for f in (found.employer_fen, found.person_fen, found.total_fen)), ""])
    rules = [[row.state.label, row.rule, row.rate.bounds_in_words] for row in found.rows if row.rate]
    facts = [
        ("单位名称", found.employer.name), ("单位编号", found.employer.unit_no), ("所属期", format_period(found.period)),
        ("应缴合计", f"{format_fen(found.total_fen)} 元"), ("已缴", f"{format_fen(found.paid_fen)} 元"),
        ("未缴", f"{format_fen(found.left_fen)} 元"),
    ]  # fmt: skip
    if found.due_in_words:
        facts.append(("缴费期至", found.due_in_words))
    head = ["险种", "缴费单号", "人数", "基数合计", "费率", "单位", "个人", "应缴", "状态"]
    sections = [{"title": "各险种（元）", "head": head, "rows": rows, "widths": [3, 3, 1, 3, 2, 3, 3, 3, 2]}]
    if rules:
        sections.append({"title": "依据", "head": ["险种", "费率依据", "基数上下限依据"], "rows": rules, "widths": [2, 4, 5]})
    return {
        "title": "单位缴费单", "case_no": "", "issued_on": today, "agency": found.employer.area.name, "path": "/unit/dues/", "facts": facts,
        "sections": sections, "notes": [f"缴费情况截至 {today.isoformat()}；缴费以到账为准。"],
    }  # fmt: skip
