"""The case page: what is asked for, what would change, papers, opinions, history. What people do there stands in `case_deeds`."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.applying.linked import Linked, Offers, linked_items
from yigui.applying.papers import export_of, form_paper_of, letter_page, receipt_of, slip_of
from yigui.archive.queries import volume_of
from yigui.backoffice.case_lists import CASES
from yigui.backoffice.return_points import Pointable, pointable
from yigui.casework.enums import CaseStatus, ReturnReason, Verb
from yigui.casework.handlers import is_open, reaches
from yigui.casework.models import Case, CaseMaterial, ReturnPoint, Step
from yigui.casework.queries import case_by_no, current_step, has_worked_on, light_of
from yigui.casework.questions import questions_of
from yigui.casework.rehearse import before_signing, to_sign
from yigui.casework.returns import all_points_of, label_of
from yigui.casework.rounds import by_round
from yigui.casework.who_may import deeds_of
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.field_kinds import masked_words
from yigui.catalogue.forms import shown_values
from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.common.identifiers import mask_name
from yigui.documents.store import read_file
from yigui.shell.list_pages import found_in, list_page
from yigui.staff.enums import STEPS_OF_ROLE, StepKind
from yigui.staff.errors import NotAuthorised
from yigui.staff.full_views import GROUNDS, has_stated_reason
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.ui.headers import show_papers_in, shown_in_page
from yigui.visits.queries import visits_of
from yigui.warrants.enums import RiskClass
from yigui.warrants.models import Warrant
from yigui.warrants.queries import changed_fields, changes_of, table_label


@require_http_methods(["GET", "POST"])
@page_right("cases")
def search(request: OfficerRequest) -> HttpResponse:
    """Cases, found by whom they are about and narrowed; POST has what is typed in the box looked up."""
    return found_in(request, CASES) if request.method == "POST" else list_page(request, CASES)


def _answers(case: Case, points: list[ReturnPoint], *, is_full: bool) -> list[tuple[str, str, list[str]]]:
    """Label and words of each answer, and what returns have said of it."""
    item = catalogue().version(case.item_code, case.item_version)
    rows = []
    for field, text in shown_values(item, case.form):
        said = [f"第 {p.round} 轮退回：{p.get_reason_display()}" for p in points if p.field == field.name]
        rows.append((field.label, text if is_full else masked_words(field, text), said))
    return rows


@require_GET
@page_right("cases")
def case(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Everything about one case; personal data in full only for whom the work needs it."""
    return case_page(request, case_by_no(case_no))


def _might_claim(user: User, case: Case, step: Step) -> bool:
    """Whether somebody of this post does steps like this one, and looks for why not this: who accepted the case does not."""
    return case.accepted_by_id != user.pk and step.code in STEPS_OF_ROLE.get(user.role, ())


def case_page(request: OfficerRequest, found: Case, *, refused: str = "", status: int = 200) -> HttpResponse:
    """The page of a case; after a refused deed with its sentence, and what was typed still there."""
    is_full = may_see_in_full(found, request.user)
    step = current_step(found) if found.status == CaseStatus.OPEN else None
    warrant = Warrant.objects.filter(kind="case", subject_id=found.pk).first()
    deeds, points = deeds_of(request.user, found, clock.today()), all_points_of(found)
    materials = [(m, catalogue().materials[m.material_code].name, number) for m, number in by_round(found)]
    if is_full:
        show_papers_in(request)
    context: dict[str, Any] = {
        "case": found,
        "item": catalogue().version(found.item_code, found.item_version),
        "channel": catalogue().channels[found.channel],
        "light": light_of(found, clock.today()),
        "steps": list(found.steps.select_related("decided_by", "claimed_by", "suggested_to").order_by("round", "seq")[:60]),
        "step": step,
        "is_full": is_full,
        "answers": _answers(found, points, is_full=is_full),
        "questions": questions_of(found),
        "subject_name": found.subject_name if is_full or not found.person_id else mask_name(found.subject_name),
        "materials": materials,
        "papers": [row for row in materials if row[0].paper is not None] if is_full else [],
        "proofs": [p.answer for p in found.proofs.select_related("answer__partner").order_by("id")[:40]],
        "events": list(found.events.order_by("seq")[:100]),
        "decisions": list(found.decisions.select_related("meeting", "meeting__chair").order_by("id")[:10]),
        "warrant": warrant,
        "signatures": _signatures(warrant),
        "changes": [(c, table_label(c), changed_fields(c)) for c in changes_of(warrant)] if warrant and is_full else [],
        "deeds": {verb: reason for verb, reason in deeds.items() if reason is None},
        "why_not_claim": deeds.get(Verb.CLAIM) if step is not None and _might_claim(request.user, found, step) else None,
        "is_mine": step is not None and step.claimed_by_id == request.user.pk,
        "points": [(p, label_of(found, p)) for p in sorted(points, key=lambda p: -p.round)],
        "last_round": max((p.round for p in points), default=0),
        "pointable": _pointable(found, request) if Verb.RETURN in deeds else [],
        "to_sign": to_sign(found.pk) if is_full and step is not None and found.risk_class < RiskClass.NONE else None,
        "standing": before_signing(found) if is_full and step is not None else [],
        "refused": refused,
        "typed": request.POST.get("opinion", ""),
        "reasons": ReturnReason.choices,
        "grounds": GROUNDS,
        "linked": _linked(found, request.user),
        "visits": visits_of(found),
        "volume": volume_of(found) if found.status == CaseStatus.FINISHED and has_page_right(request.user, "archive") else None,
        "may_repeat": found.accepted_by_id == request.user.pk
        and has_page_right(request.user, "counter")
        and is_open(found.item_code),
    }
    return render(request, "backoffice/case.html", context, status=status)


