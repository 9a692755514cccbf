"""What a file states of its rows, wherever it states it, is held against them: equal it is no row, unequal the file is refused with both figures."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.statements import camt, detail, entry, statement
from yigui.common.money import plain_fen
from yigui.documents.errors import FileRefused
from yigui.exchange.money_formats import formats, read_csv
from yigui.exchange.receipt_rows import ReceiptRow, RefusedRow
from yigui.exchange.statements import read_statements
from yigui.payment.errors import ResultRefused
from yigui.payment.result_formats import read_results

HEAD = "交易流水号,交易日期,交易金额,借贷标志,附言"
FENS = (10234, 5501, 20001)


def table(*, above: str = "", below: str = "", fens: tuple[int, ...] = FENS, ways: str = "贷贷借") -> bytes:
    rows = [f"L{k},2026-11-09,{plain_fen(fen)},{way},x" for k, (fen, way) in enumerate(zip(fens, ways, strict=True))]
    return ("\r\n".join(filter(None, [above, HEAD, *rows, below])) + "\r\n").encode()


def read(content: bytes) -> list[ReceiptRow | RefusedRow]:
    return list(read_csv(content, "a.csv", formats()["bank"]))


TRUE = [
    "总笔数,3,总金额,357.36", "贷方笔数：2,贷方金额合计：157.35", "收入总笔数:2 收入总金额:157.35", "合计：3笔 357.36元", "合计,3笔,357.36", "99,3,357.36",
    "END,3,35736", "TRAILER,3,357.36", "期初余额：100.00,期末余额：57.34", "借方发生额：200.01", "总笔数：3 总金额：￥357.36", "支出笔数,1,支出合计,200.01",
    "总条数：3", "贷方合计：157.35,贷方笔数：2", '总金额,"357.36"',
]  # fmt: skip


@pytest.mark.parametrize("said", TRUE)
@pytest.mark.parametrize("place", ["above", "below"])
def test_a_true_figure_is_no_row_and_takes_nothing_away(said: str, place: str) -> None:
    if place == "above" and said[:3] in ("99,", "END", "TRA"):
        return
    rows = read(table(**{place: said}))
    assert [type(row) for row in rows] == [ReceiptRow] * 3


FALSE = [
    ("总笔数,4,总金额,357.36", "4 笔.*3 笔"), ("贷方笔数：3,贷方金额合计：157.35", "3 笔.*2 笔"), ("贷方笔数：2,贷方金额合计：257.35", "257.35 元.*157.35 元"),
    ("收入总笔数:2 收入总金额:157.36", "157.36 元.*157.35 元"), ("合计：2笔 357.37元", "357.37 元|2 笔"), ("合计,9笔,357.36", "9 笔.*3 笔|357.36"),
    ("END|9|357.36".replace("|", ","), "9 笔.*3 笔"), ("TRAILER,3,400.00", "400.00 元.*357.36 元"),
    ("期初余额：100.00,期末余额：300.00", "期初余额 100.00 元、期末余额 300.00 元.*-42.66 元"), ("借方发生额：2000.10", "2000.10 元.*200.01 元"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "sentence"), FALSE)
@pytest.mark.parametrize("place", ["above", "below"])
def test_a_false_figure_refuses_the_file_with_both_figures(said: str, sentence: str, place: str) -> None:
    if place == "above" and said[:3] in ("99,", "END", "TRA"):
        return
    with pytest.raises(FileRefused, match=sentence):
        read(table(**{place: said}))


@pytest.mark.parametrize("last", ["99,20261103,500.00", "99,4,357.36", "99,3,x"])
def test_a_row_99_whose_figure_is_not_the_number_of_rows_is_a_row(last: str) -> None:
    """Numbered 99 by whoever made the list: it comes back like any row that cannot be read, and refuses nothing."""
    rows = read(table(below=last))
    assert [type(row) for row in rows] == [ReceiptRow] * 3 + [RefusedRow]
    assert rows[-1].cause == "bad"  # type: ignore[union-attr]


def test_a_row_99_before_the_last_line_is_a_row() -> None:
    content = table(below="99,3,357.36\r\nL9,2026-11-09,1.00,贷,x")
    assert [type(row) for row in read(content)] == [ReceiptRow] * 3 + [RefusedRow, ReceiptRow]


ONE_WAY = [
    "借方总金额：5000.00,贷方总金额：157.35,总笔数：7", "借方笔数：5,借方总金额：5000.00,贷方笔数：2,总笔数：7,总金额：5157.35",
    "借方笔数：5,总笔数：7", "借方总金额：5000.00,期初余额：6000.00,期末余额：1157.35", "借方笔数：5,期初余额：6000.00,期末余额：1157.35",
]  # fmt: skip


@pytest.mark.parametrize("said", ONE_WAY)
def test_what_the_head_says_of_the_other_direction_is_not_held_against_a_list_of_one(said: str) -> None:
    assert [type(row) for row in read(table(above=said, fens=FENS[:2], ways="贷贷"))] == [ReceiptRow] * 2


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("借方笔数：5,总笔数：9", "9 笔.*2 笔"), ("借方笔数：5,贷方笔数：3,总笔数：8", "3 笔.*2 笔"), ("总笔数：7", "7 笔.*2 笔"),
        ("借方总金额：5000.00,期初余额：6000.00,期末余额：1157.36", "三者不符"),
    ],
)  # fmt: skip
def test_a_list_of_one_direction_that_does_not_agree_names_the_export_that_is_wanted(said: str, sentence: str) -> None:
    with pytest.raises(FileRefused, match=f"{sentence}.*只有收入（贷方）的行，请对方按全部收支重新导出"):
        read(table(above=said, fens=FENS[:2], ways="贷贷"))


@pytest.mark.parametrize("page", ["第1页/共1页", "第 1 页,共 1 页", "1/1页"])
def test_the_number_of_a_page_is_no_row(page: str) -> None:
    assert [type(row) for row in read(table(below=page))] == [ReceiptRow] * 3


def test_a_row_that_cannot_be_read_is_one_of_those_that_are_counted() -> None:
    content = table(below="总笔数,4,总金额,400.00").replace("总笔数".encode(), "LX,2026-11-09,4o.00,贷,x\r\n总笔数".encode())
    rows = read(content)
    assert [type(row) for row in rows].count(ReceiptRow) == 3
    assert len(rows) == 4


def test_figures_of_more_than_the_file_are_not_held_against_it() -> None:
    assert len(read(table(above="本年累计贷方金额：9999.00，本年累计笔数：400"))) == 3


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 10**9), st.booleans()), min_size=1, max_size=8),
    st.integers(-1, 1),
    st.integers(-100, 100),
    st.booleans(),
)
def test_whatever_is_stated_holds_or_refuses(rows: list[tuple[int, bool]], more: int, off: int, is_above: bool) -> None:
    fens, ways = tuple(fen for fen, _ in rows), "".join("贷" if came else "借" for _, came in rows)
    came = [fen for fen, way in zip(fens, ways, strict=True) if way == "贷"]
    said = f"贷方笔数：{max(0, len(came) + more)},贷方合计：{plain_fen(max(0, sum(came) + off))}"
    content = table(fens=fens, ways=ways, **{"above" if is_above else "below": said})
    # Of a direction of which no row stands in the list its head may say anything.
    if not came or (max(0, len(came) + more) == len(came) and max(0, sum(came) + off) == sum(came)):
        assert len(read(content)) == len(rows)
    else:
        with pytest.raises(FileRefused, match="两者不符"):
            read(content)


def summary(inner: str) -> str:
    return f"<TxsSummry>{inner}</TxsSummry>"


@pytest.mark.parametrize(
    ("inner", "sentence"),
    [
        ("<TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries>", "共 3 笔，实有 2 笔"), ("<TtlNtries><Sum>9.00</Sum></TtlNtries>", "9.00 元.*8.00 元"),
        ("<TtlCdtNtries><NbOfNtries>2</NbOfNtries><Sum>5.00</Sum></TtlCdtNtries>", "贷方 2 笔，实有 1 笔"),
        ("<TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>5.01</Sum></TtlCdtNtries>", "贷方合计 5.01 元，各笔合计 5.00 元"),
        ("<TtlDbtNtries><Sum>4.00</Sum></TtlDbtNtries>", "借方合计 4.00 元，各笔合计 3.00 元"),
        ("<TtlNtries><NbOfNtries>2</NbOfNtries><Sum>8.00</Sum></TtlNtries><TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>3.00</Sum></TtlDbtNtries>", ""),
    ],
)  # fmt: skip
def test_the_summary_of_a_statement_is_held_against_its_entries(inner: str, sentence: str) -> None:
    content = camt(statement(entry("5.00", ref="A1"), entry("3.00", ref="A2", way="DBIT"))).replace(
        b"<Ntry>", (summary(inner) + "<Ntry>").encode(), 1
    )
    if not sentence:
        assert len(read_statements(content, "a.xml")[0].lines) == 2
        return
    with pytest.raises(FileRefused, match=sentence):
        read_statements(content, "a.xml")


def test_a_lone_detail_of_money_out_in_an_entry_of_money_in_waits() -> None:
    parts = detail("3.00").replace("</TxDtls>", "<CdtDbtInd>DBIT</CdtDbtInd></TxDtls>")
    (line,) = read_statements(camt(statement(entry("3.00", ref="A1", details=parts))), "a.xml")[0].lines
    assert isinstance(line, ReceiptRow)
    assert line.waits == "batch"
    assert "DBIT" in line.why


RESULT_HEAD = "支付编号|处理结果|原因|金额|记账日期"


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("TRAILER|2|300.00", ""), ("合计|2笔|300.00", ""), ("成功笔数|1|成功金额|100.00|", ""), ("TRAILER|3|300.00", "3 笔.*2 笔"),
        ("TRAILER|2|600.00", "600.00 元.*300.00 元"), ("失败笔数|2", "2 笔.*1 笔"), ("总笔数：2 总金额：700.00", "700.00 元.*300.00 元"),
    ],
)  # fmt: skip
def test_what_a_file_of_results_states_is_held_against_its_lines(said: str, sentence: str) -> None:
    rows = ["P1-1|成功||100.00|2026-11-09", "P1-2|失败|账户已销户|200.00|2026-11-09"]
    content = ("\n".join([RESULT_HEAD, *rows, said]) + "\n").encode()
    if sentence:
        with pytest.raises(ResultRefused, match=sentence):
            read_results(content, "r.txt")
    else:
        assert len(read_results(content, "r.txt").rows) == 2
