"""Work-injury benefits (工伤保险待遇) by grade. Source: 工伤保险条例 第三十五至三十九条、第六十四条."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from yigui.law.calculation import round_half_up
from yigui.law.parameter_table import NATIONAL, table


@dataclass(frozen=True)
class GradeEntitlement:
    """What a grade gives: months of own wage once, and a monthly percent (0 where none) paid by fund or employer."""

    lump_sum_months: int
    allowance_percent: int
    allowance_payer: str


def grade_entitlement(grade: int, day: dt.date) -> GradeEntitlement:
    """What a disability grade (1 to 10) gives by the law of a day."""
    row = table("injury/grades").at(str(grade), area=NATIONAL, day=day)
    payer = "" if not row["allowance_percent"] else "fund" if row["fund_pays"] else "employer"
    return GradeEntitlement(int(row["lump_sum_months"]), int(row["allowance_percent"]), payer)


def own_wage(wage_fen: int, pooled_average_fen: int, day: dt.date) -> int:
    """The own wage that counts: within 60 and 300 percent of the pooled average, fen."""
    bounds = table("injury/wage_bounds").at(area=NATIONAL, day=day)
    floor, ceiling = (round_half_up(Decimal(pooled_average_fen) * bounds[k] / 100) for k in ("floor", "ceiling"))
    return min(max(wage_fen, floor), ceiling)


def lump_sum(grade: int, wage_fen: int, day: dt.date) -> int:
    """One-off disability grant of a grade, fen; the wage already within its bounds."""
    return grade_entitlement(grade, day).lump_sum_months * wage_fen


def monthly_allowance(grade: int, wage_fen: int, day: dt.date) -> int:
    """Monthly disability allowance of a grade, fen; 0 where the grade has none."""
    return round_half_up(Decimal(wage_fen) * grade_entitlement(grade, day).allowance_percent / 100)


def termination_grants(area: str, grade: int, day: dt.date) -> tuple[int, int]:
    """Months of the provincial average wage on termination: medical grant (fund) and employment grant (employer)."""
    row = table("injury/termination").at(str(grade), area=area, day=day)
    return int(row["medical_months"]), int(row["employment_months"])


def work_death_grant(day: dt.date) -> int:
    """Grant after a death at work, fen: a multiple of the nation's urban disposable income of the year before."""
    multiple = table("injury/death").at(area=NATIONAL, day=day)["grant_multiple"]
    return round_half_up(table("injury/national_income").at(area=NATIONAL, day=day).value * multiple * 100)
