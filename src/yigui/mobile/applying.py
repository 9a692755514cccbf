"""Applying on the phone: the common flow of forms at the phone's door, for oneself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from yigui.applying import flow, returned
from yigui.applying.door import Door, names_in
from yigui.applying.pages import channel_operator, form_pages, items_of_persons, offers_to_persons
from yigui.casework.drafts import my_drafts
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.intake import intake_of
from yigui.common import clock
from yigui.identity.outside_pages import person_page
from yigui.identity.places import channel_of, space_of
from yigui.mobile.own import own_case
from yigui.registry.models import Person
from yigui.staff.errors import NotAuthorised

form_page = person_page(own_eyes=False)


def door_of(request: HttpRequest, person: Person) -> Door:
    """The door of the place, for a person."""
    space, channel = space_of(request), channel_of(request)
    names = names_in(space, case=f"{space}:case", home=f"{space}:apply")
    return Door(
        channel=channel, names=names, operator=channel_operator(channel), applicant=person, base="mobile/base.html",
        offers=offers_to_persons(channel),
    )  # fmt: skip


@require_GET
@form_page
def apply(request: HttpRequest, person: Person) -> HttpResponse:
    """The items, with what the calendar says of each today, and the forms begun."""
    today = clock.today()
    drafts = [(d, catalogue().item(d.item_code, today)) for d in my_drafts(channel_operator(channel_of(request)), applicant=person)]
    rows = [
        (item, intake_of(item, channel_of(request), today)) for item in _first_theirs(items_of_persons(channel_of(request)), person)
    ]
    return render(request, "mobile/apply.html", {"person": person, "rows": rows, "drafts": drafts})


def _first_theirs(items: list[Item], person: Person) -> list[Item]:
    """Items in order, first those that visitors of this person's kind come for most (`visitors` of the catalogue): of a pensioner the pensioners'."""
    visitor = catalogue().visitors.get("pensioner") if person.is_retired else None
    rank = {code: place for place, code in enumerate(visitor.items if visitor else ())}
    return sorted(items, key=lambda item: rank.get(item.code, len(rank)))


@require_POST
@form_page
def start(request: HttpRequest, person: Person) -> HttpResponse:
    """Begin a form."""
    code = request.POST.get("item", "")
    if code not in {item.code for item in items_of_persons(channel_of(request))}:
        raise NotAuthorised("这项业务不能在这里自助办理，请到窗口办理。")
    return flow.start(door_of(request, person), item_code=code, person=person, employer=None)


@require_POST
@form_page
def correct(request: HttpRequest, person: Person, case_no: str) -> HttpResponse:
    """Begin the correction of a returned case, whichever door it came through."""
    return returned.correct(door_of(request, person), own_case(person, case_no))


@require_POST
@form_page
def withdraw(request: HttpRequest, person: Person, case_no: str) -> HttpResponse:
    """Withdraw an own case that has not ended."""
    return returned.withdraw(request, door_of(request, person), own_case(person, case_no))


form_urls = form_pages("apply/drafts/", form_page, door_of)
