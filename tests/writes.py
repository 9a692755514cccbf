"""What warrants write: for each protected table, which warrants its rows and their history bear.

The guards refuse what a warrant does not open; that a scope is no wider than what is written, these answers show.
"""

from functools import cache

from django.db import connection

from yigui.common.rooms import Kind, tables


@cache
def _stamped() -> tuple[str, ...]:
    """Protected tables whose rows bear a warrant; a part of a table is counted as the whole."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid "
            "WHERE a.attname = 'warrant_id' AND NOT a.attisdropped AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
        )
        found = [row[0] for row in cursor.fetchall()]
    return tuple(name for name in found if name in tables() and tables()[name].kind is Kind.PROTECTED)


def written_under(warrants: list[int]) -> set[str]:
    """Protected tables in which these warrants have written a row, or changed one that another has changed since."""
    rows = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name} WHERE warrant_id = ANY(%(warrants)s))" for name in _stamped()
    )
    changes = "SELECT table_name::text FROM warrants_change WHERE warrant_id = ANY(%(warrants)s)"
    with connection.cursor() as cursor:
        cursor.execute(f"{rows} UNION {changes}", {"warrants": warrants})
        return {row[0] for row in cursor.fetchall()}


def open_now() -> list[int]:
    """The warrants that this transaction has issued."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM warrants_warrant WHERE xid = (pg_current_xact_id_if_assigned()::text)::bigint")
        return [row[0] for row in cursor.fetchall()]


def warrants_of(kind: str, code: str = "") -> list[int]:
    """The warrants of an item's cases, of a kind of run's batches, or of files."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM warrants_warrant WHERE kind = %s AND %s = "
            "CASE kind WHEN 'case' THEN item_code WHEN 'run' THEN split_part(subject_no, ' ', 1) ELSE '' END",
            [kind, code],
        )
        return [row[0] for row in cursor.fetchall()]
