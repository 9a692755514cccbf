"""Verification: a file of receipts makes no debts but surcharges, and sets nothing off against what it has made itself; no receipt is
shared out beyond its sum."""

from collections.abc import Iterator

from django.db import connections

from yigui.common.sqlfiles import named_sql

_FAULTS = named_sql("receipts", "verify")


def bills_of_files(using: str) -> Iterator[str]:
    """A sentence for every bill under the warrant of a file that is no surcharge of a bill, and every credit set off against such a bill."""
    with connections[using].cursor() as cursor:
        cursor.execute(_FAULTS["bills"])
        for number, file in cursor.fetchall():
            yield f"contributions_bill（缴费单 {number}）：由到账文件 {file} 的凭据写入，但不是滞纳金。"
        cursor.execute(_FAULTS["offsets"])
        for number, file in cursor.fetchall():
            yield f"contributions_allocation（缴费单 {number}）：到账文件 {file} 的凭据以自身写入的缴费单抵缴。"


def lines_of_files(using: str) -> Iterator[str]:
    """A sentence for every file whose lines no longer add up to what came in, naming the lines that are missing."""
    with connections[using].cursor() as cursor:
        cursor.execute(_FAULTS["lines"], {"codes": None})
        for file, stated, found, missing in cursor.fetchall():
            named = "、".join(f"第 {seq} 行" for seq in missing) or "有重复的行"
            yield f"contributions_receipt_file id={file}：来文 {stated} 行，账上只有 {found} 行，缺 {named}。"
        cursor.execute(_FAULTS["fates"])
        for (file,) in cursor.fetchall():
            yield f"contributions_receipt_file id={file}：入账、支出、重复、退回或待核的行数与登记不符。"


def bounds_of_receipts(using: str) -> Iterator[str]:
    """A sentence for every receipt of which more was shared out and given back than came in; amounts in fen."""
    with connections[using].cursor() as cursor:
        cursor.execute(_FAULTS["bounds"])
        for receipt, came_in, gone in cursor.fetchall():
            yield f"contributions_receipt id={receipt}：到账 {came_in or 0} 分，分配、退费合计 {gone} 分。"
