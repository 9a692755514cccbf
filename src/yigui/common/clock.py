"""The business clock: the only place that asks what day it is.

`YIGUI_TODAY` (a date) moves the business day of a demonstration or a test; every page then says so. Instants, digests
and warrants always use the real clock of the database.
"""

import datetime as dt
import os
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")


def moved_today() -> dt.date | None:
    """The business day set by `YIGUI_TODAY`, or None in normal work."""
    text = os.environ.get("YIGUI_TODAY", "")
    return dt.date.fromisoformat(text) if text else None


def today() -> dt.date:
    """The legal date now, in Chinese time."""
    return moved_today() or dt.datetime.now(CHINA).date()


def local(at: dt.datetime) -> dt.datetime:
    """A stored instant as people read it: in Chinese time. Every time written into a sentence passes here.

    Raises:
        ValueError: an instant that does not say its zone.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone")
    return at.astimezone(CHINA)


def now() -> dt.datetime:
    """The instant now, aware, in Chinese time."""
    return dt.datetime.now(CHINA)
