"""The form of an item (填报): filled from the registry, kept at every change, checked live, answers shown before the submit.

One flow for every door: a channel says by a `Door` who accepts, for whom, and where its pages lie, and calls these from its
views, which have checked who is there.
"""

import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from yigui.applying.linked import Offers, linked_items
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, Examination, GivenMaterial, examine, item_of_case, open_item
from yigui.casework.drafts import DraftNotFound, drop_draft, keep_form, my_draft, open_draft, set_material
from yigui.casework.enums import CaseStatus, MaterialSource, Verb
from yigui.casework.errors import CaseRefused, FormInvalid, MaterialUnproved, NotConfirmed
from yigui.casework.findings import Finding
from yigui.casework.given_materials import refuse_not_generated
from yigui.casework.hall_hours import outside_hours
from yigui.casework.hand_over_draft import special_desks
from yigui.casework.handlers import handler_of
from yigui.casework.models import Case, Draft, ReturnPoint
from yigui.casework.resubmit_case import resubmit_case, unchanged_reminder
from yigui.casework.returns import points_of
from yigui.casework.who_may import needs_special_desk, refuse_unfit
from yigui.casework.withdraw_case import withdraw_case
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.field_kinds import kind_of
from yigui.catalogue.forms import form_class, shown_values, stored_values, typed_values
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.errors import YiguiError
from yigui.db.rows import rows_where
from yigui.documents.models import Paper
from yigui.documents.store import keep_paper, refuse_too_large
from yigui.exchange.asking import is_anybody_connected
from yigui.identity.models import UnitLogin
from yigui.items.prefill import initial_values, old_value
from yigui.registry.models import Employer, Person
from yigui.shell.refused import refusal_said
from yigui.staff.errors import NotAuthorised
from yigui.staff.locations import Desk
from yigui.staff.models import User


@dataclass(frozen=True)
class Names:
    """Names of the addresses of a door's pages."""

    start: str
    form: str
    live: str
    materials: str
    answers: str
    submit: str
    drop: str
    list: str
    base_list_template: str
    case: str
    home: str
    #: Where a form is handed over to a special desk; "" at doors that have none.
    hand_over: str = ""


def names_in(space: str, *, case: str, home: str, hand_over: str = "") -> Names:
    """The usual names in a URL namespace; `case` and `home` as they are."""
    return Names(
        start=f"{space}:start_draft", form=f"{space}:draft", live=f"{space}:draft_live", materials=f"{space}:draft_materials",
        answers=f"{space}:draft_answers", submit=f"{space}:draft_submit", drop=f"{space}:draft_drop", list=f"{space}:draft_list",
        base_list_template=f"{space}:base_list_template", case=case, home=home, hand_over=hand_over,
    )  # fmt: skip


@dataclass(frozen=True)
class Door:
    """The door a form is filled at: its channel, who accepts, for which outside login, where its pages lie.

    `base` is the template its pages extend; "" for the staff's. A helper fills in, and neither submits nor begins.
    """

    channel: str
    names: Names
    operator: User
    login: UnitLogin | None = None
    applicant: Person | None = None
    helper: User | None = None
    base: str = ""
    may_submit: bool = True
    #: What can be begun at the door; None where nothing can.
    offers: Offers | None = None

    @property
    def is_staffed(self) -> bool:
        return self.login is None and self.applicant is None


def start(door: Door, *, item_code: str, person: Person | None, employer: Employer | None) -> HttpResponse:
    """Begin a form for an item about a person or an employer, and open it."""
    return redirect(door.names.form, token=begin(door, item_code=item_code, person=person, employer=employer).token)


def begin(
    door: Door, *, item_code: str, person: Person | None, employer: Employer | None, known: Mapping[str, Any] | None = None
) -> Draft:
    """Begin a form for an item about a person or an employer; `known` are raw values it is to begin with besides."""
    today = clock.today()
    item = open_item(item_code, today)
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


def key_of(draft: Draft) -> str:
    """The idempotency key a draft is handed in under."""
    return f"draft:{draft.token}"


