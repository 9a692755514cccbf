"""Rows of parameters that people have signed (签署的参数): laid over the rows of the files, the newest first, by the legal date.

The law knows neither database nor clock of a request: whoever has the rows is registered as their source (`parameters/rows.py`), keeps them for
seconds and gives the same object as long as nothing has been signed. Without a source the files alone hold.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class SignedRow:
    """One signed value: the table and its keys, where and when it holds, and the document it was read in.

    `number` is that of the signed change; 0 is one that is tried and not signed yet. `published`: the day the document was published.
    """

    number: int
    table: str
    keys: tuple[str, ...]
    area: str
    first_day: dt.date
    last_day: dt.date
    columns: Mapping[str, Decimal]
    source: str
    status: str
    published: dt.date

    @property
    def where(self) -> str:
        """The record it stands in, in words."""
        return f"参数变更 {self.number} 号"


@dataclass(frozen=True, eq=False)
class Signed:
    """All signed rows at one moment, by table, newest first. Two are never equal: what is made from one is kept by it."""

    version: int = 0
    rows: Mapping[str, tuple[SignedRow, ...]] = field(default_factory=dict)

    def with_row(self, row: SignedRow) -> "Signed":
        """The same with one more row, newer than all."""
        return Signed(self.version, {**self.rows, row.table: (row, *self.rows.get(row.table, ()))})

    def without(self, number: int) -> "Signed":
        """The same without the row of a signed change."""
        return Signed(self.version, {table: tuple(r for r in rows if r.number != number) for table, rows in self.rows.items()})


NONE = Signed()
_source: list[Callable[[], Signed]] = [lambda: NONE]
_held: ContextVar[Signed | None] = ContextVar("_held", default=None)


def read_from(source: Callable[[], Signed]) -> None:
    """Register where signed rows are read; it gives the same object until something else has been signed."""
    _source[:] = [source]


def signed() -> Signed:
    """The signed rows that hold now; within `reading`, those it names."""
    held = _held.get()
    return _source[0]() if held is None else held


@contextmanager
def reading(rows: Signed) -> Iterator[None]:
    """Within, and in this thread alone, the law reads these rows: those of a trial, of the files alone, or those a run began with."""
    token = _held.set(rows)
    try:
        yield
    finally:
        _held.reset(token)
