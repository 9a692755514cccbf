"""Maternity allowance and days of leave (生育津贴、产假). Source: 社会保险法 第五十六条; 女职工劳动保护特别规定 第七条."""

import datetime as dt
from decimal import Decimal

from yigui.law.calculation import round_half_up
from yigui.law.parameter_table import table

_DAYS_OF_MONTH = 30


def leave_days(area: str, day: dt.date, occasion: str = "normal", *, is_difficult: bool = False, children: int = 1) -> int:
    """Days of leave; provinces add more by their own rows. `occasion`: normal or one of the two kinds of miscarriage."""
    rows = table("maternity/days")
    days = rows.at(occasion, area=area, day=day)["days"]
    if occasion == "normal":
        days += rows.at("difficult", area=area, day=day)["days"] * is_difficult
        days += rows.at("extra_child", area=area, day=day)["days"] * (children - 1)
    return int(days)


def maternity_allowance(average_wage_fen: int, days: int) -> int:
    """The employer's average monthly contribution wage of the year before ÷ 30 × days, fen."""
    return round_half_up(Decimal(average_wage_fen) * days / _DAYS_OF_MONTH)
