"""A visitor whose form goes to a special desk goes there too, with the same ticket (R029, R003)."""

import datetime as dt

from yigui.casework.models import Draft
from yigui.catalogue.declarations import catalogue
from yigui.staff.models import User
from yigui.visits import queries
from yigui.visits.desk_work import transfer
from yigui.visits.enums import TicketState
from yigui.visits.models import DeskSkill, Ticket


def go_with_draft(*, teller: User, draft: Draft, today: dt.date) -> Ticket | None:
    """Send on whoever is at the teller's desk; None: nobody is, or the desk stands elsewhere or calls nobody, and is told the way.

    Raises:
        Moved: the database says why it cannot be.
    """
    held = queries.in_hand(teller)
    if held is None or held.state != TicketState.SERVING or draft.desk is None or draft.desk.location_id != held.hall_id:
        return None
    served = set(DeskSkill.objects.filter(desk=draft.desk).values_list("kind", flat=True))
    # What only such desks serve before what any does.
    kinds = sorted((k for k in queries.kinds_on(today).values() if k.code in served), key=lambda k: (not k.desk_kind, k.place))
    if not kinds:
        return None
    item = catalogue().item(draft.item_code, today)
    return transfer(teller=teller, kind=kinds[0].code, desk=draft.desk, reason=f"{item.name}由特殊业务窗口办理")
