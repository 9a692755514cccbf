"""Registered machines: where they stand, when they were last heard of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from yigui.identity.kiosks import register_kiosk
from yigui.identity.models import Kiosk
from yigui.staff.models import User
from yigui.staff.rights import page_right

DEVICES_MAX = 500


@require_http_methods(["GET", "POST"])
@page_right("devices")
def devices(request: HttpRequest) -> HttpResponse:
    """The agency's machines; register one, switch one off."""
    assert isinstance(request.user, User)
    context: dict[str, object] = {"registered": None, "secret": ""}
    if request.method == "POST":
        context |= _change(request, request.user)
    rows = Kiosk.objects.filter(agency=request.user.agency).order_by("name")[:DEVICES_MAX]
    return render(request, "kiosk/devices.html", context | {"rows": rows})


def _change(request: HttpRequest, user: User) -> dict[str, object]:
    number = request.POST.get("number", "")
    if number:
        Kiosk.objects.filter(pk=int(number) if number.isdecimal() else 0, agency=user.agency).update(
            is_active=request.POST.get("is_active") == "1"
        )
        return {}
    given = {name: request.POST.get(name, "").strip() for name in ("name", "place", "reader_url")}
    kiosk, secret = register_kiosk(agency=user.agency, **given)
    return {"registered": kiosk, "secret": secret}
