"""Verification: whoever a batch names as having signed it has confirmed that with a one-time code."""

from collections.abc import Iterator

from django.db import connections

_DEEDS = {"confirm": "确认", "check": "复核", "approve": "审批"}


def unconfirmed(using: str) -> Iterator[str]:
    """A sentence for every signature of a batch without the one-time code, bound to the batch as it stands, of whoever it names."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT batch, deed FROM runs_unconfirmed_v1()")
        for batch, deed in cursor.fetchall():
            yield f"runs_batch id={batch}：{_DEEDS[deed]}没有签署人的动态口令确认。"
