"""What a case leaves behind (后续任务): each follow-up of its outcome becomes a task in the same transaction; a case that ends
settles the tasks that waited for it."""

import datetime as dt
from collections.abc import Iterable

from yigui.casework.enums import FINAL, CaseStatus
from yigui.casework.models import Case
from yigui.casework.outcomes import FollowUp
from yigui.catalogue.declarations import catalogue
from yigui.staff.models import User
from yigui.tasks.end_task import lose_case, settle_by_case, settle_origin
from yigui.tasks.kinds import closing_items
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.references import CaseLookUp, LinkedCase, Reference, register_cases

#: Kind of a typed reference to a case.
CASE = "case"


def open_follow_ups(case: Case, follow_ups: Iterable[FollowUp], *, operator: User | None, today: dt.date) -> list[Task]:
    """Open the tasks of a finished case, in its transaction."""
    return [
        open_task(
            kind=f.kind, origin=f.origin or Reference(CASE, case.pk, case.case_no), note=f.note, agency=case.agency,
            area_code=case.area_id, today=today, person=case.person if f.is_about_subject else None,
            employer=case.employer if f.is_about_subject else None, amount_fen=f.amount_fen, due_on=f.due_on, part=f.part, form=f.form, actor=operator,
            zone=catalogue().version(case.item_code, case.item_version).zone,
        )
        for f in follow_ups
    ]  # fmt: skip


def settle_tasks(case: Case, *, today: dt.date) -> None:
    """A case has come to its end: end the tasks it settles, or give them back to their owner when it came to nothing.

    Called with the case's new status, in the transaction that sets it. Costs nothing where no task can wait for the case.
    """
    assert case.status in FINAL, case.status
    if case.overdue_noted_on is not None:
        words = f"办件 {case.case_no} 现为“{case.get_status_display()}”。"
        settle_origin(Reference(CASE, case.pk), outcome="ended", note=words, today=today)
    if case.item_code not in closing_items():
        return
    if case.status == CaseStatus.FINISHED:
        settle_by_case(linked_case(case), today=today)
    else:
        lose_case(linked_case(case))


def linked_case(case: Case) -> LinkedCase:
    """What a task must know of a case."""
    return LinkedCase(
        reference=Reference(CASE, case.pk, case.case_no), item_code=case.item_code, item_name=case.item_name,
        accepted_at=case.accepted_at, is_finished=case.status == CaseStatus.FINISHED, is_final=case.is_final, person_id=case.person_id,
        employer_id=case.employer_id, status_label=str(CaseStatus(case.status).label), key=case.idempotency_key or "",
    )  # fmt: skip


def _by_number(case_no: str) -> LinkedCase | None:
    found = Case.objects.filter(case_no=case_no).first()
    return linked_case(found) if found else None


def _by_key(key: str) -> LinkedCase | None:
    found = Case.objects.filter(idempotency_key=key).first()
    return linked_case(found) if found else None


register_cases(CaseLookUp(by_number=_by_number, by_key=_by_key))
