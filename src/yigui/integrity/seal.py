"""The nightly seal (每日封存): one SM3 root over the heads of all chains that grew, chained to the seal before."""

import datetime as dt

from django.db import connection, connections, transaction
from django.db.models import Max

from yigui.casework.models import Event
from yigui.common.digests import sm3
from yigui.common.locks import Lock
from yigui.integrity.models import Seal
from yigui.warrants.set_seals import seal_set_rows

_FIRST = "0" * 64


def chain_heads(first_event_id: int, last_event_id: int, using: str = "default") -> list[str]:
    """`case:seq:digest` of the newest event of every case that has one in the range, by case."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (case_id) case_id, seq, digest FROM casework_event WHERE id BETWEEN %s AND %s "
            "ORDER BY case_id, seq DESC",
            [first_event_id, last_event_id],
        )
        return [f"{case}:{seq}:{digest}" for case, seq, digest in cursor.fetchall()]


def seal_root(previous: str, heads: list[str]) -> str:
    """The root over the seal before and the heads."""
    return sm3("\n".join([previous, *heads]))


def seal_day(day: dt.date) -> Seal | None:
    """Seal everything that has happened since the last seal; None when no case has moved. The record of rows is sealed too, see `Root`.

    Two transactions, one after the other: a writer may hold the record of rows while it waits for `Lock.SEAL`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT integrity_take_parts_v1()")
    sealed = _seal_events(day)
    with connection.cursor() as cursor:
        cursor.execute("SELECT integrity_seal_v1(%s)", [day])
    return sealed


@transaction.atomic
def _seal_events(day: dt.date) -> Seal | None:
    """Takes `Lock.SEAL` alone: it waits for open writers of events, and new ones wait for it, for the moment it takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [Lock.SEAL])
    seal_set_rows()
    last = Seal.objects.order_by("-id").first()
    first_id = last.last_event_id + 1 if last else 1
    last_id = Event.objects.aggregate(top=Max("id"))["top"] or 0
    if last_id < first_id:
        return None
    heads = chain_heads(first_id, last_id)
    previous = last.root if last else _FIRST
    return Seal.objects.create(
        day=day, first_event_id=first_id, last_event_id=last_id, chain_count=len(heads), previous=previous,
        root=seal_root(previous, heads),
    )  # fmt: skip
