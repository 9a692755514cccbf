"""The nightly seal (每日封存): one root over the heads of all chains that grew, chained to the seal before; the database makes it."""

import hashlib

from django.db import connections

from yigui.common.digests import sm3
from yigui.db.presence import asked
from yigui.integrity.models import Seal
from yigui.warrants.set_seals import set_tables


def chain_heads(first_event_id: int, last_event_id: int, using: str = "default") -> list[str]:
    """`case:seq:digest` of the newest event of every case that has one in the range, by case."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (case_id) case_id, seq, digest FROM casework_event WHERE id BETWEEN %s AND %s "
            "ORDER BY case_id, seq DESC",
            [first_event_id, last_event_id],
        )
        return [f"{case}:{seq}:{digest}" for case, seq, digest in cursor.fetchall()]


def seal_roots(previous: str, heads: list[str]) -> set[str]:
    """The root over the seal before and the heads: SHA-256 as the database makes it, SM3 as the program made it up to release 0.1."""
    text = "\n".join([previous, *heads])
    return {hashlib.sha256(text.encode()).hexdigest(), sm3(text)}


def seal_day() -> Seal | None:
    """Seal everything that has happened since the last seal; None when no case has moved. The record of rows is sealed too, see `Root`.

    Statements one after the other, each its own transaction: a writer may hold the record of rows while it waits for `Lock.SEAL`.
    """
    asked("SELECT integrity_take_parts_v1()")
    (number,) = asked("SELECT integrity_seal_events_v1(%s)", sorted(set_tables()))
    asked("SELECT integrity_seal_v1()")
    return Seal.objects.get(pk=number) if number is not None else None
