"""The terminal in the reading room: a door for people outside, with a channel of its own."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.applying import flow
from yigui.applying.door import Door, names_in
from yigui.applying.pages import channel_operator, form_pages, items_of_persons, offers_to_persons
from yigui.casework.queries import own_case_of
from yigui.identity.codes import browser_of_codes
from yigui.identity.outside_pages import open_page, person_page, place_of, sign_in_person
from yigui.identity.person_logins import ask_code, enter_by_code
from yigui.identity.places import channel_of, here, space_of
from yigui.identity.sign_in import address_of
from yigui.registry.models import Person
from yigui.staff.errors import NotAuthorised

form_page = person_page(own_eyes=False)


@open_page
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Number and name, then the code that was sent."""
    if request.method == "GET":
        return render(request, "lending/room.html")
    given = {"id_number": request.POST.get("id_number", ""), "name": request.POST.get("name", "")}
    browser, address = browser_of_codes(request), address_of(request)
    if request.POST.get("code"):
        sign_in_person(request, enter_by_code(**given, code=request.POST["code"], source=browser, place=place_of(request)))
        return redirect(here(request, "home"))
    ask_code(**given, source=browser, address=address)
    return render(request, "lending/room.html")


def door_of(request: HttpRequest, person: Person) -> Door:
    """The door, with whoever stands at it."""
    channel = channel_of(request)
    names = names_in(space_of(request), case=f"{space_of(request)}:case", home=f"{space_of(request)}:home")
    return Door(
        channel=channel, names=names, operator=channel_operator(channel), applicant=person, base="lending/room.html",
        offers=offers_to_persons(channel),
    )  # fmt: skip


@require_GET
@form_page
def apply(request: HttpRequest, person: Person) -> HttpResponse:
    """What can be done here."""
    return render(request, "lending/room.html", {"items": items_of_persons(channel_of(request))})


@require_POST
@form_page
def start(request: HttpRequest, person: Person) -> HttpResponse:
    """Begin a form."""
    code = request.POST.get("item", "")
    if code not in {item.code for item in items_of_persons(channel_of(request))}:
        raise NotAuthorised("这项业务不能在阅览室办理，请到窗口办理。")
    return flow.start(door_of(request, person), item_code=code, person=person, employer=None)


@require_GET
@form_page
def case(request: HttpRequest, person: Person, case_no: str) -> HttpResponse:
    """What came of it."""
    return render(request, "lending/room.html", {"case": own_case_of(case_no, person_id=person.pk)})


form_urls = form_pages("drafts/", form_page, door_of)
