"""What is said of a line beside its amount: never passed over, and nothing right is refused for it."""

import pytest

from yigui.documents.errors import FileRefused
from yigui.exchange.models import FileKind
from yigui.exchange.money_formats import ReadRow, formats, read_csv
from yigui.exchange.receipt_rows import ReceiptRow, RefusedRow
from yigui.exchange.said_of_records import against_record

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
        {"入账后余额": "900.00"}, {"备注": "社保费"},
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
    assert (against_record(kind, head, text) == "") == is_taken


D, L, E, P = FileKind.DEATH, FileKind.LIFE_SIGN, FileKind.EMPLOYMENT_REGISTRATION, FileKind.PRISON


@pytest.mark.parametrize(
    ("kind", "head", "text"),
    [
        # Whose record it is.
        (D, "亡者证件号码", "511102195603018886"), (D, "逝者姓名", "江永强"), (D, "死亡人员身份证号码", "511102195603018886"), (D, "死者姓名", "江永强"),
        # Not dead.
        (D, "注销原因", "出国（境）定居"), (D, "注销类别", "重复户口注销"), (D, "死亡原因", "宣告失踪"), (D, "核查结果", "尚健在"), (D, "核查结果", "查无此人"),
        (D, "备注", "误报，已更正"), (D, "备注", "同名，待核实"), (D, "恢复户口日期", "2026-11-01"), (D, "是否健在", "待查"), (D, "处理结果", "X7"),
        # No sign of life.
        (L, "比对结果", "不一致"), (L, "比对结果", "无此人"), (L, "比对结果", "户籍已注销"), (L, "核实结果", "未查到"), (L, "认证状态", "未认证"),
        (L, "认证状态", "待人工审核"), (L, "事件类型", "火化"), (L, "事件类型", "户籍注销"), (L, "火化日期", "2026-10-01"), (L, "比对结果", "不匹配"),
        # Not at work.
        (E, "业务类型", "解除登记"), (E, "业务类型", "失业登记"), (E, "登记类别", "终止劳动合同"), (E, "解除日期", "2026-11-08"), (E, "备注", "已离职"),
        (E, "在职状态", "离职"), (E, "操作类型", "减员"),
        # Not in prison.
        (P, "执行状态", "假释"), (P, "执行状态", "刑满释放"), (P, "执行方式", "缓刑"), (P, "刑罚种类", "管制"), (P, "实际释放日期", "2026-11-01"),
        (P, "执行状态", "社区矫正"), (P, "备注", "因病保外就医"),
    ],
)  # fmt: skip
def test_what_speaks_against_a_record_is_heard_under_whatever_head(kind: FileKind, head: str, text: str) -> None:
    assert against_record(kind, head, text)


@pytest.mark.parametrize(
    ("kind", "head", "text"),
    [
        *((kind, head, text) for kind in (D, L, E, P) for head, text in (
            ("序号", "1"), ("民族", "汉族"), ("户籍地址", "市中区嘉定路 1 号"), ("联系电话", "13900001111"), ("经办人姓名", "李晓春"), ("家属姓名", "王斌"),
            ("家属身份证号", "511102195111124658"), ("单位名称", "甲公司"), ("备注", ""), ("备注", "无"), ("备注", "家属来电告知"), ("状态", "正常"),
            ("审核状态", "审核通过"), ("性别", "男"), ("曾用名", "王小斌"), ("户口簿号码", "511102001"), ("数据状态", "有效"), ("录入时间", "2026-11-01"),
        )),
        (D, "注销原因", "死亡"), (D, "注销类别", "死亡注销"), (D, "死亡原因", "脑梗死"), (D, "死亡原因", "交通事故"), (D, "火化日期", "2026-10-23"),
        (D, "核查结果", "已死亡"), (D, "户口注销日期", "2026-10-25"), (D, "死亡类型", "正常死亡"),
        (L, "比对结果", "一致"), (L, "认证状态", "已认证"), (L, "事件类型", "门诊就医"), (L, "核实结果", "健在"), (L, "认证方式", "人脸"),
        (E, "业务类型", "就业登记"), (E, "登记类别", "用工备案"), (E, "合同类型", "固定期限"), (E, "合同终止日期", "2028-11-08"), (E, "就业状态", "在职"),
        (E, "户口性质", "农业"), (E, "用工形式", "全日制"),
        (P, "刑罚种类", "有期徒刑"), (P, "执行状态", "服刑中"), (P, "罪名", "盗窃"), (P, "服刑场所", "嘉州监狱"), (P, "判决书文号", "（2026）川11刑初1号"),
    ],
)  # fmt: skip
def test_what_offices_usually_send_beside_is_in_nobodys_way(kind: FileKind, head: str, text: str) -> None:
    assert against_record(kind, head, text) == ""


