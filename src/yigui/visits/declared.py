"""Kinds of tickets, priorities and numbers of the queue as declared, carried into the database."""

from pathlib import Path

from yigui.db.dated_rows import Parts, carry_rows
from yigui.visits.models import Priority, QueueRule, TicketKind

_PARTS: Parts = {
    "kinds": (TicketKind, "code", ("letter", "name", "hint", "desk_kind", "place")),
    "priorities": (Priority, "code", ("name", "weight", "is_by_staff", "place")),
    "rules": (QueueRule, "name", ("value", "why")),
}


def load_queue(using: str = "owner") -> int:
    """Carry what is declared into the database; gives how many rows. Run as the owner; safe to run again."""
    return carry_rows(Path(__file__).parent / "declarations", "hall-", _PARTS, using)
