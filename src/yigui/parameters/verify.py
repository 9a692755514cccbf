"""Verification of parameters: every row the law reads was signed as it stands, by three people, each with a one-time code, and by no lower office."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.db import connections

from yigui.law.parameter_kinds import parameter_kinds
from yigui.parameters import laid_kinds
from yigui.parameters.above import in_the_way
from yigui.parameters.models import ChangeStatus, LaidKind, ParameterChange, ParameterRow
from yigui.parameters.rows import why_unreadable

_DEEDS = {"check": "内控审核", "sign": "签署"}
_CONTENT = ("table_name", "keys", "area_code", "valid_from", "valid_to", "columns", "source", "published_on", "signed_at")


def parameter_faults(using: str) -> Iterator[str]:
    """A sentence for every row, change or trial that does not agree."""
    for row in ParameterRow.objects.using(using).select_related("change__trial").order_by("id"):
        where = f"parameters_row id={row.pk}（{row.table_name} {row.area_code} {row.valid_from}）"
        change = row.change
        if change.status != ChangeStatus.SIGNED or any(getattr(row, name) != getattr(change, name) for name in _CONTENT):
            yield f"{where}：与所签署的参数变更 {change.pk} 号不符。"
        if row.revokes != change.revokes_id:
            yield f"{where}：所撤销的参数变更与签署的不符。"
        if change.trial is None or change.trial.change_id != change.pk or not change.trial.digest:
            yield f"{where}：没有签署时所看到的试算。"
        elif not _is_closed(using, change.trial.pk):
            yield f"parameters_trial id={change.trial.pk}：与汇总时的摘要不符。"
        if unreadable := why_unreadable(row):
            yield f"{where}：{unreadable}，计算时不采用。"
        else:
            yield from (f"{where}：{fault}" for fault in _above(change))
    yield from _kinds(using)
    unread = ParameterChange.objects.using(using).filter(status=ChangeStatus.SIGNED, row=None).order_by("id")
    for change in unread:
        yield f"parameters_change id={change.pk}：已签署，却没有生效的参数。"
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT change, deed FROM parameters_unconfirmed_v1() ORDER BY 1, 2")
        for number, deed in cursor.fetchall():
            yield f"parameters_change id={number}：{_DEEDS[deed]}没有本人的动态口令确认。"


def _is_closed(using: str, trial: int) -> bool:
    """Whether a trial stands as the database has closed it."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT t.digest = parameters_trial_digest_v1(t) FROM parameters_trial t WHERE id = %s", [trial])
        return bool(cursor.fetchone()[0])


def _kinds(using: str) -> Iterator[str]:
    """What the guards ask of every kind is what the files say."""
    columns = ("label", "is_by_year", "keys", "columns", "tried_by")
    standing = {kind.name: {name: getattr(kind, name) for name in columns} for kind in LaidKind.objects.using(using).all()}
    wanted = laid_kinds.declared()
    for name in sorted(wanted.keys() | standing.keys()):
        if standing.get(name) != wanted.get(name):
            yield f"parameters_kind {name}：与本程序的参数表不符。"
    filed, kept = (
        {(row["table_name"], row["place"]): row for row in rows}
        for rows in (laid_kinds.filed_rows(), laid_kinds.standing_rows(using))
    )
    for table, place in sorted(filed.keys() | kept.keys()):
        if filed.get((table, place)) != kept.get((table, place)):
            yield f"parameters_filed {table} 第 {place} 行：与本程序的参数文件不符。"


def _above(change: ParameterChange) -> Iterator[str]:
    """Whether it goes before what the files have of an upper office."""
    kind = parameter_kinds()[change.table_name]
    keys = tuple(change.keys.split("|")) if change.keys else ()
    last = dt.date.max if change.valid_to is None else change.valid_to
    if not kind.knows(keys):
        yield "项目不是参数表的写法。"
    floor, ceiling = change.columns.get("floor"), change.columns.get("ceiling")
    if floor is not None and ceiling is not None and Decimal(floor) > Decimal(ceiling):
        yield f"下限 {floor} 高于上限 {ceiling}。"
    found = in_the_way(kind, keys, change.area_code, change.valid_from, last)
    if found is not None:
        yield f"越过了上级设定的值（{found.area}，{found.source}）。"
