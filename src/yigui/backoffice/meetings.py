"""Meetings (集体研究): cases waiting for one, by item; the chair records minutes, attendees and verdicts."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.casework.enums import Verdict
from yigui.casework.meetings import ATTENDEES_MIN, record_meeting
from yigui.casework.models import Meeting, Step
from yigui.casework.queues import my_queue
from yigui.common import clock
from yigui.common.errors import YiguiError
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
    said = {
        s.case.pk: (request.POST.get(f"verdict_{s.case.pk}", ""), request.POST.get(f"note_{s.case.pk}", ""))
        for steps in waiting.values()
        for s in steps
    }
    members = User.objects.filter(role__in=_MEMBERS, is_active=True, agency=request.user.agency).exclude(pk=request.user.pk)
    context = {
        "waiting": waiting, "members": members.order_by("role", "id")[:60], "today": clock.today(), "least": ATTENDEES_MIN,
        "recent": Meeting.objects.filter(chair=request.user).order_by("-id")[:10], "typed": request.POST, "said": said,
        "chosen": request.POST.getlist("attendees"),
        "verdicts": [("", "本次不研究"), *((v, label) for v, label in _VERDICTS.items())],
    }  # fmt: skip
    return render(request, "backoffice/meetings.html", context)


def _record(request: HttpRequest, chair: User) -> Meeting:
    verdicts = {}
    for key, value in request.POST.items():
        if key.startswith("verdict_") and value in Verdict.values:
            case_id = int(key.removeprefix("verdict_"))
            verdicts[case_id] = (str(value), request.POST.get(f"note_{case_id}", "").strip())
    try:
        held_on = dt.date.fromisoformat(request.POST.get("held_on", ""))
    except ValueError as error:
        raise YiguiError("请填写会议日期，例如 2026-03-10。") from error
    attendees = list(
        User.objects.filter(pk__in=[n for a in request.POST.getlist("attendees") if (n := int_or_none(a)) is not None])[:60]
    )
    return record_meeting(
        chair=chair, held_on=held_on, minutes=request.POST.get("minutes", ""), attendees=attendees, verdicts=verdicts,
        today=clock.today(),
    )  # fmt: skip
