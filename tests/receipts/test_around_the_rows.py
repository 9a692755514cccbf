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
