"""The form of an item (填报): filled from the registry, kept at every change, checked live, answers shown before the submit.

One flow for every door: a channel says by a `Door` who accepts, for whom, and where its pages lie, and calls these from its
views, which have checked who is there. What the pages show is put together in `shown`.
"""

import uuid
from contextlib import suppress
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django_htmx.http import trigger_client_event

from yigui.applying.door import Door
from yigui.applying.drafts import application_of, begin_draft, bound_draft, handed_in, of_draft, shown_digest
from yigui.applying.ending import sure_of_draft
from yigui.applying.papers import pdf_page
from yigui.applying.shown import (
    REASON,
    answers_context,
    asked_form,
    filled_form,
    form_context,
    lacking_materials,
    material_codes,
    material_rows,
    paper_on_file,
    returned_fields,
    say_in_form,
    take_untouched,
    unchanged,
)
from yigui.applying.told_by_number import filled_in
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, examine, examine_so_far
from yigui.casework.application_form import form_sheet
from yigui.casework.drafts import drop_draft, keep_form, set_material
from yigui.casework.enums import MaterialSource
from yigui.casework.errors import CaseRefused, FormInvalid, MaterialUnproved, NotConfirmed
from yigui.casework.findings import PAPERS, Level
from yigui.casework.given_materials import refuse_not_generated
from yigui.casework.handlers import handler_of
from yigui.casework.models import Draft
from yigui.casework.papers import owner_of
from yigui.casework.resubmit_case import resubmit_case
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.field_kinds import kind_of
from yigui.catalogue.forms import form_class
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.texts import int_or_none
from yigui.documents.render import render_content
from yigui.documents.store import keep_paper, refuse_too_large
from yigui.exchange.asking import is_anybody_connected
from yigui.items.prefill import old_value
from yigui.registry.models import Employer, Person
from yigui.shell.refused import refusal_said
from yigui.shell.sure import asked, wants_asking
from yigui.staff.errors import NotAuthorised


def start(door: Door, *, item_code: str, person: Person | None, employer: Employer | None) -> HttpResponse:
    """Begin a form for an item about a person or an employer, and open it."""
    return redirect(door.names.form, token=begin_draft(door, item_code=item_code, person=person, employer=employer).token)


def _raw_values(item: Item, posted: QueryDict, kept: dict[str, Any]) -> dict[str, Any]:
    """What was typed, by field; a list of boxes as a list. Tables are filled by a list of their own and stay as they are."""
    values = {
        f.name: posted.getlist(f.name) if kind_of(f).takes_list else posted.get(f.name, "")
        for f in item.input_fields if kind_of(f).is_typed and (f.name in posted or kind_of(f).is_box)
    }  # fmt: skip
    return values | {f.name: kept[f.name] for f in item.input_fields if not kind_of(f).is_typed and f.name in kept}


def kept_beside(request: HttpRequest, draft: Draft, item: Item, values: dict[str, Any]) -> list[str]:
    """Keep what a page sends beside what other pages of the same draft have saved; a sentence for each field another one has changed."""
    version = request.POST.get("draft_version", "")
    page = request.POST.get("page_key", "")[:40]
    untyped = [f.name for f in item.input_fields if not kind_of(f).is_typed]
    told = keep_form(draft, values, page=page, version=int_or_none(version), untyped=untyped)
    labels = {f.name: f.label for f in item.fields}
    return [
        f"“{labels.get(other.name, other.name)}”另一页面填的是“{_in_words(other.theirs)}”，已按本页改为“{_in_words(other.mine)}”。"
        if other.is_overruled
        else f"“{labels.get(other.name, other.name)}”在另一页面已改为“{_in_words(other.theirs)}”并已保留，本页显示的是改动之前的内容，刷新后可见。"
        for other in told
    ]


def _in_words(value: Any) -> str:
    return "、".join(str(v) for v in value) if isinstance(value, list) else str(value if value not in (None, "") else "（空）")


