"""Answers kept in this process for some seconds: for what changes rarely and may be seen a moment late."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")
_kept: list[dict[object, Any]] = []


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


def kept_here() -> dict[object, Any]:
    """A place for answers that are kept in another way than by seconds alone; `forget_kept` empties it too."""
    kept: dict[object, Any] = {}
    _kept.append(kept)
    return kept


def forget_kept() -> None:
    """Forget every answer that is kept in this process: what they were drawn from has changed or is another database."""
    for kept in _kept:
        kept.clear()
