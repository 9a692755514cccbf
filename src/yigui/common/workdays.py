"""Working days (工作日) of the Chinese calendar, with make-up working days and the agency's own list.

`chinesecalendar` ends with the last year the State Council has announced. Beyond it Monday to Friday count, together
with the agency's own list, and every answer says whether it rests on such a year.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import chinese_calendar

_HOLIDAYS = {h.value: h.chinese for h in chinese_calendar.Holiday}


@cache
def announced_years() -> frozenset[int]:
    """The years whose holidays have been announced and are known here."""
    return frozenset(day.year for day in chinese_calendar.holidays)


@dataclass(frozen=True)
class Deadline:
    """A due date and whether it rests on years whose holidays are not announced yet."""

    day: dt.date
    is_provisional: bool


def is_workday(day: dt.date, own_days: Mapping[dt.date, bool] | None = None) -> bool:
    """Whether people work that day; the agency's own list (date -> is working day) goes first."""
    if own_days and day in own_days:
        return own_days[day]
    if day.year in announced_years():
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def holiday_name(day: dt.date) -> str:
    """The public holiday (法定节假日) a day belongs to; "" on other days, ordinary weekends included."""
    if day.year not in announced_years():
        return ""
    is_free, name = chinese_calendar.get_holiday_detail(day)
    return _HOLIDAYS.get(name, "") if is_free and name else ""


def add_workdays(start: dt.date, count: int, own_days: Mapping[dt.date, bool] | None = None) -> Deadline:
    """The day `count` working days after `start`; `start` itself does not count.

    Zero gives `start`. The answer is provisional when a counted day lies in a year without announced holidays and the
    agency's own list does not name that day.
    """
    day, left, provisional = start, count, False
    while left > 0:
        day += dt.timedelta(days=1)
        if day.year not in announced_years() and not (own_days and day in own_days):
            provisional = True
        if is_workday(day, own_days):
            left -= 1
    return Deadline(day, provisional)


def workdays_between(start: dt.date, end: dt.date, own_days: Mapping[dt.date, bool] | None = None) -> int:
    """Working days after `start` up to and including `end`."""
    days = (start + dt.timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(is_workday(day, own_days) for day in days)
