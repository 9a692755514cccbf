"""The tax authority's lists name levy items by code or in words, and months as months, days or ranges: one mapping."""

import pytest

from yigui.exchange.money_formats import ReceiptRow, formats, read_row

HEADS = ("税票号码", "入库日期", "实缴金额", "单位编号", "征收品目", "费款所属期")


@pytest.mark.parametrize(
    ("item", "period"),
    [
        ("10210", "202610"), ("企业职工基本养老保险费", "202610"), ("10210", "2026-10-01至2026-10-31"), ("10210", "20261001"),
        ("企业职工基本养老保险", "2026年10月"), ("110", "2026/10"),
    ],
)  # fmt: skip
def test_levy_items_and_months_are_known_as_the_tax_side_writes_them(item: str, period: str) -> None:
    row = read_row(1, dict(zip(HEADS, ("T1", "2026-11-09", "1.00", "5100000022", item, period), strict=True)), formats()["tax"])
    assert isinstance(row, ReceiptRow), row
    assert (row.insurance, row.owed_period, row.amount_fen, row.unit_no) == (110, 202610, 100, "5100000022")


@pytest.mark.parametrize(("item", "period"), [("10210", "2026-09-15至2026-10-14"), ("印花税", "202610"), ("10210", "202613")])
def test_what_is_not_agreed_is_a_row_with_its_sentence(item: str, period: str) -> None:
    row = read_row(1, dict(zip(HEADS, ("T1", "2026-11-09", "1.00", "5100000022", item, period), strict=True)), formats()["tax"])
    assert not isinstance(row, ReceiptRow)
    assert row[1]
