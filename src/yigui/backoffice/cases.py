"""The case page: what is asked for, what would change, papers, opinions, history; and what people do there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.applying.flow import draft_for_correction
from yigui.applying.papers import export_of, receipt_of, slip_of
from yigui.casework.decide_step import claim_step, decide_step, release_step
from yigui.casework.enums import CaseStatus, Verdict
from yigui.casework.finish_case import finish_again
from yigui.casework.models import Case, CaseMaterial, Step
from yigui.casework.queries import case_by_no, current_step, has_worked_on, light_of
from yigui.casework.withdraw_case import withdraw_case
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.field_kinds import kind_of
from yigui.catalogue.forms import shown_values
from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.common.identifiers import mask_name
from yigui.documents.store import read_file
from yigui.staff.enums import Step as StepCode
from yigui.staff.full_views import record_full_view
from yigui.staff.models import User
from yigui.staff.rights import may, page_right
from yigui.warrants.models import Warrant
from yigui.warrants.queries import changed_fields, changes_of, table_label

_NAMES = ("person_name", "contact_name", "legal_rep", "agent_name")


@require_GET
@page_right("cases")
def search(request: HttpRequest) -> HttpResponse:
    """Find a case by its number."""
    number = request.GET.get("case_no", "").strip()
    if number and Case.objects.filter(case_no=number).exists():
        return redirect("backoffice:case", case_no=number)
    recent = Case.objects.select_related("agency").order_by("-id")[:30]
    return render(request, "backoffice/cases.html", {"case_no": number, "is_missing": bool(number), "cases": recent})


def _answers(case: Case, *, is_full: bool) -> list[tuple[str, str]]:
    item = catalogue().version(case.item_code, case.item_version)
    rows = []
    for field, text in shown_values(item, case.form):
        mask = mask_name if field.name in _NAMES else kind_of(field).masked
        rows.append((field.label, text if is_full else mask(text)))
    return rows


@require_GET
@page_right("cases")
def case(request: HttpRequest, case_no: str) -> HttpResponse:
    """Everything about one case; personal data in full only for whom the work needs it."""
    assert isinstance(request.user, User)
    found = case_by_no(case_no)
    is_full = has_worked_on(found, request.user)
    step = current_step(found) if found.status == CaseStatus.OPEN else None
    warrant = Warrant.objects.filter(kind="case", subject_id=found.pk).first()
    context: dict[str, Any] = {
        "case": found,
        "item": catalogue().version(found.item_code, found.item_version),
        "channel": catalogue().channels[found.channel],
        "light": light_of(found, clock.today()),
        "steps": list(found.steps.select_related("decided_by", "claimed_by", "suggested_to").order_by("round", "seq")[:60]),
        "step": step,
        "is_full": is_full,
        "answers": _answers(found, is_full=is_full),
        "subject_name": found.subject_name if is_full or not found.person_id else mask_name(found.subject_name),
        "materials": [(m, catalogue().materials[m.material_code].name) for m in found.materials.select_related("paper")[:40]],
        "proofs": [p.answer for p in found.proofs.select_related("answer__partner").order_by("id")[:40]],
        "events": list(found.events.order_by("seq")[:100]),
        "decisions": list(found.decisions.select_related("meeting", "meeting__chair").order_by("id")[:10]),
        "warrant": warrant,
        "signatures": _signatures(warrant),
        "changes": [(c, table_label(c), changed_fields(c)) for c in changes_of(warrant)] if warrant and is_full else [],
        "can_act": step is not None and _can_act(found, step, request.user),
        "is_mine": step is not None and step.claimed_by_id == request.user.pk,
        "is_acceptor": found.accepted_by_id == request.user.pk,
    }
    return render(request, "backoffice/case.html", context)


def _signatures(warrant: Warrant | None) -> list[tuple[str, str, Any]]:
    if warrant is None:
        return []
    signed = list(warrant.signatures.order_by("seq"))
    people = User.objects.in_bulk([s.user_id for s in signed])
    return [(str(StepCode(s.step).label), str(people[s.user_id]), s.signed_at) for s in signed]


def _can_act(case: Case, step: Step, user: User) -> bool:
    if step.code == "meeting" or step.claimed_by_id not in (None, user.pk):
        return False
    if case.steps.filter(decided_by=user).exclude(seq=step.seq).exclude(code="meeting").exists():
        return False
    return may(
        user_id=user.pk,
        step=step.code,
        item_code=case.item_code,
        area_code=case.area_id,
        on=clock.today(),
        amount_fen=case.amount_fen,
    )


def _step_id(request: HttpRequest) -> int:
    text = request.POST.get("step", "")
    return int(text) if text.isdecimal() else 0


@require_POST
@page_right("cases")
def claim(request: HttpRequest, case_no: str) -> HttpResponse:
    """Take the waiting step; from now on the case shows in full, which is recorded."""
    assert isinstance(request.user, User)
    found = case_by_no(case_no)
    claim_step(case_id=found.pk, step_id=_step_id(request), actor=request.user)
    for subject in (found.person, found.employer):
        if subject is not None:
            record_full_view(user=request.user, subject=subject, reason=f"办理 {found.item_name}", case_no=found.case_no)
    return redirect("backoffice:case", case_no=case_no)


@require_POST
@page_right("cases")
def release(request: HttpRequest, case_no: str) -> HttpResponse:
    """Put the step back for colleagues, with a note."""
    assert isinstance(request.user, User)
    found = case_by_no(case_no)
    release_step(case_id=found.pk, step_id=_step_id(request), actor=request.user, note=request.POST.get("opinion", ""))
    messages.info(request, "已放回待办，其他人员可以领取。")
    return redirect("backoffice:queue" if request.user.role != "teller" else "backoffice:cross_check")


@require_POST
@page_right("cases")
def decide(request: HttpRequest, case_no: str) -> HttpResponse:
    """Pass, return for correction, or decline."""
    assert isinstance(request.user, User)
    found = case_by_no(case_no)
    verdict = request.POST.get("verdict", "")
    if verdict not in Verdict.values:
        raise NotFound("没有这种处理意见，请刷新页面后重试。")
    done = decide_step(
        case_id=found.pk, step_id=_step_id(request), actor=request.user, verdict=verdict,
        opinion=request.POST.get("opinion", ""), today=clock.today(),
    )  # fmt: skip
    if done.effect_error:
        messages.error(request, f"环节已通过，但办结未成功：{done.effect_error}")
    else:
        messages.success(request, f"办件 {done.case_no}：{Verdict(verdict).label}，现为“{done.get_status_display()}”。")
    return redirect("backoffice:case", case_no=case_no)


@require_POST
@page_right("cases")
def withdraw(request: HttpRequest, case_no: str) -> HttpResponse:
    """Withdraw at the applicant's wish."""
    assert isinstance(request.user, User)
    found = case_by_no(case_no)
    withdraw_case(case_id=found.pk, actor=request.user, note=request.POST.get("opinion", ""))
    messages.info(request, f"办件 {case_no} 已撤回。")
    return redirect("backoffice:case", case_no=case_no)


