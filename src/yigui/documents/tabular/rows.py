"""From bytes to rows, in a process of its own: what format it is, where the head stands, and what became of each line."""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any

from yigui.common.apart import Refused
from yigui.common.normalise import are_plain
from yigui.documents.tabular.cells import CELL_MAX, Read, plain_value, read_cell
from yigui.documents.tabular.columns import Column, Kind, Limits
from yigui.documents.tabular.delimited import Text, open_text
from yigui.documents.tabular.heads import Head, Words
from yigui.documents.tabular.workbooks import is_workbook, open_book

#: How rows that are no data begin: sums, signatures, remarks; and the example of a template.
_ASIDE = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|本页|累计|制\s*表|填\s*表|审\s*核|复\s*核|经\s*办|负责人|单位盖章|盖\s*章|打印|备\s*注|说\s*明|注\s*[:：]|以下空白|填报)"
)
_EXAMPLE = re.compile(r"[（(【]?(?:示例|样例|例[:：)）】])")
#: First characters of both.
_BEGINNINGS = frozenset("合总小共本累制填审复经负单盖打备说注以（(【示样例")
#: number, cells, problems, notes, aside
Told = tuple[int, list[str], list[str], list[str], int]


def told_rows(
    content: bytes, *, file_name: str, columns: Sequence[Sequence[Any]], limits: Mapping[str, int]
) -> Generator[Told, None, dict[str, Any]]:
    """Rows as plain lists; what the file is (head, sheet, counts) comes as the generator's last word.

    Raises:
        Refused: not to be read, a needed column missing, no rows, or more than it may hold.
    """
    asked = [Column(name, heads, Kind(kind), *more) for name, heads, kind, *more in columns]
    table = _Table(asked, Limits(**limits), file_name)
    yield from table.read(content)
    return table.told()


class _Table:
    """One file on its way through."""

    def __init__(self, columns: list[Column], limits: Limits, file_name: str) -> None:
        self.columns, self.limits, self.file_name = columns, limits, file_name
        self.words = Words(columns)
        self.head: Head | None = None
        self.sheet = self.encoding = self.separator = ""
        self.notes: list[str] = []
        self.is_1904 = False
        self.count = {"read": 0, "rejected": 0, "aside": 0, "blank": 0, "joined": 0}
        self.cells = 0

    def read(self, content: bytes) -> Iterator[Told]:
        if is_workbook(content):
            book = open_book(content, self.file_name, self.words, self.limits)
            self.head, self.sheet, self.is_1904, self.notes = book.head, book.sheet, book.is_1904, book.notes
            self._refuse_headless()
            lines: Iterator[tuple[int, Sequence[Any], str]] = ((number, cells, "") for number, cells in book.lines())
        else:
            text = open_text(content, self.file_name, self.words)
            self.head, self.encoding, self.separator = text.head, text.encoding, text.separator
            self._refuse_headless()
            if not text.is_ended:
                self.notes.append("文件最后一行没有换行符，请核对文件是否完整")
            lines = self._of_text(text)
        yield from self._judged(lines)
        if not self.count["read"] + self.count["rejected"]:
            raise Refused(f"文件“{self.file_name}”没有数据行。")

    def _of_text(self, text: Text) -> Iterator[tuple[int, Sequence[Any], str]]:
        for line in text.lines():
            self.count["joined"] += line.span - 1
            yield line.number, line.cells, line.fault

    def _refuse_headless(self) -> None:
        head = self.head
        if head is not None and not head.missing:
            return
        missing = head.missing if head else [c for c in self.columns if c.required] or self.columns[:5]
        named = "、".join(column.word for column in missing)
        where = f"（按第 {head.number} 行为表头查找）" if head else ""
        raise Refused(f"文件“{self.file_name}”缺少列：{named}{where}。请按模板补齐表头后再上传。")

    def _judged(self, lines: Iterator[tuple[int, Sequence[Any], str]]) -> Iterator[Told]:
        assert self.head is not None
        head, limits, count = self.head, self.limits, self.count
        readers = _Readers([_Reader(column, head.places.get(column.name, []), self.is_1904) for column in self.columns])
        names = [k for c in self.columns if c.kind == Kind.NAME for k in head.places.get(c.name, [])]
        repeated = {cell for cell in head.cells if cell}
        for number, cells, fault in lines:
            if number > limits.lines:
                raise Refused(f"文件“{self.file_name}”超过 {limits.lines} 行（含空行），请删除多余的行后另存为新文件再上传。")
            first = _first(cells)
            if first is None and not fault:
                count["blank"] += 1
                continue
            self.cells += len(cells)
            if self.cells > limits.cells:
                raise Refused(f"文件“{self.file_name}”内容过多，请分成几个文件。")
            told = readers.row(number, cells, fault)
            if not fault and (told[5] or first in repeated or _begins_aside(first) or any(_is_example(cells, k) for k in names)):
                aside = self._aside(first, cells, told[5], names)
                if aside:
                    told = (number, told[1], [aside], [], 1, False)
            count["aside" if told[4] else "rejected" if told[2] else "read"] += 1
            if count["read"] + count["rejected"] > limits.rows:
                raise Refused(f"文件“{self.file_name}”超过 {limits.rows} 行，请分成几个文件。")
            yield told[:5]

    def _aside(self, first: Any, cells: Sequence[Any], is_short: bool, names: Sequence[int]) -> str:
        """The sentence about a row that is no data; "" where it is."""
        word = first if isinstance(first, str) else ""
        if _EXAMPLE.match(word) or any(_is_example(cells, k) for k in names):
            return "示例行，没有作为数据读取"
        if is_short and _ASIDE.match(word):
            return f"“{word[:20]}”行不是数据，没有读取"
        assert self.head is not None
        known = sum(1 for cell in cells if isinstance(cell, str) and self.words.of(cell))
        return "重复的表头，没有作为数据读取" if known >= max(2, len(self.head.places) - 1) else ""

    def told(self) -> dict[str, Any]:
        """What the file is."""
        assert self.head is not None
        return {
            "head_row": self.head.number, "heads": self.head.shown, "unknown": self.head.unknown[:100], "sheet": self.sheet,
            "encoding": self.encoding, "separator": self.separator, "notes": self.notes[:20], **self.count,
        }  # fmt: skip