@pytest.mark.parametrize("more", [{"记账日期": "2026-11-20"}, {"入账时间": "20261201093000"}])
def test_of_two_days_too_far_apart_the_row_alone_goes_back(more: dict[str, str]) -> None:
    row = read(more)
    assert isinstance(row, RefusedRow)
    assert "相差过多" in row.sentence


def test_letters_of_a_name_are_no_mask() -> None:
    with pytest.raises(FileRefused, match="互相矛盾"):
        read({"对方户名": "Lux公司"})


def test_a_payee_that_is_no_account_of_ours_is_the_banks_for_a_payer() -> None:
    def ours(account: str, where: str, day: object) -> str:
        if not account.startswith("9558"):
            raise FileRefused(f"{where}账户不是该地区的账户。")
        return account

    def taken(payee: str) -> ReadRow:
        text = f"交易流水号,交易日期,贷方发生额,付款户名,本方账号,收款账号\nT1,2026-11-09,100.00,甲公司,9558800000001,{payee}\n"
        (row,) = read_csv(text.encode(), "a.csv", formats()["bank"], on_account=ours)
        return row

    virtual, other = taken("8800000000077"), taken("9558800000002")
    assert isinstance(virtual, ReceiptRow), virtual
    assert virtual.account_no == "9558800000001"
    assert isinstance(other, RefusedRow)


@pytest.mark.parametrize(
    "more",
    [
        {"对方户名": "乙公司"}, {"付款账号": "6222000000001111", "对方账号": "6222000000002222"},
        {"本方账号": "9558800000002"}, {"余额": "900.00", "账户余额": "800.00"},
    ],
)  # fmt: skip
def test_two_columns_of_the_same_that_contradict_each_other_refuse_the_file(more: dict[str, str]) -> None:
    with pytest.raises(FileRefused, match=r"第 2 行.*互相矛盾"):
        read(more)


@pytest.mark.parametrize(
    "more",
    [
        {"记账日期": "2026-11-10"}, {"入账时间": "20261109093000"}, {"对方户名": "甲 公司"}, {"对方户名": ""}, {"交易时间": "09:30:00"},
        {"付款账号": "6222000000001111", "对方账号": "6222****1111"}, {"余额": "900.00", "账户余额": "900.0"}, {"收款账号": "95588-00000001"},
    ],
)  # fmt: skip
def test_two_columns_of_the_same_that_agree_are_one(more: dict[str, str]) -> None:
    row = read(more)
    assert isinstance(row, ReceiptRow), row


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"交易金额": "-100.00"}, "金额 -100.00"), ({"收款账号": "9558800000009"}, "收款账号"),
        ({"缴费单号": "800000000001", "附言": "缴 800000000002 号单"}, "800000000002"),
        ({"缴费码": "JF0123456789ABCDEF", "附言": "JFFEDCBA9876543210"}, "JFFEDCBA9876543210"),
    ],
)  # fmt: skip
def test_a_row_whose_columns_contradict_each_other_is_nobodys_choice(more: dict[str, str], named: str) -> None:
    row = read(more)
    assert isinstance(row, RefusedRow), row
    assert named in row.sentence


def test_balances_of_each_account_of_a_list_go_on_by_themselves() -> None:
    head = "交易流水号,交易日期,贷方发生额,付款户名,账号,余额"
    rows = ["T1,2026-11-09,100.00,甲,9558800000001,1100.00", "T2,2026-11-09,50.00,乙,9558800000002,550.00"]
    rows += ["T3,2026-11-09,100.00,甲,9558800000001,1200.00", "T4,2026-11-09,50.00,乙,9558800000002,{}", ""]
    whole = "\n".join([head, *rows])
    assert all(isinstance(row, ReceiptRow) for row in read_csv(whole.format("600.00").encode(), "a.csv", formats()["bank"]))
    with pytest.raises(FileRefused, match="余额与相邻的行不连续"):
        list(read_csv(whole.format("610.00").encode(), "a.csv", formats()["bank"]))
