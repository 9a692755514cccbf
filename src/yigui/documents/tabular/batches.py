"""Rows by batches: a column of a batch is looked at as a whole, and only what is not plain is read cell by cell.

Most cells of most tables are what they are: one look at all of a column says so, at the cost of a tenth of a look at each.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from yigui.common.normalise import are_plain
from yigui.documents.tabular.cells import CELL_MAX, Read, plain_value, read_cell
from yigui.documents.tabular.columns import Column, Kind

#: Rows taken together.
BATCH = 500
#: Stands between the cells of a column; a column that has it in a cell is read cell by cell.
_BETWEEN = "\x1f"
#: Whole columns whose cells are read as they stand, `_BETWEEN` before each: what `cells.read_cell` would give is the same.
_AS_THEY_STAND = {
    Kind.NAME: re.compile(r"(?:\x1f[\u3400-\u4dbf\u4e00-\u9fff]{0,60})*"),
    Kind.ID: re.compile(r"(?:\x1f(?:[0-9]{17}[0-9X])?)*"),
    Kind.NUMBER: re.compile(r"(?:\x1f[0-9]{0,60})*"),
    Kind.DATE: re.compile(r"(?:\x1f(?:(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8]))?)*"),
    Kind.MONTH: re.compile(r"(?:\x1f(?:20[0-9]{2}(?:0[1-9]|1[0-2]))?)*"),
    Kind.AMOUNT: re.compile(r"(?:\x1f(?:(?:0|[1-9][0-9]{0,9})\.[0-9]{2})?)*"),
}  # fmt: skip
_AS_THEY_STAND[Kind.AVERAGE] = _AS_THEY_STAND[Kind.AMOUNT]
_NOTHING: Read = ("", "", "")
#: What a row is besides data (`Told`): no data; nothing but words; without a day and an amount. Of the last two the whole row is its one note.
#: And data that begins like none, by its first note.
ASIDE, WORDS, BARE, BEGINS = 1, 2, 4, 8
#: A row: number, cells, problems, notes, aside.
Told = tuple[int, Sequence[str], list[str], list[str], int]
#: Rows that have no more to say than their cells: their numbers, and all their cells in one text, row by row.
Pack = tuple[list[int], str]
#: Cells of a column that are remembered, of each type.
_KNOWN_MAX = 5_000


class _Two:
    """Two cells of one column that say different things."""

    __slots__ = ("one", "other")

    def __init__(self, one: Any, other: Any) -> None:
        self.one, self.other = plain_value(one)[:30], plain_value(other)[:30]


class Reader:
    """One column on its way through: where it stands, and what its cells of before were read as."""

    __slots__ = ("_known", "column", "is_1904", "is_wanted", "place", "where")

    def __init__(self, column: Column, where: list[int], is_1904: bool) -> None:
        self.column, self.where, self.is_1904 = column, where, is_1904
        self.place = where[0] if len(where) == 1 else -1
        self.is_wanted = column.required and not column.may_be_blank
        # By type: a number and a yes are equal to the language, and not the same.
        self._known: defaultdict[type, dict[Any, Read]] = defaultdict(dict)

    def value(self, cells: Sequence[Any]) -> Any:
        """What stands in this column, or in all the columns of its head."""
        if self.place >= 0:
            return cells[self.place] if self.place < len(cells) else ""
        return _value_at(cells, self.where, len(cells))

    def read(self, value: Any) -> Read:
        """A cell; those of before are not read again."""
        if value == "" or value is None:
            return _NOTHING
        if isinstance(value, _Two):
            return "", f"有两列都是{self.column.word}，内容“{value.one}”与“{value.other}”不同，请删除一列", ""
        known = self._known[type(value)]
        found = known.get(value)
        if found is None:
            found = read_cell(self.column, value, is_1904=self.is_1904)
            if len(known) < _KNOWN_MAX and (type(value) is not str or len(value) < 60):
                known[value] = found
        return found

    def column_of(
        self, rows: Sequence[Sequence[Any]], turned: Sequence[Sequence[Any]] | None
    ) -> tuple[Sequence[str], Sequence[int]]:
        """The cells of a batch as they are read, and the places of those that have more to say than their text.

        Args:
            turned: the same by columns, where all rows are as long as the longest head.
        """
        if not self.where:
            return [""] * len(rows), ()
        if turned is not None and self.place >= 0:
            values = turned[self.place]
        else:
            values = [self.value(cells) for cells in rows]
        if self.place >= 0 and self._stand(values):
            return values, ()
        texts: list[str] = []
        more: list[int] = []
        for k, value in enumerate(values):
            text, problem, note = self.read(value)
            texts.append(text)
            if problem or note or (self.is_wanted and not text):
                more.append(k)
        return texts, more

    def _stand(self, values: Sequence[Any]) -> bool:
        """Whether all cells are texts that are read as they stand; False where it is not sure."""
        if self.column.kind == Kind.TEXT:
            if not are_plain(values) or max(map(len, values)) > CELL_MAX:
                return False
            return not (self.is_wanted and "" in values)
        try:
            joined = _BETWEEN + _BETWEEN.join(values)
        except TypeError:
            return False
        if joined.count(_BETWEEN) != len(values) or not _AS_THEY_STAND[self.column.kind].fullmatch(joined):
            return False
        return not (self.is_wanted and "" in values)


class Batches:
    """All columns of a table."""

    def __init__(self, readers: Sequence[Reader]) -> None:
        self.readers = readers
        self._width = 1 + max((place for reader in readers for place in reader.where), default=0)

    def plain(self, rows: Sequence[Sequence[Any] | None]) -> list[Sequence[str] | None]:
        """The cells of each row that has nothing but its texts to say; None of the others, which have to be read by themselves."""
        asked = [k for k, cells in enumerate(rows) if cells is not None]
        found: list[Sequence[str] | None] = [None] * len(rows)
        if not asked:
            return found
        taken = [cells for cells in rows if cells is not None]
        widths = set(map(len, taken))
        turned = list(zip(*taken, strict=True)) if len(widths) == 1 and widths.pop() >= self._width else None
        columns: list[Sequence[str]] = []
        more: set[int] = set()
        for reader in self.readers:
            texts, places = reader.column_of(taken, turned)
            columns.append(texts)
            more.update(places)
        for k, row in zip(asked, zip(*columns, strict=True), strict=True):
            found[k] = row
        for place in more:
            found[asked[place]] = None
        return found

    def row(self, cells: Sequence[Any]) -> tuple[list[str], list[str], list[str], bool]:
        """One row: its texts, problems and notes; the last tells whether a cell that is wanted is blank."""
        texts: list[str] = []
        problems: list[str] = []
        notes: list[str] = []
        blank: list[str] = []
        for reader in self.readers:
            text, problem, note = reader.read(reader.value(cells))
            texts.append(text)
            if problem:
                problems.append(problem)
            elif note:
                notes.append(note)
            elif not text and reader.is_wanted:
                blank.append(reader.column.word)
        if blank:
            problems.append(f"{'、'.join(blank)}为空，请补齐")
        return texts, problems, notes, bool(blank)


def _value_at(cells: Sequence[Any], where: list[int], width: int) -> Any:
    """What stands in the columns of one head: the one value of all of them."""
    values = [cells[k] for k in where if k < width and cells[k] != ""]
    if not values:
        return ""
    other = next((value for value in values[1:] if plain_value(value).strip() != plain_value(values[0]).strip()), None)
    return values[0] if other is None else _Two(values[0], other)


def packed(numbers: list[int], rows: Sequence[Sequence[str]]) -> Pack | None:
    """Rows as one text, which is told and taken apart faster than each cell by itself; None where a cell holds what stands between."""
    text = _BETWEEN.join(map(_BETWEEN.join, rows))
    return (numbers, text) if text.count(_BETWEEN) == sum(map(len, rows)) - 1 else None


def rows_of(batch: Sequence[Told | Pack], width: int) -> Iterator[Told]:
    """The rows of a batch, those of its packs too."""
    for told in batch:
        if len(told) == 2:
            numbers, text = told
            cells = text.split(_BETWEEN)
            for k, number in enumerate(numbers):
                yield number, cells[k * width : (k + 1) * width], [], [], 0
        else:
            yield told
