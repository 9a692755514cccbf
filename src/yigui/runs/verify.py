"""Verification: whoever a batch names as having signed it has confirmed that with a one-time code; what is executed once was executed once."""

from collections.abc import Iterator

from django.db import connections

from yigui.runs.kinds import name_of
from yigui.runs.models import Batch

_DEEDS = {"confirm": "确认", "check": "复核", "approve": "审批"}


def unconfirmed(using: str) -> Iterator[str]:
    """A sentence for every signature of a batch without the one-time code, bound to the batch as it stands, of whoever it names."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT batch, deed FROM runs_unconfirmed_v1()")
        for batch, deed in cursor.fetchall():
            yield f"runs_batch id={batch}：{_DEEDS[deed]}没有签署人的动态口令确认。"


def executed_twice(using: str) -> Iterator[str]:
    """A sentence for every executed batch that did in an area what another one had done."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT batch, other FROM runs_executed_twice_v1()")
        found = cursor.fetchall()
    rows = Batch.objects.using(using).defer("summary", "checks").in_bulk([number for number, _ in found])
    for number, other in found:
        batch = rows[number]
        yield f"runs_batch id={number}：{name_of(batch.kind)} {batch.period} 期在部分地区执行了两次，另见第 {other} 号批次。"
