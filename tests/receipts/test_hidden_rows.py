"""What a workbook does not show is said: rows, columns and sheets that are hidden."""

import io
from collections.abc import Collection, Sequence

import openpyxl

from tests import city, money
from yigui.exchange.money_formats import formats, read_csv
from yigui.payment.result_formats import read_results
from yigui.receipts.files import import_receipts

HEAD = ("交易流水号", "交易日期", "交易金额", "付款户名")


def book(*rows: Sequence[str], hidden: Collection[int] = (), columns: Collection[str] = ()) -> bytes:
    made, content = openpyxl.Workbook(), io.BytesIO()
    sheet = made.active
    assert sheet is not None
    for row in rows:
        sheet.append(list(row))
    for number in hidden:
        sheet.row_dimensions[number].hidden = True
    for letter in columns:
        sheet.column_dimensions[letter].hidden = True
    made.save(content)
    return content.getvalue()


def notes_of(content: bytes) -> list[str]:
    found: list[str] = []
    list(read_csv(content, "a.xlsx", formats()["bank"], on_notes=found.extend))
    return found


def test_hidden_rows_and_columns_are_named() -> None:
    rows = [HEAD, *((f"h{k}", "2026-11-09", f"{k}.00", "甲") for k in range(1, 15))]
    assert notes_of(book(*rows)) == []
    assert notes_of(book(*rows, hidden=[1])) == []
    assert notes_of(book(*rows, hidden=[3, 5], columns=["D"])) == [
        "第 3、5 行共 2 行在工作表中是隐藏的，已按普通行读取", "列“付款户名”在工作表中是隐藏的，已按普通列读取"
    ]  # fmt: skip
    assert "等共 12 行" in notes_of(book(*rows, hidden=range(2, 14)))[0]


def test_the_sentence_about_receipts_names_them() -> None:
    rows = [HEAD, *((money.reference(), city.TODAY.isoformat(), f"{k}.00", "甲") for k in (1, 2))]
    done = import_receipts(
        content=book(*rows, hidden=[3]), file_name="a.xlsx", partner="bank", area_code="511102", user=city.user("cashier"), today=city.TODAY
    )  # fmt: skip
    assert done.new_rows == 2
    assert "第 3 行共 1 行在工作表中是隐藏的" in done.said


def test_and_so_does_what_is_read_of_results() -> None:
    rows = [("支付编号", "处理结果", "原因", "金额", "记账日期"), ("P1-1", "成功", "", "1.00", "2026-11-09")]
    assert read_results(book(*rows), "r.xlsx").notes == ()
    assert "第 2 行共 1 行" in read_results(book(*rows, hidden=[2]), "r.xlsx").notes[0]
