"""The teller's forms: the common flow at the counter's door. Seeing somebody's data in full is recorded."""

import uuid

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET, require_POST

from yigui.applying import flow
from yigui.applying.door import Door, names_in
from yigui.applying.drafts import bound_draft
from yigui.applying.notice import notice_content
from yigui.applying.pages import form_pages
from yigui.applying.papers import pdf_page
from yigui.casework.application import item_in_force
from yigui.casework.drafts import told_in
from yigui.casework.hand_over_draft import hand_over_draft, take_draft
from yigui.casework.handlers import reaches
from yigui.casework.models import Draft
from yigui.casework.who_may import why_not_begin
from yigui.catalogue.declarations import Item
from yigui.common import clock
from yigui.common.texts import int_or_none
from yigui.documents.render import render_content
from yigui.registry.models import Employer, Person
from yigui.staff.errors import NotAuthorised
from yigui.staff.full_views import record_full_view
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.visits.go_with_draft import go_with_draft

NAMES = names_in("counter", case="backoffice:case", home="counter:workbench", hand_over="counter:draft_hand_over")


def door_of(request: OfficerRequest) -> Door:
    """The counter's door, with the teller behind it."""
    teller = request.user
    return Door(
        channel="counter", names=NAMES, operator=teller, offers=lambda item: reaches(item, "counter"),
        told_of=lambda draft, item, person: _told_of(teller, draft, item, person),
    )  # fmt: skip


def _told_of(teller: User, draft: Draft, item: Item, person: Person) -> bool:
    """Whether a teller's form may be filled from the record of a person whose number was typed. That they are seen in full is recorded, once a form."""
    if why_not_begin(teller, item, areas={person.area_id}, on=clock.today()) is not None:
        return False
    if str(person.pk) not in told_in(draft):
        record_full_view(user=teller, subject=person, reason=f"受理 {item.code} {item.name}")
    return True


def refuse_beginning(teller: User, item: Item, person: Person | None, employer: Employer | None) -> None:
    """Refuse the form of an item to who may not accept it: it shows somebody's data in full.

    Raises:
        NotAuthorised: no authority for the item in any area it could be about.
    """
    areas = {subject.area_id for subject in (person, employer) if subject is not None} or {teller.agency.area_id}
    reason = why_not_begin(teller, item, areas=areas, on=clock.today())
    if reason is not None:
        raise NotAuthorised(reason.sentence, item=item.code, reason=reason.code)


@require_POST
@page_right("counter")
def start(request: OfficerRequest) -> HttpResponse:
    """Begin a form for an item about a person or an employer. Seeing their data in full is recorded."""
    door = door_of(request)
    item = item_in_force(request.POST.get("item", ""), clock.today())
    person = Person.objects.filter(person_no=request.POST.get("person_no", "")).first()
    employer = Employer.objects.filter(unit_no=request.POST.get("unit_no", "")).first()
    refuse_beginning(door.operator, item, person, employer)
    for subject in (person, employer):
        if subject is not None:
            record_full_view(user=door.operator, subject=subject, reason=f"受理 {item.code} {item.name}")
    return flow.start(door, item_code=item.code, person=person, employer=employer)


@require_POST
@page_right("counter")
def hand_over(request: OfficerRequest, token: uuid.UUID) -> HttpResponse:
    """Leave a form to a special desk; a visitor who stands at this one goes there with the same ticket."""
    desk, teller, today = int_or_none(request.POST.get("desk", "")), door_of(request).operator, clock.today()
    with transaction.atomic():
        draft = hand_over_draft(teller=teller, token=token, desk_id=desk, today=today)
        sent = go_with_draft(teller=teller, draft=draft, today=today)
    words = "请来人到该窗口继续办理"
    if sent is not None:
        is_there = draft.desk_id in (sent.bound_desk_id, sent.desk_id)
        words = f"号票 {sent} 随草稿转去，号码不变" + ("" if is_there else "；该窗口现在没有叫号，请来人在大厅等候叫号")
    messages.info(request, f"已转交 {draft.desk}，{words}。")
    return redirect(NAMES.home)


@require_GET
@page_right("counter")
def notice(request: OfficerRequest, token: uuid.UUID) -> HttpResponse:
    """What is still wanting before the form can be accepted, told once, as a paper (一次性告知单)."""
    door = door_of(request)
    draft, item = bound_draft(door, token)
    return pdf_page(render_content(notice_content(door, draft, item)), f"{item.code}-notice")


@require_POST
@page_right("counter")
def take(request: OfficerRequest, token: uuid.UUID) -> HttpResponse:
    """Go on with a form handed over to the teller's special desk. Seeing somebody's data in full is recorded."""
    teller = door_of(request).operator
    draft = take_draft(teller=teller, token=token)
    for subject in (draft.person, draft.employer):
        if subject is not None:
            record_full_view(user=teller, subject=subject, reason=f"接办转交的 {draft.item_code}")
    return redirect(NAMES.form, token=draft.token)


form_urls = form_pages("counter/drafts/", page_right("counter"), door_of)
