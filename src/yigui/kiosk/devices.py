"""Registered machines: where they stand, when they were last heard of."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from yigui.common.errors import YiguiError
from yigui.staff.kiosks import register_kiosk
from yigui.staff.models import Kiosk, User
from yigui.staff.rights import page_right

DEVICES_MAX = 500


@require_http_methods(["GET", "POST"])
@page_right("devices")
def devices(request: HttpRequest) -> HttpResponse:
    """The agency's machines; register one, switch one off."""
    assert isinstance(request.user, User)
    context: dict[str, object] = {}
    if request.method == "POST":
        context = _change(request, request.user)
    rows = Kiosk.objects.filter(agency=request.user.agency).order_by("name")[:DEVICES_MAX]
    return render(request, "kiosk/devices.html", context | {"rows": rows})


def _change(request: HttpRequest, user: User) -> dict[str, object]:
    number = request.POST.get("number", "")
    if number:
        Kiosk.objects.filter(pk=int(number) if number.isdecimal() else 0, agency=user.agency).update(
            is_active=request.POST.get("is_active") == "1"
        )
        return {}
    name, place = request.POST.get("name", "").strip(), request.POST.get("place", "").strip()
    if not name or not place:
        raise YiguiError("请填写终端名称和布设地点。")
    if Kiosk.objects.filter(agency=user.agency, name=name).exists():
        raise YiguiError(f"本机构已有名为“{name}”的终端，请换一个名称。")
    kiosk, secret = register_kiosk(
        agency=user.agency, name=name, place=place, reader_url=request.POST.get("reader_url", "").strip()
    )
    return {"registered": kiosk, "secret": secret}
