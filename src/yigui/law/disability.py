"""Disability allowance (病残津贴) before the retirement age, and how it is adjusted. Source: 人社部发〔2024〕72号, articles 3 to 5."""

import datetime as dt
import math
from dataclasses import dataclass
from decimal import Decimal

from yigui.common.money import format_fen
from yigui.common.months import add_months, months_after, period_of
from yigui.law.calculation import CalculationLine, plain, round_half_up
from yigui.law.parameter_table import NATIONAL, Entry, table
from yigui.law.pension import ImpossibleRecord
from yigui.law.retirement_age import minimum_contribution_months


@dataclass(frozen=True)
class DisabilityAllowance:
    """The allowance, fen a month; `months` how long at most (None: to the retirement age).

    `again_from`: the month (YYYYMM) from which it is computed again by the full formula, five years before the age; None where it
    is not.
    """

    kind: str
    amount_fen: int
    months: int | None
    again_from: int | None
    line: CalculationLine

    def last_month(self, start: int, statutory_month: int) -> int:
        """The last month of an allowance that begins in `start` (YYYYMM): that of the statutory age or sooner, at least its first."""
        end = statutory_month if self.months is None else min(statutory_month, add_months(start, self.months - 1))
        return max(start, end)


def disability_allowance(
    area: str, day: dt.date, *, statutory_month: int, total_months: Decimal | int, full_pension_fen: int, own_basic_fen: int
) -> DisabilityAllowance:
    """The allowance of a person who lost all working capacity. Deemed months count.

    With enough months and at most five years (60 months) to the statutory month the full pension; with enough months and longer to
    go the person's own basic part, computed again when five years are left; else the own basic part for `short_months`.

    Args:
        area: place of the benefit; the amounts are made by its formula. statutory_month: YYYYMM.
        full_pension_fen, own_basic_fen: what the pension formula gives on the day, in all and as basic part.

    Raises:
        ParameterMissing: before 2025.
        ImpossibleRecord: no months at all, or the age is reached.
    """
    row = table("pension/disability").at(area=NATIONAL, day=day)
    period = period_of(day)
    if total_months <= 0:
        raise ImpossibleRecord("没有缴费年限，不能申领病残津贴，请先核对缴费记录。")
    if period >= statutory_month:
        raise ImpossibleRecord("已达到法定退休年龄，请申请基本养老金（PEN-002）。")
    within = int(row["full_within_years"]) * 12
    is_enough = total_months >= minimum_contribution_months(period)
    left = months_after(period, statutory_month)
    if is_enough and left <= within:
        text = f"距法定退休年龄 {left} 个月，按基本养老金计发：{format_fen(full_pension_fen)}"
        return DisabilityAllowance(
            "full", full_pension_fen, None, None, CalculationLine(text, full_pension_fen, period, row.source)
        )
    text = f"按本人基础养老金计发：{format_fen(own_basic_fen)}"
    if is_enough:
        line = CalculationLine(f"{text}，距法定退休年龄 {left} 个月", own_basic_fen, period, row.source)
        return DisabilityAllowance("basic", own_basic_fen, None, add_months(statutory_month, -within), line)
    months = short_months(row, total_months)
    line = CalculationLine(f"{text}，缴费 {total_months} 个月，支付 {months} 个月", own_basic_fen, period, row.source)
    return DisabilityAllowance("short", own_basic_fen, months, None, line)


def own_basic_percent(day: dt.date) -> Entry | None:
    """By how much allowances of the own basic part are raised in the adjustment of a day; None where it is not published."""
    return table("pension/allowance_adjustment").find(area=NATIONAL, day=day)


def own_basic_increase(pension_fen: int, day: dt.date) -> CalculationLine:
    """What the adjustment of a day gives to an allowance of the own basic part, fen a month.

    Raises:
        ParameterMissing: the percentage of the year is not stored.
    """
    row = table("pension/allowance_adjustment").at(area=NATIONAL, day=day)
    text = f"病残津贴按全国调整比例：{format_fen(pension_fen)} × {plain(row.value)}%"
    return CalculationLine(text, round_half_up(pension_fen * row.value / 100), period_of(day), row.source)


def own_basic_sql(percent: Decimal) -> str:
    """The same as an expression over `pension_fen`: percent with four decimals, in integers, halves up."""
    return f"((pension_fen * {int(percent * 10_000)} + 500000) / 1000000)"


def short_months(row: Entry, total_months: Decimal | int) -> int:
    """Months of the allowance where the contribution months are short: 12, and 3 for each year above five, a part year as a whole."""
    above = max(0, total_months - int(row["short_years"]) * 12)
    return int(row["short_months"] + row["short_months_plus"] * math.ceil(Decimal(above) / 12))
