"""Taking a ticket: at the machine, or from somebody of the hall (取号)."""

import datetime as dt

from django.db import transaction

from yigui.common.normalise import plain_identity
from yigui.db.faults import constraint_of
from yigui.db.presence import Moved, proof_of
from yigui.staff.asking import done
from yigui.staff.locations import Location
from yigui.staff.models import User
from yigui.tasks.open_task import open_task
from yigui.tasks.references import Reference
from yigui.visits.hall_settings import device_of
from yigui.visits.models import Ticket


def take_ticket(*, secret: str, kind: str, priority: str, id_number: str, today: dt.date) -> Ticket:
    """A visitor takes a ticket at the machine with this secret.

    Args:
        id_number: from the card or typed, "" without; wiped when the ticket ends.

    Raises:
        NotAuthorised: no machine in use. Moved: no such kind, nobody in this hall serves it, or more tickets in a minute than people take.
    """
    try:
        with transaction.atomic():
            number = done(
                "SELECT visits_take_ticket_v1(%s, %s, %s, %s, %s)", secret, kind, priority, plain_identity(id_number), today
            )
    except Moved as refused:
        if refused.__cause__ is not None and constraint_of(refused.__cause__) == "machine_minute_max":
            _have_looked_into(secret, today)
        raise
    return Ticket.objects.get(pk=number)


def _have_looked_into(secret: str, today: dt.date) -> None:
    """A machine that takes more than people can is somebody's to look at, once a day (取号机异常)."""
    device = device_of(secret)
    if device is not None:
        open_task(
            kind="machine_flood", origin=Reference("device", device.pk, str(today)), agency=device.hall.agency, area_code=device.hall.agency.area_id,
            today=today, note=f"取号机“{device.name}”（{device.hall.name}）一分钟内取号过多，已暂停取号。",
        )  # fmt: skip


def give_ticket(*, actor: User, hall: Location, kind: str, priority: str, id_number: str, today: dt.date) -> Ticket:
    """Somebody of the hall gives a ticket; by a guide it counts as where the visitor was sent.

    Raises:
        NotAuthorised: not of this hall's agency. Moved: as at the machine.
    """
    number = done(
        "SELECT visits_give_ticket_v1(%s, %s, %s, %s, %s, %s)",
        proof_of(actor), hall.pk, kind, priority, plain_identity(id_number), today,
    )  # fmt: skip
    return Ticket.objects.get(pk=number)


def guide_on(*, actor: User, hall: Location, outcome: str, today: dt.date) -> None:
    """Count where a visitor was sent who needs no ticket (导办分流).

    Raises:
        NotAuthorised: not of this hall's agency. Moved: no such way.
    """
    done("SELECT visits_guide_v1(%s, %s, %s, %s)", proof_of(actor), hall.pk, outcome, today)


def wait_again(*, actor: User, ticket: Ticket, today: dt.date) -> None:
    """Whoever missed the call waits again, behind the next few.

    Raises:
        NotAuthorised: not of this hall's agency. Moved: not missed, or not today.
    """
    done("SELECT visits_back_v1(%s, %s, %s)", proof_of(actor), ticket.pk, today)


def has_left(*, actor: User, ticket: Ticket) -> None:
    """Whoever waits has gone.

    Raises:
        NotAuthorised: not of this hall's agency. Moved: the ticket does not wait.
    """
    done("SELECT visits_leave_v1(%s, %s)", proof_of(actor), ticket.pk)


def has_not_left(*, actor: User, ticket: Ticket, today: dt.date) -> None:
    """A departure noted wrongly is undone on its day: the ticket stands as it did before.

    Raises:
        NotAuthorised: not of this hall's agency. Moved: not left, or not today.
    """
    done("SELECT visits_stay_v1(%s, %s, %s)", proof_of(actor), ticket.pk, today)


def take_back(*, actor: User, ticket: Ticket) -> None:
    """A ticket in the hand of somebody who has gone waits again, by its arrival; the log has both names.

    Raises:
        NotAuthorised: no guide or section head of this hall's agency. Moved: it is in nobody's hand.
    """
    done("SELECT visits_take_back_v1(%s, %s)", proof_of(actor), ticket.pk)
