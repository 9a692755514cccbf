"""What warrants write: for each protected table, which warrants its rows and their history bear.

The guards refuse what a warrant does not open; that a scope is no wider than what is written, these answers show.
"""

from functools import cache

from django.db import connection

from yigui.common.rooms import Kind, tables
from yigui.runs.kinds import run_kinds


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


#: Columns in which a row bears the batch that wrote it, of tables whose rows bear no warrant: a run's parts, and marks it has done.
_BATCH_COLUMNS = ("batch_id", "source_id")
#: Tables whose rows bear neither, asked of runs alone: a row is the work of the warrant that was issued last before it stood as it stands.
_BY_MOMENT = ("benefits_back_due",)


@cache
def _by_batch() -> dict[str, str]:
    """Tables that kinds of runs write and whose rows, those of a batch at least, bear no warrant, with the column that names the batch."""
    found = {}
    written = {name for kind in run_kinds() for name in kind.writes if tables()[name].attached or name not in _stamped()}
    for table in sorted(written - {*_BY_MOMENT}):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped", [table]
            )
            columns = {row[0] for row in cursor.fetchall()}
        found[table] = tables()[table].attached or next(name for name in _BATCH_COLUMNS if name in columns)
    return found


def written_under(warrants: list[int]) -> set[str]:
    """Tables in which these warrants have written a row, or changed one that another has changed since: by the warrant a row bears, by the
    history, for what a run attaches by the batch, and for marks by the moment.
    """
    rows = " UNION ALL ".join(
        f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name} WHERE warrant_id = ANY(%(warrants)s))" for name in _stamped()
    )
    rows += "".join(
        f" UNION ALL SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name} JOIN warrants_warrant w ON w.kind = 'run' AND w.subject_id = {column} "
        "WHERE w.id = ANY(%(warrants)s))"
        for name, column in _by_batch().items()
    )
    rows += "".join(
        f" UNION ALL SELECT '{name}' WHERE EXISTS (SELECT 1 FROM {name} r WHERE (SELECT CASE w.kind WHEN 'run' THEN w.id END FROM warrants_warrant w "
        "WHERE w.xid <= r.xmin::text::bigint ORDER BY w.xid DESC LIMIT 1) = ANY(%(warrants)s))"
        for name in _BY_MOMENT
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
