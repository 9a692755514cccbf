"""Workbooks as other programs write them: elements with a prefix, cells without a place, ranges merged over thousands of rows, an amount for several."""

import io
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from tests.documents.test_tabular import book
from yigui.documents.errors import FileRefused
from yigui.documents.tabular import Column, Kind, Row, read_cell, read_row, read_table, workbooks

COLUMNS = (
    Column("name", ("姓名",), required=True), Column("no", ("编号",), Kind.NUMBER), Column("fen", ("金额",), Kind.AMOUNT),
    Column("month", ("所属期",), Kind.MONTH),
)  # fmt: skip
HEAD = ["姓名", "编号", "金额", "所属期"]


def rows(content: bytes) -> list[Row]:
    return list(read_table(content, "t.xlsx", COLUMNS).rows)


def rewritten(content: bytes, change: Callable[[str], str]) -> bytes:
    """The workbook with the text of its sheets changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, change(part.decode()).encode() if name.startswith("xl/worksheets/sheet") else part)
    return out.getvalue()


def prefixed(text: str) -> str:
    return re.sub(r"<(/?)(\w)", r"<\1x:\2", text).replace('xmlns="http', 'xmlns:x="http')


def without_places(text: str) -> str:
    return re.sub(r' r="[A-Z]+[0-9]+"', "", text)


def without_any_places(text: str) -> str:
    return re.sub(r'<row r="[0-9]+"', "<row", without_places(text))


def single_quotes(text: str) -> str:
    return re.sub(r' (r|t)="([^"]*)"', r" \1='\2'", text)


WRITERS = [str, prefixed, without_places, without_any_places, single_quotes, lambda t: prefixed(without_places(t))]


@pytest.mark.parametrize("written", WRITERS)
def test_formulas_without_a_result_and_errors_are_said_whoever_wrote_the_sheet(written: Callable[[str], str]) -> None:
    content = book(HEAD, ["甲", "1", 1.5, "202610"], ["乙", "2", "=1+1", "202610"], ["丙", "#N/A", 2, "202610"])
    first, second, third = rows(rewritten(content, written))
    assert (first.cells["fen"], first.problems) == ("1.50", [])
    assert [p for p in second.problems if "公式，没有保存计算结果" in p and p.startswith("金额")] == second.problems != []
    assert [p for p in third.problems if "错误值" in p and p.startswith("编号")] == third.problems != []
    assert third.number == 4


@pytest.mark.parametrize("written", WRITERS)
def test_a_row_longer_than_a_piece_loses_no_formula(written: Callable[[str], str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "_CHUNK", 64)
    content = rewritten(book(HEAD, *[["甲", str(k), "=1+1", "202610"] for k in range(40)]), written)
    parts = zipfile.ZipFile(io.BytesIO(content)).namelist()
    assert sorted(workbooks._unkept(content, parts, 0, workbooks._Hidden())) == [(k, 2) for k in range(1, 41)]


def test_more_holes_than_are_remembered_refuse_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from yigui.common.apart import Refused
    from yigui.documents.tabular.columns import Limits
    from yigui.documents.tabular.heads import Words

    monkeypatch.setattr(workbooks, "UNKEPT_MAX", 3)
    made = book(HEAD, *[["甲", str(k), "=1+1", "202610"] for k in range(5)])
    with pytest.raises(Refused, match="3 个以上的单元格"):
        workbooks.open_book(made, "t.xlsx", Words(COLUMNS), Limits())


def merged(*ranges: str) -> Callable[[Any], None]:
    def shape(made: Any) -> None:
        for where in ranges:
            # `merge_cells` gives a border to each of a million cells.
            made.active.merged_cells.add(where)

    return shape


@pytest.mark.parametrize("many", [2, 2_001, 3_000, 12_000])
def test_what_is_merged_down_stands_in_each_row_however_many(many: int) -> None:
    content = book(HEAD, *[[f"字{k}", "V" if k == 0 else None] for k in range(many)], shape=merged(f"B2:B{many + 1}"))
    assert [row.cells["no"] for row in rows(content)] == ["V"] * many


def test_a_range_merged_to_the_end_of_the_sheet_makes_no_rows() -> None:
    content = book(HEAD, ["甲", "1"], ["乙", None], shape=merged("B2:B1048576", "C2:C1048576"))
    assert [(row.cells["name"], row.cells["no"]) for row in rows(content)] == [("甲", "1"), ("乙", "1")]


@pytest.mark.parametrize(("amount", "problems"), [(100, 2), ("100.00", 2), (None, 0)])
def test_one_amount_for_several_rows_is_nobody_s_to_divide(amount: Any, problems: int) -> None:
    content = book(HEAD, ["甲", "1", amount], ["乙", "2", None], ["丙", "3", 7], shape=merged("C2:C3"))
    found = rows(content)
    assert [row.cells["fen"] for row in found] == ["", "", "7.00"]
    assert [bool(row.problems) for row in found] == [True] * problems + [False] * (3 - problems)
    assert all("与其他行合并" in problem for row in found for problem in row.problems)


def test_a_row_of_which_everything_is_merged_is_one_row() -> None:
    content = book(HEAD, ["甲", "1", 100, "202610"], [], ["乙", "2", 5, "202610"], shape=merged("A2:A3", "B2:B3", "C2:C3", "D2:D3"))
    assert [(row.cells["name"], row.cells["fen"], row.problems) for row in rows(content)] == [
        ("甲", "100.00", []),
        ("乙", "5.00", []),
    ]


def test_two_ranges_one_under_the_other_keep_apart() -> None:
    content = book(HEAD, ["甲", "1"], ["乙", None], ["丙", "2"], ["丁", None], shape=merged("B2:B3", "B4:B5"))
    assert [row.cells["no"] for row in rows(content)] == ["1", "1", "2", "2"]


MONTH = Column("month", ("所属期",), Kind.MONTH)


@pytest.mark.parametrize("value", [2026.1, 2026.11, 2026.01, "2026.1", " 2026.1 ", "２０２６．１", "2026.9", 202610.5])
def test_a_month_whose_last_zero_a_sheet_may_have_dropped_is_asked_about(value: Any) -> None:
    _, problem, note = read_cell(MONTH, value)
    assert problem.startswith("所属期“")
    assert "202601 或 2026-01" in problem
    assert not note
    if not isinstance(value, str):
        (row,) = rows(book(HEAD, ["甲", "1", 1, value]))
        assert row.problems == [problem]
    if isinstance(value, str):
        assert read_row(1, {"姓名": "甲", "所属期": value}, COLUMNS).problems == [problem]


@pytest.mark.parametrize(
    "value", [202610, 202610.0, "202610", "2026-10", "2026.10", "2026/10", "2026年10月", "2026.10.01", "2026-10-01至2026-10-31"]
)
def test_a_month_that_can_be_one_only_is_read(value: Any) -> None:
    assert read_cell(MONTH, value) == ("202610", "", "")


def test_a_number_with_decimals_that_are_no_number_of_anything() -> None:
    assert "末尾的 0" in read_cell(COLUMNS[1], 12.1)[1]
    assert read_cell(COLUMNS[1], 12.0) == ("12", "", "")
    with pytest.raises(FileRefused):
        read_table(b"", "t.xlsx", COLUMNS)
