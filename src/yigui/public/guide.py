"""Where do I go (办事引导): the nearest way that fits, at the portal, on the phone, at the kiosk and at the guide's desk."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yigui.applying.linked import linked_items
from yigui.casework.handlers import is_open, reaches
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.triage import items_for, ways_of
from yigui.common import clock
from yigui.common.rooms import doors
from yigui.public.places import places_for
from yigui.staff.rights import public_page
from yigui.ui.headers import is_machine


def pages_where_items_begin() -> dict[tuple[str, str], tuple[str, str]]:
    """(applicant, channel) -> URL name of the page where an item begins, and the channel that page hands in by, as the doors say."""
    return {who: (page, door.channel) for door in doors().values() for who, page in door.begins.items()}


def _served(item: Item, applicant: str, channel: str) -> tuple[str, bool]:
    """The page where an item begins by a way, "" where it begins at none; and whether anybody takes it by that way: at a place without staff only a page
    that takes this very item does (persons apply online by the page of the phone, for what it takes)."""
    page, by = pages_where_items_begin().get((applicant, channel), ("", ""))
    if page and reaches(item, by) and applicant in (item.applicant, *item.also_applicant):
        return reverse(page), True
    return "", channel not in {door.channel for door in doors().values()}


@public_page
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
            url, is_served = _served(item, visitor.applicant, way.channel)
            # A machine's page is opened at the machine alone, and from there no other.
            is_near = (way.channel == "kiosk") == is_machine(request)
            ways.append((way, url if is_near else "", places_for(way.channel, today), is_served))
        # What nobody takes is named, last.
        ways.sort(key=lambda row: not row[3])
    context: dict[str, Any] = {"visitors": visitors.values(), "visitor": visitor, "items": items, "item": item, "ways": ways}
    context["unopened"] = {one.code for one in items if not is_open(one.code)}
    if item:
        context["bases"] = catalogue().on(today).bases.get(item.code, ())
        context["related"] = linked_items(item, channel="", offers=None, today=today)
    return render(request, "public/guide.html", context)
