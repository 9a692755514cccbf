"""Background jobs: finishing cases left behind, overdue marks. When they run stands in `room.py`."""

import datetime as dt
from functools import partial

from django.db import transaction

from yigui.casework.enums import CaseStatus, StepState, Verb
from yigui.casework.finish_case import finish_approved, note_fault
from yigui.casework.follow_ups import CASE
from yigui.casework.models import Case, Step
from yigui.casework.queries import locked_case, overdue_cases, stuck_cases
from yigui.casework.transitions import move
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.db.each import each, each_past
from yigui.staff.organisation import Section
from yigui.staff.sections import section_for
from yigui.tasks.open_task import open_task
from yigui.tasks.people import section_of_head
from yigui.tasks.references import Reference

#: Overdue cases taken up in one go; the rest follow with the next.
LATE_MAX = 1000


def finish_stuck_cases() -> int:
    """Finish approved cases whose process died in between, or whose passing fault is due again; gives how many were finished."""
    return each(stuck_cases(), _finish, job="casework.finish_stuck", mark=note_fault).done


def _finish(case_id: int) -> bool:
    return finish_approved(case_id=case_id).status == CaseStatus.FINISHED


def note_overdue(today: dt.date) -> int:
    """Write an overdue mark into the chain of every case newly past its due date; gives how many."""
    late = overdue_cases(today).filter(overdue_noted_on=None).values_list("id", flat=True)
    return each_past(
        lambda skip: list(late[skip : skip + LATE_MAX]), partial(_note_overdue, today=today), job="casework.note_overdue"
    ).done


@transaction.atomic
def _note_overdue(case_id: int, *, today: dt.date) -> bool:
    case = locked_case(case_id)
    if case.is_final or case.overdue_noted_on is not None:
        return False
    report_overdue(case, today)
    return True


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
    case.overdue_noted_on = today
    move(
        case, Verb.OVERDUE, case.status, actor=None, note=f"已超过承诺办结日期 {case.due_on}，已列入{task.agency.name}科室负责人的待办。",
        payload={"task": task.pk}, keep=("overdue_noted_on",),
    )  # fmt: skip


def _section_of(step: Step, case: Case, today: dt.date) -> Section | None:
    """The section whose stage a step is, whether it is done in the back office or on the floor."""
    item = catalogue().version(case.item_code, case.item_version)
    return section_for(step_code=step.code, item=item, agency_id=case.agency_id, on=today)


def note_overdue_today() -> int:
    """Mark and report what is overdue today."""
    return note_overdue(clock.today())
