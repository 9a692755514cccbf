"""What one statement leaves in the record: an entry for a few rows, blocks for many, nothing for none."""

from collections.abc import Iterator

import pytest
from django.db import connections, transaction

from yigui.integrity.verify import record_faults, record_itself

TABLE = "exchange_identity_record"
FILLED = f"INSERT INTO {TABLE} (row_no, id_number, name, gender, born_on) SELECT n, 'entry-' || n, '某', '1', '1990-05-17' FROM generate_series(1, %s) AS n"


@pytest.fixture
def rolled_back() -> Iterator[None]:
    with transaction.atomic(using="owner"):
        yield
        transaction.set_rollback(True, using="owner")


def ask(sql: str, *parameters: object) -> list[tuple[object, ...]]:
    with connections["owner"].cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return list(cursor.fetchall()) if cursor.description else []


def entries_after(before: int) -> list[tuple[object, ...]]:
    return ask(
        "SELECT e.op, cardinality(e.keys), cardinality(e.digests), array_position(e.digests, NULL) IS NULL FROM integrity_entry e "
        "JOIN integrity_shape s ON s.id = e.shape_id WHERE s.table_name = %s AND e.id > %s ORDER BY e.id", TABLE, before,
    )  # fmt: skip


def newest() -> int:
    return ask("SELECT coalesce(max(id), 0) FROM integrity_entry")[0][0]  # type: ignore[return-value]


@pytest.mark.parametrize(("rows", "blocks"), [(1, [1]), (5000, [5000]), (5001, [5000, 1]), (12_000, [5000, 5000, 2000])])
def test_rows_of_a_statement_leave_blocks_of_five_thousand(rolled_back: None, rows: int, blocks: list[int]) -> None:
    before = newest()
    ask(FILLED, rows)
    found = entries_after(before)
    assert sorted((n for _, n, _, _ in found), reverse=True) == blocks  # type: ignore[type-var]
    assert {(op, keys == digests, is_whole) for op, keys, digests, is_whole in found} == {("I", True, True)}
    assert list(record_faults(TABLE, "owner")) == []
    assert list(record_itself("owner")) == []


def test_a_statement_that_writes_nothing_leaves_nothing(rolled_back: None) -> None:
    before = newest()
    ask(FILLED, 0)
    assert entries_after(before) == []


def test_rows_that_are_removed_leave_keys_without_digests(rolled_back: None) -> None:
    ask(FILLED, 3)
    ask(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    ask(f"ALTER TABLE {TABLE} ENABLE TRIGGER integrity_d")
    before = newest()
    ask(f"DELETE FROM {TABLE} WHERE id_number LIKE 'entry-%%'")
    assert entries_after(before) == [("D", 3, 3, False)]