def bound_draft(door: Door, token: uuid.UUID) -> tuple[Draft, Item]:
    """The person's own draft and its item."""
    draft = my_draft(door.operator, token, login=door.login, applicant=door.applicant)
    return draft, item_of_case(draft.case) if draft.case is not None else open_item(draft.item_code, clock.today())


def _handed_in(door: Door, token: uuid.UUID) -> Case | None:
    """The person's own case that a draft has become; None where it has not."""
    own = {"accepted_by": door.operator, "login": door.login, "applicant": door.applicant}
    return Case.objects.filter(idempotency_key=f"draft:{token}", **own).first()


def _raw_values(item: Item, posted: QueryDict, kept: dict[str, Any]) -> dict[str, Any]:
    """What was typed, by field; a list of boxes as a list. Tables are filled by a list of their own and stay as they are."""
    values = {
        f.name: posted.getlist(f.name) if kind_of(f).takes_list else posted.get(f.name, "")
        for f in item.input_fields if kind_of(f).is_typed and (f.name in posted or kind_of(f).is_box)
    }  # fmt: skip
    return values | {f.name: kept[f.name] for f in item.input_fields if not kind_of(f).is_typed and f.name in kept}


def _materials_context(draft: Draft, item: Item) -> list[dict[str, Any]]:
    """Each material of the item with what was given for it and the papers already on file."""
    rows = []
    conditions = {m.code: m.when for m in item.materials}
    returned = [p for p in _points(draft) if p.material_code]
    filed = _papers_on_file(draft)
    for code in _codes(item):
        valid = [p for p in filed if p.material_code == code][:3]
        given = draft.materials.get(code)
        rows.append({
            "material": catalogue().materials[code], "when": conditions.get(code, "需要时"), "given": {"name": "", **given} if given else None,
            "source": MaterialSource(given["source"]).label if given else "",
            "on_file": valid, "may_see": code in ("id_card", "agent_id_card", "social_card"),
            "is_generated": catalogue().materials[code].generated == "form", "returned": [_said(p) for p in returned if p.material_code == code],
        })  # fmt: skip
    return rows


def _codes(item: Item) -> list[str]:
    """Codes of the materials an item takes."""
    return list(dict.fromkeys([*(m.code for m in item.materials), *handler_of(item).optional_materials]))


def _points(draft: Draft) -> list[ReturnPoint]:
    """What the return named that this draft corrects."""
    return points_of(draft.case) if draft.case_id and draft.case is not None else []


def _said(point: ReturnPoint) -> str:
    return f"退回原因：{point.get_reason_display()}" + (f"（{point.note}）" if point.note else "")


def _returned_fields(draft: Draft) -> dict[str, list[Finding]]:
    """The same by field, to stand beside it; "" for the case as a whole."""
    by_field: dict[str, list[Finding]] = {}
    for point in _points(draft):
        if not point.material_code:
            by_field.setdefault(point.field, []).append(Finding.reminder("returned", _said(point), field=point.field))
    return by_field


def _papers_on_file(draft: Draft) -> list[Paper]:
    """Valid papers of whom the form is about, newest first, at most 200."""
    if not draft.person_id and not draft.employer_id:
        return []
    column, key = ("person_id", draft.person_id) if draft.person_id else ("employer_id", draft.employer_id)
    papers = rows_where(Paper, f"{column} = %s ORDER BY id DESC LIMIT 200", key)
    return [p for p in papers if p.valid_until is None or p.valid_until >= clock.today()]


DraftView = Callable[[HttpRequest, Door, uuid.UUID], HttpResponse]