class _Two:
    """Two cells of one column that say different things."""

    __slots__ = ("one", "other")

    def __init__(self, one: Any, other: Any) -> None:
        self.one, self.other = plain_value(one)[:30], plain_value(other)[:30]


class _Reader:
    """One column on its way through: where it stands, and what its cells of before were read as."""

    __slots__ = ("column", "is_1904", "is_text", "is_wanted", "known", "place", "where")

    def __init__(self, column: Column, where: list[int], is_1904: bool) -> None:
        self.column, self.where, self.is_1904 = column, where, is_1904
        self.place = where[0] if len(where) == 1 else -1
        self.is_wanted = column.required and not column.may_be_blank
        self.is_text = column.kind == Kind.TEXT
        self.known: dict[str, Read] = {}

    def of(self, cells: Sequence[Any]) -> Read:
        """The cell of this column; texts of before are not read again."""
        if self.place >= 0:
            value = cells[self.place] if self.place < len(cells) else ""
        else:
            value = _value_at(cells, self.where, len(cells))
        if value == "" or value is None:
            return _NOTHING
        if type(value) is not str:
            if isinstance(value, _Two):
                return "", f"有两列都是{self.column.word}，内容“{value.one}”与“{value.other}”不同，请删除一列", ""
            return read_cell(self.column, value, is_1904=self.is_1904)
        found = self.known.get(value)
        if found is None:
            found = read_cell(self.column, value, is_1904=self.is_1904)
            if len(self.known) < _KNOWN_MAX and len(value) < 60:
                self.known[value] = found
        return found


_NOTHING: Read = ("", "", "")
_KNOWN_MAX = 5_000


class _Readers:
    """All columns of a table: most cells of most rows are what they are, and are taken together; the others one by one."""

    def __init__(self, readers: Sequence[_Reader]) -> None:
        self.readers = readers
        places = [reader.place for reader in readers]
        #: Cells that must be there for a row to be taken together; none where a column stands twice or not at all.
        self.least = max(places) + 1 if places and min(places) >= 0 else 0
        self.get = itemgetter(*places) if len(places) > 1 and self.least else None
        self.all = list(enumerate(readers))
        self.odd = [(k, reader) for k, reader in self.all if reader.is_wanted or not reader.is_text]

    def row(self, number: int, cells: Sequence[Any], fault: str) -> tuple[int, list[str], list[str], list[str], int, bool]:
        """What a row says; the last tells whether a cell that is wanted is blank."""
        if self.get is not None and len(cells) >= self.least and are_plain(cells) and max(map(len, cells)) <= CELL_MAX:
            texts, asked = list(self.get(cells)), self.odd
        else:
            texts, asked = [""] * len(self.readers), self.all
        problems: list[str] = []
        notes: list[str] = []
        blank: list[str] = []
        for k, reader in asked:
            text, problem, note = reader.of(cells)
            texts[k] = text
            if problem:
                problems.append(problem)
            elif note:
                notes.append(note)
            elif not text and reader.is_wanted:
                blank.append(reader.column.word)
        if fault:
            return number, texts, [fault], [], 0, False
        if blank:
            problems.append(f"{'、'.join(blank)}为空，请补齐")
        return number, texts, problems, notes, 0, bool(blank)


def _first(cells: Sequence[Any]) -> Any:
    """The first cell with something in it, text without blanks around; None where the line is blank."""
    for cell in cells:
        if cell != "" and cell is not None:
            if type(cell) is not str:
                return cell
            if plain := cell.strip():
                return plain
    return None


def _begins_aside(first: Any) -> bool:
    return type(first) is str and first[:1] in _BEGINNINGS


def _is_example(cells: Sequence[Any], place: int) -> bool:
    cell = cells[place] if place < len(cells) else ""
    return type(cell) is str and cell[:1] in _BEGINNINGS and _EXAMPLE.match(cell) is not None


def _value_at(cells: Sequence[Any], where: list[int], width: int) -> Any:
    """What stands in the columns of one head: the one value of all of them."""
    values = [cells[k] for k in where if k < width and cells[k] != ""]
    if not values:
        return ""
    other = next((value for value in values[1:] if plain_value(value).strip() != plain_value(values[0]).strip()), None)
    return values[0] if other is None else _Two(values[0], other)
