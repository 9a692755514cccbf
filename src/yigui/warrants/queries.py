"""Reads: what a warrant changed, and the digest of it."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connections

from yigui.common.digests import sm3
from yigui.common.money import format_fen
from yigui.common.months import format_period, is_period
from yigui.warrants.errors import NoOpenWarrant
from yigui.warrants.models import Change, Warrant


def changes_digest(warrant_id: int, using: str = "default") -> tuple[int, str]:
    """How many protected rows a warrant wrote, and the SM3 over them in the order they were written.

    The text of a row is made by the database (jsonb has one text for one value), so the digest does not depend on how
    Python would write a number or a date.
    """
    return _changes("warrant_id = %s", warrant_id, using).get(warrant_id, _NOTHING)


def changes_digests(warrant_ids: Sequence[int], using: str = "default") -> dict[int, tuple[int, str]]:
    """The same of several warrants, by one statement."""
    found = _changes("warrant_id = ANY (%s::bigint[])", list(warrant_ids), using)
    return {number: found.get(number, _NOTHING) for number in warrant_ids}


#: Of a warrant that changed nothing.
_NOTHING = (0, sm3(""))


def _changes(tail: str, parameter: Any, using: str) -> dict[int, tuple[int, str]]:
    written: dict[int, list[str]] = defaultdict(list)
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT warrant_id, table_name, row_id, kind, coalesce(before::text, ''), after::text "
            f"FROM warrants_change WHERE {tail} ORDER BY id",
            [parameter],
        )
        for warrant_id, *row in cursor.fetchall():
            written[warrant_id].append("|".join(map(str, row)))
    return {number: (len(rows), sm3("\n".join(rows))) for number, rows in written.items()}


def open_warrant_id() -> int:
    """The warrant open in this transaction, for the rows of a set-guarded table.

    Raises:
        NoOpenWarrant: none is open.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT warrant_id FROM warrants_open_v1()")
        found = cursor.fetchone()
    if found is None or found[0] is None:
        raise NoOpenWarrant("本事务没有有效的授权凭据，写入被拒绝。")
    return int(found[0])


def changes_of(warrant: Warrant) -> list[Change]:
    """The protected rows a warrant wrote, at most 500, in the order they were written."""
    return list(warrant.changes.order_by("id")[:500])


def history_of(table_name: str, row_id: int) -> list[dict[str, Any]]:
    """Every change of one protected row, newest first, at most 100, with the warrant's case number."""
    changes = Change.objects.filter(table_name=table_name, row_id=row_id).select_related("warrant").order_by("-id")[:100]
    return [{"change": change, "fields": changed_fields(change)} for change in changes]


def own_history_of(table_name: str, row_id: int) -> list[tuple[Change, list[tuple[str, Any, Any]]]]:
    """As `history_of`, without the warrants: what somebody outside may know of the changes of their own record."""
    changes = Change.objects.filter(table_name=table_name, row_id=row_id).order_by("-id")[:100]
    return [(change, changed_fields(change)) for change in changes]


@cache
def _labels(table_name: str) -> dict[str, str]:
    """Chinese name of each column of a table; under "" that of the table itself."""
    model = next(m for m in apps.get_models() if m._meta.db_table == table_name)
    labels = {f.column: _label(f) for f in model._meta.concrete_fields if f.column}
    return labels | {"": str(model._meta.verbose_name)}


def _label(field: Any) -> str:
    """The Chinese name of a column; of a reference that bears none of its own, that of what it leads to."""
    own = str(field.verbose_name)
    return str(field.related_model._meta.verbose_name) if own.isascii() and field.related_model is not None else own


@cache
def _choices(table_name: str) -> dict[str, dict[Any, str]]:
    """Words of the coded columns of a table."""
    model = next(m for m in apps.get_models() if m._meta.db_table == table_name)
    return {f.column: {k: str(v) for k, v in f.flatchoices} for f in model._meta.concrete_fields if f.choices and f.column}


def _is_unread(column: str, label: str, value: Any) -> bool:
    """Whether a column says nothing to a person: the number of a row elsewhere, or what has no Chinese name."""
    return label.isascii() or column in ("id", "warrant_id", "pinyin") or (column.endswith("_id") and isinstance(value, int))


def table_label(change: Change) -> str:
    """What kind of record was written, in words."""
    return _labels(change.table_name)[""]


def changed_fields(change: Change) -> list[tuple[str, Any, Any]]:
    """(label, before, after) of the columns that differ, in words; of a new row all filled columns. Keys into other tables are left out."""
    before = change.before or {}
    labels, choices = _labels(change.table_name), _choices(change.table_name)

    def words(column: str, value: Any) -> Any:
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, list):
            known = choices.get(column, {})
            return (
                f"{len(value)} 项"
                if any(isinstance(v, dict | list) for v in value)
                else "；".join(str(known.get(v, v)) for v in value)
            )
        if isinstance(value, dict):
            return f"{len(value)} 项"
        if column.endswith("_fen") and isinstance(value, int):
            return f"{format_fen(value)} 元"
        if column.endswith("period") and isinstance(value, int) and is_period(value):
            return format_period(value)
        return choices.get(column, {}).get(value, value)

    return [
        (labels[column], words(column, before.get(column)), words(column, value))
        for column, value in change.after.items()
        if column in labels and not _is_unread(column, labels[column], value) and value not in (before.get(column), "")
    ]
