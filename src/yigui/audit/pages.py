"""The pages of audit: a sample with its draw and scores, a sampled case and its examination, its sheet, a finding, what is found of one's own work."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.audit.enums import Stratum
from yigui.audit.models import Finding, SampledCase, Score
from yigui.audit.queries import (
    FINDINGS_MAX,
    OWN_MAX,
    doers_of,
    error_kinds,
    finding_for,
    findings_of,
    own_findings,
    sample_for,
    sampled_case_for,
    scores_of,
    strata_of,
)
from yigui.audit.work import CORRECTION, EXAMINE, OBJECTION, Said, answer, correct, decide, examine, held_by, open_in_full
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.months import format_period
from yigui.common.normalise import plain_code, plain_text
from yigui.common.texts import int_or_none
from yigui.shell.refused import refusal_said
from yigui.staff.full_views import has_stated_reason
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.same_person import accounts_of

_FIELDS = ("kind", "doer", "words", "correct")
_SCORES_MAX = 200


@require_GET
@page_right("audit")
def sample(request: OfficerRequest, number: int) -> HttpResponse:
    """A sample: from what it was drawn, by which seed, how far it is, and the scores."""
    found = sample_for(request.user, number)
    rows = Score.objects.filter(sample=found).select_related("user")
    strata = [row | {"label": Stratum(row["stratum"]).label, "percent": found.shares[row["stratum"]]} for row in strata_of(found)]
    context = {
        "sample": found, "month": format_period(found.month), "strata": strata, "least": found.shares["least"],
        "total": rows.filter(user=None).first(), "scores": list(rows.filter(user__isnull=False).order_by("quality", "user")[:_SCORES_MAX]),
    }  # fmt: skip
    return render(request, "audit/sample.html", context)


def _typed(data: QueryDict) -> list[dict[str, str]]:
    """The lines of the form of errors, as typed."""
    return [{name: data.get(f"{name}_{n}", "").strip() for name in _FIELDS} for n in range(1, FINDINGS_MAX + 1)]


def _case_page(request: OfficerRequest, found: SampledCase, *, refused: str = "", status: int = 200) -> HttpResponse:
    is_mine = held_by(request.user, EXAMINE, found.pk) is not None
    findings = findings_of(found)
    made = getattr(found, "examination", None)
    context = {
        "sampled": found, "case": found.case, "month": format_period(found.sample.month), "made": made, "findings": findings, "is_mine": is_mine,
        "is_full": has_stated_reason(user=request.user, case_no=found.case.case_no), "subject": found.case.shown_subject, "refused": refused,
        "doers": doers_of(found) if is_mine and made is None else [], "kinds": error_kinds(clock.today()) if is_mine and made is None else [],
        "lines": list(enumerate(_typed(request.POST), start=1)), "words": request.POST.get("words", ""),
    }  # fmt: skip
    return render(request, "audit/case.html", context, status=status)


@require_GET
@page_right("audit")
def case(request: OfficerRequest, number: int) -> HttpResponse:
    """A sampled case, what was found, and the form for whoever has taken its task."""
    return _case_page(request, sampled_case_for(request.user, number))


@require_POST
@page_right("audit")
def look(request: OfficerRequest, number: int) -> HttpResponse:
    """Open the case in full for its examination; that stands in the view log."""
    found = sampled_case_for(request.user, number)
    try:
        open_in_full(auditor=request.user, sampled=found)
    except YiguiError as error:
        return _case_page(request, found, refused=refusal_said(request, error), status=error.http_status)
    return redirect("backoffice:case", case_no=found.case.case_no)


def _said(data: QueryDict) -> list[Said]:
    """The errors a form says. A line in which anything is typed is one; nothing of it is left out."""
    found = []
    for line in _typed(data):
        if any(line.values()):
            user, _, step = line["doer"].partition("-")
            found.append(Said(line["kind"], int_or_none(user), int_or_none(step), plain_text(line["words"]), bool(line["correct"])))
    return found


@require_POST
@page_right("audit")
def examine_page(request: OfficerRequest, number: int) -> HttpResponse:
    """Register what came of looking into a sampled case. That nothing was found is said, not concluded from an empty form."""
    found = sampled_case_for(request.user, number)
    said, result = _said(request.POST), request.POST.get("result", "")
    try:
        if result not in ("sound", "wrong") or (result == "sound") == bool(said):
            raise YiguiError("请选择检查结论：未发现差错的不填差错，有差错的至少填写一项。")
        examine(
            auditor=request.user, sampled=found, words=plain_text(request.POST.get("words", "")), findings=said, today=clock.today()
        )  # fmt: skip
    except YiguiError as error:
        return _case_page(request, found, refused=refusal_said(request, error), status=422)
    messages.success(request, "检查结果已登记；有差错的已告知责任人，须更正的已转科室负责人。")
    return redirect("audit:case", number=found.pk)


@require_GET
@page_right("audit")
def sheet(request: OfficerRequest, number: int) -> HttpResponse:
    """The sheet of a sampled case (稽核检查表), to be printed and signed."""
    found = sampled_case_for(request.user, number)
    context = {
        "sampled": found, "case": found.case, "month": format_period(found.sample.month), "made": getattr(found, "examination", None),
        "findings": findings_of(found), "subject": found.case.shown_subject,
    }  # fmt: skip
    return render(request, "audit/sheet.html", context)


@require_GET
@page_right("audit_own")
def mine(request: OfficerRequest) -> HttpResponse:
    """What was found of one's own work, and one's own scores."""
    context = {
        "findings": list(own_findings(request.user)[:OWN_MAX]),
        "scores": [(format_period(s.sample.month), s) for s in scores_of(request.user)],
        "today": clock.today(),
    }
    return render(request, "audit/mine.html", context)


def _finding_page(request: OfficerRequest, found: Finding, *, refused: str = "", status: int = 200) -> HttpResponse:
    user = request.user
    context: dict[str, Any] = {
        "finding": found, "case": found.examination.sampled.case, "sampled": found.examination.sampled, "refused": refused,
        "said": found.said, "ruling": found.decided, "correction": found.put_right, "typed": request.POST.get("words", ""),
        "case_no": request.POST.get("case_no", ""),
        "may_answer": found.said is None and found.user_id in accounts_of(user) and found.answer_until >= clock.today(),
        "may_decide": held_by(user, OBJECTION, found.pk) is not None, "may_correct": held_by(user, CORRECTION, found.pk) is not None,
    }  # fmt: skip
    return render(request, "audit/finding.html", context, status=status)


@require_GET
@page_right("audit_own")
def finding(request: OfficerRequest, number: int) -> HttpResponse:
    """A finding: what was found, what the person says, what was decided, how it was put right."""
    return _finding_page(request, finding_for(request.user, number))


@require_POST
@page_right("audit_own")
def answer_page(request: OfficerRequest, number: int) -> HttpResponse:
    """Agree, or object."""
    found, said = finding_for(request.user, number), request.POST.get("says", "")
    try:
        if said not in ("agree", "object"):
            raise YiguiError("请选择认可或不认可。")
        words = plain_text(request.POST.get("words", ""))
        answer(person=request.user, finding=found, agrees=said == "agree", words=words, today=clock.today())
    except YiguiError as error:
        return _finding_page(request, found, refused=refusal_said(request, error), status=422)
    messages.success(request, "意见已登记。" if said == "agree" else "申辩已登记，由没有经办过该办件的其他人员处理。")
    return redirect("audit:finding", number=found.pk)


@require_POST
@page_right("audit_own")
def decide_page(request: OfficerRequest, number: int) -> HttpResponse:
    """Decide an objection."""
    found, chosen = finding_for(request.user, number), request.POST.get("stands", "")
    try:
        stands = {"stands": True, "void": False}.get(chosen)
        decide(
            officer=request.user, finding=found, stands=stands, words=plain_text(request.POST.get("words", "")), today=clock.today()
        )
    except YiguiError as error:
        return _finding_page(request, found, refused=refusal_said(request, error), status=422)
    messages.success(request, "申辩已处理，任务已办结。")
    return redirect("audit:finding", number=found.pk)


@require_POST
@page_right("audit_own")
def correct_page(request: OfficerRequest, number: int) -> HttpResponse:
    """Register how an error was put right."""
    found = finding_for(request.user, number)
    try:
        case_no, words = plain_code(request.POST.get("case_no", "")), plain_text(request.POST.get("words", ""))
        correct(officer=request.user, finding=found, case_no=case_no, words=words, today=clock.today())
    except YiguiError as error:
        return _finding_page(request, found, refused=refusal_said(request, error), status=422)
    messages.success(request, "更正已登记，任务已办结。")
    return redirect("audit:finding", number=found.pk)
