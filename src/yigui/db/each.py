"""A job goes over many cases, lines or messages; one bad element stops none of the others."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from django.db import Error, close_old_connections, connection

logger = logging.getLogger(__name__)
T = TypeVar("T")


#: What failed in the job that goes on and bears no mark; None where nobody answers for it.
_LEFT: ContextVar[list[str] | None] = ContextVar("left_behind", default=None)


class LeftBehind(Exception):
    """A job is over; elements of it failed, and nothing is written on them."""


@dataclass(frozen=True)
class Done:
    """How a job went: elements that were brought on, and those that failed."""

    done: int
    failed: int


@contextmanager
def answered_for() -> Iterator[None]:
    """Around a job: it goes over all its elements, and then fails if one of them failed that nothing is written on.

    A failed job is counted and rings (`yigui_jobs{status="failed"}`); a line of the log is read by nobody.

    Raises:
        LeftBehind: when everything else is done.
    """
    left: list[str] = []
    token = _LEFT.set(left)
    try:
        yield
    finally:
        _LEFT.reset(token)
    if left:
        raise LeftBehind("; ".join(left[:10]))


def each(
    elements: Iterable[T], do: Callable[[T], object], *, job: str, mark: Callable[[T, Exception], object] | None = None
) -> Done:
    """Do something for each element, outside any transaction; whatever one of them raises is logged, marked on it, and the rest goes on.

    Args:
        do: counted when it gives something true.
        job: name of the job for the log.
        mark: writes on the element what was wrong with it, so that people see it and the job does not begin with it for ever. Without
            it (or where it fails) the whole job ends as failed, when all is done (`answered_for`).
    """
    done = failed = 0
    for element in elements:
        try:
            done += bool(do(element))
        except Exception as error:
            failed += 1
            logger.exception("%s: %s", job, element)
            _reconnect(error)
            if mark is None or not _mark(mark, element, error, job):
                _leave(job, element, error)
    if failed:
        logger.error("%s: %s done, %s failed", job, done, failed)
    return Done(done, failed)


def each_past(fetch: Callable[[int], Sequence[T]], do: Callable[[T], object], *, job: str) -> Done:
    """As `each`, for a job that takes the first of what waits, so many at a time: those that fail go on standing first, and are gone past, so that they
    hide nothing that waits behind them. Each is tried once a run.

    Args:
        fetch: gives the next elements, without so many of the first of those that wait.
    """
    done = failed = 0
    while elements := fetch(failed):
        went = each(elements, do, job=job)
        done, failed = done + went.done, failed + went.failed
        if not went.failed:
            break
    return Done(done, failed)


def within(seconds: float, fetch: Callable[[T | None], Sequence[T]]) -> Iterator[T]:
    """Elements for `each`, batch after batch, as long as a run may work: asked before each of them, not only before a batch.

    Args:
        fetch: gives the next elements behind one (None: the first), so that those that fail are gone past.
    """
    ends, last = time.monotonic() + seconds, None
    while batch := fetch(last):
        for element in batch:
            if time.monotonic() > ends:
                return
            yield element
            last = element


def _mark(mark: Callable[[T, Exception], object], element: T, error: Exception, job: str) -> bool:
    try:
        mark(element, error)
        return True
    except Exception as again:
        logger.exception("%s: %s could not be marked", job, element)
        _reconnect(again)
        return False


def _leave(job: str, element: object, error: Exception) -> None:
    left = _LEFT.get()
    if left is not None:
        left.append(f"{job} {element}: {type(error).__name__}")


def _reconnect(error: Exception) -> None:
    """A connection the server has ended is made anew for the next element."""
    if isinstance(error, Error) and not connection.in_atomic_block:
        close_old_connections()
