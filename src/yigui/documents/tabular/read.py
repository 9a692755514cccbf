"""The one reader of tables: bytes of a workbook or of delimited text in, rows of plain cells out, every line accounted for.

The file is read through in a process of its own before the first row is given, so that a file that cannot be read whole is refused before
anything of it is taken. Rows are not kept in memory.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from yigui.common.apart import Bounds, Burst, Refused, Streamed, stream_apart
from yigui.documents.errors import FileRefused
from yigui.documents.tabular.batches import ASIDE, BARE, BEGINS, WORDS, rows_of
from yigui.documents.tabular.cells import read_cell
from yigui.documents.tabular.columns import Column, Kind, Limits, Row
from yigui.documents.tabular.heads import Words
from yigui.documents.tabular.other_kinds import refuse_other_kinds
from yigui.documents.tabular.units import advice_of, other_unit_of_head

SENTENCES = {
    "seconds": "文件“{name}”过于复杂，读取超时，请删除多余的工作表、格式和空行，另存为新文件再上传。",
    "memory": "文件“{name}”展开后过大，请删除多余的工作表、图片和空行，另存为新文件再上传。",
    "answer": "文件“{name}”内容过多，请分成几个文件。",
    "busy": "其他文件正在核对，请稍后再上传。",
    "broken": "文件“{name}”内部结构异常，无法读取，请在 Excel 或 WPS 中另存为新文件后重新上传。",
}


@dataclass(frozen=True)
class Table:
    """A table that was read through: `read + rejected + aside` rows come one by one, `blank` lines are counted, and so are the further lines of
    rejected rows that take up several (`joined`): together all lines behind the head.

    `head_row`: number of the row the head stands in. `heads`: by column, the head as it stands in the file. `unknown`: heads that belong to
    no column. `sheet`: of a workbook; `encoding` and `separator`: of a text. `notes`: sentences about the file as a whole. `above`: what stands above
    the head, line by line. `nameless`: row and column (from 1) of the first cell of a row that stands under no head; empty where none does.
    """

    columns: Sequence[Column]
    head_row: int
    heads: Mapping[str, str]
    unknown: Sequence[str]
    sheet: str
    encoding: str
    separator: str
    notes: Sequence[str]
    above: Sequence[str]
    nameless: Sequence[int]
    read: int
    rejected: int
    aside: int
    blank: int
    joined: int
    answer: Streamed

    @property
    def rows(self) -> Iterator[Row]:
        """The rows in order; can be gone through again."""
        names = [column.name for column in self.columns]
        for batch in self.answer:
            for number, cells, problems, notes, aside in rows_of(batch, len(names)):
                line = notes[0] if aside & (WORDS | BARE) else ""
                begins, more = (notes[0], notes[1:]) if aside & BEGINS else ("", [] if line else notes)
                yield Row(
                    number, dict(zip(names, cells, strict=True)), problems, more, bool(aside & ASIDE), line, bool(aside & WORDS), begins
                )  # fmt: skip

    def __len__(self) -> int:
        return self.read + self.rejected


def read_table(content: bytes, file_name: str, columns: Sequence[Column], *, limits: Limits | None = None) -> Table:
    """Read a table (.xlsx, .xls, .ods, or delimited text in any usual encoding, separator and line end).

    Args:
        columns: what is looked for; other columns are told in `Table.unknown`.
        limits: `Limits()` for what strangers send, `WIDE` for officers and partners.

    Raises:
        FileRefused: not a table, with macros or a password, a needed column missing, two sheets that could be meant, no rows, or more than
            the limits. The sentence names the file and what to do.
    """
    bounds_of = limits or Limits()
    if len(content) > bounds_of.content_bytes:
        raise FileRefused(f"文件“{file_name}”超过 {bounds_of.content_bytes // 1_000_000} MB，请分成几个文件。")
    refuse_other_kinds(content, file_name)
    told = [(c.name, list(c.heads), c.kind.value, c.required, c.shown, c.may_be_blank, c.is_own) for c in columns]
    options = {"file_name": file_name, "columns": told, "limits": asdict(bounds_of)}
    bounds = Bounds(bounds_of.seconds, bounds_of.memory_bytes, bounds_of.answer_bytes)
    try:
        answer = stream_apart("yigui.documents.tabular.rows:told_rows", content, options, bounds, block=1)
    except Refused as refused:
        raise FileRefused(str(refused)) from refused
    except Burst as burst:
        raise FileRefused(SENTENCES[burst.what].format(name=file_name)) from burst
    return Table(columns=columns, answer=answer, **answer.last)


def read_row(number: int, cells: Mapping[str, Any], columns: Sequence[Column]) -> Row:
    """One row of a message as the same reader would give it: head -> value, texts and numbers as JSON has them."""
    words = Words(columns)
    values: dict[str, Any] = {}
    orders: dict[str, int] = {}
    two: set[str] = set()
    units: dict[str, str] = {}
    for head, value in cells.items():
        known = words.of(str(head))
        if known is None or value in (None, ""):
            continue
        name, order = known
        if order < orders.get(name, 10**6):
            values[name], orders[name] = value, order
            units[name] = other_unit_of_head(str(head))
            two.discard(name)
        elif order == orders[name] and str(value).strip() != str(values[name]).strip():
            two.add(name)
    row = Row(number, {})
    blank: list[str] = []
    for column in columns:
        value = values.get(column.name, "")
        if column.name in two:
            row.problems.append(f"有两列都是{column.word}，内容不同，请删除一列")
        if column.kind in (Kind.AMOUNT, Kind.AVERAGE) and units.get(column.name):
            row.problems.append(
                f"{column.word}写明的单位是“{units[column.name]}”，系统只按人民币元读取，{advice_of(units[column.name])}后重新报送"
            )
        text, problem, note = read_cell(column, value if isinstance(value, str | int | float) else str(value))
        row.cells[column.name] = text
        if problem:
            row.problems.append(problem)
        elif note:
            row.notes.append(note)
        elif not text and column.required and not column.may_be_blank:
            blank.append(column.word)
    if blank:
        row.problems.append(f"{'、'.join(blank)}为空，请补齐")
    return row
