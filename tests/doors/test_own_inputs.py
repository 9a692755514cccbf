"""Further inputs of the kinds of fault F01 to F20 that users of other systems reported: other banks, heads, versions, orders and writings of the same.

`FILES` are taken in at page, command line and interface like those of `test_files_at_doors`; what is more than one file is a test of its own in
`test_own_flows` and `test_own_lives`. `test_own_table` says which belong to which kind: two or more each.
"""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import openpyxl
import pytest

from tests import city
from tests.doors.test_files_at_doors import by_command, by_interface, by_page, kind_of
from tests.statements import OTHER_OURS, OURS, balance, camt, detail, entry, statement

#: An account that is none of ours.
FOREIGN = "6222009999990009"


class File(NamedTuple):
    """A file and its answer: the words it is refused with, or its counts and the words of every line that was not simply taken."""

    finding: str
    name: str
    content: bytes
    refused: str = ""
    counts: tuple[int, ...] = ()
    lines: tuple[tuple[int, str], ...] = ()


def text(*lines: str, encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    return (end.join(lines) + end).encode(encoding)


def book(**sheets: Sequence[Sequence[Any]]) -> bytes:
    made, content = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made.save(content)
    return content.getvalue()


def noted(*statements: str) -> bytes:
    return camt(*statements, version="camt.054.001.04")


def taken(lines: int, rows: int, fen: int, debits: int = 0, known: int = 0, rejected: int = 0, waiting: int = 0) -> dict[str, Any]:
    return {"counts": (lines, rows, fen, debits, known, rejected, waiting)}


def states(head: str, good: str, bad: str) -> bytes:
    return text(f"{BANK},{head}", f"s1,2026-11-09,1.00,甲公司,{good}", f"s2,2026-11-09,2.00,乙公司,{bad}")


def tickets(head: str, good: str, bad: str) -> bytes:
    return text(f"{TAX},{head}", f"t1,2026-11-09,1.00,甲公司,{good}", f"t2,2026-11-09,2.00,乙公司,{bad}", encoding="gb18030")


def records(folder: str, head: str, good: str, bad: str) -> bytes:
    days = {"death": "死亡日期", "life_sign": "发生日期", "prison": "服刑起始日期,服刑终止日期"}[folder]
    end = ",2027-01-01" if folder == "prison" else ""
    rows = [f"11010519491231002X,甲乙,2026-10-0{k}{end},{said}" for k, said in ((3, good), (4, bad))]
    return text(f"证件号码,姓名,{days},{head}", *rows, encoding="gb18030")


def under(above: str) -> bytes:
    return text(above, BANK.replace(",", ";"), "s1;2026-11-09;1.00;甲公司")


BANK = "交易流水号,交易日期,交易金额,付款户名"
TAX = "税票号码,入库日期,实缴金额,缴费人名称"
ROWS = (["s1", "2026-11-09", "1.00", "甲公司"], ["s2", "2026-11-09", "2.00", "乙公司"])
NOT_BOOKED = "不是已入账，未入账"
NOT_OURS = "不是该地区在"

FILES = [
    # Every statement and every part of a file is read, or the file is refused.
    File("F01", "bank/two-notices.xml", noted(
        statement(entry("1.00", ref="a"), holder="Ntfctn"), statement(entry("2.00", ref="b"), account=OTHER_OURS, holder="Ntfctn"),
    ), **taken(2, 2, 300)),
    File("F01", "bank/documents-in-an-envelope.xml", b"<Envelope>" + b"".join(
        camt(statement(entry("1.00", ref=account[-1]), account=account)).split(b"?>", 1)[1] for account in (OURS, OTHER_OURS)
    ) + b"</Envelope>", **taken(2, 2, 200)),
    File("F01", "bank/statement-and-report.xml", camt(
        statement(entry("1.00", ref="a")), statement(entry("2.00", ref="b"), holder="Rpt"),
    ), refused="既有对账单又有日间报告"),
    File("F01", "bank/two-accounts-below-each-other.csv", text(
        f"账号：{OURS}", BANK, "s1,2026-11-09,1.00,甲公司", "", f"账号：{OTHER_OURS}", BANK, "s2,2026-11-09,2.00,乙公司",
    ), refused="第 5 行起是另一个账户（尾号 0002）的明细"),
    File("F01", "bank/foreign-account-below.csv", text(
        f"账号,{OURS}", BANK, "s1,2026-11-09,1.00,甲公司", "", f"账号,{FOREIGN}", BANK, "s2,2026-11-09,2.00,乙公司",
    ), refused=f"第 5 行的账号（尾号 0009）{NOT_OURS}"),
    File("F01", "bank/pages-of-one-account.csv", text(
        f"账号：{OURS}", BANK, "s1,2026-11-09,1.00,甲公司", f"账号：{OURS}", BANK, "s2,2026-11-09,2.00,乙公司",
    ), **taken(4, 2, 300, rejected=2), lines=((4, "账户说明行"), (5, "重复的表头"))),
    File("F01", "bank/other-columns-below.csv", text(
        "交易流水号,交易日期,贷方发生额,借方发生额", "s1,2026-11-09,1.00,", "交易流水号,交易日期,借方发生额,贷方发生额", "s2,2026-11-09,2.00,",
    ), refused="第 3 行又是表头，各列与第 1 行的表头不同"),
    File("F01", "bank/second-sheet-other-words.xlsx", book(十月=[BANK.split(","), ROWS[0]], 十一月=[["流水", "日期", "交易金额", "付款户名"], ROWS[1]]),
        refused="除工作表“十月”外，“十一月”也像要报送的表"),
    File("F01", "tax/two-sheets.xlsx", book(养老=[TAX.split(","), ROWS[0]], 失业=[TAX.split(","), ROWS[1]]), refused="有 2 张工作表都像要报送的表"),
    File("F01", "death/second-sheet-without-a-day.xlsx", book(
        城区=[["证件号码", "姓名", "死亡日期"], ["11010519491231002X", "甲乙", "2026-10-01"]],
        郊区=[["证件号码", "姓名", "去世时刻"], ["11010519491231002X", "丙丁", "2026-10-02"]],
    ), refused="“郊区”也像要报送的表，但缺少列：死亡日期"),
    # A batch is split where its details add up, and waits where they do not.
    File("F02", "bank/batch-in-two-blocks.xml", camt(statement(entry(
        "30.00", ref="a", details=f"{detail('10.00', name='甲公司')}</NtryDtls><NtryDtls>{detail('20.00', name='乙公司')}",
    ))), **taken(2, 2, 3000)),
    File("F02", "bank/batch-less-a-fee.xml", camt(statement(entry("29.00", ref="a", details=detail("10.00") + detail("20.00")))),
        **taken(1, 0, 0, waiting=1), lines=((1, "2 笔明细合计 30.00 元"),)),
    File("F02", "bank/batch-with-a-comma.xml", camt(statement(entry("30.00", ref="a", details=detail("10,00") + detail("20.00")))),
        **taken(1, 0, 0, waiting=1), lines=((1, "无法拆分"),)),
    File("F02", "bank/sum-beside-its-parts.csv", text(
        BANK, "B1,2026-11-09,30.00,批量代扣", "B1/1,2026-11-09,10.00,甲公司", "B1/2,2026-11-09,20.00,乙公司", "B2-1,2026-11-09,4.00,甲公司", "B2,2026-11-09,5.00,丙",
    ), **taken(5, 4, 3900, waiting=1), lines=((2, "等于本文件 2 笔明细"),)),
    # Money that is not booked, void or taken back is none, whatever the bank or the tax office calls it.
    File("F03", "bank/states-of-every-version.xml", camt(statement(
        entry("1.00", ref="a", status="<Sts><Prtry>未记账</Prtry></Sts>"), entry("2.00", ref="b", status="<Sts><Cd>FUTR</Cd></Sts>"),
        entry("3.00", ref="c", status="<Sts>\n BOOK \n</Sts>"), entry("4.00", ref="d", status="<Sts>PDNG</Sts>"),
    )), **taken(4, 1, 300, rejected=3), lines=((1, "银行尚未记账"), (2, "将来入账"), (4, "待入账"))),
    *(
        File("F03", f"bank/{head}.csv", states(head, good, bad), **taken(2, 1, 100, rejected=1), lines=((3, NOT_BOOKED),))
        for head, good, bad in (("记账标志", "已记账", "未记账"), ("是否入账", "是", "否"), ("到账状态", "已到账", "在途"), ("扣款结果", "成功", "余额不足"))
    ),
    *(
        File("F03", f"tax/{head}.csv", tickets(head, good, bad), **taken(2, 1, 100, rejected=1), lines=((3, said),))
        for head, good, bad, said in (
            ("缴款状态", "已缴款", "未缴款", NOT_BOOKED), ("税票状态", "正常", "作废", NOT_BOOKED), ("作废标志", "N", "Y", "作废或退款"),
            ("是否退库", "否", "是", "作废或退款"),
        )
    ),
    *(
        File("F03", f"bank/{head}.csv", states(head, good, bad), refused=f"列“{head}”第 3 行写着“{bad}”")
        for head, good, bad in (("备用字段", "成功", "失败"), ("返回码说明", "处理成功", "超时"), ("本行结果", "成功", "待授权"), ("开票状态", "已开票", "已作废"))
    ),
    File("F03", "bank/打印状态.csv", states("打印状态", "已打印", "未打印"), **taken(2, 2, 300)),
    File("F03", "tax/退库金额.csv", tickets("退库金额", "0.00", "1.50"), refused="列“退库金额”第 3 行写着“1.50”，可能是退回或冲减的金额"),
    # A record that its sender has taken back, or that says the contrary, is none.
    *(
        File("F13", f"{folder}/{k}-{head}.csv", records(folder, head, good, bad), counts=(2, 0, 0, 1, 0, 1),
            lines=((2, "未找到该参保人"), (3, f"“{head}”写着“{bad}”")))
        for k, (folder, head, good, bad) in enumerate((
            ("death", "操作标志", "新增", "删除"), ("death", "核实情况", "已核实", "误报"), ("death", "是否死亡", "是", "否"), ("life_sign", "是否健在", "是", "否"),
            ("life_sign", "比对结果", "通过", "非本人"), ("prison", "记录状态", "有效", "已撤销"),
        ))
    ),
    File("F13", "employment_registration/备案状态.csv", text(
        "证件号码,姓名,统一社会信用代码,备案日期,备案状态", "11010519491231002X,甲乙,91110000600037341L,2026-10-03,有效",
        "11010519491231002X,甲乙,91110000600037341L,2026-10-04,已解除",
    ), counts=(2, 1, 0, 1, 0, 0), lines=((3, "“备案状态”写着“已解除”"),)),
    # Words that stand where there is no reference are none.
    *(
        File("F04", f"bank/reference-{k}.csv", text(
            BANK, f"{word},2026-11-09,1.00,甲公司", f"{word},2026-11-09,1.00,甲公司", f"{word},2026-11-09,2.00,乙公司",
        ), **taken(3, 2, 300, waiting=1), lines=((3, "与本文件第 2 行日期、金额、对方、附言都相同"),))
        for k, word in enumerate(("暂无", "Not-Provided", "n.a.", "无流水号", "XXXX"))
    ),
    File("F04", "tax/one-ticket-two-payers.csv", text(TAX, "T78,2026-11-09,1.00,甲公司", "T78,2026-11-09,1.00,乙公司"),
        **taken(2, 0, 0, rejected=2), lines=((2, "相同而内容不同"), (3, "相同而内容不同"))),
    File("F04", "bank/in-and-out-under-one-reference.csv", text(
        "交易流水号,交易日期,借方发生额,贷方发生额,付款户名", "q,2026-11-09,,1.00,甲公司", "q,2026-11-09,0.50,,甲公司",
    ), **taken(2, 1, 100, debits=1)),
    # An amount is what is written, in yuan, or it is refused.
    File("F05", "bank/other-writings.txt", text(
        BANK.replace(",", "|"), *(f"w{k}|2026-11-09|{written}|甲公司" for k, written in enumerate(
            ("1.234,56", "526 40", "1'234.56", "526，40", "526.4.0", "52640分", "526.40万", "٥٢٦", "1, 234.56", "￥526.40", "1，234，567.8"),
        )),
    ), **taken(11, 2, 52640 + 123456780, rejected=9), lines=tuple((k, "不是金额") for k in range(2, 11))),
    *(
        File("F05", f"bank/unit-{k}.csv", text(f"交易流水号,交易日期,{head},付款户名", "u,2026-11-09,52640,甲公司"), refused=f"写明金额的单位是“{unit}”")
        for k, (head, unit) in enumerate((("交易金额（分）", "分"), ("交易金额(单位：万元)", "万元"), ("贷方发生额[USD]", "USD")))
    ),
    File("F05", "bank/unit-yuan.csv", text("金额单位：元", "交易流水号,交易日期,交易金额（人民币元）", "u,2026-11-09,526.40"), **taken(1, 1, 52640)),
    File("F05", "tax/unit-above.xlsx", book(明细=[["2026年11月入库明细"], ["", "", "金额单位：万元"], TAX.split(","), ROWS[0]]),
        refused="表头上方写明金额的单位是“万元”"),
    File("F05", "tax/employer-above.csv", text("缴费单位：千佛岩分公司", TAX, "u,2026-11-09,1.00,甲公司"), **taken(1, 1, 100)),
    File("F05", "results/amounts-in-fen.txt", text("支付编号|处理结果|原因|金额（分）|记账日期", "P999-1|成功||342764|2026-11-05", encoding="gb18030"),
        refused="写明金额的单位是“分”"),
    File("F05", "bank/what-came-in-is-less.csv", text(f"{BANK},实收金额", "s1,2026-11-09,10.00,甲公司,10.00", "s2,2026-11-09,10.00,甲公司,9.50"),
        refused="列“实收金额”第 3 行写着“9.50”，与该行金额不同"),
    # The account and the currency of a list are compared, however they are written.
    *(
        File("F18", f"bank/above-{k}.csv", under(above), refused=said)
        for k, (above, said) in enumerate((
            (f"账　号：{FOREIGN}", NOT_OURS), (f"户名：某局　账户（卡号）：{FOREIGN}", NOT_OURS), (f"Account No. {FOREIGN}", NOT_OURS),
            ("账号：6222****0009", NOT_OURS), (f"账号：{OURS} 币种：美元", "币种为 美元"), (f"帐户;;{FOREIGN}", NOT_OURS), ("美元对公账户交易明细", "币种为 美元"),
        ))
    ),
    File("F18", "bank/above-masked-ours.csv", under("账号：9558********0001"), **taken(1, 1, 100)),
    File("F18", "bank/above-of-the-payer.csv", under(f"对方账号：{FOREIGN}"), **taken(1, 1, 100)),
    File("F18", "bank/card-column.csv", text(f"{BANK},本方卡号", f"s1,2026-11-09,1.00,甲公司,{FOREIGN}", f"s2,2026-11-09,2.00,乙公司,{OURS}"),
        **taken(2, 1, 200, rejected=1), lines=((2, NOT_OURS),)),
    File("F18", "bank/unknown-account-column.csv", text(f"{BANK},归集账号", f"s1,2026-11-09,1.00,甲公司,{FOREIGN}"), refused="列“归集账号”像是账号"),
    File("F18", "bank/iban-of-another.xml", camt(statement(entry("1.00", ref="a"))).replace(
        f"<Othr><Id>{OURS}</Id></Othr>".encode(), f"<IBAN>{FOREIGN}</IBAN>".encode(),
    ), refused=NOT_OURS),
    File("F18", "bank/only-the-balance-has-a-currency.xml", camt(statement(
        entry("1.00", ref="a"), currency="", balances=balance("CLBD", "1.00"),
    )).replace(b' Ccy="CNY">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>', b">1.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>").replace(b"CNY", b"USD"),
        refused="账户币种为 USD"),
    File("F18", "bank/no-currency-at-all.xml", camt(statement(entry("1.00", ref="a"), currency="")).replace(b' Ccy="CNY"', b""),
        **taken(1, 0, 0, rejected=1), lines=((1, "没有币种"),)),
    File("F18", "bank/two-currencies.xml", camt(statement(entry("1.00", ref="a"), balances=balance("CLBD", "1.00").replace("CNY", "HKD"))),
        refused="账户和余额写着不同的币种（CNY、HKD）"),
    File("F20", "results/arrived-and-not.txt", text(
        "支付编号|处理结果|原因|金额|记账日期", "P999-1|成功|账户已销户|1.00|2026-11-05", "P999-2|成功|交易成功|1.00|2026-11-05", encoding="gb18030",
    ), counts=(2, 0, 0, 0, 0, 0, 2), lines=((2, "原因写着“销户”，两者矛盾"), (3, "没有支付编号为"))),
    File("F20", "results/two-states.txt", text(
        "支付编号|处理结果|原因|金额|记账日期|银行状态", "P999-1|成功||1.00|2026-11-05|已退汇", encoding="gb18030",
    ), refused="列“银行状态”第 2 行写着“已退汇”"),
    # A rejected block or file is that one, and all of it.
    File("F19", "results/block-without-a-name.xml", "".join((
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>X</MsgId></GrpHdr>',
        "<OrgnlGrpInfAndSts><OrgnlMsgId>YIGUI-999999-1</OrgnlMsgId></OrgnlGrpInfAndSts>",
        "<OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>",
    )).encode(), counts=(1, 0, 0, 0, 0, 0, 1), lines=((1, "批次没有编号"),)),
    File("F20", "results/other-currency.txt", text(
        "支付编号|处理结果|原因|金额|币种|记账日期", "P999-1|成功||1.00|USD|2026-11-05", "P999-2|成功||1.00|人民币|2026-11-05", encoding="gb18030",
    ), counts=(2, 0, 0, 0, 0, 0, 2), lines=((2, "币种为 USD"), (3, "没有支付编号为 P999-2 的支付"))),
    # Two words on one payment that contradict each other count for nothing, however its number is written.
    File("F20", "results/one-number-two-writings.txt", text(
        "支付编号|处理结果|原因|金额|记账日期", "P999-1|成功||1.00|2026-11-05", "Ｐ９９９－１|失败|冻结|1.00|2026-11-05", encoding="gb18030",
    ), counts=(2, 0, 0, 0, 0, 0, 2), lines=((2, "互相矛盾"), (3, "互相矛盾"))),
    File("F20", "results/first-attempt-in-full.xlsx", book(结果=[
        ["支付编号", "处理结果", "原因", "金额", "记账日期"], ["P999-1", "成功", "", 1, "2026-11-05"], ["P999-1-1", "退票", "", "", "2026-11-05"],
    ]), counts=(2, 0, 0, 0, 0, 0, 2), lines=((2, "互相矛盾"), (3, "互相矛盾"))),
]  # fmt: skip


@pytest.mark.parametrize("file", FILES, ids=[f"{file.finding}-{file.name}" for file in FILES])
def test_own_inputs_have_one_answer_at_every_door(file: File, tmp_path: Path) -> None:
    folder, _, name = file.name.partition("/")
    kind, path = kind_of(folder), tmp_path / name
    path.write_bytes(file.content)
    city.partner(kind.sender, kind.sender)
    found = by_command(kind, path)
    assert by_page(kind, path, found) == found
    if kind.address:
        assert by_interface(kind, path) == found
    assert (file.refused in found.refused, found.counts) == (True, file.counts)
    assert [number for number, _ in found.lines] == [number for number, _ in file.lines]
    for (_, said), (_, words) in zip(found.lines, file.lines, strict=True):
        assert words in said
