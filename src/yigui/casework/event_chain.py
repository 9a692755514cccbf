"""The event chain (办件事件链): one chain per case, SM3 over each event and the link before it."""

from typing import Any

from django.db import connection

from yigui.casework.enums import Verb
from yigui.casework.models import Case, Event
from yigui.casework.signatures import keep_event
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.locks import Lock
from yigui.staff.models import User

_FIRST = "0" * 64


def event_digest(event: Event) -> str:
    """The SM3 of an event's content and of the link before it."""
    return digest_of({
        "case": event.case_id, "seq": event.seq, "verb": event.verb, "actor": event.actor_id, "name": event.actor_name,
        "role": event.actor_role, "channel": event.channel, "note": event.note, "payload": event.payload, "at": event.at,
        "previous": event.previous,
    })  # fmt: skip


def new_chain(case: Case, verb: Verb, *, actor: User, payload: dict[str, Any], note: str = "") -> Event:
    """The first link of a case's chain, not yet saved. The caller holds `Lock.SEAL` shared."""
    return _link(case, verb, actor=actor, channel=case.channel, note=note, payload=payload, seq=1, previous=_FIRST)


def append_event(
    case: Case, verb: Verb, *, actor: User | None, channel: str = "", note: str = "", payload: dict[str, Any] | None = None,
    last: Event | None = None,
) -> Event:  # fmt: skip
    """Append an event to a case's chain. The caller holds the case's row lock, so no link is drawn twice.

    `last` is the newest link when this transaction has just made it (it holds `Lock.SEAL` then); it spares the look-up.
    """
    if last is not None:
        seq, digest = last.seq, last.digest
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT seq, digest, pg_advisory_xact_lock_shared(%s)::text FROM casework_event "
                "WHERE case_id = %s ORDER BY seq DESC LIMIT 1",
                [Lock.SEAL, case.pk],
            )
            seq, digest, _ = cursor.fetchone()
    event = _link(
        case, verb, actor=actor, channel=channel or case.channel, note=note, payload=payload or {}, seq=seq + 1, previous=digest
    )
    return keep_event(event, actor)


def _link(
    case: Case, verb: Verb, *, actor: User | None, channel: str, note: str, payload: dict[str, Any], seq: int, previous: str
) -> Event:
    event = Event(
        case=case, seq=seq, verb=verb, actor=actor, actor_name=actor.full_name if actor else "系统",
        actor_role=actor.role if actor else "system", channel=channel, note=note, payload=payload, at=clock.now(),
        previous=previous,
    )  # fmt: skip
    event.digest = event_digest(event)
    return event
