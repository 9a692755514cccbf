"""Verification: what is open of each bill is what the allocations leave of it."""

from collections.abc import Iterator

from django.db import connections

from yigui.common.sqlfiles import named_sql

_OPEN = named_sql("charges", "verify")["open"]


def differing_open_bills(using: str) -> Iterator[str]:
    """A sentence for every bill whose open amount is not what the allocations leave of it."""
    with connections[using].cursor() as cursor:
        cursor.execute(_OPEN)
        for number, left, listed in cursor.fetchall():
            yield f"contributions_open_bill（缴费单 {number}）：未结清 {left or 0} 分，清单为 {listed or 0} 分。"
