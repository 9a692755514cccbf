"""The catalogue: all 125 items, and a guide per item for screen and print (办事指南)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.casework.handlers import is_open
from yigui.casework.promised_days import limit_days
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.intake import intake_rules_of
from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.counter.item_finder import all_items, find_items
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right


@require_GET
@page_right("catalogue")
def items(request: HttpRequest) -> HttpResponse:
    """All items, filtered by zone and text."""
    text, zone = request.GET.get("q", ""), request.GET.get("zone", "")
    rows = find_items(all_items(clock.today()), text)
    if zone:
        rows = [row for row in rows if row.item.zone == zone]
    context = {"rows": rows, "q": text, "zone": zone, "zones": catalogue().zones, "open_count": sum(r.is_open for r in rows)}
    return render(request, "counter/items.html", context)


@require_GET
@page_right("catalogue")
def item(request: OfficerRequest, code: str) -> HttpResponse:
    """Who, when, what to bring, how long, and the result."""
    try:
        found = catalogue().item(code, clock.today())
    except KeyError as error:
        raise NotFound(f"事项目录中没有 {code}，请核对事项编码。") from error
    known = catalogue()
    context = {
        "item": found,
        "limit_days": limit_days(found, people=1, area=request.user.agency.area_id, day=clock.today()),
        "is_open": is_open(code),
        "channels": [known.channels[c] for c in found.channels],
        "materials": [
            (known.materials[m.code], m.when, known.departments.get(known.materials[m.code].department or ""))
            for m in found.materials
        ],
        "windows": intake_rules_of(found, clock.today()),
        "feedback": known.feedback_kinds[found.feedback],
        "zone": known.zones[found.zone],
        "bases": known.on(clock.today()).bases.get(code, ()),
        "related": [known.item(r, clock.today()) for r in found.related],
    }
    return render(request, "counter/item.html", context)
