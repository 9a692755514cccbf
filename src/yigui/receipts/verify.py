"""Verification: a file of receipts makes no debts but surcharges, and sets nothing off against what it has made itself."""

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
