"""Rows taken together say what each says by itself, in the order of the file."""

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.doors.fuzz_files import HOSTILE
from yigui.documents.tabular import Column, Kind, read_table
from yigui.documents.tabular.batches import BATCH, Batches, Reader, packed, rows_of
from yigui.documents.tabular.heads import Head
from yigui.documents.tabular.rows import _Odd

#: Cells of which most are read as they stand, and what looks like them.
ALMOST = (
    "张三", "511102198503130014", "51110219820323011x", "511102850313001", "1234.50", "1234.5", "01234.50", "0.00", "-3.00", "5166.583", "2026-11-09",
    "2026-11-31", "2026-02-30", "20261109", "202611", "202613", "9" * 61, "张" * 61, "a\x1fb", "\x1f", " 张三", "张 三", "1e3", "12.00",
    True, False, 1, 0, 1.0, 0.1, 5166.58, 5.11102198503e17, dt.date(2026, 11, 9), dt.datetime.fromisoformat("2026-11-09T08:30"), None,
)  # fmt: skip
cells = st.one_of(st.sampled_from(ALMOST), st.sampled_from(HOSTILE), st.text(max_size=5))


def columns(kind: Kind) -> list[Reader]:
    asked = (
        Column("a", ("甲",), kind, required=True),
        Column("b", ("乙",), kind),
        Column("c", ("丙",), kind),
        Column("d", ("丁",), kind),
    )
    return [Reader(column, where, False) for column, where in zip(asked, ([0], [2], [1, 3], []), strict=True)]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(list(Kind)), st.lists(st.lists(cells, min_size=2, max_size=5), min_size=1, max_size=8))
def test_a_row_of_a_batch_is_what_it_is_by_itself(kind: Kind, rows: list[list[Any]]) -> None:
    together, alone = Batches(columns(kind)), Batches(columns(kind))
    for row, found in zip(rows, together.plain(rows), strict=True):
        texts, problems, notes, is_short = alone.row(row)
        if found is None:
            assert problems or notes or is_short
        else:
            assert (list(found), problems, notes, is_short) == (texts, [], [], False)


#: Beginnings of rows that are no data, and what looks like them.
BEGINNINGS = (
    "合计",
    " 合计",
    "\u3000备注",
    "\x1f合计",
    "",
    "  ",
    "\x1f",
    "示例：张三",
    "（示例）张三",
    "词",
    "甲",
    "1",
    None,
    1.0,
    True,
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.lists(st.one_of(st.sampled_from(BEGINNINGS), cells), max_size=3), min_size=1, max_size=6), st.booleans())
def test_where_a_batch_has_no_odd_row_no_row_of_it_is_odd(rows: list[list[Any]], has_totals: bool) -> None:
    odd = _Odd(Head(1, {"a": [0], "b": [1]}, ["词", "名"]), [1], has_totals)
    assert odd.may_be_among(rows) or not any(map(odd.is_so, rows))


def test_a_batch_of_data_is_not_looked_through_row_by_row() -> None:
    odd = _Odd(Head(1, {"a": [0], "b": [1]}, ["词", "名"]), [1], True)
    assert not odd.may_be_among([["甲", "张三"], [3.0, ""], ["乙"]])
    assert odd.may_be_among([["甲", "张三"], ["乙", "（示例）"]])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.text(max_size=4), st.text(max_size=4)), min_size=1, max_size=9))
def test_a_pack_gives_back_the_cells_that_went_in(rows: list[tuple[str, str]]) -> None:
    numbers = list(range(7, 7 + len(rows)))
    pack = packed(numbers, rows)
    assert (pack is None) == any("\x1f" in cell for row in rows for cell in row)
    if pack is not None:
        assert [(number, tuple(texts)) for number, texts, *_ in rows_of([pack], 2)] == list(zip(numbers, rows, strict=True))


def test_rows_of_several_batches_keep_their_order_and_their_numbers() -> None:
    count = 2 * BATCH + 7
    lines = [f"甲{k},{'六千' if k % 400 == 3 else k}" if k % 333 else "" for k in range(1, count + 1)]
    table = read_table(
        ("词,金额\n" + "\n".join(lines) + "\n").encode(), "a.csv", [Column("a", ("词",)), Column("m", ("金额",), Kind.AMOUNT)]
    )
    rows = list(table.rows)
    assert [row.number for row in rows] == [k + 1 for k in range(1, count + 1) if k % 333]
    assert [row.cells["a"] for row in rows] == [f"甲{k}" for k in range(1, count + 1) if k % 333]
    assert [row.number for row in rows if row.problems] == [k + 1 for k in (3, 403, 803)]
    assert (table.read, table.rejected, table.blank) == (count - 3 - 3, 3, 3)
    assert list(table.rows) == rows