@require_POST
@page_right("counter")
def correct(request: HttpRequest, case_no: str) -> HttpResponse:
    """Open the form of a returned case for correction."""
    assert isinstance(request.user, User)
    found = case_by_no(case_no)
    if found.status != CaseStatus.RETURNED or found.accepted_by_id != request.user.pk:
        raise NotFound(f"办件 {case_no} 不在退回补正状态，或不是您受理的。")
    return redirect("counter:draft", token=draft_for_correction(found, request.user).token)


@require_POST
@page_right("cases")
def finish(request: HttpRequest, case_no: str) -> HttpResponse:
    """Try again to finish an approved case whose effects were refused."""
    assert isinstance(request.user, User)
    done = finish_again(case_id=case_by_no(case_no).pk, actor=request.user)
    if done.effect_error:
        messages.error(request, f"办结仍未成功：{done.effect_error}")
    return redirect("backoffice:case", case_no=case_no)


@require_GET
@page_right("cases")
def receipt(request: HttpRequest, case_no: str) -> HttpResponse:
    """The result document of a finished case as PDF."""
    return receipt_of(case_by_no(case_no))


@require_GET
@page_right("cases")
def slip(request: HttpRequest, case_no: str) -> HttpResponse:
    """The acceptance slip (受理回执) of a case with a time limit: materials taken, due date, how to follow it."""
    return slip_of(case_by_no(case_no))


@require_GET
@page_right("cases")
def export(request: HttpRequest, case_no: str) -> HttpResponse:
    """The file a case made (导出文件), for those whose work needs it."""
    assert isinstance(request.user, User)
    found = case_by_no(case_no)
    if not has_worked_on(found, request.user):
        raise NotFound("您无权下载本办件的导出文件。")
    return export_of(found)


@require_GET
@page_right("cases")
def paper(request: HttpRequest, case_no: str, material_id: int) -> HttpResponse:
    """A scanned paper of a case, for those whose work needs it."""
    assert isinstance(request.user, User)
    found = case_by_no(case_no)
    material = CaseMaterial.objects.select_related("paper__file").filter(case=found, pk=material_id, paper__isnull=False).first()
    if material is None or material.paper is None or not has_worked_on(found, request.user):
        raise NotFound("没有这份材料，或尚未领取本办件。")
    response = HttpResponse(read_file(material.paper.file), content_type=material.paper.file.media_type)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = "sandbox"
    return response
