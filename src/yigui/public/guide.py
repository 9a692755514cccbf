"""Where do I go (办事引导): the nearest way that fits, at the portal, on the phone, at the kiosk and at the guide's desk."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yigui.casework.handlers import is_open
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.triage import items_for, ways_of
from yigui.common import clock

#: Page where an item begins, by the visitor's applicant and the channel.
_PAGES = {
    ("employer", "online"): "portal:apply",
    ("person", "online"): "mobile:apply",
    ("person", "mobile"): "mobile:apply",
    ("employer", "kiosk"): "kiosk:start",
    ("person", "kiosk"): "kiosk:start",
}


@login_not_required
@require_GET
def guide(request: HttpRequest) -> HttpResponse:
    """Who are you, what for: the ways, nearest first, with what to bring, how long it takes, and whether today."""
    today = clock.today()
    visitors = catalogue().on(today).visitors
    visitor = visitors.get(request.GET.get("visitor", ""))
    items = items_for(visitor, today) if visitor else []
    item = next((i for i in items if i.code == request.GET.get("item", "")), None)
    ways = []
    if visitor and item:
        for way in ways_of(visitor, item, today):
            page = _PAGES.get((visitor.applicant, way.channel)) if is_open(item.code) else None
            ways.append((way, reverse(page) if page else ""))
    context = {"visitors": visitors.values(), "visitor": visitor, "items": items, "item": item, "ways": ways}
    return render(request, "public/guide.html", context)
