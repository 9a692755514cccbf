"""What is said of a line beside its amount: never passed over, and nothing right is refused for it."""

import pytest

from yigui.documents.errors import FileRefused
from yigui.exchange.models import FileKind
from yigui.exchange.money_formats import ReadRow, formats, read_csv
from yigui.exchange.receipt_rows import ReceiptRow, RefusedRow
from yigui.exchange.records_undone import undone_in_words

HEADS = ["交易流水号", "交易日期", "贷方发生额", "付款户名", "账号"]
CELLS = ["T1", "2026-11-09", "100.00", "甲公司", "9558800000001"]


def read(more: dict[str, str]) -> ReadRow:
    text = f"{','.join([*HEADS, *more])}\n{','.join([*CELLS, *more.values()])}\n"
    (row,) = read_csv(text.encode(), "a.csv", formats()["bank"])
    return row


@pytest.mark.parametrize(
    "more",
    [
        {"作废标志": "否", "是否退款": "是"}, {"交易状态": "成功", "入账状态": "未入账"}, {"币种": "CNY", "交易币种": "USD"},
        {"借贷标志": "贷", "收支": "支"}, {"入账金额": "98.00"}, {"备注": "作废"},
    ],
)  # fmt: skip
def test_the_second_of_two_columns_that_speak_of_the_same_is_heard(more: dict[str, str]) -> None:
    with pytest.raises(FileRefused):
        read(more)


@pytest.mark.parametrize(
    "more",
    [
        {"作废标志": "否", "是否退款": "否"}, {"交易状态": "成功", "入账状态": "已入账"}, {"币种": "CNY", "交易币种": "人民币"},
        {"借贷标志": "贷", "收支": "收"}, {"借贷标志": "贷(C)"}, {"资金流向": "流入"}, {"交易状态": "已入帐"}, {"交易状态": "0-正常"},
        {"交易状态": "成功入账"}, {"交易状态": "--"}, {"冲正标志": "0-正常"}, {"是否退款": "无退款记录"}, {"是否欠缴": "否"}, {"是否补缴": "否"},
        {"三方协议扣款标志": "否"}, {"记账方式标志": "自动"}, {"账页标识": "3"}, {"是否退休": "是"}, {"单位实缴金额": "60.00"},
        {"入账后余额": "900.00"}, {"退休费": "3.00"}, {"备注": "社保费"},
    ],
)  # fmt: skip
def test_what_is_well_is_booked(more: dict[str, str]) -> None:
    row = read(more)
    assert isinstance(row, ReceiptRow), row
    assert (row.amount_fen, row.is_debit) == (100_00, False)


@pytest.mark.parametrize(
    ("word", "cause"), [("0000", "bad"), ("未知代码", "bad"), ("处理中", "unbooked"), ("未入账", "unbooked"), ("否", "unbooked")]
)
def test_a_word_nobody_knows_is_somebodys_work_and_no_line_that_is_not_booked(word: str, cause: str) -> None:
    row = read({"交易状态": word})
    assert isinstance(row, RefusedRow)
    assert row.cause == cause


@pytest.mark.parametrize(
    ("kind", "head", "text", "is_taken"),
    [
        (FileKind.LIFE_SIGN, "是否死亡", "否", True), (FileKind.LIFE_SIGN, "是否死亡", "是", False), (FileKind.LIFE_SIGN, "死亡标志", "1", False),
        (FileKind.LIFE_SIGN, "是否健在", "否", False), (FileKind.DEATH, "是否健在", "否", True), (FileKind.DEATH, "是否健在", "是", False),
        (FileKind.DEATH, "是否死亡", "否", False), (FileKind.DEATH, "是否在职", "否", True), (FileKind.DEATH, "是否本人申报", "否", True),
        (FileKind.PRISON, "是否死亡", "否", True), (FileKind.PRISON, "是否在岗", "否", True), (FileKind.PRISON, "是否有效", "否", False),
    ],
)  # fmt: skip
def test_a_yes_or_no_is_read_by_what_the_file_is_of(kind: FileKind, head: str, text: str, is_taken: bool) -> None:
    assert (undone_in_words(kind, head, text) == "") == is_taken
