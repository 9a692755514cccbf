"""The hall of the generated city: what its desks serve, its machine and screens, and for a demonstration some who have come."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from yigui.common import clock
from yigui.staff.enums import DeskKind
from yigui.staff.locations import Desk
from yigui.visits.enums import DeviceKind, TicketSource, TicketState, TicketVerb
from yigui.visits.hall_settings import secret_digest
from yigui.visits.models import DeskSkill, HallDevice, Ticket, TicketEvent, TicketKind

#: What activates the devices of the demonstration, by kind.
SECRETS = {
    DeviceKind.MACHINE: "yigui-demo-machine",
    DeviceKind.SCREEN: "yigui-demo-screen",
    DeviceKind.WINDOW: "yigui-demo-window",
}
#: Who waits when a demonstration begins: kind, priority, minutes ago.
_WAITING = (
    ("personal", "none", 14), ("unit", "none", 12), ("benefit", "elderly", 11), ("certificate", "none", 9), ("personal", "none", 8),
    ("special", "none", 7), ("unit", "none", 5), ("personal", "mother", 4), ("advice", "none", 3), ("benefit", "none", 2),
)  # fmt: skip


def create_demo_hall(desks: Mapping[str, Desk]) -> None:
    """General desks serve what is not special, the special one that alone; a machine, a screen, and the screen of the first window."""
    kinds = list(TicketKind.objects.using("owner").in_force(clock.today()))
    for desk in desks.values():
        is_special = desk.kind == DeskKind.SPECIAL
        for kind in kinds:
            if is_special == (kind.desk_kind == DeskKind.SPECIAL):
                DeskSkill.objects.using("owner").create(desk=desk, kind=kind.code)
    first = desks["1"]
    assert first.location_id is not None
    for device_kind, name, place in (
        (DeviceKind.MACHINE, "1 号取号机", "大厅入口"),
        (DeviceKind.SCREEN, "大厅屏", "等候区正面"),
        (DeviceKind.WINDOW, "1 号窗口屏", "1 号窗口"),
    ):
        HallDevice.objects.using("owner").create(
            hall_id=first.location_id, kind=device_kind, name=name, place=place, desk=first if device_kind == DeviceKind.WINDOW else None,
            digest=secret_digest(SECRETS[device_kind]), is_active=True, registered_at=clock.now(),
        )  # fmt: skip


def come_in(today: dt.date) -> int:
    """Some who wait in the hall of the city since a few minutes, on a demonstration's first start of a day; gives how many."""
    machine = HallDevice.objects.using("owner").filter(digest=secret_digest(SECRETS[DeviceKind.MACHINE])).first()
    if machine is None or Ticket.objects.using("owner").filter(hall=machine.hall_id, day=today).exists():
        return 0
    letters = {kind.code: kind.letter for kind in TicketKind.objects.using("owner").in_force(today)}
    given: dict[str, int] = {}
    with transaction.atomic(using="owner"):
        for kind, priority, minutes in _WAITING:
            at = clock.now() - dt.timedelta(minutes=minutes)
            given[kind] = given.get(kind, 0) + 1
            ticket = Ticket.objects.using("owner").create(
                hall_id=machine.hall_id, day=today, letter=letters[kind], number=given[kind], kind=kind, priority=priority,
                state=TicketState.WAITING, source=TicketSource.MACHINE, device=machine, issued_at=at, queue_at=at, calls=0, missed=0,
            )  # fmt: skip
            TicketEvent.objects.using("owner").create(
                ticket=ticket, hall_id=machine.hall_id, day=today, verb=TicketVerb.ISSUE, at=at
            )
    return len(_WAITING)
