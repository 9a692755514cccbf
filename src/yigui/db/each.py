"""A job goes over many cases, lines or messages; one bad element stops none of the others."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db import Error, close_old_connections, connection

logger = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True)
class Done:
    """How a job went: elements that were brought on, and those that failed."""

    done: int
    failed: int


def each(
    elements: Iterable[T], do: Callable[[T], object], *, job: str, mark: Callable[[T, Exception], object] | None = None
) -> Done:
    """Do something for each element, outside any transaction; whatever one of them raises is logged, marked on it, and the rest goes on.

    Args:
        do: counted when it gives something true.
        job: name of the job for the log.
        mark: writes on the element what was wrong with it, so that people see it and the job does not begin with it for ever.
    """
    done = failed = 0
    for element in elements:
        try:
            done += bool(do(element))
        except Exception as error:
            failed += 1
            logger.exception("%s: %s", job, element)
            _reconnect(error)
            if mark is not None:
                _mark(mark, element, error, job)
    if failed:
        logger.error("%s: %s done, %s failed", job, done, failed)
    return Done(done, failed)


def _mark(mark: Callable[[T, Exception], object], element: T, error: Exception, job: str) -> None:
    try:
        mark(element, error)
    except Exception as again:
        logger.exception("%s: %s could not be marked", job, element)
        _reconnect(again)


def _reconnect(error: Exception) -> None:
    """A connection the server has ended is made anew for the next element."""
    if isinstance(error, Error) and not connection.in_atomic_block:
        close_old_connections()
