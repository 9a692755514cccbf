"""Privileges of the application's own database role, computed from what rooms declare. The default is none.

Belt to the triggers' braces: what a table's kind allows stands in `common/table_words.py`; what no room declares, the role can neither read nor
call. Nothing is executable by everybody.
"""

import re
from collections.abc import Iterable

from django.db import connections
from django.db.backends.utils import CursorWrapper

from yigui.common.rooms import Kind, rooms, tables
from yigui.warrants.names import APP_ROLE, COURIER_LOGIN
from yigui.warrants.row_security import OUTSIDE_LOGIN, PERSON_ROLE, UNIT_ROLE, secure_rows

# Functions of extensions are the server's business.
_FUNCTIONS = """
SELECT p.oid::regprocedure::text, p.proname FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
# A text that looks for its tables where its caller says could be shown others. One whose body was bound when it was made cannot.
_UNPINNED = """
SELECT p.oid::regprocedure::text FROM pg_proc p
WHERE p.pronamespace = 'public'::regnamespace AND p.prosqlbody IS NULL
  AND NOT EXISTS (SELECT 1 FROM unnest(p.proconfig) AS c WHERE c LIKE 'search\\_path=%')
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
"""
#: A function that keeps the text of a row has one text for it, whatever its caller has set in the session.
ONE_TEXT = "SET timezone = 'UTC' SET datestyle = 'ISO, YMD' SET intervalstyle = 'postgres' SET bytea_output = 'hex' SET extra_float_digits = 1"
# A part is found through what it is part of, however deep.
_TABLES = """
SELECT c.relname, CASE WHEN c.relispartition THEN (SELECT r.relname FROM pg_class r WHERE r.oid = pg_partition_root(c.oid)) END
FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
"""
_SEQUENCES = """
SELECT s.relname, t.relname FROM pg_class s
LEFT JOIN pg_depend d ON d.classid = 'pg_class'::regclass AND d.objid = s.oid AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
LEFT JOIN pg_class t ON t.oid = d.refobjid
WHERE s.relnamespace = 'public'::regnamespace AND s.relkind = 'S'
"""


def privileges_of(table: str, root: str | None = None) -> tuple[str, ...]:
    """What the application's role may do with a table; a part of one (`root`) is written through the whole only."""
    declared = tables()
    if root is not None:
        whole = declared.get(root)
        return ("SELECT",) if whole is not None and whole.parts and "SELECT" in whole.granted else ()
    return declared[table].granted if table in declared else ()


def is_callable(function: str) -> bool:
    """Whether a room lets the application's role execute the function of this name."""
    return any(re.fullmatch(name.replace("*", ".*"), function) for name in _callable())


def is_for_persons(function: str) -> bool:
    """Whether a room lets the role of persons outside execute it."""
    return any(function in room.functions.for_persons for room in rooms() if room.functions)


def _callable() -> Iterable[str]:
    return (name for room in rooms() if room.functions for name in room.functions.callable)


def no_temporary_tables(cursor: CursorWrapper) -> None:
    """Nobody but the owner makes any: one's own is found before everybody's. The owner's functions make the few that are needed."""
    cursor.execute("SELECT quote_ident(current_database())")
    cursor.execute(f"REVOKE TEMPORARY ON DATABASE {cursor.fetchone()[0]} FROM PUBLIC")


