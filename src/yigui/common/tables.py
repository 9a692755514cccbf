"""The one writer of tables for other programs: workbooks and delimited text. No cell of ours is ever taken for a formula.

A spreadsheet runs a cell that begins with `=`, `+`, `-` or `@` (also behind a blank or a line break); names and remarks come from outside.
In a workbook such a cell is text by its type; in delimited text an apostrophe stands before it. Amounts stay as they are.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.worksheet.datavalidation import DataValidation

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: What makes a spreadsheet calculate, wide forms too; white space before it does not help.
_STARTS = re.compile(r"^[\s\u200b\ufeff]*[=+\-@＝＋－＠]")
_NUMBER = re.compile(r"^-?[0-9]+(\.[0-9]+)?$")
#: Digits of which a spreadsheet would lose the last.
_LONG_DIGITS = re.compile(r"^[0-9]{12,}[0-9Xx]?$")
#: What no cell may hold (XML 1.0), and what would end a line in the middle of a row.
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, head and rows.

    Args:
        head: words of the columns; () for a sheet of notes.
        widths: of the columns, in characters; those not named are as the program likes.
        is_form: to be filled in: every column takes what is typed as text, so that long numbers keep their digits.
        note: a line above the head (who made the file, its number).
        choices: words offered in the cells of a column, by its place; another word may still be written.
    """

    title: str
    head: Sequence[str]
    rows: Iterable[Sequence[Any]] = ()
    widths: Sequence[int] = ()
    is_form: bool = False
    note: str = ""
    choices: Mapping[int, Sequence[str]] = field(default_factory=dict)


def is_formula(text: str) -> bool:
    """Whether a spreadsheet would calculate a cell of this text."""
    return bool(_STARTS.match(text)) and not _NUMBER.match(text) and text.strip() not in ("-", "－")


def safe_text(value: Any) -> str:
    """A cell of delimited text: never a formula, numbers as they are, nothing unprintable."""
    text = _UNPRINTABLE.sub("", str(value if value is not None else ""))
    return f"'{text}" if is_formula(text) else text


def spared_text(value: Any) -> str:
    """The same for files people open in a spreadsheet: a tab before long digits keeps them whole."""
    text = safe_text(value)
    return f"\t{text}" if _LONG_DIGITS.match(text) else text


def delimited_lines(
    rows: Iterable[Sequence[Any]], *, delimiter: str = ",", line_end: str = "\r\n", for_people: bool = False
) -> Iterator[str]:
    """Rows as lines of delimited text, one by one.

    Args:
        for_people: see `spared_text`; a partner's program takes the digits alone.
    """
    cell = spared_text if for_people else safe_text
    writer = csv.writer(_Echo(), delimiter=delimiter, lineterminator=line_end)
    for row in rows:
        yield writer.writerow([cell(value) for value in row])  # type: ignore[misc]


def csv_file(head: Sequence[str], rows: Iterable[Sequence[Any]], *, note: str = "") -> bytes:
    """A CSV file for people: UTF-8 with a mark, so that a spreadsheet reads it as it is."""
    above: list[Sequence[Any]] = [[note]] if note else []
    return "".join(delimited_lines([*above, head, *rows], for_people=True)).encode("utf-8-sig")


def workbook(*sheets: Sheet) -> bytes:
    """A workbook. Text is text whatever it looks like; `int`, `Decimal` and dates are numbers and dates."""
    book = openpyxl.Workbook(write_only=True)
    for sheet in sheets:
        _write(book.create_sheet(_title(sheet.title)), sheet)
    offered = [(page, sheet) for page, sheet in zip(list(book.worksheets), sheets, strict=True) if sheet.choices]
    if offered:
        _offer(book, offered)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


#: Rows of a form for which words are offered.
_OFFERED_ROWS = 5_001


def _offer(book: Any, offered: Sequence[tuple[Any, Sheet]]) -> None:
    """Put the words of choices on a hidden sheet and offer them in their columns."""
    words: list[Sequence[str]] = []
    for page, sheet in offered:
        for place, column in sheet.choices.items():
            words.append(column)
            letter = openpyxl.utils.get_column_letter(len(words))
            rule = DataValidation(type="list", formula1=f"={_OPTIONS}!${letter}$1:${letter}${len(column)}", allow_blank=True)
            rule.showErrorMessage = False
            at = openpyxl.utils.get_column_letter(place + 1)
            rule.add(f"{at}2:{at}{_OFFERED_ROWS}")
            page.data_validations.append(rule)
    hidden = book.create_sheet(_OPTIONS)
    hidden.sheet_state = "hidden"
    for row in zip_longest(*words, fillvalue=""):
        hidden.append([_cell(hidden, word) for word in row])


_OPTIONS = "选项"


def mark_of(number: str, who: str, at: dt.datetime) -> str:
    """The line that stands above what is exported: the file's number, who made it, when; it is found in the log by its number."""
    return f"导出编号 {number}　{who} {at:%Y-%m-%d %H:%M} 导出　内容含个人信息，仅限所申请用途，不得转发"


def _write(page: Any, sheet: Sheet) -> None:
    columns = max(len(sheet.head), len(sheet.widths))
    for place in range(columns):
        column = page.column_dimensions[openpyxl.utils.get_column_letter(place + 1)]
        if place < len(sheet.widths):
            column.width = sheet.widths[place]
        if sheet.is_form:
            column.number_format = "@"
    if sheet.note:
        page.append([_cell(page, sheet.note)])
    if sheet.head:
        page.freeze_panes = "A3" if sheet.note else "A2"
        page.append([_cell(page, word, is_head=True) for word in sheet.head])
    for row in sheet.rows:
        page.append([_cell(page, value, is_text=sheet.is_form) for value in row])


def _cell(page: Any, value: Any, *, is_head: bool = False, is_text: bool = False) -> Any:
    if value is None or (isinstance(value, int | Decimal) and not isinstance(value, bool)):
        return value
    if not isinstance(value, str):
        return value if hasattr(value, "isoformat") else _cell(page, str(value))
    text = _UNPRINTABLE.sub("", value)
    if not text:
        return None
    cell = WriteOnlyCell(page, value=text)
    cell.data_type = "s"
    if is_formula(text):
        cell.quotePrefix = True
    if is_head:
        cell.font = Font(bold=True)
    if is_text:
        cell.number_format = "@"
    return cell


def _title(text: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", text)[:28] or "表"


class _Echo:
    """A file whose `write` hands the text back: lines are streamed, never collected."""

    def write(self, text: str) -> str:
        return text
