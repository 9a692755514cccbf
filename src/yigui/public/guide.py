"""Where do I go (办事引导): the nearest way that fits, at the portal, on the phone, at the kiosk and at the guide's desk."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yigui.applying.linked import linked_items
from yigui.casework.handlers import is_open
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.triage import items_for, ways_of
from yigui.common import clock
from yigui.common.rooms import doors
from yigui.public.places import places_for
from yigui.staff.rights import public_page


def pages_where_items_begin() -> dict[tuple[str, str], str]:
    """(applicant, channel) -> URL name of the page where an item begins, as the doors say."""
    return {who: page for door in doors().values() for who, page in door.begins.items()}


@public_page
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Who are you, what for: the ways, nearest first, with what to bring, how long it takes, and whether today."""
    today = clock.today()
    visitors = catalogue().on(today).visitors
    visitor = visitors.get(request.GET.get("visitor", ""))
    items = items_for(visitor, today) if visitor else []
    item = next((i for i in items if i.code == request.GET.get("item", "")), None)
    ways, pages = [], pages_where_items_begin()
    if visitor and item:
        for way in ways_of(visitor, item, today):
            page = pages.get((visitor.applicant, way.channel)) if is_open(item.code) else None
            ways.append((way, reverse(page) if page else "", places_for(way.channel, today)))
    context: dict[str, Any] = {"visitors": visitors.values(), "visitor": visitor, "items": items, "item": item, "ways": ways}
    if item:
        context["bases"] = catalogue().on(today).bases.get(item.code, ())
        context["related"] = linked_items(item, channel="", offers=None, today=today)
    return render(request, "public/guide.html", context)
