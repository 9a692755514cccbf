"""From bytes to rows, in a process of its own: what format it is, where the head stands, and what became of each line."""

import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from typing import Any

from yigui.common.apart import Refused
from yigui.documents.tabular.cells import plain_value, read_cell
from yigui.documents.tabular.columns import Column, Kind, Limits
from yigui.documents.tabular.delimited import open_text
from yigui.documents.tabular.heads import Head, Words
from yigui.documents.tabular.workbooks import is_workbook, open_book

#: How rows that are no data begin: sums, signatures, remarks; and the example of a template.
_ASIDE = re.compile(
    r"(?:合\s*计|总\s*计|小\s*计|共\s*计|本页|累计|制\s*表|填\s*表|审\s*核|复\s*核|经\s*办|负责人|单位盖章|盖\s*章|打印|备\s*注|说\s*明|注\s*[:：]|以下空白|填报)"
)
_EXAMPLE = re.compile(r"[（(【]?(?:示例|样例|例[:：)）】])")
#: number, cells, problems, notes, aside
Told = tuple[int, list[str], list[str], list[str], int]


def told_rows(
    content: bytes, *, file_name: str, columns: Sequence[Sequence[Any]], limits: Mapping[str, int]
) -> Generator[Told, None, dict[str, Any]]:
    """Rows as plain lists; what the file is (head, sheet, counts) comes as the generator's last word.

    Raises:
        Refused: not to be read, a needed column missing, no rows, or more than it may hold.
    """
    asked = [Column(name, heads, Kind(kind), bool(required), shown) for name, heads, kind, required, shown in columns]
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
        self.count = {"read": 0, "rejected": 0, "aside": 0, "blank": 0}
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
            lines = ((line.number, line.cells, line.fault) for line in text.lines())
        yield from self._judged(lines)
        if not self.count["read"] + self.count["rejected"]:
            raise Refused(f"文件“{self.file_name}”没有数据行。")

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
        places = [(column, self.head.places.get(column.name, [])) for column in self.columns]
        limits, count = self.limits, self.count
        for number, cells, fault in lines:
            if number > limits.lines:
                raise Refused(f"文件“{self.file_name}”超过 {limits.lines} 行（含空行），请删除多余的行后另存为新文件再上传。")
            if not fault and not any(cell != "" and (not isinstance(cell, str) or cell.strip()) for cell in cells):
                count["blank"] += 1
                continue
            self.cells += len(cells)
            if self.cells > limits.cells:
                raise Refused(f"文件“{self.file_name}”内容过多，请分成几个文件。")
            told = self._row(number, cells, fault, places)
            count["aside" if told[4] else "rejected" if told[2] else "read"] += 1
            if count["read"] + count["rejected"] > limits.rows:
                raise Refused(f"文件“{self.file_name}”超过 {limits.rows} 行，请分成几个文件。")
            yield told

    def _row(self, number: int, cells: Sequence[Any], fault: str, places: list[tuple[Column, list[int]]]) -> Told:
        texts: list[str] = []
        problems: list[str] = [fault] if fault else []
        notes: list[str] = []
        blank: list[str] = []
        width = len(cells)
        for column, where in places:
            value = _value_at(cells, where, width)
            if isinstance(value, _Two):
                texts.append("")
                problems.append(f"有两列都是{column.word}，内容“{value.one}”与“{value.other}”不同，请删除一列")
                continue
            text, problem, note = read_cell(column, value, is_1904=self.is_1904)
            texts.append(text)
            if problem:
                problems.append(problem)
            elif note:
                notes.append(note)
            elif not text and column.required:
                blank.append(column.word)
        if fault:
            return number, texts, [fault], [], 0
        if aside := self._aside(cells, bool(blank)):
            return number, texts, [aside], [], 1
        if blank:
            problems.append(f"{'、'.join(blank)}为空，请补齐")
        return number, texts, problems, notes, 0

    def _aside(self, cells: Sequence[Any], is_short: bool) -> str:
        """The sentence about a row that is no data; "" where it is."""
        first = next((cell for cell in cells if isinstance(cell, str) and cell.strip()), "").strip()
        if _EXAMPLE.match(first) or any(
            isinstance(cells[k], str) and _EXAMPLE.match(cells[k].strip()) for k in self._names if k < len(cells)
        ):
            return "示例行，没有作为数据读取"
        if is_short and _ASIDE.match(first):
            return f"“{first[:20]}”行不是数据，没有读取"
        if is_short or self.words.of(first):
            known = sum(1 for cell in cells if isinstance(cell, str) and self.words.of(cell))
            assert self.head is not None
            if known >= max(2, len(self.head.places) - 1):
                return "重复的表头，没有作为数据读取"
        return ""

    @property
    def _names(self) -> list[int]:
        assert self.head is not None
        return [k for c in self.columns if c.kind == Kind.NAME for k in self.head.places.get(c.name, [])]

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


def _value_at(cells: Sequence[Any], where: list[int], width: int) -> Any:
    if not where:
        return ""
    if len(where) == 1:
        return cells[where[0]] if where[0] < width else ""
    values = [cells[k] for k in where if k < width and cells[k] != ""]
    if not values:
        return ""
    other = next((value for value in values[1:] if plain_value(value).strip() != plain_value(values[0]).strip()), None)
    return values[0] if other is None else _Two(values[0], other)
