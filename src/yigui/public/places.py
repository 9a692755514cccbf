"""Where and when (办事场所): halls, self-service areas, outlets and points with today's hours, for everybody."""

import datetime as dt
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.common import clock
from yigui.common.normalise import read_day
from yigui.registry.models import Area
from yigui.staff.enums import LocationKind
from yigui.staff.opening_hours import OpenPlace, open_places
from yigui.staff.rights import public_page

#: Kinds of places where a channel of the catalogue is found.
PLACES_OF_CHANNEL: dict[str, Sequence[str]] = {
    "counter": (LocationKind.HALL, LocationKind.TOWNSHIP),
    "kiosk": (LocationKind.SELF_SERVICE,),
    "bank_outlet": (LocationKind.OUTLET,),
}
#: Places named beside a way of the guide.
NEAREST = 3
#: How far ahead one may look.
DAYS_AHEAD = 60


@public_page
@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Every place with its hours of a day, today unless another is asked for; open ones first."""
    today = clock.today()
    day = _day(request.GET.get("day", ""), today)
    kind, area = request.GET.get("kind", ""), request.GET.get("area", "")
    kinds = (kind,) if kind in LocationKind.values else tuple(LocationKind.values)
    rows = open_places(day, clock.now().time() if day == today else None, kinds=kinds, area_code=area)
    context = {
        "rows": rows,
        "day": day,
        "is_today": day == today,
        "last_day": today + dt.timedelta(days=DAYS_AHEAD),
        "today": today,
        "kinds": LocationKind.choices,
        "kind": kind,
        "areas": list(Area.objects.order_by("code").values_list("code", "name")[:200]),
        "area": area,
    }
    return render(request, "public/places.html", context)


def places_for(channel: str, day: dt.date) -> list[OpenPlace]:
    """Some places where a channel is found, those open now first; none for what needs no place."""
    kinds = PLACES_OF_CHANNEL.get(channel)
    return open_places(day, clock.now().time(), kinds=kinds, limit=NEAREST) if kinds else []


def _day(text: str, today: dt.date) -> dt.date:
    try:
        wanted = read_day(text)
    except ValueError:
        return today
    return wanted if today <= wanted <= today + dt.timedelta(days=DAYS_AHEAD) else today
