"""Meetings (集体研究): cases waiting for one, by item; the chair records minutes, attendees and verdicts."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.backoffice.return_points import Pointable, before, pointable, points_of_post
from yigui.casework.enums import ReturnReason, Verdict
from yigui.casework.meetings import ATTENDEES_MIN, record_meeting
from yigui.casework.models import Case, CaseMaterial, Meeting, Step
from yigui.casework.queues import my_queue
from yigui.casework.rehearse import before_signing
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.normalise import read_day
from yigui.common.texts import int_or_none
from yigui.shell.refused import refusal_said
from yigui.staff.enums import Role
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

#: What a meeting decides of a case, in its words.
_VERDICTS = {Verdict.PASS: "同意", Verdict.RETURN: "退回补正", Verdict.DECLINE: "不予办理"}
_MEMBERS = (Role.REVIEWER, Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR, Role.ACCOUNTANT)


@require_http_methods(["GET", "POST"])
@page_right("meeting")
def meetings(request: OfficerRequest) -> HttpResponse:
    """Cases waiting, and the form of a meeting; what was typed stays when it is refused."""
    if request.method == "POST":
        try:
            meeting = _record(request, request.user)
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
        else:
            messages.success(request, f"会议 {meeting.pk} 号已登记，研究办件 {meeting.decisions.count()} 件。")
            return redirect("backoffice:meetings")
    waiting: dict[str, list[Step]] = {}
    for step in my_queue(request.user, clock.today(), steps=("meeting",), limit=100):
        waiting.setdefault(f"{step.case.item_code} {step.case.item_name}", []).append(step)
    said = _said(request.POST, [step.case for steps in waiting.values() for step in steps])
    members = User.objects.filter(role__in=_MEMBERS, is_active=True, agency=request.user.agency).exclude(pk=request.user.pk)
    context = {
        "waiting": waiting, "members": members.order_by("role", "id")[:60], "least": ATTENDEES_MIN,
        "standing": {step.case_id: before_signing(step.case) for steps in waiting.values() for step in steps},
        "recent": Meeting.objects.filter(chair=request.user).order_by("-id")[:10], "said": said,
        "held_on": request.POST.get("held_on") or clock.today().isoformat(), "minutes": request.POST.get("minutes", ""),
        "chosen": request.POST.getlist("attendees"), "reasons": ReturnReason.choices,
        "verdicts": [("", "本次不研究"), *((v, label) for v, label in _VERDICTS.items())],
    }  # fmt: skip
    return render(request, "backoffice/meetings.html", context)


def _said(typed: QueryDict, cases: Sequence[Case]) -> dict[int, tuple[str, str, Pointable]]:
    """By case: verdict and note as they were typed before a refusal, and what a return may name."""
    given: dict[int, list[str]] = {}
    for case_id, code in (
        CaseMaterial.objects.filter(case__in=[c.pk for c in cases]).order_by("id").values_list("case", "material_code")
    ):
        given.setdefault(case_id, []).append(code)
    return {
        c.pk: (
            typed.get(f"verdict_{c.pk}", ""), typed.get(f"note_{c.pk}", ""), pointable(c, given.get(c.pk, ()), typed, before(c.pk)),
        )
        for c in cases
    }  # fmt: skip


def _record(request: HttpRequest, chair: User) -> Meeting:
    verdicts = {}
    for key, value in request.POST.items():
        if key.startswith("verdict_") and value in Verdict.values:
            case_id = int_or_none(key.removeprefix("verdict_"))
            if case_id is not None:
                verdicts[case_id] = (str(value), request.POST.get(f"note_{case_id}", "").strip())
    try:
        held_on = read_day(request.POST.get("held_on", ""))
    except ValueError as error:
        raise YiguiError("请填写会议日期，例如 2026-03-10。") from error
    attendees = list(
        User.objects.filter(pk__in=[n for a in request.POST.getlist("attendees") if (n := int_or_none(a)) is not None])[:60]
    )
    return record_meeting(
        chair=chair, held_on=held_on, minutes=request.POST.get("minutes", ""), attendees=attendees, verdicts=verdicts,
        points={case_id: points_of_post(request.POST, before(case_id)) for case_id in verdicts}, today=clock.today(),
    )  # fmt: skip
