"""The record of changes in words (变动记录): which field, from what, to what; keys of other records by their names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from yigui.staff.enums import StaffVerb
from yigui.staff.locations import Desk
from yigui.staff.models import User
from yigui.staff.records import StaffEvent

#: Changes of one record a page shows at most.
EVENTS_MAX = 30
#: Columns that say nothing to a reader.
_SILENT = ("id", "warrant_id")


@dataclass(frozen=True)
class Told:
    """A change and its fields: label, before, after."""

    event: StaffEvent
    fields: list[tuple[str, str, str]]


#: Words for the codes of a column, where the floor below does not know them.
Words = Mapping[str, Mapping[str, str]]
Names = Mapping[tuple[type[models.Model], Any], str]


def history_of(row: models.Model, words: Words | None = None) -> list[Told]:
    """The changes of one account, section, place or desk, newest first."""
    rows = StaffEvent.objects.filter(table_name=row._meta.db_table, row_id=row.pk)
    return told(list(rows.order_by("-id")[:EVENTS_MAX]), words)


def history_of_desk(desk: Desk) -> list[Told]:
    """The changes of a desk, and who came to it and left it, newest first."""
    own = Q(table_name=desk._meta.db_table, row_id=desk.pk)
    seated = Q(table_name=User._meta.db_table, verb__in=(StaffVerb.DESK_GIVEN, StaffVerb.DESK_CLOSED))
    here = Q(before__window_id=desk.pk) | Q(after__window_id=desk.pk)
    return told(list(StaffEvent.objects.filter(own | seated & here).order_by("-id")[:EVENTS_MAX]))


def told(events: Sequence[StaffEvent], words: Words | None = None) -> list[Told]:
    """Changes in words. One statement per kind of record they point to, however many changes."""
    differing = [(event, _differing(event)) for event in events]
    names = _names([(event.table_name, column, value) for event, rows in differing for column, *pair in rows for value in pair])
    return [Told(event, [_told(event.table_name, row, names, words or {}) for row in rows]) for event, rows in differing]


def _told(table: str, row: tuple[str, Any, Any], names: Names, words: Words) -> tuple[str, str, str]:
    column, before, after = row
    label = str(_columns(table)[column].verbose_name)
    plain = words.get(column, {})
    return label, _shown(table, column, before, names, plain), _shown(table, column, after, names, plain)


def _differing(event: StaffEvent) -> list[tuple[str, Any, Any]]:
    before, after = event.before or {}, event.after or {}
    columns = [c for c in _columns(event.table_name) if before.get(c) != after.get(c)]
    if event.kind == "I":
        columns = [c for c in columns if not _is_empty(after.get(c))]
    return [(c, before.get(c), after.get(c)) for c in columns]


def _is_empty(value: Any) -> bool:
    return value in (None, "", {}) or (isinstance(value, list) and not any(value))


@cache
def _columns(table: str) -> "dict[str, models.Field[Any, Any]]":
    model = next((m for m in apps.get_models() if m._meta.db_table == table), None)
    fields = model._meta.concrete_fields if model else ()
    return {str(f.column): f for f in fields if f.column not in _SILENT}


def _names(values: list[tuple[str, str, Any]]) -> Names:
    wanted: dict[type[models.Model], set[Any]] = {}
    for table, column, value in values:
        related = _columns(table)[column].related_model
        if value is not None and isinstance(related, type):
            wanted.setdefault(related, set()).add(value)
    return {(model, row.pk): str(row) for model, keys in wanted.items() for row in model._default_manager.filter(pk__in=keys)}


def _shown(table: str, column: str, value: Any, names: Names, words: Mapping[str, str]) -> str:
    field = _columns(table)[column]
    if column == "password":
        return "（已更换）" if value else ""
    if value is None:
        return ""
    if isinstance(field.related_model, type):
        return names.get((field.related_model, value), str(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    choices = {**dict(getattr(field, "base_field", field).flatchoices), **words}
    if isinstance(value, list):
        return "、".join(str(choices.get(v, v)) or "无" for v in value) if any(value) else ""
    return str(choices.get(value, value))
