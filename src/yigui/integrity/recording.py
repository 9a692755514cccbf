"""The record of rows (记录摘要) is computed from what rooms declare: which tables are recorded, and that they are, at each preparation."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from django.db import connections, transaction

from yigui.common.rooms import Kind, tables

#: Kinds of tables whose every row and column `yigui verify` covers.
RECORDED = frozenset({Kind.PROTECTED, Kind.APPEND_ONLY, Kind.EVIDENCE})
#: The record itself: each entry bears its own digest, and the seals count them.
_ITSELF = "integrity_entry"


def recorded_tables() -> list[str]:
    """Every declared table whose rows are recorded, by name."""
    return sorted(name for name, table in tables().items() if table.kind in RECORDED and name != _ITSELF)


def record_all(using: str = "owner") -> dict[str, str]:
    """Have every declared table recorded from now on; gives what was done, by table, where something was.

    By the owner. Each table in a transaction of its own: one that is recorded for the first time is shut to writers while its rows are
    taken in. What no room declares any more is recorded no longer.
    """
    done = {}
    declared = recorded_tables()
    for table in declared:
        with transaction.atomic(using=using), connections[using].cursor() as cursor:
            cursor.execute("SELECT integrity_record_v1(%s, %s)", [table, tables()[table].attached])
            (what,) = cursor.fetchone()
        if what:
            done[table] = what
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT integrity_forget_v1(%s)", [declared])
    return done


def take_in(names: Iterable[str], load: str, using: str = "owner") -> None:
    """Take in the rows of an opening load (期初装载) that were written with the triggers of these tables off; by the owner, who answers for them.

    `load` is the number of its warrant (`OPENING-…`).

    Two tables at a time, the largest first; each in a transaction of its own, after that of the load.
    """
    known = set(recorded_tables())
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT t FROM unnest(%s::text[]) AS t ORDER BY pg_table_size(t::regclass) DESC", [[n for n in names if n in known]]
        )
        waiting = [name for (name,) in cursor.fetchall()]

    def take(name: str) -> None:
        try:
            with connections[using].cursor() as cursor:
                cursor.execute("SELECT integrity_take_in_v1(%s, %s)", [name, load])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2, thread_name_prefix="take-in") as pool:
        list(pool.map(take, waiting))
