"""Rows of the law that nobody has read in a document (凭记忆；无文件，暂定): a benefit is not decided by one in silence.

What is read within `unread` and bears such a status is collected; whoever accepts a case answers in writing for it, and its sheet names it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

#: How sure a row is that rests on no document anybody has read.
UNREAD = frozenset({"recalled", "assumed"})
#: Tables out of which a benefit is computed, by the first part of their name.
_PAYING = ("pension", "unemployment", "survivor", "resident", "injury", "maternity")


@dataclass(frozen=True)
class UnreadRow:
    """A row that was read: what it is called, its value in words, and what its source says of itself."""

    label: str
    value: str
    source: str

    @property
    def words(self) -> str:
        return f"{self.label} {self.value}（{self.source}）"


_collected: ContextVar[dict[UnreadRow, None] | None] = ContextVar("unread", default=None)


@contextmanager
def unread() -> Iterator[dict[UnreadRow, None]]:
    """Collect the rows of paying tables that are read within and that nobody has read in a document, each once in the order of reading."""
    rows: dict[UnreadRow, None] = {}
    token = _collected.set(rows)
    try:
        yield rows
    finally:
        _collected.reset(token)


def is_collecting() -> bool:
    """Whether anybody wants to know."""
    return _collected.get() is not None


def note(table: str, status: str, label: str, value: str, source: str) -> None:
    """Tell of a row that is read; only those that rest on no document are kept."""
    rows = _collected.get()
    if rows is not None and status in UNREAD and table.partition("/")[0] in _PAYING:
        rows[UnreadRow(label, value, source)] = None


def named(rows: dict[UnreadRow, None]) -> str:
    """The rows in one sentence's part; "" where there are none."""
    return "；".join(row.words for row in rows)
