"""Progress of a case for the outside (办件进度): step and post, due date, result; no personal data."""

import datetime as dt
from dataclasses import dataclass

from yigui.casework.enums import CaseStatus
from yigui.casework.models import Case, Step
from yigui.casework.queries import light_of
from yigui.casework.returns import points_of, words_of
from yigui.db.rows import row_where

#: Post that works at a step; the person in charge is not named outside.
_POST = {
    "review": "审核岗", "recheck": "复核岗", "request": "科室负责人", "meeting": "集体研究", "approve": "分管领导",
}  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """One row of the progress list. `missing`: of a returned case what is to be corrected, in public words."""

    case_no: str
    item_name: str
    status: str
    step: str
    due: str
    is_overdue: bool
    missing: tuple[str, ...] = ()


def progress_of(case: Case, today: dt.date) -> Progress:
    """What an applicant may know about a case."""
    step = row_where(Step, "case_id = %s AND round = %s AND state = 'ready' LIMIT 1", case.pk, case.round)
    where = _POST.get(step.code, "") if step else ""
    missing: tuple[str, ...] = ()
    if case.status == CaseStatus.RETURNED:
        where = "请按以下要点补正，可在任一渠道补正后重新提交，也可撤回"
        missing = tuple(words_of(case, points_of(case), is_public=True))
    if case.status == CaseStatus.WAITING:
        where = "等待有关部门应答，核验通过后自动继续办理"
    is_overdue = light_of(case, today) == "red"
    due = case.due_on.isoformat() + ("（已超时，正在催办）" if is_overdue else "")
    if case.is_due_provisional:
        due += "（节假日安排公布后以公布为准）"
    return Progress(case.case_no, case.item_name, case.get_status_display(), where, due, is_overdue, missing)
