"""The teller's forms: the common flow at the counter's door. Seeing somebody's data in full is recorded."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_POST

from yigui.casework.accept_case import open_item
from yigui.common import clock
from yigui.filling import base_lists, flow
from yigui.registry.models import Employer, Person
from yigui.staff.full_views import record_full_view
from yigui.staff.models import User
from yigui.staff.rights import page_right

NAMES = flow.names_in("counter", case="backoffice:case", home="counter:workbench")


def door_of(request: HttpRequest) -> flow.Door:
    """The counter's door, with the teller behind it."""
    assert isinstance(request.user, User)
    return flow.Door(channel="counter", names=NAMES, operator=request.user)


@require_POST
@page_right("counter")
def start(request: HttpRequest) -> HttpResponse:
    """Begin a form for an item about a person or an employer. Seeing their data in full is recorded."""
    door = door_of(request)
    item = open_item(request.POST.get("item", ""), clock.today())
    person = Person.objects.filter(person_no=request.POST.get("person_no", "")).first()
    employer = Employer.objects.filter(unit_no=request.POST.get("unit_no", "")).first()
    for subject in (person, employer):
        if subject is not None:
            record_full_view(user=door.operator, subject=subject, reason=f"受理 {item.code} {item.name}")
    return flow.start(door, item_code=item.code, person=person, employer=employer)


@require_GET
@page_right("counter")
def form(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The form with its materials."""
    return flow.form(request, door_of(request), token)


@require_POST
@page_right("counter")
def live(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Keep what was typed and answer with the findings."""
    return flow.live(request, door_of(request), token)


@require_POST
@page_right("counter")
def materials(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Take a material, or take it off again."""
    return flow.materials(request, door_of(request), token)


@page_right("counter")
def answers(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Check your answers (核对填报内容)."""
    return flow.answers(request, door_of(request), token)


@require_POST
@page_right("counter")
def submit(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Accept the case, or hand a returned one in again."""
    return flow.submit(request, door_of(request), token)


@require_POST
@page_right("counter")
def drop(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    return flow.drop(request, door_of(request), token)


@require_POST
@page_right("counter")
def base_list(request: HttpRequest, token: uuid.UUID) -> HttpResponse:
    """The list of a base declaration: rows with verdicts; the good ones go into the form."""
    return base_lists.upload(request, door_of(request), token)


@require_GET
@page_right("counter")
def base_list_template(request: HttpRequest) -> HttpResponse:
    """An empty list to fill in."""
    return base_lists.template()
