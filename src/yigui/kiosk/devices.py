"""Registered machines: where they stand, when they were last heard of."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.db.chosen import chosen_row
from yigui.identity.kiosks import move_kiosk, register_kiosk, switch_kiosk
from yigui.identity.models import Kiosk
from yigui.staff.locations import Location
from yigui.staff.models import User
from yigui.staff.opening_hours import LOCATIONS_MAX
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

DEVICES_MAX = 500
Row = TypeVar("Row", bound=Model)


@require_http_methods(["GET", "POST"])
@page_right("devices")
def devices(request: OfficerRequest) -> HttpResponse:
    """The agency's machines; register one, switch one off."""
    context: dict[str, object] = {"registered": None, "secret": "", "reader_key": ""}
    if request.method == "POST":
        context |= _change(request, request.user)
    rows = Kiosk.objects.filter(agency=request.user.agency).select_related("location").order_by("name")[:DEVICES_MAX]
    places = Location.objects.in_use(clock.today()).filter(agency=request.user.agency).order_by("kind", "name")[:LOCATIONS_MAX]
    return render(request, "kiosk/devices.html", context | {"rows": rows, "places": places})


def _change(request: HttpRequest, user: User) -> dict[str, object]:
    if request.POST.get("number"):
        kiosk = _own(Kiosk.objects.filter(agency=user.agency), request.POST["number"], "没有该终端，请刷新后重试。")
        if "location" in request.POST:
            move_kiosk(actor=user, kiosk=kiosk, location=_place(request, user))
        else:
            switch_kiosk(actor=user, kiosk=kiosk, is_active=request.POST.get("is_active") == "1")
        return {}
    given = {name: request.POST.get(name, "").strip() for name in ("name", "place", "reader_url")}
    kiosk, secret, reader_key = register_kiosk(actor=user, location=_place(request, user), **given)
    return {"registered": kiosk, "secret": secret, "reader_key": reader_key}


def _place(request: HttpRequest, user: User) -> Location:
    return _own(Location.objects.filter(agency=user.agency), request.POST.get("location", ""), "请选择终端所在的办事场所。")


def _own(rows: QuerySet[Row], number: str, sentence: str) -> Row:
    found = chosen_row(rows, number)
    if found is None:
        raise YiguiError(sentence)
    return found
