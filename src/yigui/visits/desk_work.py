"""What a teller does at the desk: open, call, serve, send on, pause, hand over, close (叫号). The database moves it and says why not."""

import datetime as dt

from yigui.db.presence import proof_of
from yigui.registry.models import Person
from yigui.staff.asking import done
from yigui.staff.locations import Desk
from yigui.staff.models import User
from yigui.visits.models import Ticket

#: What is done to the ticket in hand, by its word on the page.
_MOVES = {
    "recall": "visits_recall_v1",
    "start": "visits_start_v1",
    "miss": "visits_miss_v1",
    "gone": "visits_visitor_gone_v1",
    "finish": "visits_finish_v1",
}
MOVES = frozenset(_MOVES)


def open_desk(*, teller: User, desk: Desk, today: dt.date) -> None:
    """Open a desk, or take one over by the day's schedule.

    Raises:
        NotAuthorised: neither one's own desk nor on its schedule. Moved: somebody is being served there, another one is open, it serves nothing.
    """
    done("SELECT visits_open_desk_v1(%s, %s, %s)", proof_of(teller), desk.pk, today)


def call_next(*, teller: User, today: dt.date) -> Ticket | None:
    """Call whoever is next; None: nobody waits, and whoever comes next is called to the desk by itself.

    Raises:
        Moved: the desk is not open, or a ticket is still in hand.
    """
    number = done("SELECT visits_call_next_v1(%s, %s)", proof_of(teller), today)
    return None if number is None else Ticket.objects.get(pk=number)


def move_ticket(*, teller: User, move: str) -> Ticket:
    """Recall, start, miss, let go, or finish the ticket in hand.

    Raises:
        Moved: there is none, or it is not there yet.
    """
    return Ticket.objects.get(pk=done(f"SELECT {_MOVES[move]}(%s)", proof_of(teller)))


def transfer(*, teller: User, kind: str, desk: Desk | None, reason: str) -> Ticket:
    """Send the visitor to another queue, or to one desk; the number, the time of arrival and the priority stay.

    Raises:
        Moved: no ticket in hand, no reason, or nobody there serves it.
    """
    number = done(
        "SELECT visits_transfer_v1(%s, %s, %s, %s)", proof_of(teller), kind, desk.pk if desk else None, reason.strip()[:200]
    )
    return Ticket.objects.get(pk=number)


def identify(*, teller: User, person: Person, proof: str) -> None:
    """Whoever is at the desk has shown who they are: once a visit.

    Raises:
        Moved: nobody is being served, or it was checked already.
    """
    done("SELECT visits_identify_v1(%s, %s, %s)", proof_of(teller), person.pk, proof)


def typed_number(teller: User) -> str:
    """The number typed at the machine by whoever is being served; "" for none."""
    return str(done("SELECT visits_typed_v1(%s)", proof_of(teller)))


def pause_desk(*, teller: User, reason: str, today: dt.date) -> None:
    """Stop calling for a reason; "" goes on.

    Raises:
        Moved: no desk is open, or it is as asked already.
    """
    done("SELECT visits_pause_desk_v1(%s, %s, %s)", proof_of(teller), reason, today)


def hand_over_desk(*, teller: User, to: User, today: dt.date) -> None:
    """Leave the desk to somebody who may sit there.

    Raises:
        NotAuthorised: they may not. Moved: a ticket is still in hand.
    """
    done("SELECT visits_hand_over_desk_v1(%s, %s, %s)", proof_of(teller), to.pk, today)


def close_desk(*, teller: User, today: dt.date) -> None:
    """End the desk's day.

    Raises:
        Moved: no desk is open, or a ticket is still in hand.
    """
    done("SELECT visits_close_desk_v1(%s, %s)", proof_of(teller), today)
