"""Columns of a file of money that nobody reads: none but the listed ones, and those held against what they say. Sums are never booked."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yigui.documents.errors import FileRefused
from yigui.exchange.beside import SOURCES, beside, says_it_went, says_of
from yigui.exchange.money_formats import formats, read_csv, read_row, unknown_heads
from yigui.exchange.receipt_rows import ReceiptRow, RefusedRow
from yigui.payment.errors import ResultRefused
from yigui.payment.result_formats import read_results

HEADS = {"bank": "交易流水号,交易日期,交易金额,付款户名", "tax": "税票号码,入库日期,实缴金额,缴费人名称"}
RESULTS = "支付编号|处理结果|原因|金额|记账日期"


def read(head: str, *cells: str, source: str = "bank", rows: str = "") -> list[ReceiptRow | RefusedRow]:
    lines = [f"L{k},2026-11-09,526.40,甲,{cell}" for k, cell in enumerate(cells)]
    content = "\n".join([f"{HEADS[source]},{head}", *lines, *filter(None, [rows]), ""])
    return list(read_csv(content.encode(), "a.csv", formats()[source]))


def plain(*rows: str, head: str = HEADS["bank"], source: str = "bank") -> list[ReceiptRow | RefusedRow]:
    return list(read_csv(("\n".join([head, *rows, ""])).encode(), "a.csv", formats()[source]))


@pytest.mark.parametrize("source", SOURCES)
def test_every_listed_head_is_listed_by_its_plain_word(source: str) -> None:
    assert beside(source)
    assert all(says_of(head, source) == says for head, says in beside(source).items())


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("类别", "网银转出"), ("方向", "支出-转账"), ("来往账", "往"), ("标志", "−"), ("折人民币金额", "36.20"), ("进度", "银行处理中"), ("币", "HK$"),
        ("账户性质", "美元户"), ("", "支出"), ("#", "支出"), ("x" * 70, "支出"), ("备注（金额单位：分）", "a"),
    ],
)  # fmt: skip
def test_a_column_nobody_knows_refuses_the_file(head: str, cell: str) -> None:
    with pytest.raises(FileRefused, match=r"系统不认得的列|没有表头"):
        read(head, cell)


def test_a_column_that_holds_nothing_says_nothing() -> None:
    assert isinstance(read("进度", "")[0], ReceiptRow)


def test_a_head_twice_over_is_not_passed_over() -> None:
    with pytest.raises(FileRefused, match="系统不认得的列“怪”"):
        read("怪,怪", "a,b")


#: Heads of anything but the listed ones.
WORDS = st.text(st.sampled_from("收支付借贷方向标志单位金额元分币种类项目状态进度A1x（）:/#- "), min_size=0, max_size=75)


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(["bank", "tax"]), WORDS, st.text(st.sampled_from("支出分美元失败冲正转0123.罚款"), min_size=1, max_size=12))
def test_a_file_with_one_unknown_column_is_never_booked(source: str, head: str, cell: str) -> None:
    form = formats()[source]
    if (head.strip() and not unknown_heads([head], form)) or says_of(head.strip(), source) is not None:
        return
    with pytest.raises(FileRefused):
        read(head, cell, source=source)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.text(st.sampled_from("户名不符F失败0123.冲正处理中"), min_size=1, max_size=12))
def test_nor_a_file_of_results(head: str, cell: str) -> None:
    """Refused, or, under a head that is read, no word that the money arrived."""
    if says_of(head.strip(), "results") is not None:
        return
    try:
        rows = read_results(f"{RESULTS}|{head}\nP1-1|成功||100.00|2026-11-09|{cell}\n".encode(), "r.txt").rows
    except ResultRefused:
        return
    assert all(row.fault for row in rows)


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("交易类别", "转账支出"), ("交易类别", "转账支取"), ("交易名称", "代付"), ("交易名称", "代发工资"), ("业务种类", "汇款支出"), ("交易摘要", "跨行汇出"),
        ("备注", "代发工资"), ("单位", "分"), ("金额单位", "分"), ("货币单位", "万元"), ("计量单位", "千元"), ("滞纳金", "1.00"), ("实收金额", "0.00"),
        ("实收金额", "5.00"), ("实收金额", "x"),
    ],
)  # fmt: skip
def test_a_listed_column_is_held_against_what_it_says(head: str, cell: str) -> None:
    with pytest.raises(FileRefused, match=f"列“{head}”第 2 行写着“{cell}”"):
        read(head, cell)


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("序号", "1"), ("交易类型[Transaction Type]", "转账收入"), ("交易类型", "支付宝"), ("备注", "付2026年10月社保费"), ("单位", "元"), ("滞纳金", "0.00"),
        ("实收金额", "526.40"), ("凭证号", "0001"), ("交易机构", "某支行"),
    ],
)  # fmt: skip
def test_a_listed_column_that_says_nothing_is_passed_over(head: str, cell: str) -> None:
    assert isinstance(read(head, cell)[0], ReceiptRow)


@pytest.mark.parametrize("text", ["转账支出", "代付", "汇款支出", "跨行汇出", "网银转出", "工资代发"])
@pytest.mark.parametrize("head", ["摘要", "附言"])
def test_a_text_that_is_a_movement_out_is_no_receipt(head: str, text: str) -> None:
    (row,) = read(head, text)
    assert isinstance(row, RefusedRow)
    assert text in row.sentence
    told = read_row(1, {"AAE086": "L1", "AAE079": "2026-11-09", "AAE019": "1.00", head: text}, formats()["bank"])
    assert isinstance(told, RefusedRow)


def test_where_the_list_tells_the_direction_a_text_says_nothing_of_it() -> None:
    (row,) = plain("L1,2026-11-09,526.40,贷,代付", head="交易流水号,交易日期,交易金额,借贷标志,摘要")
    assert isinstance(row, ReceiptRow)


@pytest.mark.parametrize(
    "note", ["金额单位：分", "注：金额单位为分", "注：金额均以分为单位", "单位：千元", "币种：美元", "备注：金额以万元计价"]
)
@pytest.mark.parametrize("blank", ["", ",,,"])
def test_a_note_behind_the_rows_that_says_another_unit_refuses_the_file(note: str, blank: str) -> None:
    with pytest.raises(FileRefused, match="写明金额的单位"):
        plain("L1,2026-11-09,52640,甲", note + blank)


def test_a_note_behind_the_rows_that_says_the_yuan_does_not() -> None:
    assert isinstance(plain("L1,2026-11-09,52640,甲", "单位：分公司")[0], ReceiptRow)
    assert isinstance(plain("L1,2026-11-09,52640,甲", "备注：金额单位为元")[0], ReceiptRow)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("征收项目", "工会经费"), ("征收项目", "罚没收入"), ("征收品目名称", "残疾人就业保障金"), ("税种", "增值税"), ("征收子目", "滞纳金"),
        ("款项性质", "罚款"), ("预算科目", "税务部门罚没收入"),
    ],
)  # fmt: skip
def test_tax_money_that_is_no_contribution_is_rejected(head: str, kind: str) -> None:
    (row,) = read(head, kind, source="tax")
    assert isinstance(row, RefusedRow)
    assert f"{head}“{kind}”" in row.sentence


def test_tax_money_has_the_insurance_its_kind_names() -> None:
    for kind, number in [("企业职工基本养老保险费", 110), ("企业职工基本养老保险费(单位缴纳)", 110), ("社会保险费", None)]:
        (row,) = read("征收项目", kind, source="tax")
        assert isinstance(row, ReceiptRow)
        assert row.insurance == number


def test_kinds_that_contradict_each_other_are_rejected() -> None:
    (row,) = read("征收品目,征收项目", "失业保险费,企业职工基本养老保险费", source="tax")
    assert isinstance(row, RefusedRow)


SUMS = (
    "合计", "总计", "小计", "本日合计", "本月合计", "日计", "收入合计", "期末余额", "承前页", "过次页", "转下页", "Total", "SUM", "Grand Total", "【合计】", "累计",
    "累计发生额", "本年累计", "合计(1笔)", "合计：", "月计", "贷方合计", "余额", "本页小计",
)  # fmt: skip


@pytest.mark.parametrize("word", SUMS)
@pytest.mark.parametrize(
    ("head", "row", "total"),
    [
        (HEADS["bank"], "L1,2026-11-09,526.40,甲", "{},2026-11-09,526.40,"),
        ("交易日期,交易流水号,交易金额,付款户名", "2026-11-09,L1,526.40,甲", "2026-11-09,{},526.40,"),
        ("交易流水号,交易日期,交易金额,付款户名,借贷标志", "L1,2026-11-09,526.40,甲,贷", "{},2026-11-09,526.40,,贷"),
        ("交易流水号,交易日期,交易金额,付款户名,余额", "L1,2026-11-09,526.40,甲,1526.40", "{},2026-11-09,526.40,,1526.40"),
        ("序号,交易流水号,交易日期,交易金额,付款户名", "1,L1,2026-11-09,526.40,甲", "{},1,2026-11-09,526.40,"),
    ],
)
def test_a_sum_that_bears_a_day_is_never_booked(word: str, head: str, row: str, total: str) -> None:
    rows = plain(row, total.format(word), head=head)
    assert [r.amount_fen for r in rows if isinstance(r, ReceiptRow)] == [52640]


@pytest.mark.parametrize("word", SUMS)
def test_nor_by_a_message_or_from_the_tax_office(word: str) -> None:
    told = read_row(1, {"AAE086": word, "AAE079": "2026-11-09", "AAE019": "526.40"}, formats()["bank"])
    assert isinstance(told, RefusedRow)
    rows = plain("L1,2026-11-09,526.40,甲", f"{word},2026-11-09,526.40,", head=HEADS["tax"], source="tax")
    assert [type(r) for r in rows].count(ReceiptRow) == 1


@pytest.mark.parametrize("word", [*SUMS, "缴费总额"])
@pytest.mark.parametrize("line", ["L2,2026-11-20,55.00,张三,{}", "L2,2026-11-20,55.00,{},", ",2026-11-20,55.00,张三,{}"])
def test_a_word_of_a_sum_beside_a_number_or_a_payer_is_the_payers(word: str, line: str) -> None:
    """Neither set aside nor held against the rows, wherever the row stands; without a number it waits for a person, as any such row."""
    head = f"{HEADS['bank']},附言"
    rows = [
        plain("L1,2026-11-20,100.00,甲,", line.format(word), head=head),
        plain(line.format(word), "L1,2026-11-20,100.00,甲,", head=head),
    ]
    for found in rows:
        assert not [row for row in found if isinstance(row, RefusedRow) and row.cause == "aside"]
        assert sum(row.amount_fen for row in found if isinstance(row, ReceiptRow)) == (10000 if line[0] == "," else 15500)


@pytest.mark.parametrize("word", ["余额", "合计"])
@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2)])
def test_nor_does_it_break_a_list_with_balances(word: str, order: tuple[int, ...]) -> None:
    texts, held, rows = ["", "", ""], 0, []
    texts[order[1]] = word
    for k, text in enumerate(texts):
        held += 10000
        rows.append(f"L{k},2026-11-20,100.00,张三,{text},{held / 100:.2f}")
    found = plain(*rows, head=f"{HEADS['bank']},附言,余额")
    assert [row.amount_fen for row in found if isinstance(row, ReceiptRow)] == [10000] * 3


def test_a_sum_that_names_nobody_is_none_the_less_set_aside() -> None:
    rows = plain("L1,2026-11-09,526.40,甲,", ",2026-11-09,526.40,,合计", "-,2026-11-09,526.40,合计,", head=f"{HEADS['bank']},附言")
    assert [row.cause for row in rows if isinstance(row, RefusedRow)] == ["aside", "aside"]


@pytest.mark.parametrize("text", ["付款" * 149 + "好", "支付" * 149 + "好", "出账" * 149 + "好", "往账付款" * 74 + "x"])
def test_a_long_text_of_a_payer_is_answered(text: str) -> None:
    """Each place of it is looked at once: by trying every way to take 付款 apart nobody would see the end."""
    assert len(text) <= 300
    assert not says_it_went(text, by_bank=True)
    (row,) = read("摘要", text)
    assert isinstance(row, ReceiptRow)


@pytest.mark.parametrize(("text", "by_bank", "said"), [
    ("付款", True, True), ("付款", False, False), ("网银-转账 支出(1)", True, True), ("付 账", True, True), ("支", True, True), ("款项", True, False),
    ("付款给张三", True, False), ("代付工资", False, True), ("跨行汇出", False, True), ("", True, False), ("付" * 300, True, True),
])  # fmt: skip
def test_a_movement_out_is_known_by_its_words_alone(text: str, by_bank: bool, said: bool) -> None:
    assert says_it_went(text, by_bank=by_bank) is said


@pytest.mark.parametrize("word", ["合计", "本日合计", "Total", "贷方合计"])
def test_a_sum_that_bears_a_day_is_held_against_the_rows(word: str) -> None:
    with pytest.raises(FileRefused, match=r"500\.00 元.*526\.40 元"):
        plain("L1,2026-11-09,526.40,甲", f"{word},2026-11-09,500.00,")


def test_what_only_sounds_like_a_sum_is_money() -> None:
    rows = plain("L1,2026-11-09,526.40,合计贸易有限公司", "L2,2026-11-09,1.00,会计师事务所", "S0012,2026-11-09,2.00,余额宝网络")
    assert [type(row) for row in rows] == [ReceiptRow] * 3
