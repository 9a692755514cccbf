"""What residents pay for a year (城乡居民年缴费): the sums to choose from, and until when. Amounts in fen."""

import datetime as dt
from dataclasses import dataclass

from yigui.law.parameter_table import table


@dataclass(frozen=True)
class ResidentSum:
    """Lowest and highest sum of a year, fen: equal where nothing is to choose; with the source, and the rule and since when it holds."""

    lowest_fen: int
    highest_fen: int
    source: str
    rule: str


def resident_sum(insurance: str, area: str, year: int) -> ResidentSum:
    """What residents pay for a year in an area.

    Raises:
        ParameterMissing: no source gives it: no bill is made on a guess.
    """
    row = table("contribution/resident_sum").at(insurance, area=area, day=dt.date(year, 1, 1))
    return ResidentSum(int(row["lowest"] * 100), int(row["highest"] * 100), row.source, row.rule)


def resident_due_day(insurance: str, area: str, year: int) -> dt.date:
    """The last day to pay for a year.

    Raises:
        ParameterMissing: nothing stored for the area and year.
    """
    row = table("contribution/resident_due").at(insurance, area=area, day=dt.date(year, 1, 1))
    return dt.date(year + int(row["offset"]), int(row["month"]), int(row["day"]))
