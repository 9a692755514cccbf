"""The inbox (待办): everything that waits for one person of the staff, as rooms declare it in their `room.py`.

A source is a kind of thing that can wait (steps of cases, batches to sign, tasks …). It gives rows and counts for one person and asks
the same rule as the buttons of the page it leads to: nothing stands in an inbox that is refused there.
"""

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

#: Rows a source is asked to count at most; more are shown as "500+".
COUNT_MAX = 500


class Turn(IntEnum):
    """Whose turn a thing is, in the order in which it is taken (轮派)."""

    MINE, ANYBODY, COLLEAGUE = 0, 1, 2


@dataclass(frozen=True)
class Target:
    """What a row leads to: a kind that some door opens (`Room.opens`), and the number it is known by there."""

    kind: str
    number: str = ""


@dataclass(frozen=True)
class Row:
    """One thing that waits.

    Args:
        key: its number within the source.
        kind: what is to be done, in a word or two (审核, 待审批, 多领追回).
        what: what it is about; personal names masked.
        more: a second line.
        whose: who has it, or who sent it.
        due_on: the day it must be done by, None where nothing sets one.
        since: since when it waits.
        is_mine: taken by this person already.
        can_take: `take_next` may take it.
        turn: whose turn it is; what is a colleague's can be taken, but is counted as theirs.
    """

    key: str
    kind: str
    what: str
    more: str
    whose: str
    due_on: dt.date | None
    since: dt.datetime | dt.date | None
    target: Target
    is_mine: bool = False
    can_take: bool = False
    turn: Turn = Turn.ANYBODY


@dataclass(frozen=True)
class Tally:
    """How many wait, by urgency; `is_cut` when there are more than were counted."""

    overdue: int = 0
    today: int = 0
    later: int = 0
    is_cut: bool = False

    @property
    def total(self) -> int:
        return self.overdue + self.today + self.later

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.overdue + other.overdue, self.today + other.today, self.later + other.later, self.is_cut or other.is_cut)


def tally(days: Iterable[dt.date | None], today: dt.date) -> Tally:
    """Count due days; no more than `COUNT_MAX` of them are looked at."""
    seen = list(days)
    counted = seen[:COUNT_MAX]
    overdue = sum(1 for day in counted if day is not None and day < today)
    due = sum(1 for day in counted if day == today)
    return Tally(overdue, due, len(counted) - overdue - due, len(seen) > COUNT_MAX)


@dataclass(frozen=True)
class Source:
    """A kind of thing that can wait for somebody.

    Args:
        place: orders the sources.
        label: what the filter is called.
        icon, tone: how its rows are marked; the tone is one of step, batch, meet, right, task, help.
        roles: for whom it is asked at all.
        rows: (user, today, most) -> at most so many rows, the most urgent first.
        days: (user, today, most) -> due days of at most so many, in any order, in one statement; without those whose turn is a colleague's.
        lines: (user, today, key) -> label and value pairs for the preview; None when it does not wait for this person any more.
        settle: (user, key) -> what is done with a row in the inbox itself, where it needs no page of its own; None for none.
        settled_by: what the button of it says.
    """

    place: int
    code: str
    label: str
    icon: str
    tone: str
    roles: Collection[str]
    rows: Callable[[Any, dt.date, int], list[Row]]
    days: Callable[[Any, dt.date, int], Iterable[dt.date | None]]
    lines: Callable[[Any, dt.date, str], list[tuple[str, str]] | None]
    settle: Callable[[Any, str], None] | None = None
    settled_by: str = ""

    @property
    def is_settled_here(self) -> bool:
        """Whether a row is done with in the inbox itself: a template would call `settle`."""
        return self.settle is not None


@dataclass(frozen=True)
class Decided:
    """What became of a request: what was asked, why it came to nothing, who said so and when (None where no moment is kept), where it stands."""

    what: str
    reason: str
    by: str
    at: dt.datetime | dt.date | None
    target: Target


@dataclass(frozen=True)
class NotGranted:
    """A kind of request that others decide on and that came to nothing by their word (未批准的申请): who asked finds it in the inbox with the
    reason until they have read it.

    Args:
        code: by which what was read is kept.
        label: what became of it, in a word or two (权限申请未批准).
        model: the table's model: every request with a status of refusal is declared by one.
        of: numbers of accounts -> its rows that these accounts asked for and somebody else ended.
        answer: a row -> what became of it; reads nothing further.
    """

    code: str
    label: str
    model: Any
    of: Callable[[Collection[int]], Any]
    answer: Callable[[Any], Decided]
