"""Months of account (所属期) as integers YYYYMM; ranges include both ends."""

import datetime as dt
import re
from decimal import Decimal

from yigui.common.normalise import plain_day, read_day

_MONTH = re.compile(r"([0-9]{4})(?:(?=[0-9]{2}$)|[-/.年])([0-9]{1,2})月?")
#: Between the first and the last day of a range.
_RANGE = re.compile(
    r"\s*(?:至|到|~|—)\s*|(?<=[0-9]{2}) *- *(?=[0-9]{4}[-/.年])|(?<=[月日]) *- *|(?<=[0-9]{8}) *- *(?=[0-9]{8}$)|(?<=^[0-9]{6}) *- *(?=[0-9]{6}$)"
)

#: Months are counted from here when a month must be a dense number.
EPOCH_YEAR = 1900


def is_period(value: int) -> bool:
    """Whether the number is a month: 190001..299912 with a month of 01..12."""
    return EPOCH_YEAR <= value // 100 <= 2999 and 1 <= value % 100 <= 12


def period_of(day: dt.date) -> int:
    """The month (YYYYMM) a day lies in."""
    return day.year * 100 + day.month


def month_number(period: int) -> int:
    """Dense month number, 0 for 1900-01.

    Raises:
        ValueError: the number is not a month.
    """
    if not is_period(period):
        raise ValueError(f"not a month (YYYYMM): {period!r}")
    return (period // 100 - EPOCH_YEAR) * 12 + period % 100 - 1


def add_months(period: int, months: int) -> int:
    """The month so many months later (or earlier)."""
    number = month_number(period) + months
    return (EPOCH_YEAR + number // 12) * 100 + number % 12 + 1


def months_between(start: int, end: int) -> int:
    """How many months lie in the range, both ends included; 0 when the end is before the start."""
    return max(0, month_number(end) - month_number(start) + 1)


def months_after(start: int, end: int) -> int:
    """How many months `end` lies after `start`; 0 for the same month."""
    return month_number(end) - month_number(start)


def is_half_months(months: Decimal | int) -> bool:
    """Whether a number of months is whole or ends in a half (半月), as work records and old contribution cards count."""
    return Decimal(months) * 2 % 1 == 0


def plain_months(months: Decimal | int) -> Decimal | int:
    """A number of months without decimals where it has none: 170.0 is 170, 515.5 stays."""
    return int(months) if months == int(months) else Decimal(months).normalize()


def first_day(period: int) -> dt.date:
    """The first day of a month."""
    return dt.date(period // 100, period % 100, 1)


def parse_period(text: str) -> int:
    """Read 202401, 2024-01, 2024/1 or 2024年1月 as YYYYMM; a day, and a range of days or months, where it lies within one month.

    Raises:
        ValueError: not a month.
    """
    plain = plain_day(text)
    if found := _MONTH.fullmatch(plain):
        value = int(found[1]) * 100 + int(found[2])
    else:
        try:
            within = {_month_of(part) for part in _RANGE.split(plain)}
        except ValueError as error:
            raise ValueError(f"not a month: {text!r}") from error
        if len(within) != 1:
            raise ValueError(f"not a month: {text!r}")
        value = within.pop()
    if not is_period(value):
        raise ValueError(f"not a month: {text!r}")
    return value


def _month_of(part: str) -> int:
    """The month of one end of a range: a day or a month.

    Raises:
        ValueError: neither.
    """
    found = _MONTH.fullmatch(part)
    return int(found[1]) * 100 + int(found[2]) if found else period_of(read_day(part))


def format_period(period: int | None) -> str:
    """Show a month as 2024-01."""
    return "" if period is None else f"{period // 100}-{period % 100:02d}"


def months_of(start: int, end: int) -> list[int]:
    """The months of a range, both ends included."""
    months = [start]
    while months[-1] < end:
        months.append(add_months(months[-1], 1))
    return months
