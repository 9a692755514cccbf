"""Disability allowance (病残津贴) before the retirement age. Source: 人社部发〔2024〕72号."""

import datetime as dt
from dataclasses import dataclass

from yigui.common.money import format_fen
from yigui.common.months import months_after, period_of
from yigui.law.calculation import CalculationLine, plain, round_half_up
from yigui.law.parameter_table import NATIONAL, table
from yigui.law.retirement_age import minimum_contribution_months


@dataclass(frozen=True)
class DisabilityAllowance:
    """The allowance, fen a month; `months` how long at most (None: to the retirement age)."""

    kind: str
    amount_fen: int
    months: int | None
    line: CalculationLine


def disability_allowance(
    area: str, day: dt.date, *, statutory_month: int, total_months: int, full_pension_fen: int
) -> DisabilityAllowance:
    """The allowance of a person who lost all working capacity.

    Within five years of the statutory month and with enough years the full pension; else half of the province's average basic
    part with enough years, 40 percent without, the latter for 12 months and 3 more for each full year above five.

    Args:
        statutory_month: YYYYMM. full_pension_fen: what the pension formula gives today.

    Raises:
        ParameterMissing: before 2025, or the province's average basic part is not stored.
    """
    row = table("pension/disability").at(area=NATIONAL, day=day)
    period = period_of(day)
    is_enough = total_months >= minimum_contribution_months(period)
    left = months_after(period, statutory_month)
    if is_enough and left <= int(row["full_within_years"]) * 12:
        line = CalculationLine(
            f"距法定退休年龄 {left} 个月，按基本养老金计发：{format_fen(full_pension_fen)}", full_pension_fen, period, row.source
        )
        return DisabilityAllowance("full", full_pension_fen, None, line)
    average = table("pension/average_basic").at(area=area, day=day)
    percent = row["percent_enough"] if is_enough else row["percent_short"]
    fen = round_half_up(average.value * percent)
    line = CalculationLine(
        f"平均基础养老金 {plain(average.value)} × {plain(percent)}%", fen, period, f"{row.source}；{average.source}"
    )
    if is_enough:
        return DisabilityAllowance("half", fen, None, line)
    years_above = max(0, total_months // 12 - int(row["short_years"]))
    return DisabilityAllowance("short", fen, int(row["short_months"] + row["short_months_plus"] * years_above), line)
