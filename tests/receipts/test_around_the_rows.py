"""What stands in a file of money beside its plain cells: formats of numbers, marks of notes, titles, lines between and behind the rows, pages. A file that
says there that its amounts are others, or that its rows are no money that came, is not booked.
"""

import io
from collections.abc import Callable, Sequence
from typing import Any

import openpyxl
import pytest

from yigui.documents.errors import FileRefused
from yigui.exchange.money_formats import formats, read_csv
from yigui.exchange.receipt_rows import ReceiptRow, RefusedRow
from yigui.payment.errors import ResultRefused
from yigui.payment.result_formats import Results, read_results

BANK = "交易流水号,交易日期,借贷标志,交易金额,付款户名"
TAX = "税票号码,入库日期,实缴金额,缴费人名称"
RESULTS = "支付编号,处理结果,原因,金额,记账日期"
ROWS = {"bank": "L1,2026-11-09,贷,5.00,甲", "tax": "L1,2026-11-09,5.00,甲", "results": "P1-1,成功,,5.00,2026-11-09"}
HEADS = {"bank": BANK, "tax": TAX, "results": RESULTS}


def text(*lines: str) -> bytes:
    return ("\n".join(lines) + "\n").encode()


def read(content: bytes, source: str, name: str = "a.csv") -> Any:
    if source == "results":
        return read_results(content, name)
    return list(read_csv(content, name, formats()[source]))


def booked(content: bytes, source: str, name: str = "a.csv") -> int:
    """How many lines would be booked, or taken for paid."""
    found: Results | Sequence[ReceiptRow | RefusedRow] = read(content, source, name)
    if isinstance(found, Results):
        return sum(row.status == "paid" and not row.fault for row in found.rows)
    return sum(isinstance(row, ReceiptRow) and not row.waits for row in found)


def book(source: str, change: Callable[[Any, Any], None], amount: float | str = 5) -> bytes:
    made, content = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    cells: list[Any] = [amount if cell == "5.00" else cell for cell in ROWS[source].split(",")]
    sheet.append(HEADS[source].split(","))
    sheet.append(cells)
    change(made, sheet)
    made.save(content)
    return content.getvalue()


def formatted(code: str, source: str = "bank", amount: float | str = 5) -> bytes:
    place = HEADS[source].split(",").index({"bank": "交易金额", "tax": "实缴金额", "results": "金额"}[source]) + 1
    return book(source, lambda made, sheet: setattr(sheet.cell(2, place), "number_format", code), amount)


