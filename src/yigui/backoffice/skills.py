"""The matrix of skills (一岗多能表): what each person of an agency may do, item by item, and what nobody may (R013)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.casework.skills import PEOPLE_MAX, groups_with, skill_matrix
from yigui.common import clock
from yigui.staff.enums import STEPS_OF_ROLE, StepKind
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agency_choices, agency_for

#: Steps a post holds; the others are nobody's right.
_STEPS = [(step.value, step.label) for step in StepKind if any(step in steps for steps in STEPS_OF_ROLE.values())]


@require_GET
@page_right("rights_held")
def skills(request: OfficerRequest) -> HttpResponse:
    """People and items of one agency at one step today, by group or, of one group, by item."""
    today = clock.today()
    agency = agency_for(request.user, request.GET.get("agency", ""))
    step = next((code for code, _ in _STEPS if code == request.GET.get("step")), StepKind.ACCEPT.value)
    groups = groups_with(step, today)
    group = next((code for code, _ in groups if code == request.GET.get("group")), "")
    context = {
        "matrix": skill_matrix(agency=agency, step=step, group=group, on=today),
        "agency": agency,
        "agencies": agency_choices(request.user),
        "step": step,
        "step_name": StepKind(step).label,
        "steps": _STEPS,
        "group": group,
        "groups": groups,
        "today": today,
        "max": PEOPLE_MAX,
    }
    return render(request, "backoffice/skills.html", context)
