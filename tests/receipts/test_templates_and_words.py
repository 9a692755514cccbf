"""Templates of money files are read by the reader that refuses what is unlike them; signs, currencies and accounts as banks write them; what a file really is."""

import io
import zipfile

import openpyxl
import pytest

from tests.pages import signed_in
from yigui.documents.errors import FileRefused
from yigui.documents.tabular import Column, read_table
from yigui.documents.tabular.rows import UNKNOWN_MAX
from yigui.exchange.money_formats import formats, read_csv
from yigui.exchange.receipt_rows import ReceiptRow, RefusedRow
from yigui.exchange.said_of_lines import is_yuan
from yigui.exchange.statements import read_statements
from yigui.payment.errors import ResultRefused
from yigui.payment.result_formats import read_results, template

HEAD = "交易流水号,交易日期,交易金额"


def filled(content: bytes, *rows: dict[str, str]) -> bytes:
    book = openpyxl.load_workbook(io.BytesIO(content))
    page = book.worksheets[0]
    heads = [cell.value for cell in page[1]]
    for row in rows:
        page.append([row.get(head, "") for head in heads])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("partner", ["bank", "tax"])
def test_the_template_of_receipts_is_offered_and_read_and_its_example_is_no_money(partner: str) -> None:
    client = signed_in("cashier")
    url = f"/finance/receipts/template/?partner={partner}"
    assert url in client.get("/finance/receipts/").content.decode()
    content = client.get(url).content
    form = formats()[partner]
    with pytest.raises(FileRefused, match="没有数据行"):
        list(read_csv(content, "m.xlsx", form))
    words = {name: next((head for head in heads if not head.isascii()), heads[0]) for name, heads in form.columns.items()}
    row = {
        words["reference"]: "000123456789012345678",
        words["received_on"]: "2026-11-09",
        words["amount"]: "12.30",
        "借贷标志": "贷",
    }
    lines = [
        line
        for line in read_csv(filled(content, row), "m.xlsx", form)
        if not (isinstance(line, RefusedRow) and line.cause == "aside")
    ]
    (line,) = lines
    assert isinstance(line, ReceiptRow)
    assert (line.reference, line.amount_fen, line.is_debit) == ("000123456789012345678", 1230, False)


def test_a_template_nobody_has_is_said_and_others_do_not_get_it() -> None:
    assert signed_in("cashier").get("/finance/receipts/template/?partner=x").status_code == 404


def test_the_template_of_results_is_offered_and_read() -> None:
    client = signed_in("cashier")
    assert "/finance/results/template/" in client.get("/finance/results/").content.decode()
    content = client.get("/finance/results/template/").content
    assert content[:2] == template()[:2] == b"PK"
    found = read_results(
        filled(content, {"支付编号": "P1-2", "处理结果": "成功", "金额": "3.00", "记账日期": "2026-11-09"}), "r.xlsx"
    )
    ((one),) = found.rows
    assert (one.number, one.status, one.amount_fen, one.fault) == ("P1-2", "paid", 300, "")


def read(text: str) -> list[ReceiptRow | RefusedRow]:
    return list(read_csv(text.encode(), "a.csv", formats()["bank"]))


@pytest.mark.parametrize("minus", ["-", "－", "−"])
def test_signs_under_a_head_of_direction_say_it(minus: str) -> None:
    lines = read(f"{HEAD},借贷标志\nA1,2026-11-09,1.00,+\nA2,2026-11-09,2.00,{minus}\n")
    assert [(isinstance(line, ReceiptRow) and line.is_debit) for line in lines] == [False, True]
    # Hyphens alone may stand for nothing at all.
    (alone,) = read(f"{HEAD},借贷标志\nA1,2026-11-09,1.00,{minus}\n")
    assert isinstance(alone, RefusedRow)


@pytest.mark.parametrize(
    "word", ["001", "01", "156", "CNY", "cny", "CNY-人民币", "人民币(CNY)", "人民币（CNY）", "RMB/人民币", "本位币"]
)
def test_every_writing_of_the_yuan_is_the_yuan(word: str) -> None:
    assert is_yuan(word)
    (line,) = read(f"{HEAD},币种\nA1,2026-11-09,1.00,{word}\n")
    assert isinstance(line, ReceiptRow)


@pytest.mark.parametrize("word", ["USD", "840", "人民币/美元", "CNY-USD", "014", "港币"])
def test_other_money_is_not(word: str) -> None:
    assert not is_yuan(word)
    (line,) = read(f"{HEAD},币种\nA1,2026-11-09,1.00,{word}\n")
    assert isinstance(line, RefusedRow)


def test_a_zero_is_no_refund_and_an_account_may_have_hyphens() -> None:
    (zero,) = read(f"{HEAD}\nA1,2026-11-09,0.00\n")
    assert isinstance(zero, RefusedRow)
    assert "没有可入账的金额" in zero.sentence
    assert "退费" not in zero.sentence
    (line,) = read(f"{HEAD},账号\nA1,2026-11-09,1.00,9558-8000-0000-0001\n")
    assert isinstance(line, ReceiptRow)
    assert line.account_no == "9558800000000001"


@pytest.mark.parametrize("before", [29, 30, 31, 120])
def test_a_column_is_heard_however_far_it_stands(before: int) -> None:
    heads = ",".join(f"列{k}" for k in range(before))
    with pytest.raises(FileRefused, match="入账情况状态"):
        read(f"{HEAD},{heads},入账情况状态\nA1,2026-11-09,1.00,{',' * before}失败\n")
    assert len(read(f"{HEAD},{heads}\nA1,2026-11-09,1.00,{',' * (before - 1)}\n")) == 1


def test_more_columns_than_can_be_looked_at_are_refused() -> None:
    heads = ",".join(f"列{k}" for k in range(UNKNOWN_MAX + 1))
    with pytest.raises(FileRefused, match="个系统不认得的列"):
        read(f"{HEAD},{heads}\nA1,2026-11-09,1.00,{',' * UNKNOWN_MAX}\n")


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return out.getvalue()


KINDS = [
    (b"<html><body><table><tr><td>1</td></tr></table></body></html>", "网页（HTML）"), (b"\xef\xbb\xbf<!DOCTYPE html><html></html>", "网页（HTML）"),
    ("<table><tr><td>流水号</td></tr></table>".encode("gb18030"), "网页（HTML）"),
    (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "Excel 2003 的 XML"),
    (b"%PDF-1.7\n1 0 obj", "PDF 文件"), (b":20:STMT\r\n:25:955880000\r\n:28C:1/1\r\n:60F:C261109CNY1,00\r\n", "MT940"),
    (b"{1:F01BKCHCNBJ}{2:O940}{4:\r\n:20:S\r\n:25:9558\r\n:28C:1\r\n:60F:C261109CNY1,\r\n-}", "MT940"), (archive("OFD.xml", "Doc_0/Document.xml"), "OFD"),
    (archive("a.csv", "b.csv"), "压缩包（ZIP）"), (archive("[Content_Types].xml", "word/document.xml"), "Word"), (b"\x89PNG\r\n\x1a\n", "图片"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "kind"), KINDS)
def test_a_file_of_another_kind_is_called_what_it_is(content: bytes, kind: str) -> None:
    for read_it in (
        lambda: list(read_csv(content, "x.xls", formats()["bank"])), lambda: read_statements(content, "x.xls"), lambda: read_results(content, "x.xls"),
        lambda: read_table(content, "x.xls", [Column("name", ("姓名",))]),
    ):  # fmt: skip
        with pytest.raises((FileRefused, ResultRefused)) as refused:
            read_it()
        assert kind in refused.value.message
