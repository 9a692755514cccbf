"""Money moved with a pension relation between provinces (跨省转移). Source: 国办发〔2009〕66号."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from yigui.law.calculation import round_half_up
from yigui.law.parameter_table import NATIONAL, table

_FIRST_YEAR = 1998


def pooled_amount(years: Sequence[tuple[int, int]], day: dt.date) -> int:
    """The pooled part, fen: 12 percent of the contribution wages (year, fen) of each year since 1998."""
    percent = table("transfer/pooled").at(area=NATIONAL, day=day).value
    return sum(round_half_up(Decimal(wages) * percent / 100) for year, wages in years if year >= _FIRST_YEAR)
