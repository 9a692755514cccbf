"""A section's own page (科室): its inbox, and the work of those it guides and of those whose day it manages (R011, R027)."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from yigui.casework.inboxes import steps_of_sections
from yigui.casework.queries import lights
from yigui.casework.queues import QUEUE_MAX
from yigui.casework.work_of_people import Work, waiting_and_overdue, work_of_people
from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.organisation import Section
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of
from yigui.staff.sections import Chart, chart_on

#: Roles that look into every section of the agencies they answer for.
_OVERSEERS = (Role.DIRECTOR, Role.AUDITOR)
PEOPLE_MAX = 200


@require_GET
@page_right("section")
def own_section(request: OfficerRequest) -> HttpResponse:
    """The page of the signed-in person's own section; a person without one is told whom to ask."""
    user = request.user
    if user.section_id is None:
        chart = chart_on(clock.today())
        top = chart.tree_of(user.agency_id) if user.role in _OVERSEERS else []
        if not top:
            return render(request, "backoffice/no_section.html")
        return redirect("backoffice:section", section_id=top[0].section.pk)
    return redirect("backoffice:section", section_id=user.section_id)


@require_GET
@page_right("section")
def section(request: OfficerRequest, section_id: int) -> HttpResponse:
    """What waits in a section and below it, by due date, and its people's work of the month."""
    today = clock.today()
    chart = chart_on(today)
    found = chart.sections.get(section_id)
    if found is None:
        raise NotFound("没有该科室，请从机构图中选择。")
    if not _may_see(request.user, found, chart):
        raise NotAuthorised(
            f"“{found.name}”的待办由该科室及其上级科室的人员、所属机构或市级机构的分管领导和稽核人员查看，您不在其列。"
        )
    subtree = chart.subtree_of(found)
    steps = steps_of_sections(subtree, today, chart)
    rows = list(steps[: QUEUE_MAX + 1])
    waiting, overdue = waiting_and_overdue(steps, today)
    light = lights(today)
    context = {
        "section": found,
        "below": subtree[1:],
        "siblings": _others(request.user, chart, found),
        "rows": [(s, light(s.case)) for s in rows[:QUEUE_MAX]],
        "has_more": len(rows) > QUEUE_MAX,
        "waiting": waiting,
        "overdue": overdue,
        "month": today.replace(day=1),
        **_people(subtree, today),
    }
    return render(request, "backoffice/section.html", context)


def _may_see(user: User, found: Section, chart: Chart) -> bool:
    """Own section and what lies below it, as guided or managed; overseers all of their agencies."""
    if user.role in _OVERSEERS:
        return agencies_of(user).filter(pk=found.agency_id).exists()
    own = [chart.sections[pk] for pk in (user.section_id, user.managing_department_id) if pk in chart.sections]
    return any(found in chart.subtree_of(one) for one in own)


def _others(user: User, chart: Chart, found: Section) -> list[Any]:
    if user.role in _OVERSEERS:
        return chart.tree_of(found.agency_id)
    return [n for n in chart.tree_of(found.agency_id) if _may_see(user, n.section, chart)]


def _people(subtree: list[Section], today: dt.date) -> dict[str, list[tuple[User, Work]]]:
    keys = [s.pk for s in subtree]
    people = (
        User.objects.filter(is_active=True).select_related("desk", "section", "managing_department").order_by("role", "full_name")
    )
    guided = list(people.filter(section__in=keys)[:PEOPLE_MAX])
    managed = list(people.filter(managing_department__in=keys)[:PEOPLE_MAX])
    work = work_of_people({u.pk for u in (*guided, *managed)}, since=today.replace(day=1), today=today)
    return {"guided": [(u, work[u.pk]) for u in guided], "managed": [(u, work[u.pk]) for u in managed]}
