"""The business clock: the only place that asks what day it is.

`YIGUI_TODAY` (a date) moves the business day of a demonstration or a test; every page then says so. Instants, digests
and warrants always use the real clock of the database.
"""

import datetime as dt
import os
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

P = ParamSpec("P")
R = TypeVar("R")

CHINA = ZoneInfo("Asia/Shanghai")

_kept: list[dict[object, Any]] = []


def moved_today() -> dt.date | None:
    """The business day set by `YIGUI_TODAY`, or None in normal work."""
    text = os.environ.get("YIGUI_TODAY", "")
    return dt.date.fromisoformat(text) if text else None


def today() -> dt.date:
    """The legal date now, in Chinese time."""
    return moved_today() or dt.datetime.now(CHINA).date()


def now() -> dt.datetime:
    """The instant now, aware, in Chinese time."""
    return dt.datetime.now(CHINA)


def kept_for(seconds: float) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Decorator: keep an answer for some seconds in this process. For what changes rarely and may be seen a moment late."""

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        kept: dict[object, tuple[float, R]] = {}
        _kept.append(kept)

        @wraps(function)
        def answer(*args: P.args, **kwargs: P.kwargs) -> R:
            key = (args, tuple(sorted(kwargs.items())))
            found = kept.get(key)
            if found is None or time.monotonic() - found[0] > seconds:
                if len(kept) > 1000:
                    kept.clear()
                kept[key] = found = (time.monotonic(), function(*args, **kwargs))
            return found[1]

        return answer

    return decorate


def forget_kept() -> None:
    """Forget every answer that is kept in this process: what they were drawn from has changed or is another database."""
    for kept in _kept:
        kept.clear()