@pytest.mark.parametrize(
    ("code", "amount", "shown"),
    [
        ('0.00"万元"', 5, "万元"), ('0.00"百元"', 5, "百元"), ("0.00,", 5000, "按千缩小"), ("[$$-409]#,##0.00", 5, "[$]"), ("[$€-2] #,##0.00", 5, "€"),
        ("[$USD] #,##0.00", 5, "USD"), ('"HK$"#,##0.00', 5, "HK"), ('0"分"', 5, "分"), ('"借 "0.00', 5, "借"), ('0.00"DR"', 5, "DR"), ("-0.00", 5, "-"),
        ("(0.00)", 5, r"\(\)"), ("0%", 5, "%"), (";;;", 526.4, "不显示"), ("0.00;0.00", -5, "不显示负号"), ('@"万元"', "5.00", "万元"), ("0.00%", 5, "%"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("source", ["bank", "tax", "results"])
def test_an_amount_that_its_format_shows_otherwise_refuses_the_file_by_its_cell(
    code: str, amount: Any, shown: str, source: str
) -> None:
    cell = {"bank": "D2", "tax": "C2", "results": "D2"}[source]
    with pytest.raises((FileRefused, ResultRefused), match=f"单元格 {cell} 的数字格式带有“.*{shown}"):
        read(formatted(code, source, amount), source, "a.xlsx")


@pytest.mark.parametrize(
    "code",
    [
        "General", "0", "0.00", "#,##0.00", '0.00"元"', "¥#,##0.00", "[$¥-804]#,##0.00", '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
        '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', "0.00_ ;[Red]\\-0.00\\ ", "#,##0.00_);(#,##0.00)", "0;-0;;@", "[DBNum2][$-804]General",
        '#,##0.00"元整"', "[$CNY] #,##0.00", "@",
    ],
)  # fmt: skip
def test_a_format_of_plain_amounts_is_read(code: str) -> None:
    assert booked(formatted(code), "bank", "a.xlsx") == 1


def test_a_format_of_another_column_says_nothing_of_the_amount() -> None:
    def change(made: Any, sheet: Any) -> None:
        sheet["A2"].number_format = '0"万元"'
        sheet["A2"] = 17

    assert booked(book("bank", change), "bank", "a.xlsx") == 1


MARKS = ["¹", "①", "²", "⁰", "㊿", "⒈", "⑴", "½", "❶"]


@pytest.mark.parametrize("mark", MARKS)
@pytest.mark.parametrize(
    ("source", "row"),
    [
        ("bank", "L1,2026-11-09,贷,5.00{},甲"), ("bank", "L1{},2026-11-09,贷,5.00,甲"), ("bank", "L1,2026-11-0{},贷,5.00,甲"),
        ("tax", "T1,2026-11-09,100{},甲"), ("tax", "T1{},2026-11-09,5.00,甲"), ("results", "P1-1{},成功,,5.00,2026-11-09"),
        ("results", "P1-1,成功,,5{},2026-11-09"),
    ],
)  # fmt: skip
def test_the_mark_of_a_note_is_no_digit(mark: str, source: str, row: str) -> None:
    assert booked(text(HEADS[source], row.format(mark)), source) == 0


def test_full_width_digits_are_digits() -> None:
    (line,) = read(text(BANK, "Ｌ１,２０２６-11-09,贷,５２６．４０,甲"), "bank")
    assert (line.reference, line.amount_fen) == ("L1", 52640)


#: What a title may say, by the kind of file; the last two of each kind of money are of nobody's list of words but this one's.
TITLES = [
    ("bank", "扣款失败明细"), ("bank", "未入账交易明细"), ("bank", "待记账流水"), ("bank", "以下交易均未成功"), ("bank", "红字冲销明细"), ("bank", "退汇明细"),
    ("bank", "代付清单（支出）"), ("bank", "支出明细"), ("bank", "未达账项清单"), ("bank", "本表作废，以重发为准"), ("bank",
    "测试数据 请勿入账"), ("bank", "样表"),
    ("bank", "错账登记簿"), ("bank", "Rejected transactions"), ("tax", "退库清册"), ("tax", "未入库税票清册"), ("tax", "欠费清册"), ("tax", "已退费清单"),
    ("tax", "税票作废登记表"), ("results", "发放失败清单"), ("results", "本表作废"), ("results", "退票明细"), ("results", "测试文件"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "title"), TITLES)
def test_a_title_that_says_that_the_rows_are_no_money_that_came_refuses_the_file(source: str, title: str) -> None:
    with pytest.raises((FileRefused, ResultRefused), match=r"可能不是已到账的款项|两者矛盾"):
        read(text(title, HEADS[source], ROWS[source]), source)


@pytest.mark.parametrize("name", ["退款", "冲正明细", "测试"])
def test_so_does_the_name_of_its_sheet(name: str) -> None:
    with pytest.raises(FileRefused, match="工作表名称"):
        read(book("bank", lambda made, sheet: setattr(sheet, "title", name)), "bank", "a.xlsx")


@pytest.mark.parametrize(
    "title",
    [
        "账户交易明细", "客户账户对账单", "查询条件：收付标志 全部", "账户名称：某某测试技术有限公司", "收入支出明细表", "借方笔数：0 贷方笔数：1",
    "支出总笔数：0,支出总金额：0.00", "如有退款请联系开户行", "批量扣款结果（成功、失败）",
    "单位：元", "起始日期：2026-11-01 终止日期：2026-11-09", "币种：人民币",
        "不含冲正交易",
    ],
)  # fmt: skip
def test_a_plain_letterhead_is_read(title: str) -> None:
    assert booked(text(title, BANK, ROWS["bank"]), "bank") == 1


#: Lines among or behind the rows.
LINES = [
    "以下为退款：", "二、支出", "以下为已退款项", "以下税票作废", "以下退票",
    "以上交易均已冲正", "以上第1笔为退款", "说明：第1笔L1已冲正", "本表作废，以重发为准", "以上均已退回",
    "以下未入账", "其他单位款项", "备注：第1笔为他行款", "Refunds below", "制表人：张三（以上第1笔为退款）", "经办：李四 以下各笔已退",
]  # fmt: skip


@pytest.mark.parametrize("source", ["bank", "tax", "results"])
@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("is_last", [False, True])
def test_a_line_among_the_rows_that_nobody_knows_refuses_the_file(source: str, line: str, is_last: bool) -> None:
    first = ROWS[source]
    rows = [first, line + "," * first.count(",")] + ([] if is_last else [first.replace("1", "2", 1)])
    with pytest.raises((FileRefused, ResultRefused), match=r"第 3 行“.*不是数据、合计或页码"):
        read(text(HEADS[source], *rows), source)


@pytest.mark.parametrize("source", ["bank", "tax", "results"])
@pytest.mark.parametrize(
    "line",
    [
    "制表人：张三", "打印时间：2026-11-09 10:20:30", "制表：张三 复核：李四 单位盖章",
    "以下空白", "备注：", "温馨提示：以上数据仅供参考，具体以银行记录为准", "感谢您使用网上银行",
        "说明：金额单位为元", "客服热线：95588", "打印柜员：1234", "*** END ***", "第1页/共1页", "--------", "合计 1 笔", "人民币（大写）伍元整",
    ],
)  # fmt: skip
def test_a_line_that_says_nothing_of_the_rows_takes_nothing_away(source: str, line: str) -> None:
    assert booked(text(HEADS[source], ROWS[source], line + "," * ROWS[source].count(",")), source) == 1


UNITS = [
    "金额以万元为单位", "本表金额均为万元", "金额单位（万）", "计量单位：万", "金额（以分表示）", "Amount in cents", "Unit: thousand CNY",
    "RMB'000", "¥'000", "Currency: US Dollar",
    "以上金额以万元计", "数字均为万元", "金额按万元列示", "合计 1 笔 5.00 万元", "合计：5.00 美元", "金额单位:fen", "金额皆以千元反映",
]  # fmt: skip


@pytest.mark.parametrize("source", ["bank", "tax", "results"])
@pytest.mark.parametrize("said", UNITS)
@pytest.mark.parametrize("is_above", [False, True])
def test_a_unit_in_other_words_refuses_the_file(source: str, said: str, is_above: bool) -> None:
    lines = [said, HEADS[source], ROWS[source]] if is_above else [HEADS[source], ROWS[source], said]
    with pytest.raises((FileRefused, ResultRefused), match="写明金额的单位"):
        read(text(*lines), source)


PARTS = [
    "合计 2 笔", "共 2 笔", "总计：2笔", "第1页/共3页", "第 1 页，共 3 页", "2/2页", "Page 1 of 2", "未完待续", "（续下页）",
    "以下还有 3 笔未列示", "合计人民币（大写）玖元整",
    "大写：伍元壹角整",
]  # fmt: skip


@pytest.mark.parametrize("source", ["bank", "tax", "results"])
@pytest.mark.parametrize("said", PARTS)
@pytest.mark.parametrize("is_above", [False, True])
def test_a_file_that_says_it_is_not_whole_is_refused(source: str, said: str, is_above: bool) -> None:
    more = "," * ROWS[source].count(",")
    lines = [said + more, HEADS[source], ROWS[source]] if is_above else [HEADS[source], ROWS[source], said + more]
    with pytest.raises((FileRefused, ResultRefused), match=r"两者不符|缺少第|不是数据、合计或页码|未完|未列示|续下页"):
        read(text(*lines), source)


def test_all_pages_in_one_file_are_whole() -> None:
    second = ROWS["bank"].replace("L1", "L2")
    assert booked(text(BANK, ROWS["bank"], "第1页/共2页,,,,", second, "第2页/共2页,,,,"), "bank") == 2


@pytest.mark.parametrize(
    ("head", "said"),
    [("摘要", "错账冲正"), ("摘要", "代发退回"), ("附言", "冲正"), ("附言", "冲正L0"), ("摘要", "抹账"), ("附言", "退汇")],
)
def test_money_in_that_its_text_says_is_undone_or_came_back_waits(head: str, said: str) -> None:
    (line,) = read(text(f"{BANK},{head}", f"{ROWS['bank']},{said}"), "bank")
    assert line.waits == "reversed_debit"
    assert said[:2] in line.why


@pytest.mark.parametrize(("head", "said"), [("摘要", "十月社保费"), ("附言", "退回多缴后补缴")])
def test_what_a_payer_writes_of_something_else_does_not(head: str, said: str) -> None:
    assert booked(text(f"{BANK},{head}", f"{ROWS['bank']},{said}"), "bank") == 1


def test_a_list_on_a_hidden_sheet_is_said() -> None:
    def change(made: Any, sheet: Any) -> None:
        made.create_sheet("x").append(["a"])
        sheet.sheet_state, made.active = "hidden", 1

    notes: list[str] = []
    list(read_csv(book("bank", change), "a.xlsx", formats()["bank"], on_notes=notes.extend))
    assert "是隐藏的" in notes[0]
