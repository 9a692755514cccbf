"""Verification of parameters: every row the law reads was signed as it stands, by three people, each with a one-time code, and by no lower office."""

import datetime as dt
from collections.abc import Iterator

from django.db import connections

from yigui.law.parameter_kinds import parameter_kinds
from yigui.parameters.above import in_the_way
from yigui.parameters.models import ChangeStatus, ParameterChange, ParameterRow

_DEEDS = {"check": "内控审核", "sign": "签署"}
_CONTENT = ("table_name", "keys", "area_code", "valid_from", "valid_to", "columns", "source", "published_on", "signed_at")


def parameter_faults(using: str) -> Iterator[str]:
    """A sentence for every row, change or trial that does not agree."""
    for row in ParameterRow.objects.using(using).select_related("change__trial").order_by("id"):
        where = f"parameters_row id={row.pk}（{row.table_name} {row.area_code} {row.valid_from}）"
        change = row.change
        if change.status != ChangeStatus.SIGNED or any(getattr(row, name) != getattr(change, name) for name in _CONTENT):
            yield f"{where}：与所签署的参数变更 {change.pk} 号不符。"
        if change.trial is None or change.trial.change_id != change.pk or not change.trial.digest:
            yield f"{where}：没有签署时所看到的试算。"
        yield from (f"{where}：{fault}" for fault in _above(change))
    unread = ParameterChange.objects.using(using).filter(status=ChangeStatus.SIGNED, row=None).order_by("id")
    for change in unread:
        yield f"parameters_change id={change.pk}：已签署，却没有生效的参数。"
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT change, deed FROM parameters_unconfirmed_v1() ORDER BY 1, 2")
        for number, deed in cursor.fetchall():
            yield f"parameters_change id={number}：{_DEEDS[deed]}没有本人的动态口令确认。"


def _above(change: ParameterChange) -> Iterator[str]:
    """Whether it goes before what the files have of an upper office."""
    kind = parameter_kinds().get(change.table_name)
    if kind is None:
        yield "没有这个参数表。"
        return
    keys = tuple(change.keys.split("|")) if change.keys else ()
    last = dt.date.max if change.valid_to is None else change.valid_to
    found = in_the_way(kind, keys, change.area_code, change.valid_from, last)
    if found is not None:
        yield f"越过了上级设定的值（{found.area}，{found.source}）。"
