"""Reported deaths in doubt (死亡信息核定): both facts side by side, and a reviewer's word with its reason."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.common import clock
from yigui.common.errors import Forbidden, YiguiError
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.tasks.death_conflicts import (
    claims_named,
    life_after,
    never_holds,
    refuse_foreign,
    report_of,
    reports_of,
    settle_death,
    waiting_reports,
    why_not,
)


@require_GET
@page_right("deaths")
def deaths(request: OfficerRequest) -> HttpResponse:
    """Reports about people of one's own areas that wait for a reviewer, the oldest first."""
    return render(request, "backoffice/deaths.html", {"rows": waiting_reports(request.user)})


@require_GET
@page_right("deaths")
def death(request: OfficerRequest, record_id: int) -> HttpResponse:
    """One report beside our record and every other report about the person."""
    report, person = report_of(record_id)
    refuse_foreign(request.user, person)
    context = {
        "report": report, "person": person, "others": [r for r in reports_of(person) if r.record.pk != record_id] if person else [],
        "why_not": why_not(request.user, report), "life_after": life_after(report, person) if person and report.is_waiting else [],
        "claims": claims_named(person) if person and report.standing != "in_force" else "",
        "never_holds": never_holds(report, person) if person and not report.may_hold else "",
    }  # fmt: skip
    return render(request, "backoffice/death.html", context)


@require_POST
@page_right("deaths")
def settle(request: OfficerRequest, record_id: int, verb: str) -> HttpResponse:
    """Settle it: `hold` or `dismiss`."""
    try:
        if verb not in ("hold", "dismiss"):
            raise YiguiError("没有这种核定，请刷新页面后重试。")
        done = settle_death(
            record_id=record_id,
            actor=request.user,
            holds=verb == "hold",
            reason=request.POST.get("reason", ""),
            today=clock.today(),
        )
        messages.success(request, f"{record_id} 号死亡信息：{done.words}。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        if isinstance(refused, Forbidden):
            return redirect("backoffice:deaths")
    return redirect("backoffice:death", record_id=record_id)