@of_draft
def form(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """The form with its materials."""
    draft, item = bound_draft(door, token)
    context = form_context(door, draft, item, form_class(item, clock.today())(initial=draft.form))
    return render(request, "applying/draft.html", context | {"uses_id_card": any(f.name == "id_number" for f in item.input_fields)})


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
    told = filled_in(door, draft, item, values)
    others = kept_beside(request, draft, item, values | told)
    values = draft.form
    bound = form_class(item, clock.today())(values)
    findings: list[Any] = []
    missing, lacking, not_shown = [], [], list[str]()
    if bound.is_valid():
        try:
            findings = examine(application_of(draft, door)).findings
        except FormInvalid as invalid:
            not_shown = say_in_form(bound, invalid)
    else:
        # What was handed in with a gap is wrong there until it is filled.
        missing = [] if "was_sent" in request.POST else take_untouched(bound, values)
        try:
            findings, silent = examine_so_far(application_of(draft, door))
        except FormInvalid as invalid:
            not_shown = say_in_form(bound, invalid)
        else:
            if PAPERS in silent or any(f.check == PAPERS for f in findings):
                lacking = lacking_materials(draft, item)
            # While one types, papers that are not there yet are listed, not scolded for.
            findings = [f for f in findings if f.check != PAPERS or not f.is_refusal]
    by_field: dict[str, list[Any]] = dict(returned_fields(draft))
    for name, hint in handler_of(item).hints(values).items():
        if not values.get(name):
            by_field.setdefault(name, []).append({"level": "hint", "sentence": hint})
    for finding in findings:
        by_field.setdefault(finding.field, []).append(finding)
    context = {
        "door": door, "login": door.login, "draft": draft, "item": item, "form": asked_form(door, bound, draft, item), "by_field": by_field,
        "findings": findings, "missing": missing, "lacking": lacking, "refused": sum(f.is_refusal for f in findings) + len(bound.errors) + len(not_shown),
        "asked": sum(f.level == Level.REMIND for f in findings), "left": len(missing) + len(lacking),
        "others": others, "not_shown": not_shown, "old_value": known, "told": [bound[name] for name in told if name in bound.fields],
    }  # fmt: skip
    return render(request, "applying/includes/live.html", context)


@of_draft
def materials(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Take a material: an upload, an original seen, a paper on file, the signed form; or take it off again."""
    draft, item = bound_draft(door, token)
    code, source = request.POST.get("code", ""), request.POST.get("source", "")
    error = ""
    if code not in catalogue().materials:
        raise YiguiError("没有这种材料，请刷新页面后重试。")
    if code not in material_codes(item):
        raise YiguiError("本事项不需要这种材料，请刷新页面后重试。")
    given: dict[str, Any] | None = None
    try:
        if source == MaterialSource.SCANNED:
            given = _store(request, door, draft, item, code)
        elif source == MaterialSource.ON_FILE:
            paper = paper_on_file(draft, item, code, request.POST.get("paper", ""))
            given = {"source": source, "paper": paper.pk, "name": paper.file_name}
        elif source == MaterialSource.GENERATED:
            refuse_not_generated(code)
            given = {"source": source}
        elif source == MaterialSource.SEEN and door.is_staffed:
            given = {"source": source}
        draft = set_material(draft, code, given)
    except YiguiError as refused:
        error = refusal_said(request, refused)
    row = next(r for r in material_rows(draft, item) if r["material"].code == code)
    response = render(
        request,
        "applying/includes/material_row.html",
        {"door": door, "login": door.login, "draft": draft, "row": row, "error": error},
    )
    return trigger_client_event(response, "recheck")


def _store(request: HttpRequest, door: Door, draft: Draft, item: Item, code: str) -> dict[str, Any]:
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        raise YiguiError("请先选择要上传的文件。")
    refuse_too_large(str(upload.name), upload.size or 0)
    # Under whom the form names; somebody not registered yet has no file, and the employer's is not theirs.
    owner = owner_of(draft, item)
    paper = keep_paper(
        upload.read(settings.FILE_SIZE_MAX + 1), str(upload.name), material_code=code, taken_by=door.helper or door.operator,
        taken_on=clock.today(), person=owner.person, employer=None if owner.is_person else owner.employer,
        handed_in_by=None if door.helper else door.login or door.applicant,
    )  # fmt: skip
    return {"source": MaterialSource.SCANNED, "paper": paper.pk, "name": paper.file_name}


@of_draft
def form_paper(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """The application form (业务申请表) as PDF, as it is filled in now, to be signed.

    Raises:
        FormIncomplete: there are answers missing or wrong; a paper with holes is signed by nobody.
    """
    draft, item = bound_draft(door, token)
    return pdf_page(render_content(form_sheet(filled_form(door, draft, item))), f"{item.code}-form")


@of_draft
def answers(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Check your answers (核对填报内容): everything once more, with what the checks found. POST keeps the form first."""
    draft, item = bound_draft(door, token)
    if request.method == "POST":
        for sentence in kept_beside(request, draft, item, _raw_values(item, request.POST, draft.form)):
            messages.warning(request, sentence)
        if is_anybody_connected():
            # Partners are asked here; the page that follows only looks at what they said.
            with suppress(FormInvalid):
                examine(application_of(draft, door))
        return redirect(door.names.answers, token=token)
    return _answers(request, door, draft, item, application_of(draft, door, may_ask=False))


def _answers(
    request: HttpRequest, door: Door, draft: Draft, item: Item, application: Application, status: int = 200
) -> HttpResponse:
    """The page of answers; the form with what is wrong beside its fields, where they cannot be read."""
    try:
        examination = examine(application)
    except FormInvalid as invalid:
        return _unreadable(request, door, draft, item, invalid)
    context = answers_context(door, draft, item, application, examination)
    return render(request, "applying/answers.html", context, status=status)


def _unreadable(request: HttpRequest, door: Door, draft: Draft, item: Item, invalid: FormInvalid) -> HttpResponse:
    bound = asked_form(door, form_class(item, clock.today())(draft.form), draft, item)
    not_shown = say_in_form(bound, invalid)
    context = form_context(door, draft, item, bound, has_errors=True) | {"not_shown": not_shown}
    return render(request, "applying/draft.html", context, status=422)


def submit(request: HttpRequest, door: Door, token: uuid.UUID) -> HttpResponse:
    """Accept the case, or hand a returned one in again. A second click finds the case of the first."""
    if not door.may_submit:
        raise NotAuthorised("请由办事人核对后自己提交。")
    known = handed_in(door, token)
    if known is not None:
        return redirect(door.names.case, case_no=known.case_no)
    draft, item = bound_draft(door, token)
    reasons = {key.removeprefix(REASON): str(text) for key, text in request.POST.items() if key.startswith(REASON)}
    application = application_of(draft, door, tuple(request.POST.getlist("confirmed")), reasons)
    if request.POST.get("shown", "") != shown_digest(draft, item):
        messages.error(
            request, "核对之后填报内容或材料又有改动（可能在另一页面修改了同一草稿），尚未提交。以下为最新内容，请重新核对后提交。"
        )
        return _answers(request, door, draft, item, replace(application, may_ask=False), status=409)
    try:
        if draft.case_id and draft.case is not None:
            if "unchanged" not in application.confirmed and (asked := unchanged(draft, examine(application), application)):
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
    """Throw a draft away; asked first where the form wants that."""
    draft, item = bound_draft(door, token)
    if wants_asking(request):
        return asked(request, sure_of_draft(draft, item, door))
    drop_draft(draft)
    messages.info(request, "草稿已删除。")
    return redirect(door.names.home)
