"""Applying on the phone: the common flow of forms at the phone's door, for oneself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from yigui.casework.drafts import my_drafts
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.windows import answer_of
from yigui.common import clock
from yigui.filling import flow
from yigui.filling.pages import channel_operator, form_pages, items_of_persons
from yigui.mobile.sign_in import CHANNEL
from yigui.registry.models import Person
from yigui.staff.errors import NotAuthorised
from yigui.staff.outside_pages import person_page

NAMES = flow.names_in("mobile", case="mobile:case", home="mobile:apply")
form_page = person_page("mobile:sign_in", channel=CHANNEL, own_eyes=False)


def door_of(person: Person) -> flow.Door:
    """The phone's door, for a person."""
    return flow.Door(channel=CHANNEL, names=NAMES, operator=channel_operator(CHANNEL), applicant=person, base="mobile/base.html")


@require_GET
@form_page
def apply(request: HttpRequest, person: Person) -> HttpResponse:
    """The items, with what the calendar says of each today, and the forms begun."""
    today = clock.today()
    drafts = [(d, catalogue().item(d.item_code, today)) for d in my_drafts(channel_operator(CHANNEL), applicant=person)]
    rows = [(item, answer_of(item, CHANNEL, today)) for item in items_of_persons(CHANNEL)]
    return render(request, "mobile/apply.html", {"person": person, "rows": rows, "drafts": drafts})


@require_POST
@form_page
def start(request: HttpRequest, person: Person) -> HttpResponse:
    """Begin a form."""
    code = request.POST.get("item", "")
    if code not in {item.code for item in items_of_persons(CHANNEL)}:
        raise NotAuthorised("这项业务不能在手机上办理，请到自助服务区或窗口办理。")
    return flow.start(door_of(person), item_code=code, person=person, employer=None)


form_urls = form_pages("apply/drafts/", form_page, lambda request, person: door_of(person))
