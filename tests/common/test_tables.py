"""No cell that we write is taken for a formula, and nothing else is changed."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import yigui
from yigui.common.tables import Sheet, csv_file, delimited_lines, is_formula, workbook

EVIL = [
    '=HYPERLINK("http://evil","x")', "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1+1", "\r=1+1", " =1", "\n+1", "＝1+1", "\u200b=1", "-甲", "--1",
]  # fmt: skip
PLAIN = ["王伟", "-12.34", "0.00", "-5", "", "-", "甲-乙", "a=b", "13800138000", "乐山(市)", "1.5e3"]


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", EVIL)
def test_a_cell_that_would_calculate_does_not(text: str) -> None:
    (row,) = cells(csv_file([text], []))
    assert row[0] == f"'{text}"
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(Sheet("表", ["头"], [[text]])))).active
    cell = sheet["A2"]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


@pytest.mark.parametrize("text", PLAIN)
def test_other_cells_stay_as_they_are(text: str) -> None:
    (row,) = cells(csv_file([text, "x"], []))
    assert row[0] == text
    assert not is_formula(text)


def test_long_numbers_keep_their_digits() -> None:
    number = "511102198501017771"
    (row,) = cells(csv_file([number], []))
    assert row[0] == f"\t{number}"
    assert list(delimited_lines([[number]])) == [f"{number}\r\n"], "a partner's program takes the digits alone"
    cell = openpyxl.load_workbook(io.BytesIO(workbook(Sheet("表", ["头"], [[number]])))).active["A2"]
    assert (cell.value, cell.data_type) == (number, "s")


def test_money_is_a_number_and_text_is_text() -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(workbook(Sheet("表", ["头", "b"], [[Decimal("12.34"), "12.34"]])))).active
    assert [(c.value, c.data_type) for c in sheet[2]] == [(12.34, "n"), ("12.34", "s")]


def test_a_form_takes_what_is_typed_as_text() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(Sheet("表", ["社会保障号码", "姓名"], is_form=True, widths=(24, 12)))))
    assert {book.active.column_dimensions[c].number_format for c in "AB"} == {"@"}


def test_a_note_stands_above_the_head() -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook(Sheet("表", ["头"], [["x"]], note="导出编号 1"))))
    assert [row[0].value for row in book.active.iter_rows()] == ["导出编号 1", "头", "x"]
    assert cells(csv_file(["头"], [["x"]], note="导出编号 1")) == [["导出编号 1"], ["头"], ["x"]]


@given(st.lists(st.text(max_size=30), min_size=1, max_size=5))
def test_no_text_at_all_begins_a_formula(texts: list[str]) -> None:
    for line in cells(csv_file(texts, [texts])):
        for cell in line:
            assert not re.match(r"^[\s\u200b\ufeff]*[=+\-@]", cell) or not is_formula(cell)
    book = openpyxl.load_workbook(io.BytesIO(workbook(Sheet("表", texts, [texts]))))
    assert all(
        cell.data_type in ("s", "n") and not (cell.data_type == "n" and cell.value is not None)
        for row in book.active.iter_rows()
        for cell in row
    )


def test_nobody_else_writes_tables() -> None:
    """One writer: a second one would forget the rule."""
    root = Path(yigui.__file__).parent
    wrong = [
        str(path.relative_to(root))
        for path in root.rglob("*.py")
        if path.name != "tables.py"
        and re.search(r"csv\.(?:writer|DictWriter)|openpyxl\.Workbook|WriteOnlyCell|xlsxwriter", path.read_text())
    ]
    assert wrong == []
