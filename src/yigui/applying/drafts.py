"""Drafts of forms (草稿): begun for somebody, handed in once, begun again from a returned case."""

import uuid
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from yigui.applying.door import Door
from yigui.casework.application import Application, GivenMaterial, item_in_force, item_of_case
from yigui.casework.drafts import DraftNotFound, my_draft, open_draft
from yigui.casework.enums import CaseStatus, MaterialSource
from yigui.casework.models import Case, Draft
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import typed_values
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.documents.models import Paper
from yigui.identity.models import UnitLogin
from yigui.items.prefill import initial_values
from yigui.registry.models import Employer, Person
from yigui.staff.models import User


def begin_draft(
    door: Door, *, item_code: str, person: Person | None, employer: Employer | None, known: Mapping[str, Any] | None = None
) -> Draft:
    """Begin a form for an item about a person or an employer; `known` are raw values it is to begin with besides."""
    today = clock.today()
    item = item_in_force(item_code, today)
    values = initial_values(item, channel=door.channel, today=today, person=person, employer=employer) | dict(known or {})
    given = {}
    if door.applicant is not None and any(m.code == "id_card" for m in item.materials):
        # Who signed in with a code to the mobile on record has been verified by that.
        given["id_card"] = {"source": MaterialSource.SHARED, "name": "登录时已实名核验"}
    return open_draft(
        user=door.operator,
        login=door.login,
        applicant=door.applicant,
        item_code=item.code,
        form=values,
        person=person,
        employer=employer,
        materials=given,
    )


def key_of(token: uuid.UUID) -> str:
    """The idempotency key a draft is handed in under."""
    return f"draft:{token}"


def bound_draft(door: Door, token: uuid.UUID) -> tuple[Draft, Item]:
    """The person's own draft and its item."""
    draft = my_draft(door.operator, token, login=door.login, applicant=door.applicant)
    return draft, item_of_case(draft.case) if draft.case is not None else item_in_force(draft.item_code, clock.today())


def handed_in(door: Door, token: uuid.UUID) -> Case | None:
    """The person's own case that a draft has become; None where it has not."""
    own = {"accepted_by": door.operator, "login": door.login, "applicant": door.applicant}
    return Case.objects.filter(idempotency_key=key_of(token), **own).first()


DraftView = Callable[[HttpRequest, Door, uuid.UUID], HttpResponse]


def of_draft(view: DraftView) -> DraftView:
    """View decorator: of a draft that has been handed in (another tab, the way back of the browser) every address leads to its case."""

    @wraps(view)
    def page(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
        try:
            return view(request, door, token)
        except DraftNotFound:
            known = handed_in(door, token)
            if known is None:
                raise
            messages.info(request, "该草稿已提交，以下为办件情况。")
            case = reverse(door.names.case, kwargs={"case_no": known.case_no})
            return HttpResponseClientRedirect(case) if request.headers.get("HX-Request") else redirect(case)

    return page


def application_of(
    draft: Draft, door: Door, confirmed: tuple[str, ...] = (), reasons: Mapping[str, str] | None = None, *, may_ask: bool = True
) -> Application:
    """What a draft would be handed in as, with the reminders that were `confirmed` and the `reasons` written for them by their key;
    `may_ask` partners on the way."""
    papers = Paper.objects.in_bulk([m["paper"] for m in draft.materials.values() if m.get("paper")])
    given = [
        GivenMaterial(code, m["source"], papers.get(m.get("paper") or 0), m.get("note", "")) for code, m in draft.materials.items()
    ]
    return Application(
        item_code=draft.item_code, form=draft.form, operator=door.operator, channel=door.channel, login=door.login, applicant=door.applicant,
        today=clock.today(), materials=given,
        confirmed=confirmed, reasons=reasons or {}, idempotency_key=key_of(draft.token), case_id=draft.case_id, may_ask=may_ask,
        handed_by=draft.handed_by if draft.handed_by_id != door.operator.pk else None,
    )  # fmt: skip


def shown_digest(draft: Draft, item: Item) -> str:
    """What of a draft stands on the page of answers: the form and its materials, for the version of the item they were read by."""
    given = sorted([code, m.get("source", ""), str(m.get("paper") or "")] for code, m in draft.materials.items())
    return digest_of([item.code, item.valid_from, draft.form, given])


def draft_for_correction(case: Case, user: User, login: UnitLogin | None = None, applicant: Person | None = None) -> Draft:
    """A draft that begins with the form of a returned case."""
    assert case.status == CaseStatus.RETURNED
    existing = Draft.objects.filter(case=case, user=user, login=login, applicant=applicant).first()
    if existing is not None:
        return existing
    item = catalogue().version(case.item_code, case.item_version)
    rows = case.materials.select_related("paper").order_by("id")
    return open_draft(
        user=user,
        login=login,
        applicant=applicant,
        item_code=case.item_code,
        form=typed_values(item, case.form),
        person=case.person,
        employer=case.employer,
        case=case,
        materials={
            m.material_code: {"source": m.source, "paper": m.paper_id, "name": m.paper.file_name if m.paper else ""} for m in rows
        },
    )
