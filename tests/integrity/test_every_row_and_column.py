"""Made from the declarations: of every recorded table every column is changed, a row removed and a row put in, by a superuser with all
triggers off; `yigui verify` names each. What a room declares tomorrow is tried here without a further line."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from tests import city
from yigui.common.rooms import Kind, rooms, tables
from yigui.integrity.recording import recorded_tables
from yigui.integrity.seal import seal_day
from yigui.integrity.verify import record_faults

#: Of a type (or its category) another value than {c}, and a first value for a row of an empty table.
OTHER = {
    "bool": ("NOT coalesce({c}, false)", "true"),
    "int2": ("CASE WHEN {c} = 7 THEN 8 ELSE 7 END", "7"),
    "numeric": ("CASE WHEN {c} = 0 THEN 0.5 ELSE 0 END", "0.5"),
    "uuid": ("gen_random_uuid()", "gen_random_uuid()"),
    "jsonb": ("""CASE WHEN {c} = '{{"x": 1}}' THEN '{{"x": 2}}'::jsonb ELSE '{{"x": 1}}' END""", "'{}'::jsonb"),
    "bytea": ("'\\x0102'::bytea || coalesce({c}, '')", "'\\x01'::bytea"),
    "inet": ("'10.9.8.7'::inet", "'127.0.0.1'::inet"),
    "N": ("coalesce({c}, 0) + 1000003", "7"),
    "S": ("CASE WHEN coalesce({c}, '') = '' THEN 'x' ELSE left({c}, -1) || CASE right({c}, 1) WHEN 'x' THEN 'y' ELSE 'x' END END", "'x'"),
    "D": ("coalesce({c}, '2026-01-01') + interval '1 day'", "'2026-01-01'"),
    "A": ("CASE WHEN coalesce(cardinality({c}), 0) = 0 THEN ARRAY[{element}]::{type} ELSE '{{}}' END", "'{{}}'::{type}"),
    "T": ("coalesce({c}, '0') + interval '1 hour'", "'1 hour'::interval"),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    name: str
    other: str
    first: str


class Undo(Exception):
    """Rolls the tampering back."""


@pytest.fixture(scope="module")
def sealed() -> None:
    """Something has been done, and sealed."""
    city.accept_class3()
    city.accept_class2()
    seal_day()


def ask(sql: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connections["super"].cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []


def columns_of(table: str) -> list[Column]:
    found = ask(
        "SELECT a.attname, t.typname, t.typcategory, format_type(a.atttypid, NULL), e.typname, e.typcategory FROM pg_attribute a "
        "JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_type e ON e.oid = t.typelem "
        "WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum", table
    )  # fmt: skip
    columns = []
    for name, type_name, category, shown, element, of_category in found:
        other, first = OTHER.get(type_name) or OTHER[category]
        item = OTHER.get(element) or OTHER.get(of_category, ("", "1"))
        filled = {"c": f't."{name}"', "type": shown, "element": item[1]}
        columns.append(Column(name, other.format(**filled), first.format(**filled) if "{type}" in first else first))
    return columns


def keys_of(table: str) -> list[str]:
    return list(ask("SELECT keys FROM integrity_shape WHERE table_name = %s ORDER BY id DESC LIMIT 1", table)[0][0])


def without_constraints(table: str) -> None:
    """Whoever may switch triggers off may do this too."""
    for name, _ in ask(
        "SELECT conname, contype FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'u', 'x', 'p', 'f') AND conislocal",
        table,
    ):
        ask(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}" CASCADE')
    for (name,) in ask("SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = %s::regclass AND indisunique", table):
        ask(f"DROP INDEX IF EXISTS {name} CASCADE")


def fill(table: str, columns: list[Column], count: int) -> None:
    """Rows as the record knows them: of a part that a batch attached, or written with the triggers of record and history alone."""
    attached = tables()[table].attached
    key = keys_of(table)
    names = ", ".join(f'"{c.name}"' for c in columns)
    if attached:
        batch = 99_000_001
        without_constraints("runs_batch")
        ask("SET LOCAL session_replication_role = replica")
        kind = next(kind.code for room in rooms() for kind in room.run_kinds if table in kind.writes)
        of_batch = {"id": str(batch), "status": "'executed'", "kind": f"'{kind}'"}
        values = {c.name: of_batch.get(c.name, c.first) for c in columns_of("runs_batch")}
        ask(f"INSERT INTO runs_batch ({', '.join(values)}) SELECT {', '.join(values.values())}")
        ask(f"CREATE TABLE {table}_{batch} (LIKE {table})")
        ask(f"ALTER TABLE {table}_{batch} OWNER TO yigui_owner")
        places = [f"{batch}" if c.name == attached else "n" if c.name in key else c.first for c in columns]
        ask(f"INSERT INTO {table}_{batch} ({names}) SELECT {', '.join(places)} FROM generate_series(1, {count}) AS n")
        ask(f"ALTER TABLE {table} ATTACH PARTITION {table}_{batch} FOR VALUES IN ({batch})")
        ask("SELECT integrity_take_parts_v1()")
        ask("SET LOCAL session_replication_role = origin")
        return
    if ask("SELECT 1 FROM pg_partitioned_table WHERE partrelid = %s::regclass AND partdefid = 0", table):
        ask(f"CREATE TABLE {table}_else PARTITION OF {table} DEFAULT")
    ask(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    # The field history too, where there is one: a written row without it is a fault of its own.
    for (name,) in ask(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND (tgname = 'integrity_i' OR tgname ~ '_history_i_')", table
    ):
        ask(f"ALTER TABLE {table} ENABLE TRIGGER {name}")
    ask(f"INSERT INTO {table} ({names}) OVERRIDING SYSTEM VALUE SELECT {', '.join(c.first for c in columns)}")
    ask(f"ALTER TABLE {table} ENABLE TRIGGER ALL")


@contextmanager
def undone() -> Iterator[None]:
    """Everything in it is rolled back."""
    try:
        with transaction.atomic(using="super"):
            yield
            raise Undo
    except Undo:
        pass


def row_faults(table: str) -> list[str]:
    """What is named of rows: that the keys are away, which these tests took away, is another matter."""
    return [fault for fault in record_faults(table, "super") if "主键不存在或无效" not in fault]


def tampered(table: str, statement: str) -> tuple[str, list[str]]:
    """Carry a statement out with triggers off; gives the code of the error, if any, and what is named. Undone."""
    error, faults = "", []
    try:
        with undone():
            ask("SET LOCAL session_replication_role = replica")
            ask(statement)
            faults = row_faults(table)
    except DatabaseError as refused:
        error = refused.__cause__.sqlstate  # type: ignore[union-attr]
    return error, faults


@pytest.mark.parametrize("table", recorded_tables())
def test_each_column_and_row_of_it_is_named(table: str, sealed: None) -> None:
    columns, missed, tried = columns_of(table), [], 0
    keys = keys_of(table)
    with undone():
        without_constraints(table)
        if not ask(f"SELECT 1 FROM {table} LIMIT 1"):
            fill(table, columns, 3)
        assert row_faults(table) == []
        place, key = ask(
            f"SELECT t.tableoid::regclass || ' AS t WHERE t.ctid = ''' || t.ctid || '''', "
            f"{'t.' + keys[0] + '::text' if len(keys) == 1 else 'ROW(' + ', '.join('t.' + k for k in keys) + ')::text'} FROM {table} AS t "
            f"ORDER BY t.tableoid DESC LIMIT 1"
        )[0]  # fmt: skip
        leaf, _, where = place.partition(" AS t ")
        named = f"{table} {keys[0]}={key}：" if len(keys) == 1 else f"{table} ({', '.join(keys)})={key}："
        for column in columns:
            error, faults = tampered(table, f'UPDATE {leaf} AS t SET "{column.name}" = {column.other} {where}')
            if error == "23514":
                # The rows of a part bear its value; the database itself knows no other.
                continue
            tried += 1
            if error or not any(fault.startswith(named) for fault in faults):
                missed.append(f"{column.name} changed: {error} {faults[:3]}")
        error, faults = tampered(table, f"DELETE FROM {leaf} AS t {where}")
        if error or faults != [f"{named}记录已被删除。"]:
            missed.append(f"row removed: {error} {faults[:3]}")
        names = ", ".join(f'"{c.name}"' for c in columns)
        free = [c for c in columns if c.name in keys and c.name != tables()[table].attached]
        # A wide one first: another value of it is nobody's yet.
        other = sorted(free, key=lambda c: "THEN 8" in c.other)[0].name
        values = ", ".join(c.other if c.name == other else f't."{c.name}"' for c in columns)
        error, faults = tampered(
            table, f"INSERT INTO {leaf} ({names}) OVERRIDING SYSTEM VALUE SELECT {values} FROM {leaf} AS t {where}"
        )
        if error or not (len(faults) == 1 and faults[0].startswith(f"{table} ") and faults[0].endswith("没有写入记录。")):
            missed.append(f"row put in: {error} {faults[:3]}")
    assert missed == []
    assert tried >= len(columns) - 1


def test_every_table_that_anything_rests_on_is_among_them() -> None:
    kinds = {name: table.kind for name, table in tables().items()}
    assert set(recorded_tables()) | {"integrity_entry"} == {n for n, k in kinds.items() if k not in (Kind.WORKING, Kind.DERIVED)}
    assert len(recorded_tables()) > 90
