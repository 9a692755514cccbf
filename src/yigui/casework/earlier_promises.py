"""What cases promised before there were tasks: their flags become tasks, once, after the upgrade.

A flag of a finished case (`benefit_review`, `recovery`, `award`, `medical_retired`) was told to the applicant and kept by nobody.
"""

import datetime as dt
from functools import partial

from django.db import transaction

from yigui.casework.enums import CaseStatus
from yigui.casework.follow_ups import CASE
from yigui.casework.models import Case
from yigui.common import clock
from yigui.db.each import answered_for, each
from yigui.entitlement.enums import BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.runs.models import Run, RunStatus
from yigui.runs.run_job import run_job
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.references import Reference

#: Kind of the run that says it has been done.
KIND = "earlier-promises"
_WORDS = {
    "benefit_review": "办结时已告知列入待遇复核，请复核已领待遇。",
    "recovery": "暂停后已发的月份当时告知须追回，请核对并办理多领退回（FND-003）。",
    "first_payment": "待遇已核定，尚未首次拨付，请通知本人办理（PEN-010）。",
    "medical_retired": "趸缴缴清后应转为退休人员医保待遇，请核对。",
}  # fmt: skip


def adopt_earlier_promises(today: dt.date) -> int:
    """Open the tasks; gives how many. Does nothing when it has been done, and takes up again where it was interrupted.

    Raises:
        LeftBehind: some case's could not be opened; the others' are, and the run is to be done again.
    """
    if Run.objects.filter(kind=KIND, status=RunStatus.DONE).exists():
        return 0
    with run_job(kind=KIND):
        rows = Case.objects.filter(status=CaseStatus.FINISHED, outcome__has_key="flags").exclude(outcome__flags=[])
        numbers = list(rows.order_by("pk").values_list("pk", flat=True))
        with answered_for():
            return each(numbers, partial(_adopt, today=today), job="casework.adopt_earlier_promises").done


def adopt_today() -> None:
    """As a job: adopt them if that has not been done."""
    adopt_earlier_promises(clock.today())


@transaction.atomic
def _adopt(case_id: int, *, today: dt.date) -> bool:
    case = Case.objects.select_related("agency__area", "person", "employer").get(pk=case_id)
    opened = [_open(case, kind, today) for kind in case.result.follow_ups if kind in _WORDS]
    return any(opened)


def _open(case: Case, kind: str, today: dt.date) -> Task | None:
    if kind == "first_payment" and not Benefit.objects.filter(case_id=case.pk, status=BenefitStatus.PENDING).exists():
        return None
    return open_task(
        kind=kind, origin=Reference(CASE, case.pk, case.case_no), note=f"办件 {case.case_no}（{case.item_name}）{_WORDS[kind]}",
        agency=case.agency, area_code=case.area_id, today=today, person=case.person, employer=case.employer,
    )  # fmt: skip
