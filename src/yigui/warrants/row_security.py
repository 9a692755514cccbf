"""What people outside the agency may read, as row-level security (行级安全): an employer its own rows, a person their own.

Two roles read, none writes: `yigui_unit` for an employer's operator and `yigui_person` for a person. The login
`yigui_outside` may only become one of them. Whose rows they see is said by the session that was opened when they signed in:
of the table of sessions they see the one whose secret the transaction has been told, and every other policy asks that one.
Without an open session there are no rows, whatever the statement. Which rows are whose stands in the `room.py` of the table's room.
"""

from collections.abc import Iterator

from django.db.backends.utils import CursorWrapper

from yigui.common.rooms import Own, rooms, tables
from yigui.warrants.names import APP_ROLE

OUTSIDE_LOGIN = "yigui_outside"
UNIT_ROLE, PERSON_ROLE = "yigui_unit", "yigui_person"


def _condition(rows: str, table: str) -> str:
    """A room's condition with the session that is open; every policy asks the table of sessions for it, once a statement."""
    ((session, records),) = [(room.session, room.session_records) for room in rooms() if room.session]
    return rows.format(
        table=table,
        employer=f"(SELECT s.employer_id {session})",
        person=f"(SELECT s.person_id {session})",
        records=f"(SELECT {records}())::bigint[]",
    )


def owned() -> dict[str, Own]:
    """Tables with rows of outsiders, their conditions as PostgreSQL takes them."""
    found = {name: table.own for name, table in tables().items() if table.own is not None}
    return {name: Own(_condition(own.unit, name), _condition(own.person, name), own.columns) for name, own in found.items()}


def public() -> list[str]:
    """Tables without anybody's data."""
    return [name for name, table in tables().items() if table.is_public]


def policies() -> Iterator[tuple[str, str, str, str, str]]:
    """Every policy: table, name, role, command as the catalogue has it (`r` reads, `*` all), condition."""
    for table, own in owned().items():
        yield table, f"{table}_inside", APP_ROLE, "*", "true"
        for name, role, rows in (("unit", UNIT_ROLE, own.unit), ("person", PERSON_ROLE, own.person)):
            if rows:
                yield table, f"{table}_{name}", role, "r", rows


def secure_rows(cursor: CursorWrapper) -> None:
    """Make the roles and set every policy anew; run by the owner in one transaction."""
    for role in (UNIT_ROLE, PERSON_ROLE, OUTSIDE_LOGIN):
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {role} NOLOGIN NOINHERIT")
            cursor.execute(f"GRANT {role} TO CURRENT_USER")
            if role == OUTSIDE_LOGIN:
                cursor.execute(f"GRANT {UNIT_ROLE}, {PERSON_ROLE} TO {role} WITH INHERIT FALSE, SET TRUE")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {UNIT_ROLE}, {PERSON_ROLE}")
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {UNIT_ROLE}, {PERSON_ROLE}, {OUTSIDE_LOGIN}")
    cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {UNIT_ROLE}, {PERSON_ROLE}, {OUTSIDE_LOGIN}")
    for table in public():
        cursor.execute(f"GRANT SELECT ON {table} TO {UNIT_ROLE}, {PERSON_ROLE}")
    for table, own in owned().items():
        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        _policy(cursor, table, "inside", APP_ROLE, "true", "")
        for name, role, rows in (("unit", UNIT_ROLE, own.unit), ("person", PERSON_ROLE, own.person)):
            _policy(cursor, table, name, role, rows, own.columns)
    # The functions the policies asked before.
    cursor.execute("DROP FUNCTION IF EXISTS staff_outside_employer_v1(), staff_outside_person_v1()")


def _policy(cursor: CursorWrapper, table: str, name: str, role: str, rows: str, columns: str) -> None:
    cursor.execute(f"DROP POLICY IF EXISTS {table}_{name} ON {table}")
    if not rows:
        return
    if role == APP_ROLE:
        cursor.execute(f"CREATE POLICY {table}_{name} ON {table} TO {role} USING ({rows}) WITH CHECK ({rows})")
    else:
        cursor.execute(f"CREATE POLICY {table}_{name} ON {table} FOR SELECT TO {role} USING ({rows})")
        cursor.execute(f"GRANT SELECT{f' ({columns})' if columns else ''} ON {table} TO {role}")
