"""What cells of .xls and .ods show beside their figures: refused by the cell as in .xlsx, and a plain amount is read."""

import io
import struct
import zipfile

import pytest

from yigui.common.apart import Refused
from yigui.documents.errors import FileRefused
from yigui.documents.tabular import Column, Kind, read_table
from yigui.documents.tabular.older_formats import _shown_in_stream, shown_in_ods, shown_in_xls

COLUMNS = (Column("name", ("姓名",), Kind.NAME, required=True), Column("amount", ("金额",), Kind.AMOUNT, required=True))


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _long(text: str) -> bytes:
    return struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")


def xls(code: str, value: float, *, as_rk: bool = False) -> bytes:
    """A workbook of BIFF8 with one sheet: heads, and one row whose amount bears a format."""
    bof = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    cells = b"".join(
        _record(0x0204, struct.pack("<HHH", row, column, 0) + _long(text))
        for row, column, text in ((0, 0, "姓名"), (0, 1, "金额"), (1, 0, "张三"))
    )
    rk = struct.pack("<HHHI", 1, 1, 1, (int(value * 100) << 2 | 3) & 0xFFFFFFFF)
    amount = _record(0x027E, rk) if as_rk else _record(0x0203, struct.pack("<HHHd", 1, 1, 1, value))
    sheet = bof + cells + amount + _record(0x000A, b"")
    name = "表".encode("utf-16-le")
    begins = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    begins += _record(0x041E, struct.pack("<H", 170) + _long(code))
    begins += _record(0x00E0, struct.pack("<HH16x", 0, 0)) + _record(0x00E0, struct.pack("<HH16x", 0, 170))
    at = len(begins) + 4 + 8 + len(name) + 4
    book = begins + _record(0x0085, struct.pack("<IBBBB", at, 0, 0, 1, 1) + name) + _record(0x000A, b"") + sheet
    book = book.ljust(4096, b"\x00")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 10), 0xFFFFFFFE]
    fat = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))

    def entry(title: str, kind: int, child: int, first: int, size: int) -> bytes:
        told = title.encode("utf-16-le") + b"\x00\x00"
        return (
            told.ljust(64, b"\x00")
            + struct.pack("<HBBIII", len(told), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
            + bytes(36)
            + struct.pack("<IQ", first, size)
        )

    directory = entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + entry("Workbook", 2, 0xFFFFFFFF, 2, len(book))
    return head + fat + directory.ljust(512, b"\x00") + book


def ods(value: str, shown: str, kind: str = "float", more: str = "") -> bytes:
    """A sheet with heads and one row, whose amount has a value and what is shown of it."""
    names = "".join(f' xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "table", "text"))
    text = f"<text:p>{shown}</text:p>" if shown else ""
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{names}><office:body><office:spreadsheet><table:table table:name="表">'
        '<table:table-row><table:table-cell office:value-type="string"><text:p>姓名</text:p></table:table-cell>'
        '<table:table-cell office:value-type="string"><text:p>金额</text:p></table:table-cell></table:table-row>'
        '<table:table-row><table:table-cell office:value-type="string"><text:p>张三</text:p></table:table-cell>'
        f'<table:table-cell office:value-type="{kind}" office:value="{value}"{more}>{text}</table:table-cell></table:table-row>'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def amount_of(content: bytes, name: str) -> str:
    (row,) = read_table(content, name, COLUMNS).rows
    assert row.problems == []
    return row.cells["amount"]


@pytest.mark.parametrize("as_rk", [False, True])
@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ('0.00"万元"', 5, "万元"),
        ("0.00%", 5, "%"),
        ("[$$-409]#,##0.00", 5, r"\$"),
        ("0.00,", 5000, "按千缩小"),
        ("0.00;0.00", -5, "不显示负号"),
    ],
)
def test_an_old_workbook_that_shows_another_amount_is_refused_by_its_cell(code: str, value: float, shown: str, as_rk: bool) -> None:
    with pytest.raises(FileRefused, match=f"单元格 B2 的数字格式带有“.*{shown}"):
        read_table(xls(code, value, as_rk=as_rk), "a.xls", COLUMNS)


def test_a_sheet_that_is_not_found_is_not_taken_for_plain() -> None:
    with pytest.raises(Refused, match=r"另存为 \.xlsx"):
        list(shown_in_ods(ods("5", "5.00万元"), "另一张表"))
    book = xls("0.00", 5)
    # No stream of a workbook; and two sheets of which none bears the name.
    with pytest.raises(Refused, match=r"另存为 \.xlsx"):
        list(shown_in_xls(book.replace("Workbook".encode("utf-16-le"), "Warkbook".encode("utf-16-le")), "表", {1}))
    of_two = _record(0x0085, struct.pack("<IBBBB", 0, 0, 0, 1, 1) + "甲".encode("utf-16-le"))
    with pytest.raises(Refused, match=r"另存为 \.xlsx"):
        list(_shown_in_stream(of_two * 2 + _record(0x000A, b""), "表", {1}))


@pytest.mark.parametrize("as_rk", [False, True])
@pytest.mark.parametrize("code", ["0.00", "#,##0.00", "[$¥-804]#,##0.00", '0.00"元"'])
def test_an_old_workbook_of_plain_amounts_is_read(code: str, as_rk: bool) -> None:
    assert amount_of(xls(code, 526.5, as_rk=as_rk), "a.xls") == "526.50"


@pytest.mark.parametrize(
    ("value", "shown", "kind", "more", "words"),
    [
        ("5", "5.00万元", "float", "", "万元"), ("0.05", "5.00%", "percentage", "", "%"), ("0.05", "", "percentage", "", "%"),
        ("5", "US$5.00", "currency", ' office:currency="USD"', "USD"), ("5000", "5.00", "float", "", "5.00"), ("-5", "5.00", "float", "", "5.00"),
        ("5", "", "float", "", "不显示"), ("5", "$5.00", "float", "", r"\$"),
    ],
)  # fmt: skip
def test_an_open_document_that_shows_another_amount_is_refused_by_its_cell(
    value: str, shown: str, kind: str, more: str, words: str
) -> None:
    with pytest.raises(FileRefused, match=f"单元格 B2 的数字格式带有“.*{words}"):
        read_table(ods(value, shown, kind, more), "a.ods", COLUMNS)


@pytest.mark.parametrize(
    ("value", "shown", "kind", "more"),
    [
        ("1234.5", "1,234.50", "float", ""), ("1234.5", "￥1,234.50", "currency", ' office:currency="CNY"'), ("1234.5", "1234.5元", "float", ""),
        ("1234.5", "¥ 1,234.50", "float", ""),
    ],
)  # fmt: skip
def test_an_open_document_of_plain_amounts_is_read(value: str, shown: str, kind: str, more: str) -> None:
    assert amount_of(ods(value, shown, kind, more), "a.ods") == "1234.50"
