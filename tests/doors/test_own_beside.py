"""What stands beside the agreed columns: contrary and unknown words send a row back, a second number or name sends
it back too, and ordinary files of
real offices are taken."""

import pytest

from yigui.exchange.import_records import read_records
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.payment.errors import ResultRefused
from yigui.payment.result_formats import read_results

AGREED = {
    "death": ("证件号码,姓名,死亡日期", "11010519491231002X,甲乙,2026-10-03"),
    "life_sign": ("证件号码,姓名,发生日期", "11010519491231002X,甲乙,2026-10-03"),
    "employment_registration": ("证件号码,姓名,统一社会信用代码,备案日期", "11010519491231002X,甲乙,91511129010000357R,2026-10-03"),
    "prison": ("证件号码,姓名,服刑起始日期,服刑终止日期", "11010519491231002X,甲乙,2024-09-15,2028-09-14"),
}


def said(kind: str, head: str, word: str) -> str:
    """What the row of a file with one further column is sent back with; "" where it is taken."""
    heads, cells = AGREED[kind]
    rows = read_records(RECORD_FILES[kind], f"{heads},{head}\n{cells},{word}\n".encode(), "a.csv")
    (row,) = rows
    assert list(rows.unread) == head.split(",")
    return str(row.get("problem", ""))


CONTRARY = [
    ("death", "注销原因", "出国（境）定居"), ("death", "注销原因", "宣告失踪"), ("death", "注销类别", "重复户口注销"), ("death", "死亡原因", "宣告失踪"),
    ("death", "核查结果", "尚健在"), ("death", "核查结果", "查无此人"), ("death", "备注", "误报，已更正"), ("death", "备注", "同名，待核实"),
    ("death", "恢复户口日期", "2026-11-01"), ("death", "数据状态", "疑似死亡"), ("death", "附注", "人还在世"), ("death", "撤销日期", "20261101"),
    ("life_sign", "比对结果", "不一致"), ("life_sign", "比对结果", "无此人"), ("life_sign", "比对结果", "户籍已注销"), ("life_sign", "核实结果", "未查到"),
    ("life_sign", "认证状态", "未认证"), ("life_sign", "认证状态", "待人工审核"), ("life_sign", "事件类型", "火化"), ("life_sign", "事件类型", "户籍注销"),
    ("life_sign", "认证结果", "逾期未认证"), ("life_sign", "火化时间", "2026-11-01"),
    ("employment_registration", "业务类型", "解除登记"), ("employment_registration", "业务类型", "失业登记"),
    ("employment_registration", "登记类别", "终止劳动合同"), ("employment_registration", "解除日期", "2026-11-08"),
    ("employment_registration", "备注", "已离职"), ("employment_registration", "增减类型", "减员"),
    ("prison", "执行状态", "刑满释放"), ("prison", "执行状态", "假释"), ("prison", "刑罚种类", "缓刑"), ("prison", "刑罚种类", "剥夺政治权利"),
    ("prison", "实际释放日期", "2026-06-01"), ("prison", "备注", "监外执行"), ("prison", "执行方式", "社区矫正"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "head", "word"), CONTRARY)
def test_a_word_that_says_the_contrary_sends_the_row_back(kind: str, head: str, word: str) -> None:
    assert f"“{head}”写着“" in said(kind, head, word)


@pytest.mark.parametrize(
    ("kind", "head", "word"),
    [
        ("death", "注销原因", "其他"), ("death", "核查结果", "甲类"), ("life_sign", "比对结果", "B类"), ("life_sign", "事件类型", "其他"),
        ("employment_registration", "登记类别", "三类"), ("prison", "刑罚种类", "其他"), ("death", "是否健在", "不详"),
    ],
)  # fmt: skip
def test_a_word_nobody_knows_is_somebodys_work(kind: str, head: str, word: str) -> None:
    assert f"“{head}”写着“{word}”，" in said(kind, head, word)


@pytest.mark.parametrize(
    ("head", "cells"),
    [
        ("申请人,证件号码,联系电话,亡者姓名,亡者证件号码,姓名,死亡日期", "丙,511102195111124658,138,甲乙,11010519491231002X,丙丁,2026-10-21"),
        ("身份证号,姓名,与逝者关系,逝者姓名,逝者身份证号,死亡日期", "511102195111124658,丙丁,配偶,甲乙,11010519491231002X,2026-10-21"),
        ("姓名,证件号码,死亡人员姓名,死亡人员身份证号码,死亡日期,领取金额", "丙丁,511102195111124658,甲乙,11010519491231002X,2026-10-21,3000"),
        ("身份证号码,姓名,死亡日期,死者身份证号,死者姓名", "511102195111124658,丙丁,2026-10-21,11010519491231002X,甲乙"),
        ("证件号码,姓名,死亡日期,推断死亡日期", "11010519491231002X,甲乙,2026-10-21,2026-09-01"),
    ],
)  # fmt: skip
def test_a_second_number_or_name_or_day_sends_the_row_back(head: str, cells: str) -> None:
    (row,) = read_records(RECORD_FILES["death"], f"{head}\n{cells}\n".encode(), "a.csv")
    assert "没有接收" in row["problem"]


