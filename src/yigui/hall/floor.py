"""The guide desk (导办台), the hall's day in figures (大厅看板), and what is set for a hall (大厅设置)."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.db.chosen import chosen_row
from yigui.shell.refused import refusal_said
from yigui.staff.locations import Desk, Location
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.visits import queries
from yigui.visits.enums import DeviceKind, Guided
from yigui.visits.hall_settings import register_device, set_shift, set_skills, switch_device
from yigui.visits.models import HallDevice, Ticket
from yigui.visits.tickets import give_ticket, guide_on, has_left, has_not_left, take_back, wait_again


def hall_of(user: User) -> Location:
    """The hall somebody works in.

    Raises:
        YiguiError: none is named in the account.
    """
    places = Location.objects.in_use(clock.today()).select_related("agency")
    found = places.filter(pk=user.hall_id).first() if user.hall_id else None
    if found is None:
        raise YiguiError("您的账号没有指定办公的大厅，请由系统管理员在账号中指定办公场所。")
    return found


@require_http_methods(["GET", "POST"])
@page_right("hall_guide")
def guide(request: OfficerRequest) -> HttpResponse:
    """Give a ticket or send on; who waits and who missed their call."""
    hall = hall_of(request.user)
    if request.method == "POST":
        try:
            said = _guided(request, request.user, hall)
        except YiguiError as refused:
            return render(request, "hall/guide.html", _guide(hall, request, refusal_said(request, refused)), status=422)
        messages.success(request, said)
        return redirect("hall:guide")
    return render(request, "hall/guide.html", _guide(hall, request, ""))


def _guided(request: OfficerRequest, user: User, hall: Location) -> str:
    given, today = request.POST, clock.today()
    deed = given.get("do", "")
    if deed == "ticket":
        ticket = give_ticket(
            actor=user,
            hall=hall,
            kind=given.get("kind", ""),
            priority=given.get("priority", ""),
            id_number=given.get("id_number", ""),
            today=today,
        )
        wait = "" if not ticket.expected_minutes else f"，预计等候 {ticket.expected_minutes} 分钟"
        return f"已取号 {ticket}，前面 {queries.ahead_of(ticket)} 人{wait}。"
    if deed == "send":
        guide_on(actor=user, hall=hall, outcome=given.get("outcome", ""), today=today)
        return f"已登记：{Guided(given['outcome']).label}。"
    ticket_row = chosen_row(Ticket.objects.filter(hall=hall, day=today), given.get("ticket", ""))
    if ticket_row is None or deed not in ("back", "left", "stayed", "take_back"):
        raise YiguiError("没有这张号票或这项操作，请刷新后重试。")
    if deed == "back":
        wait_again(actor=user, ticket=ticket_row, today=today)
        return f"{ticket_row} 已重新排队。"
    if deed == "take_back":
        take_back(actor=user, ticket=ticket_row)
        return f"{ticket_row} 已收回，按取号时间重新等候。"
    if deed == "stayed":
        has_not_left(actor=user, ticket=ticket_row, today=today)
        return f"{ticket_row} 的离开登记已撤销，按原来的位置等候；证件号码在窗口重新核验。"
    has_left(actor=user, ticket=ticket_row)
    return f"{ticket_row} 已登记离开；登记错的，当天可在“今天登记离开”中撤销。"


def _guide(hall: Location, request: OfficerRequest, message: str) -> dict[str, Any]:
    today = clock.today()
    phone = segno.make(f"{settings.PUBLIC_URL}/m/", error="m").svg_inline(scale=4, border=2)
    guided, kinds = queries.guided_on(hall, today), queries.kinds_on(today)
    return {
        "hall": hall,
        "kinds": queries.offered(hall, today),
        "priorities": list(queries.priorities_on(today).values()),
        "ways": [(code, label, guided.get(code, 0)) for code, label in Guided.choices],
        "rows": [(row, kinds[row.kind]) for row in queries.of_floor(hall, today)],
        "gone": list(queries.gone_from(hall, today)),
        "held": list(queries.current_of(hall, today).values()),
        "typed": {name: request.POST.get(name, "") for name in ("id_number", "priority")},
        "message": message,
        "qr": mark_safe(phone),
    }


@require_GET
@page_right("hall_day")
def day(request: OfficerRequest) -> HttpResponse:
    """The hall's day: promised and measured, load of the desks, where people were sent."""
    hall, today = hall_of(request.user), clock.today()
    figures = queries.day_of(hall, today)
    context = {
        "hall": hall,
        "day": figures,
        "waiting": queries.waiting_by_kind(hall, today),
        "ways": [(label, figures.guided.get(code, 0)) for code, label in Guided.choices],
        "trips": queries.trips_of(hall.agency.area_id, today).rows,
        "most": max((load.turns for load in figures.loads), default=0),
    }
    return render(request, "hall/day.html", context)


@require_http_methods(["GET", "POST"])
@page_right("hall_settings")
def settings_of_hall(request: OfficerRequest) -> HttpResponse:
    """Kinds each desk serves, today's posts A and B, devices and when they were last heard of."""
    hall = hall_of(request.user)
    if request.method == "GET":
        return render(request, "hall/settings.html", _settings(hall, "", None))
    try:
        made = _set(request, request.user, hall)
    except YiguiError as refused:
        return render(request, "hall/settings.html", _settings(hall, refusal_said(request, refused), None), status=422)
    if made is not None:
        return render(request, "hall/settings.html", _settings(hall, "", made))
    messages.success(request, "已保存。")
    return redirect("hall:settings")


def _set(request: OfficerRequest, user: User, hall: Location) -> tuple[HallDevice, str] | None:
    given, today = request.POST, clock.today()
    deed = given.get("do", "")
    desk = chosen_row(Desk.objects.filter(location=hall, closed_on=None), given.get("desk", ""))
    if deed == "device":
        names = {name: given.get(name, "").strip() for name in ("kind", "name", "place")}
        return register_device(actor=user, hall=hall, desk=desk, **names)
    if deed == "switch":
        device = chosen_row(HallDevice.objects.filter(hall=hall), given.get("device", ""))
        if device is None:
            raise YiguiError("没有该设备，请刷新后重试。")
        switch_device(actor=user, device=device, is_active=given.get("is_active") == "1")
        return None
    if desk is None:
        raise YiguiError("没有该窗口，或已撤销，请刷新后重试。")
    if deed == "skills":
        set_skills(actor=user, desk=desk, kinds=given.getlist("kinds"), today=today)
    elif deed == "shift":
        people = User.objects.filter(agency=hall.agency_id)
        first, second = (chosen_row(people, given.get(name, "")) for name in ("first", "second"))
        if first is None:
            raise YiguiError("请选择 A 岗柜员。")
        set_shift(actor=user, desk=desk, on=today, first=first, second=second, today=today)
    else:
        raise YiguiError("没有这项操作，请刷新后重试。")
    return None


def _settings(hall: Location, message: str, made: tuple[HallDevice, str] | None) -> dict[str, Any]:
    today = clock.today()
    kinds = list(queries.kinds_on(today).values())
    shifts = queries.shifts_on(hall, today)
    return {
        "hall": hall,
        "desks": [
            (desk, [(kind, kind.code in {s.kind for s in desk.skills.all()}) for kind in kinds], shifts.get(desk.pk))
            for desk in queries.desks_of(hall)
        ],
        "tellers": queries.tellers_of(hall),
        "devices": queries.devices_of(hall),
        "device_kinds": DeviceKind.choices,
        "message": message,
        "made": made,
    }