def _linked(case: Case, user: User) -> list[Linked]:
    """What whom the case is about may need as well; begun from here by who sits at a counter."""
    offers: Offers | None = (lambda item: reaches(item, "counter")) if has_page_right(user, "counter") else None
    item = catalogue().version(case.item_code, case.item_version)
    return linked_items(item, channel="counter", offers=offers, today=clock.today(), person=case.person, employer=case.employer)


def may_see_in_full(case: Case, user: User) -> bool:
    """Whether somebody sees a case in full: took part in it, or has stated a reason today, which is recorded."""
    return has_worked_on(case, user) or has_stated_reason(user=user, case_no=case.case_no)


def _pointable(case: Case, request: HttpRequest) -> Pointable:
    return pointable(case, case.materials.values_list("material_code", flat=True), request.POST)


def _signatures(warrant: Warrant | None) -> list[tuple[str, str, Any]]:
    if warrant is None:
        return []
    signed = list(warrant.signatures.order_by("seq"))
    people = User.objects.in_bulk([s.user_id for s in signed])
    return [(str(StepKind(s.step).label), str(people[s.user_id]), s.signed_at) for s in signed]


def _case_in_full(request: OfficerRequest, case_no: str) -> Case:
    """A case whose papers this person may open.

    Raises:
        NotAuthorised: they neither worked on it nor stated a reason today.
    """
    found = case_by_no(case_no)
    if not may_see_in_full(found, request.user):
        raise NotAuthorised(f"您未经手办件 {case_no}，文书和材料不能直接打开。确因工作需要，请在办件页登记查看事由后再打开。")
    return found


@require_GET
@page_right("cases")
def receipt(request: OfficerRequest, case_no: str) -> HttpResponse:
    """The result document of a finished case as PDF, for those whose work needs it."""
    return receipt_of(_case_in_full(request, case_no))


@require_GET
@page_right("cases")
def letter(request: OfficerRequest, case_no: str) -> HttpResponse:
    """The decision of a declined case, the notice of a returned one (不予办理决定书、一次性告知单), to be handed over; for those whose work needs it."""
    return letter_page(_case_in_full(request, case_no))


@require_GET
@page_right("cases")
def slip(request: OfficerRequest, case_no: str) -> HttpResponse:
    """The acceptance slip (受理回执): materials taken, due date, how to follow it; for those whose work needs it."""
    return slip_of(_case_in_full(request, case_no))


@require_GET
@page_right("cases")
def form_paper(request: OfficerRequest, case_no: str) -> HttpResponse:
    """The application form (业务申请表) a case was accepted with, for those whose work needs it."""
    return form_paper_of(_case_in_full(request, case_no))


@require_GET
@page_right("cases")
def export(request: OfficerRequest, case_no: str) -> HttpResponse:
    """The file a case made (导出文件), for those whose work needs it."""
    return export_of(_case_in_full(request, case_no))


@require_GET
@page_right("cases")
def paper(request: OfficerRequest, case_no: str, material_id: int) -> HttpResponse:
    """A scanned paper of a case, for those whose work needs it."""
    found = _case_in_full(request, case_no)
    material = CaseMaterial.objects.select_related("paper__file").filter(case=found, pk=material_id, paper__isnull=False).first()
    if material is None or material.paper is None:
        raise NotFound("本办件没有这份材料，请刷新页面后重试。")
    response = HttpResponse(read_file(material.paper.file), content_type=material.paper.file.media_type)
    response["Content-Disposition"] = "inline"
    if material.paper.file.media_type == "application/pdf":
        # The browser's own viewer does not open within a sandbox; the page of its case shows it.
        shown_in_page(request)
    else:
        response["Content-Security-Policy"] = "sandbox"
    return response
