"""Pages of the hall's own devices: ticket machine and hall screen. Each is known by the secret it was activated with."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.shell.refused import refusal_said
from yigui.staff.locations import Desk
from yigui.staff.rights import public_page
from yigui.ui.requests import HtmxRequest
from yigui.visits import queries
from yigui.visits.enums import DeskStatus, DeviceKind
from yigui.visits.errors import NoSuchDevice, NoSuchTicket
from yigui.visits.hall_settings import device_of, note_contact
from yigui.visits.models import DeskState, HallDevice, Ticket
from yigui.visits.tickets import take_ticket

COOKIE = "yigui_hall"
COOKIE_AGE = 5 * 365 * 86400
#: The page of each kind of device.
_PAGES = {DeviceKind.MACHINE: "hall:machine", DeviceKind.SCREEN: "hall:screen", DeviceKind.WINDOW: "hall:window"}


def secret_of(request: HttpRequest) -> str:
    """The secret this browser was activated with; "" for none."""
    return request.COOKIES.get(COOKIE, "")


def device_here(request: HttpRequest, kind: DeviceKind) -> HallDevice:
    """The device the request comes from.

    Raises:
        NoSuchDevice: none, or of another kind.
    """
    found = device_of(secret_of(request))
    if found is None or found.kind != kind:
        raise NoSuchDevice(f"本机不是在用的{kind.label}，请联系大厅工作人员，用登记时的激活码重新激活。")
    return found


@public_page
@require_http_methods(["GET", "POST"])
def activate(request: HttpRequest) -> HttpResponse:
    """Make this browser a registered device, with the secret shown at registration."""
    if request.method == "GET":
        return render(request, "hall/activate.html", {"message": "", "is_demo": settings.IS_DEMO})
    secret = request.POST.get("secret", "").strip()
    device = device_of(secret)
    if device is None:
        message = "激活码不正确，或该设备已停用，请核对登记时显示的激活码。"
        return render(request, "hall/activate.html", {"message": message, "is_demo": settings.IS_DEMO}, status=422)
    note_contact(secret)
    response = redirect(_PAGES[DeviceKind(device.kind)])
    response.set_cookie(COOKIE, secret, max_age=COOKIE_AGE, httponly=True, samesite="Strict", secure=request.is_secure())
    return response


@public_page
@require_POST
def seen(request: HttpRequest) -> HttpResponse:
    """A device says that it is there."""
    note_contact(secret_of(request))
    return HttpResponse(status=204)


@public_page
@require_http_methods(["GET", "POST"])
def machine(request: HttpRequest) -> HttpResponse:
    """What people come for; a touch gives a ticket."""
    device, today = device_here(request, DeviceKind.MACHINE), clock.today()
    if request.method == "GET":
        return render(request, "hall/machine.html", _choices(device, ""))
    try:
        given = take_ticket(
            secret=secret_of(request),
            kind=request.POST.get("kind", ""),
            priority=request.POST.get("priority", ""),
            id_number=request.POST.get("id_number", ""),
            today=today,
        )
    except YiguiError as refused:
        return render(request, "hall/machine.html", _choices(device, refusal_said(request, refused)), status=422)
    return redirect("hall:ticket", number=given.pk)


def _choices(device: HallDevice, message: str) -> dict[str, object]:
    today = clock.today()
    waiting = {kind.code: many for kind, many in queries.waiting_by_kind(device.hall, today)}
    free = queries.called_at_once(device.hall, today)
    rows = [
        (kind, waiting[kind.code], queries.expected_minutes(device.hall, kind.code, today), kind.code in free)
        for kind in queries.offered(device.hall, today)
    ]
    return {
        "device": device,
        "rows": rows,
        "priorities": [row for row in queries.priorities_on(today).values() if not row.is_by_staff],
        "message": message,
    }


@public_page
@require_GET
def ticket(request: HttpRequest, number: int) -> HttpResponse:
    """The ticket that was just taken here; after a while the page goes back by itself."""
    device, today = device_here(request, DeviceKind.MACHINE), clock.today()
    found = Ticket.objects.select_related("desk").filter(pk=number, device=device, day=today).first()
    if found is None:
        raise NoSuchTicket("没有这张号票，请重新取号。")
    context = {"device": device, "ticket": found, "kind": queries.kinds_on(today)[found.kind], "ahead": queries.ahead_of(found)}
    context["is_called"] = queries.is_called(device.hall, found.kind, today)
    return render(request, "hall/ticket.html", context)


@public_page
@require_GET
def screen(request: HtmxRequest) -> HttpResponse:
    """The last calls, every desk, who waits for what; asked again every two seconds."""
    device = device_here(request, DeviceKind.SCREEN)
    context = {"device": device, **_board(device, clock.today())}
    return render(request, "hall/includes/board.html" if request.htmx else "hall/screen.html", context)


def _board(device: HallDevice, day: dt.date) -> dict[str, object]:
    desks = queries.desks_of(device.hall)
    current = queries.current_of(device.hall, day)
    return {
        "calls": queries.called_last(device.hall, day),
        "desks": [(desk, state_of(desk, day), current.get(desk.pk)) for desk in desks],
        "waiting": [
            (kind, many, queries.expected_minutes(device.hall, kind.code, day))
            for kind, many in queries.waiting_by_kind(device.hall, day)
            if many
        ],
        "missed": queries.missed_of(device.hall, day),
        "now": clock.now(),
    }


def state_of(desk: Desk, day: dt.date) -> DeskState | None:
    """Who is at work at a desk on a day; None: nobody."""
    state: DeskState | None = getattr(desk, "at_work", None)
    return state if state is not None and state.day == day and state.state != DeskStatus.CLOSED else None
