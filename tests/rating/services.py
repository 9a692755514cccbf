"""Services of a test that can be rated: a visit at a desk with its screen, cases and a ticket that ended."""

from dataclasses import dataclass

from django.test import Client

from tests import city
from tests.conftest import TODAY
from tests.staff.test_post_rules import given as given_right
from tests.visits import halls
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.common import clock
from yigui.rating.models import Service
from yigui.staff.locations import Desk, Location
from yigui.staff.models import User
from yigui.visits.desk_work import call_next, move_ticket
from yigui.visits.hall_settings import secret_digest
from yigui.visits.models import HallDevice, Ticket

_numbers = iter(range(1, 10_000))


@dataclass(frozen=True)
class Window:
    """A desk, its teller and the secret of its screen."""

    desk: Desk
    teller: User
    secret: str

    @property
    def screen(self) -> Client:
        client = Client()
        assert client.post("/hall/activate/", {"secret": self.secret}).headers["Location"] == "/hall/window/"
        return client


def new_window(hall: Location | None = None) -> Window:
    """A desk with its screen, whose teller may accept what the city's may; in a hall of its own, where none is named."""
    hall = hall or halls.new_hall()
    teller, desk = halls.new_desk(hall)
    given_right(teller, "accept")
    secret = f"screen {next(_numbers)}"
    HallDevice.objects.using("owner").create(
        hall_id=hall.pk, kind="window", name=f"屏 {secret}", place="窗口", desk=desk, digest=secret_digest(secret), is_active=True,
        registered_at=clock.now(),
    )  # fmt: skip
    return Window(desk, teller, secret)


def served_at(window: Window, *, cases: int = 1, is_done: bool = False) -> tuple[Ticket, list[Case]]:
    """Somebody is served at a window: so many cases, finished at once; and has gone."""
    given = halls.ticket(window.desk.location)  # type: ignore[arg-type]
    call_next(teller=window.teller, today=TODAY)
    move_ticket(teller=window.teller, move="start")
    made = [
        accept_case(
            city.application(
                "CHG-003", city.basic_change_form(city.next_person()), username=window.teller.username, materials=["id_card"]
            )
        )
        for _ in range(cases)
    ]
    assert all(case.status == "finished" for case in made)
    if is_done:
        move_ticket(teller=window.teller, move="finish")
    return Ticket.objects.get(pk=given.pk), made


def service_of(about: Case | Ticket) -> Service:
    return Service.objects.get(case=about) if isinstance(about, Case) else Service.objects.get(ticket=about)
