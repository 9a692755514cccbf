"""Whom a case may be about (办理对象), told to the database: which fields of an item's form name people and employers, and at which doors it is open.

The database takes the subjects of a warrant from these fields and from no others (`casework_subjects_v1`), and asks of a case that is handed
in from outside what `outside_acceptance.py` asks (`casework_door_v1`). Laid out with the scopes of warrants (`Scope.about`).
"""

from collections.abc import Iterable, Mapping
from typing import Any

from yigui.casework.handlers import Handler, handler_of, is_open
from yigui.catalogue.declarations import Item
from yigui.catalogue.shapes import FieldType

#: Fields that name the person or an employer an item is about. Whoever else a form names (agent, payee, spouse, guardian) is none of them.
PERSON_FIELDS = ("id_number",)
EMPLOYER_FIELDS = ("unit_no", "credit_code")
#: Fields that name the employer somebody comes from.
LEFT_FIELDS = ("from_unit_no",)
_AT_DOORS = ("person", "employer")


def about(versions: Iterable[Item], tables: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """What the database asks of the cases of an item.

    Args:
        versions: all versions of one item.
        tables: columns by the name of a kind of table.

    Returns:
        persons, employers, rows: fields of the form, and tables of it whose rows name a person by `id_number`.
        left: fields that name the employer whom the person leaves.
        others: fields that may name another record of the person; they open it where others examine the case.
        joins: it takes somebody on who is not yet the employer's.
        area_field: the field that says the place of insurance where nobody it is about is registered yet, or "" (`casework_area_v1`).
        opens_login: its cases open the first login of the employer they register (`identity_unit_login_v1`).
        changes_keys: its form says which key fact of a record is changed (`registry_key_change_v1`).
        suspends: its cases suspend a benefit (`benefits_finding_frees_v1`).
        resumes: its cases resume one from a month (`benefits_skipped_v1`).
        own_record: columns of a registered person's own row that its cases change; no others (`registry_record_v1`).
        elsewhere: columns of relations and bases with an employer the case is not about that its cases change (`registry_relations_v1`).
        moneyed: what a form contains on which an amount is decided; `{}` on every form, None on none.
        doors: by version (ISO date), the channels through which and by whom (person, employer) it can be applied for outside.
    """
    items = list(versions)
    fields = {f.name: f for item in items for f in item.fields}
    handler = handler_of(items[-1]) if is_open(items[-1].code) else None
    return {
        "persons": [name for name in PERSON_FIELDS if name in fields],
        "employers": [name for name in EMPLOYER_FIELDS if name in fields],
        "left": [name for name in LEFT_FIELDS if name in fields],
        "rows": sorted(
            f.name for f in fields.values() if f.type == FieldType.TABLE and set(PERSON_FIELDS) & set(tables[f.options or ""])
        ),
        "others": list(handler.other_records) if handler is not None else [],
        "joins": handler is not None and handler.joins,
        "area_field": handler.area_field if handler is not None else "",
        "opens_login": handler is not None and handler.opens_login,
        "changes_keys": handler is not None and handler.changes_keys,
        "suspends": handler is not None and handler.suspends,
        "resumes": handler is not None and handler.resumes,
        "own_record": sorted(handler.own_record) if handler is not None else [],
        "elsewhere": sorted(handler.elsewhere) if handler is not None else [],
        "moneyed": None if handler is None or handler.decides_amount is None else dict(handler.decides_amount),
        "doors": {item.valid_from.isoformat(): _doors(item, handler) for item in items},
    }


def _doors(item: Item, handler: Handler[Any] | None) -> dict[str, list[str]]:
    closed = handler.closed_channels if handler is not None else frozenset()
    return {
        "channels": [channel for channel in item.channels if channel not in closed],
        "applicants": [who for who in _AT_DOORS if who in (item.applicant, *item.also_applicant)],
    }
