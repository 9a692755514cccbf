"""No line of a file of money is lost by what its first cell looks like: lines in = taken + rejected + waiting + told aside."""

import csv
import io
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigui.common.money import plain_fen
from yigui.common.tables import Sheet, workbook
from yigui.documents.errors import FileRefused
from yigui.exchange.money_formats import formats, read_csv, template_of
from yigui.exchange.receipt_rows import ReadRow, ReceiptRow
from yigui.payment.errors import ResultRefused
from yigui.payment.result_formats import read_results

#: What payers and banks write first in a row, as a remark or as a name.
LIKE_NONE = (
    "余额", "账户余额", "结余", "结存", "上月结余", "本月合计", "本年累计", "承前页", "结转余额", "小计", "汇总", "示例", "示例商贸十月社保", "样例食品厂",
    "例:三季度", "（示例）", "备注", "复核", "说明：补缴", "注：补缴",
)  # fmt: skip
FIRST = {"bank": ("附言", "付款户名"), "tax": ("备注", "缴费人名称")}
MORE = {
    "bank": ("交易日期", "交易流水号", "贷方发生额", "付款账号"),
    "tax": ("入库日期", "税票号码", "实缴金额", "单位编号"),
}


def table(heads: tuple[str, ...], rows: list[tuple[str, ...]], kind: str) -> bytes:
    if kind == "xlsx":
        return workbook(Sheet("到账明细", list(heads), rows=[list(row) for row in rows]))
    out = io.StringIO()
    csv.writer(out).writerows([heads, *rows])
    return out.getvalue().encode()


def read(content: bytes, partner: str, notes: list[str], name: str = "a.csv") -> list[ReadRow]:
    return list(read_csv(content, name, formats()[partner], on_notes=notes.extend))


@pytest.mark.parametrize("word", LIKE_NONE)
@pytest.mark.parametrize("partner", ["bank", "tax"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_line_with_a_number_a_day_and_an_amount_is_booked_whatever_it_begins_with(word: str, partner: str, place: int) -> None:
    heads = (FIRST[partner][place], *MORE[partner])
    rows = [("社保费", "2026-11-09", "LV0001", "100.00", "6222000011112221"), (word, "2026-11-09", "LV0002", "250.00", "")]
    for kind in ("csv", "xlsx"):
        found = read(table(heads, rows, kind), partner, [], f"a.{kind}")
        assert [row.row_no for row in found] == [2, 3]
        line = found[1]
        assert isinstance(line, ReceiptRow)
        assert (line.reference, line.amount_fen) == ("LV0002", 25_000)
        # Nobody is called a sum: such a line waits for somebody to look.
        assert bool(line.waits) == (
            place == 1
            and word
            in ("余额", "账户余额", "结余", "结存", "上月结余", "本月合计", "本年累计", "承前页", "结转余额", "小计", "汇总")
        )


@pytest.mark.parametrize(
    ("row", "fate"),
    [
        (("小计", "2026-11-09", "LV0002", "100.00", ""), "waits"),
        (("小计", "2026-11-09", "LV0001", "70.00", ""), "waits"),
        (("余额", "2026-11-09", "", "250.00", "6222000011112222"), "told"),
        (("示例商贸", "2026-11-09", "", "250.00", ""), "told"),
        (("本月合计", "2026-11-09", "", "250.00", ""), "told"),
        (("余额", "2026-13-09", "LV0002", "250.00", ""), "told"),
    ],
)  # fmt: skip
def test_what_may_be_a_sum_waits_and_what_is_not_read_is_told_with_its_reason(row: tuple[str, ...], fate: str) -> None:
    rows = [("社保费", "2026-11-09", "LV0001", "100.00", ""), row]
    found = read(table(("附言", *MORE["bank"]), rows, "csv"), "bank", [])[1]
    assert found.row_no == 3
    assert (isinstance(found, ReceiptRow) and bool(found.waits)) == (fate == "waits")
    assert (found.why if isinstance(found, ReceiptRow) else found.sentence) != ""


def test_a_sum_that_agrees_and_the_example_are_named() -> None:
    notes: list[str] = []
    rows = [("社保费", "2026-11-09", "LV0001", "100.00", ""), ("合计", "", "", "100.00", "")]
    assert len(read(table(("附言", *MORE["bank"]), rows, "csv"), "bank", notes)) == 1
    assert notes == ["第 3 行“合计”是合计，与各行相符，没有作为明细读取"]
    with pytest.raises(FileRefused, match="两者不符"):
        read(table(("附言", *MORE["bank"]), [rows[0], ("合计", "2026-11-09", "", "100.01", "")], "csv"), "bank", [])
    with pytest.raises(FileRefused, match="没有数据行"):
        read(template_of(formats()["bank"]), "bank", [], "a.xlsx")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(("社保费", "", "合计", *LIKE_NONE)), st.sampled_from(("2026-11-09", "")), st.sampled_from(("LV", "", "-")),
            st.one_of(st.integers(1, 10**6).map(plain_fen), st.just("")), st.sampled_from(("甲公司", "", "示例商贸")),
        ),
        max_size=8,
    ),
    st.sampled_from(("bank", "tax")), st.permutations((0, 1, 2, 3, 4)),
)  # fmt: skip
def test_lines_in_are_lines_told(rows: list[tuple[str, ...]], partner: str, order: list[int]) -> None:
    """Whatever stands first: a line with an amount is given, with its reason where it is not booked, or named as a sum that agrees."""
    heads = (FIRST[partner][0], MORE[partner][0], MORE[partner][1], MORE[partner][2], FIRST[partner][1])
    number = itertools.count(1)
    told = [(a, day, f"LV{next(number):04}" if ref == "LV" else ref, yuan, who) for a, day, ref, yuan, who in rows]
    told.append(("社保费", "2026-11-09", "LV9999", "1.00", "乙公司"))
    notes: list[str] = []
    content = table(tuple(heads[k] for k in order), [tuple(row[k] for k in order) for row in told], "csv")
    try:
        found = read(content, partner, notes)
    except FileRefused:
        return
    given_or_named = {row.row_no for row in found} | {
        n for n in range(2, len(told) + 2) if any(f"第 {n} 行" in note for note in notes)
    }
    assert {n for n, row in enumerate(told, start=2) if row[3]} <= given_or_named
    whole = {row[2] for row in told if row[1] and row[2].startswith("LV") and row[3]}
    assert whole <= {row.reference for row in found}


@pytest.mark.parametrize("word", LIKE_NONE)
def test_a_result_is_read_whatever_its_row_begins_with(word: str) -> None:
    heads = ("备注", "支付编号", "处理结果", "原因", "金额", "记账日期")
    rows = [("", "P1-1", "成功", "", "100.00", "2026-11-10"), (word, "P1-2", "成功", "", "250.00", "2026-11-10")]
    found = read_results(table(heads, rows, "csv"), "r.csv")
    assert [(row.number, row.amount_fen, row.fault) for row in found.rows] == [("P1-1", 10_000, ""), ("P1-2", 25_000, "")]
    # Without its number it is told all the same.
    rows[1] = (word, "", "成功", "", "250.00", "2026-11-10")
    try:
        found = read_results(table(heads, rows, "csv"), "r.csv")
    except ResultRefused:
        return
    assert [(row.row_no, bool(row.fault)) for row in found.rows] == [(2, False), (3, True)]
