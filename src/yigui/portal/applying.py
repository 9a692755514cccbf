"""Applying for something (申报): the common flow of forms at the platform's door, for the operator's own employer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from yigui.applying import flow, returned
from yigui.applying.door import Door, names_in
from yigui.applying.lists import is_for_lists
from yigui.applying.pages import channel_operator, form_pages
from yigui.casework.drafts import my_drafts
from yigui.casework.outside_acceptance import why_not_for
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.intake import intake_of
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.errors import NotFound
from yigui.common.rooms import doors
from yigui.identity.models import UnitLogin
from yigui.identity.outside_pages import unit_page
from yigui.identity.places import channel_of, space_of
from yigui.portal.offers import offers_to
from yigui.portal.overview import own_case
from yigui.registry.models import Employment
from yigui.staff.errors import NotAuthorised

# A form is filled from what the checks may know; whose form it is was settled when it began.
form_page = unit_page(own_eyes=False)


def door_of(request: HttpRequest, login: UnitLogin) -> Door:
    """The door of the place the request came in at."""
    return door_at(space_of(request), login)


def door_at(space: str, login: UnitLogin) -> Door:
    """The door of a place (see `identity/places.py`), for an operator."""
    channel = doors()[space].channel
    names = names_in(space, case=f"{space}:case", home=f"{space}:apply")
    return Door(
        channel=channel, names=names, operator=channel_operator(channel), login=login, base="portal/base.html",
        offers=offers_to(login, channel),
    )  # fmt: skip


def items_for(login: UnitLogin, channel: str) -> list[Item]:
    """Items this operator can apply for through a channel, those that come most often first."""
    found = filter(offers_to(login, channel), catalogue().items(clock.today()))
    return sorted(found, key=lambda item: (-item.monthly_share, item.code))


@require_GET
@form_page
def apply(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """The items, with what the calendar says of each today, and the forms begun."""
    today = clock.today()
    drafts = [(d, catalogue().item(d.item_code, today)) for d in my_drafts(door_of(request, login).operator, login)]
    rows = [(item, intake_of(item, channel_of(request), today)) for item in items_for(login, channel_of(request))]
    # The same for everybody with the same items on the same day: rendered once in a while.
    key = digest_of([today, *(item.code for item, _ in rows)])
    context = {
        "login": login,
        "rows": rows,
        "rows_key": key,
        "drafts": drafts,
        "list_items": {item.code for item, _ in rows if is_for_lists(item)},
    }
    return render(request, "portal/apply.html", context)


@require_POST
@form_page
def start(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """Begin a form for the employer, or for one of its staff."""
    code = request.POST.get("item", "")
    if code not in {item.code for item in items_for(login, channel_of(request))}:
        raise NotAuthorised("您的账号不能在这里办理这项业务，请联系本单位管理员或到窗口办理。")
    number = request.POST.get("person_no", "")
    person = None
    if number:
        employment = Employment.objects.filter(employer=login.employer, person__person_no=number).select_related("person").first()
        if employment is None:
            raise NotFound("本单位没有这名职工，请在职工名册中选择。")
        person = employment.person
        if words := why_not_for(login, catalogue().item(code, clock.today()), person.pk, clock.today()):
            raise NotAuthorised(words)
    return flow.start(door_of(request, login), item_code=code, person=person, employer=login.employer)


@require_POST
@form_page
def correct(request: HttpRequest, login: UnitLogin, case_no: str) -> HttpResponse:
    """Begin the correction of a returned case, whichever door it came through."""
    return returned.correct(door_of(request, login), own_case(login, case_no))


@require_POST
@form_page
def withdraw(request: HttpRequest, login: UnitLogin, case_no: str) -> HttpResponse:
    """Withdraw an own case that has not ended."""
    return returned.withdraw(request, door_of(request, login), own_case(login, case_no))


form_urls = form_pages("apply/drafts/", form_page, door_of)