GOOD = [
    *((kind, head, word) for kind in AGREED for head, word in (
        ("序号", "1"), ("民族", "汉族"), ("住址", "幸福路 3 号"), ("办理人", "丙丁"), ("经办人姓名", "丙丁"), ("联系电话", "13800000000"), ("单位", "甲公司"),
        ("备注", ""), ("备注", "无"), ("备注", "由派出所提供"), ("性别", "男"), ("户口类型", "农业"), ("人员类别", "城镇居民"), ("核查结果", "属实"),
        ("核实结果", "核实无误"), ("数据状态", "0-正常"), ("操作类型", "新增"), ("有效标志", "1"), ("信息来源", "公安"), ("曾用名", "甲丙"),
        ("派出所", "城东所"),
    )),
    ("death", "死亡原因", "肺癌"), ("death", "死因", "心肌梗死"), ("death", "注销原因", "死亡"),
    ("death", "注销类别", "死亡注销"), ("death", "火化日期", "2026-10-05"),
    ("death", "家属姓名", "丙丁"), ("death", "死亡证明编号", "HH01"), ("death", "恢复户口日期", ""), ("death", "生存状态", "死亡"),
    ("life_sign", "认证状态", "认证通过"), ("life_sign", "比对结果", "一致"), ("life_sign", "事件类型", "普通门诊"), ("life_sign", "入院方式", "救护车"),
    ("life_sign", "事件类型", "高铁乘车"), ("life_sign", "医疗机构", "市医院"),
    ("employment_registration", "业务类型", "就业登记"), ("employment_registration", "合同终止日期", "2029-10-31"),
    ("employment_registration", "合同类型", "固定期限"), ("employment_registration", "单位名称", "甲公司"), ("employment_registration", "登记状态", "已登记"),
    ("prison", "执行状态", "在押"), ("prison", "刑罚种类", "有期徒刑三年"), ("prison", "罪名", "盗窃罪"), ("prison", "监狱", "第一监狱"),
    ("prison", "实际释放日期", ""),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "head", "word"), GOOD)
def test_an_ordinary_file_of_a_real_office_is_taken(kind: str, head: str, word: str) -> None:
    assert said(kind, head, word) == ""


RESULT = "支付编号,处理结果,原因,金额,记账日期"


@pytest.mark.parametrize(
    ("head", "word", "is_taken"),
    [
        ("退汇日期", "2026-11-08", False), ("备注", "次日退汇", False), ("说明", "账户冻结，请核实", False),
        ("退汇日期", "", True), ("备注", "养老金", True), ("失败金额", "0.00", True), ("收款户名", "甲乙", True), ("序号", "1", True), ("网点", "城东支行", True),
        ("成功金额", "3.00", True),
    ],
)  # fmt: skip
def test_a_payment_that_arrived_says_nothing_else_beside(head: str, word: str, is_taken: bool) -> None:
    found = read_results(f"{RESULT},{head}\nP1-1,成功,,3.00,2026-11-05,{word}\n".encode(), "a.csv")
    (row,) = found.rows
    # Whom it was paid to is read, and compared with whom it was sent to where the file is taken in.
    assert found.unread == (() if head == "收款户名" else (head,))
    assert (row.status, row.fault == "") == ("paid", is_taken)


@pytest.mark.parametrize(("head", "word"), [("失败金额", "2.00"), ("成功金额", "1.00"), ("成功金额,失败金额", "1.00,2.00")])
def test_a_payment_of_which_only_a_part_arrived_makes_the_file_ask(head: str, word: str) -> None:
    with pytest.raises(ResultRefused, match="未作任何改动"):
        read_results(f"{RESULT},{head}\nP1-1,成功,,3.00,2026-11-05,{word}\n".encode(), "a.csv")


@pytest.mark.parametrize(
    ("head", "word", "status"),
    [
        ("处理状态", "交易成功", "paid"), ("交易状态", "付款成功", "paid"), ("处理结果", "S", "paid"), ("处理结果", "success", "paid"),
        ("代发结果", "交易失败", "returned"), ("处理结果", "F", "returned"), ("处理状态", "账号户名不符", "returned"),
        ("处理状态", "提交成功", ""), ("处理状态", "受理成功", ""), ("处理状态", "退汇成功", ""), ("处理结果", "甲", ""),
    ],
)  # fmt: skip
def test_words_and_heads_banks_use_are_read(head: str, word: str, status: str) -> None:
    (row,) = read_results(f"支付编号,{head},金额,记账日期\nP1-1,{word},3.00,2026-11-05\n".encode(), "a.csv").rows
    assert (row.status, row.fault == "") == (status, status != "")