def grant_all(using: str = "owner") -> None:
    """Set the application role's privileges anew on every table, sequence and function; creates the role if needed."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APP_ROLE])
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE ROLE {APP_ROLE} NOLOGIN")
            # With one login for both (see docs/operating/installation.md) the application takes this role on after connecting.
            cursor.execute(f"GRANT {APP_ROLE} TO CURRENT_USER")
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {APP_ROLE}")
        cursor.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        cursor.execute("SELECT quote_ident(current_database())")
        cursor.execute(f"REVOKE TEMPORARY ON DATABASE {cursor.fetchone()[0]} FROM {APP_ROLE}")
        no_temporary_tables(cursor)
        _grant_tables(cursor)
        _grant_functions(cursor)
        _guard_signatures(cursor)
        _guard_sight(cursor)
        secure_rows(cursor)
        _grant_persons(cursor)
        # Last: what a database of an earlier release is given beside is written in the same order in a new one.
        _grant_courier(cursor)


def _grant_persons(cursor: CursorWrapper) -> None:
    """What people outside may execute: nothing, but what is declared for persons. Their roles stand by now."""
    cursor.execute(_FUNCTIONS)
    for signature, name in cursor.fetchall():
        cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM {UNIT_ROLE}, {PERSON_ROLE}, {OUTSIDE_LOGIN}")
        if is_for_persons(name):
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {PERSON_ROLE}")


def _grant_tables(cursor: CursorWrapper) -> None:
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {APP_ROLE}, PUBLIC")
    cursor.execute(f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {APP_ROLE}, PUBLIC")
    cursor.execute(_TABLES)
    for table, root in cursor.fetchall():
        rights = privileges_of(table, root)
        updates = tables()[table].updates if table in tables() else ()
        if updates:
            cursor.execute(f'GRANT UPDATE ({", ".join(updates)}) ON "{table}" TO {APP_ROLE}')
            rights = tuple(right for right in rights if right != "UPDATE")
        if rights:
            cursor.execute(f'GRANT {", ".join(rights)} ON "{table}" TO {APP_ROLE}')
    named = {name for room in rooms() if room.functions for name in room.functions.sequences}
    cursor.execute(_SEQUENCES)
    for sequence, table in cursor.fetchall():
        if sequence in named or (table is not None and "INSERT" in privileges_of(table)):
            cursor.execute(f'GRANT USAGE ON SEQUENCE "{sequence}" TO {APP_ROLE}')


def _grant_courier(cursor: CursorWrapper) -> None:
    """The process that sends messages reads and removes those that wait for it."""
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [COURIER_LOGIN])
    if cursor.fetchone() is None:
        cursor.execute(f"CREATE ROLE {COURIER_LOGIN} NOLOGIN")
        cursor.execute(f"GRANT {COURIER_LOGIN} TO CURRENT_USER")
    cursor.execute(f"GRANT USAGE ON SCHEMA public TO {COURIER_LOGIN}")
    cursor.execute(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {COURIER_LOGIN}")
    for name, table in tables().items():
        if table.courier:
            cursor.execute(f'GRANT SELECT, DELETE ON "{name}" TO {COURIER_LOGIN}')


def moment_of(column: str) -> str:
    """The column that says when, of one that says who: `approved_by_id` -> `approved_at`."""
    return f"{column.removesuffix('_id').removesuffix('_by')}_at"


def _guard_signatures(cursor: CursorWrapper) -> None:
    """The columns that name who signed take the name of whom the database has seen, and no other."""
    for name, table in tables().items():
        if not table.signed:
            continue
        cursor.execute("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [name])
        columns = {column for (column,) in cursor.fetchall()}
        moments = [moment for column in table.signed if (moment := moment_of(column)) in columns]
        others = [f"door:{column}" for column in table.doors] + [f"program:{column}" for column in table.programs]
        words = ", ".join(f"'{word}'" for word in (*table.signed, *others))
        cursor.execute(
            f"CREATE OR REPLACE TRIGGER signed BEFORE INSERT OR UPDATE OF {', '.join([*table.signed, *moments])} ON {name} "
            f"FOR EACH ROW EXECUTE FUNCTION identity_signed_v1({words})"
        )


def _guard_sight(cursor: CursorWrapper) -> None:
    """What decisions rest on is written by nobody who sees the database as it stood a while ago (`warrants_now_v1`)."""
    for name, table in tables().items():
        if table.kind in (Kind.PROTECTED, Kind.APPEND_ONLY, Kind.EVIDENCE):
            cursor.execute(
                f'CREATE OR REPLACE TRIGGER seen_now BEFORE INSERT OR UPDATE OR DELETE ON "{name}" '
                "FOR EACH STATEMENT EXECUTE FUNCTION warrants_now_v1()"
            )


def _grant_functions(cursor: CursorWrapper) -> None:
    # What is made from now on is nobody's either, until it is declared.
    cursor.execute("ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON ROUTINES FROM PUBLIC")
    cursor.execute(_FUNCTIONS)
    for signature, name in cursor.fetchall():
        cursor.execute(f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC, {APP_ROLE}")
        if is_callable(name):
            cursor.execute(f"GRANT EXECUTE ON FUNCTION {signature} TO {APP_ROLE}")
    # The history is written by the guards with the owner's rights; the application itself may not insert into it.
    cursor.execute(
        "SELECT DISTINCT p.oid::regprocedure::text FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
        "WHERE p.proname LIKE 'pgtrigger_%%history%%'"
    )
    for (function,) in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION {function} SECURITY DEFINER SET search_path = public, pg_temp {ONE_TEXT}")
    cursor.execute(_UNPINNED)
    for (function,) in cursor.fetchall():
        cursor.execute(f"ALTER FUNCTION {function} SET search_path = public, pg_temp")
