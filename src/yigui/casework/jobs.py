"""Background jobs: finishing cases left behind, overdue marks. When they run stands in `room.py`."""

import datetime as dt

from django.db import transaction

from yigui.casework.enums import CaseStatus, StepState, Verb
from yigui.casework.event_chain import append_event
from yigui.casework.finish_case import finish_approved
from yigui.casework.follow_ups import CASE
from yigui.casework.models import Case, Step
from yigui.casework.queries import overdue_cases, stuck_cases
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.staff.organisation import Section
from yigui.staff.sections import section_for
from yigui.tasks.open_task import open_task
from yigui.tasks.people import section_of_head
from yigui.tasks.references import Reference


def finish_stuck_cases() -> int:
    """Finish cases approved but not finished because a process died in between; gives how many were finished."""
    done = 0
    for case_id in stuck_cases():
        done += finish_approved(case_id=case_id).status == CaseStatus.FINISHED
    return done


def note_overdue(today: dt.date) -> int:
    """Write an overdue mark into the chain of every case newly past its due date; gives how many."""
    noted = 0
    for case_id in list(overdue_cases(today).filter(overdue_noted_on=None).values_list("id", flat=True)[:1000]):
        with transaction.atomic():
            case = Case.objects.select_for_update(of=("self",)).select_related("agency__area", "person", "employer").get(pk=case_id)
            if case.is_final or case.overdue_noted_on is not None:
                continue
            Case.objects.filter(pk=case_id).update(overdue_noted_on=today)
            report_overdue(case, today)
            noted += 1
    return noted


def report_overdue(case: Case, today: dt.date) -> None:
    """Put an overdue case into the inbox of its section head (超期督办), and say so in its chain (R043)."""
    step = case.steps.filter(round=case.round, state=StepState.READY).select_related("claimed_by").first()
    where = (
        f"停在“{step.get_code_display()}”" + (f"，{step.claimed_by.full_name} 已领取" if step.claimed_by else "，无人领取")
        if step
        else ""
    )
    task = open_task(
        kind="overdue_case", origin=Reference(CASE, case.pk, case.case_no),
        note=f"{case.item_code} {case.item_name}，承诺 {case.due_on} 办结，现为“{case.get_status_display()}”{where}。", agency=case.agency,
        area_code=case.area_id, today=today, person=case.person, employer=case.employer, part=case.due_on.isoformat(),
        section=section_of_head(_section_of(step, case, today), today) if step else None,
    )  # fmt: skip
    append_event(
        case, Verb.OVERDUE, actor=None, note=f"已超过承诺办结日期 {case.due_on}，已列入{task.agency.name}科室负责人的待办。",
        payload={"task": task.pk},
    )  # fmt: skip


def _section_of(step: Step, case: Case, today: dt.date) -> Section | None:
    """The section whose stage a step is, whether it is done in the back office or on the floor."""
    item = catalogue().version(case.item_code, case.item_version)
    return section_for(step_code=step.code, item=item, agency_id=case.agency_id, on=today)


def note_overdue_today() -> int:
    """Mark and report what is overdue today."""
    return note_overdue(clock.today())
