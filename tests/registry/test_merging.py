"""What hangs on a person is moved by a merge, refuses it by its name, or stays for a reason: every table, also one that comes tomorrow."""

from typing import Any

import pytest
from django.apps import apps
from django.db import connection, connections

from yigui.common.rooms import tables
from yigui.registry.merging import held_by
from yigui.registry.models import Person

#: Columns that name a person who only acted there: an applicant is no subject of the row.
ACTORS = {("casework_case", "applicant_id"), ("casework_draft", "applicant_id"), ("kiosk_help_call", "applicant_id")}


def columns_with_a_person() -> set[tuple[str, str]]:
    """By the models, and by the names and foreign keys of the database itself; parts of a table stand for it."""
    by_models = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is Person
    }
    of_others = {
        (model._meta.db_table, field.column)
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.is_relation and field.related_model is not Person
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
            "WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace AND NOT a.attisdropped "
            "AND (a.attname = 'person_id' OR EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'f' "
            "AND k.confrelid = 'registry_person'::regclass AND a.attnum = ANY (k.conkey)))"
        )
        by_database = set(cursor.fetchall())
    return by_models | {(name, column) for name, column in by_database - of_others if name in tables()}


def test_every_table_with_a_person_says_what_a_merge_makes_of_it() -> None:
    found = columns_with_a_person()
    assert len(found) > 25
    silent = sorted(name for name, _ in found - ACTORS if tables()[name].merged is None)
    assert silent == [], "say in the room what becomes of these rows when a double record is merged"
    with_person = {name for name, _ in found}
    assert sorted(name for name, table in tables().items() if table.merged and name not in with_person) == []


def test_each_declaration_says_what_it_must() -> None:
    declared = {name: table.merged for name, table in tables().items() if table.merged is not None}
    assert {m.fate for m in declared.values()} == {"moved", "refused", "stays", "carried"}
    assert all(m.words for m in declared.values() if m.fate in ("refused", "stays"))
    assert all(m.carry for m in declared.values() if m.fate == "carried")
    with connection.cursor() as cursor:
        for name, merged in declared.items():
            if merged.fate != "stays":
                cursor.execute(f"SELECT count(*) FROM {name} WHERE person_id = 0 AND ({merged.where})")
                assert cursor.fetchone() == (0,), name


REFUSED = sorted(name for name, table in tables().items() if table.merged is not None and table.merged.fate == "refused")
#: Values of columns by type, for a row that means nothing, and where a rule of the table wants others.
VALUES = {
    "bool": "false", "date": "'2026-11-10'", "timestamptz": "now()", "jsonb": "'{}'", "numeric": "1", "uuid": "gen_random_uuid()",
    "int2": "1", "int4": "1", "int8": "1",
}  # fmt: skip
#: Where a rule of the table wants a value of its own.
OF_TABLE = {
    "accounts_entry": {"year": "2026", "period": "202601"}, "contributions_line": {"source_id": "-1", "warrant_id": "1"},
    "contributions_open_bill": {"employer_id": "0"}, "contributions_order": {"status": "'open'"},
    "tasks_task": {"state": "'open'", "outcome": "''", "posts": "'{auditor}'"},
}  # fmt: skip


def a_row(cursor: Any, name: str, person: int) -> None:
    """A row of a table about nobody, with what a row must have."""
    cursor.execute(
        "SELECT a.attname, t.typname FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid "
        "AND d.adnum = a.attnum WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attnotnull AND d.oid IS NULL "
        "AND a.attidentity = '' AND a.attname <> 'person_id' ORDER BY a.attnum",
        [name],
    )
    own = OF_TABLE.get(name, {})
    columns = [
        (column, own.get(column) or ("'{}'" if kind.startswith("_") else VALUES.get(kind, "'1'")))
        for column, kind in cursor.fetchall()
    ]
    columns += [(column, value) for column, value in own.items() if column not in dict(columns)]
    names = ", ".join(f'"{column}"' for column, _ in columns)
    cursor.execute(f"INSERT INTO {name} (person_id, {names}) VALUES (%s, {', '.join(v for _, v in columns)})", [person])


@pytest.mark.parametrize("name", REFUSED)
def test_a_row_of_each_refused_table_is_named(name: str) -> None:
    """About somebody who has nothing else, put there past everything that guards it."""
    merged = tables()[name].merged
    assert merged is not None
    person = Person(pk=8_000_000_000 + REFUSED.index(name))
    assert held_by(person) == []
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        try:
            a_row(cursor, name, person.pk)
        finally:
            cursor.execute("SET session_replication_role = origin")
    assert held_by(person) == [merged.words]
