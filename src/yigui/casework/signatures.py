"""Signatures of casework: the owner's functions that write steps, meetings and events for people the database has seen.

The application has no right to write these tables; here is the only way to them (`sql/signatures.sql`).
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from yigui.casework.enums import Verdict
from yigui.casework.models import Case, Event, Step
from yigui.casework.returns import Point
from yigui.identity.proof import code_of, door_or_proof_of, proof_of, signed
from yigui.staff.models import User


def lay_out(case: Case, steps: Sequence[Step], acceptor: User | None, today: dt.date, *, begun: Event | None = None) -> None:
    """Write steps of the present round; the first is the acceptance, signed by `acceptor`. `begun` is written along, by the same person.

    Raises:
        NotSeen: the acceptor has not signed in, or is somebody else. Moved: they stand already.
    """
    rows = [
        {"seq": s.seq, "code": s.code, "site": s.site, "reason": s.reason, "suggested": s.suggested_to_id} for s in steps
    ]  # fmt: skip
    parameters = [door_or_proof_of(acceptor) if acceptor else "", case.pk, today, json.dumps(rows)]
    if begun is None:
        signed(f"SELECT {_LAY_OUT}", *parameters)
    else:
        # One statement for both: every acceptance makes them, and each way to the server is paid for.
        begun.pk = signed(f"SELECT {_EVENT}, {_LAY_OUT}", *_content(begun, acceptor), *parameters)
        begun._state.adding = False


def claim(step: Step, actor: User) -> None:
    """Take a step upon oneself."""
    signed("SELECT casework_claim_v1(%s, %s)", proof_of(actor), step.pk)


def release(step: Step, actor: User) -> None:
    """Put one's step back."""
    signed("SELECT casework_release_v1(%s, %s)", proof_of(actor), step.pk)


def take_back(step: Step, administrator: User) -> None:
    """Put back a step that somebody else has claimed: an administrator, or a head who answers for them."""
    signed("SELECT casework_take_back_v1(%s, %s)", proof_of(administrator), step.pk)


def release_lost(step: Step, today: dt.date) -> None:
    """Put back a step whose claimer may not take it any more; the process does it."""
    signed("SELECT casework_release_lost_v1(%s, %s::date)", step.pk, today)


def decide(step: Step, actor: User, verdict: str, opinion: str, today: dt.date, *, suggested_to: User | None) -> bool:
    """Decide a step; gives whether no step is left. The next one is ready then, or the rest dropped.

    Raises:
        NotSeen: the actor has not signed in. CodeWrong: class 1 takes a one-time code. Moved: somebody decided first.
    """
    return bool(
        signed(
            "SELECT casework_decide_v1(%s, %s, %s, %s, %s, %s::date, %s)", proof_of(actor), code_of(actor), step.pk, str(verdict), opinion,
            today, suggested_to.pk if suggested_to else None,
        )
    )  # fmt: skip


def drop_waiting(case: Case) -> None:
    """The steps of the present round that will not be taken any more; the case has left its way already."""
    signed("SELECT casework_drop_v1(%s)", case.pk)


def hold_meeting(
    chair: User,
    held_on: dt.date,
    minutes: str,
    attendees: Sequence[int],
    verdicts: Mapping[int, tuple[str | Verdict, str]],
    points: Mapping[int, Sequence[Point]],
) -> int:
    """Record a meeting with its list and what its returns name, confirmed by the chair's one-time code; gives its id.

    Raises:
        NotSeen, CodeWrong; Moved: a case of the list does not stand at its meeting, or is returned and nothing is named.
    """
    rows = [
        {"case": case, "verdict": str(verdict), "note": note, "points": [asdict(point) for point in points.get(case, ())]}
        for case, (verdict, note) in sorted(verdicts.items())
    ]
    made = signed(
        "SELECT casework_hold_meeting_v1(%s, %s, %s::date, %s, %s::bigint[], %s::jsonb)", proof_of(chair), code_of(chair), held_on, minutes,
        sorted(attendees), json.dumps(rows),
    )  # fmt: skip
    return int(made)


def keep_event(event: Event, actor: User | None) -> Event:
    """Append a link whose digest is computed; the database asks who acts and whether it joins on."""
    event.pk = signed(f"SELECT {_EVENT}", *_content(event, actor))
    event._state.adding = False
    return event


_LAY_OUT = "casework_lay_out_v1(%s, %s, %s::date, %s::jsonb)"
_EVENT = "casework_event_v1(%s, %s, %s::smallint, %s, %s, %s, %s, %s, %s, %s::jsonb, %s, %s, %s)"


def _content(event: Event, actor: User | None) -> list[Any]:
    return [
        door_or_proof_of(actor) if actor else "", event.case_id, event.seq, str(event.verb), event.actor_id, event.actor_name, event.actor_role,
        event.channel, event.note, json.dumps(event.payload), event.at, event.previous, event.digest,
    ]  # fmt: skip
