"""A hall of its own for a test: desks with tellers who have opened them, and tickets."""

from typing import Any

from tests import city
from tests.conftest import TODAY
from yigui.staff.locations import Desk, Location
from yigui.staff.models import User
from yigui.visits.desk_work import open_desk
from yigui.visits.hall_settings import set_skills
from yigui.visits.models import Ticket
from yigui.visits.tickets import give_ticket

_numbers = iter(range(1, 10_000))
GENERAL = ("personal", "unit")


def new_hall() -> Location:
    made = Location.objects.using("owner").create(agency_id="51110001", kind="hall", name=f"测试大厅{next(_numbers)}")
    return Location.objects.get(pk=made.pk)


def new_desk(hall: Location, *, kinds: tuple[str, ...] = GENERAL, kind: str = "general", is_open: bool = True) -> tuple[User, Desk]:
    """A desk and the teller who sits there."""
    made = Desk.objects.using("owner").create(agency_id="51110001", location_id=hall.pk, number=str(next(_numbers)), kind=kind)
    desk = Desk.objects.get(pk=made.pk)
    teller = city.user(city.new_user("teller", desk_id=desk.pk).username)
    if kinds:
        set_skills(actor=city.user("head2"), desk=desk, kinds=kinds, today=TODAY)
    if is_open:
        open_desk(teller=teller, desk=desk, today=TODAY)
    return teller, desk


def ticket(hall: Location, kind: str = "personal", priority: str = "none", **more: Any) -> Ticket:
    return give_ticket(
        actor=city.user("guide"), hall=hall, kind=kind, priority=priority, id_number=more.get("id_number", ""), today=TODAY
    )


def state_of(given: Ticket) -> str:
    return Ticket.objects.get(pk=given.pk).state