def of_draft(view: DraftView) -> DraftView:
    """View decorator: of a draft that has been handed in (another tab, the way back of the browser) every address leads to its case."""

    @wraps(view)
    def page(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
        try:
            return view(request, door, token)
        except DraftNotFound:
            known = _handed_in(door, token)
            if known is None:
                raise
            messages.info(request, "该草稿已提交，以下为办件情况。")
            case = reverse(door.names.case, kwargs={"case_no": known.case_no})
            return HttpResponseClientRedirect(case) if request.headers.get("HX-Request") else redirect(case)

    return page


@of_draft
def form(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """The form with its materials."""
    draft, item = bound_draft(door, token)
    context = _form_context(door, draft, item, form_class(item, clock.today())(initial=draft.form))
    return render(request, "applying/draft.html", context | {"uses_id_card": any(f.name == "id_number" for f in item.input_fields)})


def _form_context(door: Door, draft: Draft, item: Item, bound: forms.Form, *, has_errors: bool = False) -> dict[str, Any]:
    """What the page of a form needs, filled anew or with what is wrong in it."""
    today = clock.today()
    return {
        "door": door, "login": door.login, "draft": draft, "item": item, "form": _asked(bound, draft, item), "has_errors": has_errors,
        "materials": _materials_context(draft, item), "returned": _returned_fields(draft), "desks": _desks(door, draft, item),
        "outside": outside_hours(door.operator, door.channel),
        "has_list": any(f.name == "base_rows" for f in item.input_fields), "list_count": len(draft.form.get("base_rows") or []),
        "bases": catalogue().on(today).bases.get(item.code, ()),
        "linked": linked_items(
            item, channel=door.channel, offers=door.offers, today=today, person=draft.person, employer=draft.employer
        ),
    }  # fmt: skip


def _asked(shown: forms.Form, draft: Draft, item: Item) -> forms.Form:
    """The form of a draft, without the fields that are not asked of its person."""
    for name in handler_of(item).unasked(draft.person, draft.form, clock.today()):
        shown.fields.pop(name, None)
    return shown


def _desks(door: Door, draft: Draft, item: Item) -> list[Desk] | None:
    """Special desks a form can be handed over to; None where this teller may go on (R029)."""
    if not door.names.hand_over or draft.case_id or not needs_special_desk(door.operator, item, door.channel, clock.today()):
        return None
    return special_desks(door.operator)


def _application(draft: Draft, door: Door, confirmed: tuple[str, ...] = (), *, may_ask: bool = True) -> Application:
    papers = Paper.objects.in_bulk([m["paper"] for m in draft.materials.values() if m.get("paper")])
    given = [
        GivenMaterial(code, m["source"], papers.get(m.get("paper") or 0), m.get("note", "")) for code, m in draft.materials.items()
    ]
    return Application(
        item_code=draft.item_code, form=draft.form, operator=door.operator, channel=door.channel, login=door.login, applicant=door.applicant,
        today=clock.today(), materials=given,
        confirmed=confirmed, idempotency_key=key_of(draft), case_id=draft.case_id, may_ask=may_ask,
        handed_by=draft.handed_by if draft.handed_by_id != door.operator.pk else None,
    )  # fmt: skip


@of_draft
def live(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Keep what was typed and answer with the findings, beside their fields and below the form."""
    draft, item = bound_draft(door, token)
    values = _raw_values(item, request.POST, draft.form)
    known = None
    # Also where it is still empty: the answer that filled it in may have been lost on the way, when the next one was asked for.
    if "old_value" in values and (values.get("change_item") != draft.form.get("change_item") or not values["old_value"]):
        known = old_value(item, values.get("change_item", ""), person=draft.person, employer=draft.employer)
        values["old_value"] = known if known is not None else values["old_value"]
    keep_form(draft, values)
    bound = form_class(item, clock.today())(values)
    findings: list[Any] = []
    missing, lacking = [], []
    if bound.is_valid():
        try:
            findings = examine(_application(draft, door)).findings
        except FormInvalid as invalid:
            _say(bound, invalid)
    else:
        missing = _untouched(bound, values)
        lacking = _lacking(draft, item)
    by_field: dict[str, list[Any]] = dict(_returned_fields(draft))
    for finding in findings:
        by_field.setdefault(finding.field, []).append(finding)
    context = {
        "door": door, "login": door.login, "draft": draft, "item": item, "form": _asked(bound, draft, item), "by_field": by_field,
        "findings": findings, "missing": missing, "lacking": lacking,
        "old_value": known, "wrong": [str(bound.fields[name].label) for name in bound.errors if name in bound.fields],
    }  # fmt: skip
    return render(request, "applying/includes/live.html", context)


def _say(bound: forms.Form, invalid: FormInvalid) -> None:
    """Put what is wrong beside the fields; the form may have known already."""
    for name, sentences in invalid.fields.items():
        if name in bound.fields and name not in bound.errors:
            for sentence in sentences:
                bound.add_error(name, sentence)


def _untouched(bound: forms.Form, values: dict[str, Any]) -> list[str]:
    """Labels of required fields not filled yet; while typing they are listed, not scolded beside the field."""
    missing = [n for n in bound.errors if not values.get(n)]
    for name in missing:
        del bound.errors[name]
    return [str(bound.fields[n].label) for n in missing]


def _lacking(draft: Draft, item: Item) -> list[str]:
    """Papers every application of the item needs and that are not there yet; what the checks say of them once the form can be read."""
    return [catalogue().materials[m.code].name for m in item.materials if not m.when and m.code not in draft.materials]


@of_draft
def materials(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Take a material: an upload, an original seen, a paper on file, the signed form; or take it off again."""
    draft, item = bound_draft(door, token)
    code, source = request.POST.get("code", ""), request.POST.get("source", "")
    error = ""
    if code not in catalogue().materials:
        raise YiguiError("没有这种材料，请刷新页面后重试。")
    if code not in _codes(item):
        raise YiguiError("本事项不需要这种材料，请刷新页面后重试。")
    given: dict[str, Any] | None = None
    try:
        if source == MaterialSource.SCANNED:
            given = _store(request, door, draft, code)
        elif source == MaterialSource.ON_FILE:
            paper = Paper.objects.filter(pk=request.POST.get("paper") or 0, material_code=code).first()
            if paper is None or (paper.person_id, paper.employer_id) not in ((draft.person_id, None), (None, draft.employer_id)):
                raise YiguiError("该在档材料不属于本办理对象，请重新选择。")
            given = {"source": source, "paper": paper.pk, "name": paper.file_name}
        elif source == MaterialSource.GENERATED:
            refuse_not_generated(code)
            given = {"source": source}
        elif source == MaterialSource.SEEN and door.is_staffed:
            given = {"source": source}
        draft = set_material(draft, code, given)
    except YiguiError as refused:
        error = refusal_said(request, refused)
    row = next(r for r in _materials_context(draft, item) if r["material"].code == code)
    response = render(
        request,
        "applying/includes/material_row.html",
        {"door": door, "login": door.login, "draft": draft, "row": row, "error": error},
    )
    return trigger_client_event(response, "recheck")


def _store(request: HttpRequest, door: Door, draft: Draft, code: str) -> dict[str, Any]:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise YiguiError("请先选择要上传的文件。")
    refuse_too_large(str(upload.name), upload.size or 0)
    paper = keep_paper(
        upload.read(settings.FILE_SIZE_MAX + 1), str(upload.name), material_code=code, taken_by=door.helper or door.operator,
        taken_on=clock.today(), person=draft.person, employer=draft.employer,
        handed_in_by=None if door.helper else door.login or door.applicant,
    )  # fmt: skip
    return {"source": MaterialSource.SCANNED, "paper": paper.pk, "name": paper.file_name}


@of_draft
def answers(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Check your answers (核对填报内容): everything once more, with what the checks found. POST keeps the form first."""
    draft, item = bound_draft(door, token)
    if request.method == "POST":
        keep_form(draft, _raw_values(item, request.POST, draft.form))
        if is_anybody_connected():
            # Partners are asked here; the page that follows only looks at what they said.
            with suppress(FormInvalid):
                examine(_application(draft, door))
        return redirect(door.names.answers, token=token)
    return _answers(request, door, draft, item, _application(draft, door, may_ask=False))


def shown_digest(draft: Draft, item: Item) -> str:
    """What of a draft stands on the page of answers: the form and its materials, for the version of the item they were read by."""
    given = sorted([code, m.get("source", ""), str(m.get("paper") or "")] for code, m in draft.materials.items())
    return digest_of([item.code, item.valid_from, draft.form, given])


def _answers(
    request: HttpRequest, door: Door, draft: Draft, item: Item, application: Application, status: int = 200
) -> HttpResponse:
    """The page of answers; the form with what is wrong beside its fields, where they cannot be read."""
    try:
        examination = examine(application)
    except FormInvalid as invalid:
        return _unreadable(request, door, draft, item, invalid)
    preview = [] if examination.refusals else handler_of(item).preview(examination.facts)
    shown = shown_values(item, stored_values(item, examination.values))
    context = {
        "door": door, "login": door.login, "draft": draft, "item": item, "rows": [(field.label, text) for field, text in shown], "preview": preview,
        "refusals": examination.refusals, "reminders": [*examination.reminders, *_unchanged(draft, examination, application)],
        "waits": examination.waits, "outside": outside_hours(door.operator, door.channel),
        "materials": [m for m in _materials_context(draft, item) if m["given"]], "shown": shown_digest(draft, item),
    }  # fmt: skip
    return render(request, "applying/answers.html", context, status=status)


def _unchanged(draft: Draft, examination: Examination, application: Application) -> list[Finding]:
    """The question about a returned case that is about to be handed in just as it was."""
    asked = unchanged_reminder(draft.case, examination, application) if draft.case_id and draft.case is not None else None
    return [asked] if asked is not None else []


def _unreadable(request: HttpRequest, door: Door, draft: Draft, item: Item, invalid: FormInvalid) -> HttpResponse:
    bound = _asked(form_class(item, clock.today())(draft.form), draft, item)
    _say(bound, invalid)
    context = _form_context(door, draft, item, bound, has_errors=True)
    return render(request, "applying/draft.html", context, status=422)


def submit(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Accept the case, or hand a returned one in again. A second click finds the case of the first."""
    if not door.may_submit:
        raise NotAuthorised("请由办事人核对后自己提交。")
    known = _handed_in(door, token)
    if known is not None:
        return redirect(door.names.case, case_no=known.case_no)
    draft, item = bound_draft(door, token)
    application = _application(draft, door, tuple(request.POST.getlist("confirmed")))
    if request.POST.get("shown", "") != shown_digest(draft, item):
        messages.error(
            request, "核对之后填报内容或材料又有改动（可能在另一页面修改了同一草稿），尚未提交。以下为最新内容，请重新核对后提交。"
        )
        return _answers(request, door, draft, item, replace(application, may_ask=False), status=409)
    try:
        if draft.case_id and draft.case is not None:
            if "unchanged" not in application.confirmed and (asked := _unchanged(draft, examine(application), application)):
                raise NotConfirmed(asked)
            case = resubmit_case(case=draft.case, application=application)
        else:
            case = accept_case(application)
    except (CaseRefused, NotConfirmed, MaterialUnproved) as refused:
        messages.error(request, refusal_said(request, refused))
        return _answers(request, door, draft, item, application, status=422)
    except FormInvalid as invalid:
        return _unreadable(request, door, draft, item, invalid)
    drop_draft(draft)
    return redirect(door.names.case, case_no=case.case_no)


@of_draft
def drop(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    draft, _ = bound_draft(door, token)
    drop_draft(draft)
    messages.info(request, "草稿已删除。")
    return redirect(door.names.home)


def correct(door: Door, case: Case) -> HttpResponse:
    """Begin the correction of an own case that was returned, whichever door it came through.

    Raises:
        StepMoved: not returned. NotAuthorised: somebody else applied.
    """
    refuse_unfit(door.operator, case, Verb.RESUBMIT, clock.today(), login=door.login, applicant=door.applicant)
    return redirect(door.names.form, token=draft_for_correction(case, door.operator, door.login, door.applicant).token)


def withdraw(request: HttpRequest, door: Door, case: Case) -> HttpResponse:
    """Withdraw an own case, whichever door it came through.

    Raises:
        StepMoved: it has ended. NotAuthorised: somebody else applied. OpinionMissing: no reason given.
    """
    withdraw_case(
        case_id=case.pk, actor=door.operator, note=request.POST.get("reason", ""), today=clock.today(), channel=door.channel,
        login=door.login, applicant=door.applicant,
    )  # fmt: skip
    messages.info(request, f"办件 {case.case_no} 已撤回。")
    return redirect(door.names.case, case_no=case.case_no)


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
