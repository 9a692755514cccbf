"""Opening hours (开放时间): a week as it is written on the door, and whether a place is open on a day. Pure.

A promise to the public: where nobody has said when a place opens, the answer is "not published", never a guess.
"""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from yigui.common.workdays import holiday_name, is_workday

#: Minutes since midnight, from and to; 24:00 is 1440.
Span = tuple[int, int]
Spans = tuple[Span, ...]

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
_SPAN = re.compile(r"^(\d{1,2}):(\d{2})[-–—~至](\d{1,2}):(\d{2})$")


class HoursUnreadable(ValueError):
    """The text of a day's hours cannot be read; the message is a sentence for the person who wrote it."""


@dataclass(frozen=True)
class Opening:
    """Whether a place is open on a day: its spans, and why it differs from an ordinary week.

    `is_known` is False where no hours have been published.
    """

    spans: Spans = ()
    note: str = ""
    is_known: bool = True

    @property
    def text(self) -> str:
        """The spans as they are written: 09:00-12:00 13:30-17:00; empty when closed."""
        return written(self.spans)

    def is_open_at(self, moment: dt.time) -> bool:
        """Whether the place is open at a moment of the day."""
        minute = moment.hour * 60 + moment.minute
        return any(start <= minute < end for start, end in self.spans)


@dataclass(frozen=True)
class SpecialDay:
    """A day that is not as the week says (例外日): its hours, "" for closed, and why."""

    hours: str
    reason: str


def read_hours(text: str) -> Spans:
    """The spans of a day, from `09:00-12:00 13:30-17:00`; empty text is a closed day.

    Raises:
        HoursUnreadable: no times, a span that ends before it begins, or spans that overlap.
    """
    spans: list[Span] = []
    for part in text.replace("：", ":").replace("，", " ").replace("、", " ").split():
        found = _SPAN.match(part)
        if found is None:
            raise HoursUnreadable(f"“{part}”不是开放时间，应为 09:00-12:00 13:30-17:00。")
        first, first_minute, last, last_minute = (int(g) for g in found.groups())
        start, end = first * 60 + first_minute, last * 60 + last_minute
        if first_minute > 59 or last_minute > 59 or start >= end or end > 1440:
            raise HoursUnreadable(f"“{part}”的起止时间不对，请核对。")
        if spans and start < spans[-1][1]:
            raise HoursUnreadable(f"“{part}”与前一段时间重叠或次序颠倒，请核对。")
        spans.append((start, end))
    return tuple(spans)


def written(spans: Spans) -> str:
    """Spans as text, the way `read_hours` reads them."""
    return " ".join(f"{a // 60:02}:{a % 60:02}-{b // 60:02}:{b % 60:02}" for a, b in spans)


def opening_on(
    day: dt.date, *, week: Sequence[str], special_days: Mapping[dt.date, SpecialDay], own_days: Mapping[dt.date, bool],
    stays_open_on_holidays: bool = False,
) -> Opening:  # fmt: skip
    """Whether a place is open on a day.

    Args:
        week: seven texts, Monday first, as `read_hours` reads them.
        special_days: what was said about single days; goes before everything else.
        own_days: the agency's own list of working and free days (`registry.own_days`).
        stays_open_on_holidays: a self-service area that never closes.
    """
    if day in special_days:
        said = special_days[day]
        return Opening(read_hours(said.hours), said.reason)
    if not any(week):
        return Opening(is_known=False)
    spans = read_hours(week[day.weekday()])
    if stays_open_on_holidays:
        return Opening(spans)
    holiday = holiday_name(day)
    if not is_workday(day, own_days) and (holiday or day.weekday() < 5 or day in own_days):
        return Opening((), holiday or "休息日")
    if not spans and is_workday(day, own_days):
        ordinary = next((text for text in week[:5] if text), "")
        return Opening(read_hours(ordinary), "调休工作日")
    return Opening(spans)
