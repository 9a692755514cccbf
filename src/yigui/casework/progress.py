"""Progress of a case for the outside (办件进度): step and post, due date, result; no personal data."""

import datetime as dt
from dataclasses import dataclass

from yigui.casework.enums import CaseStatus
from yigui.casework.handlers import reaches
from yigui.casework.models import Case, Step
from yigui.casework.queries import overdue_words
from yigui.casework.returns import points_of, words_of
from yigui.catalogue.declarations import catalogue
from yigui.common.rooms import doors
from yigui.db.rows import row_where

#: Post that works at a step; the person in charge is not named outside.
_POST = {
    "review": "审核岗", "recheck": "复核岗", "request": "科室负责人", "meeting": "集体研究", "approve": "分管领导",
}  # fmt: skip


@dataclass(frozen=True)
class Progress:
    """One row of the progress list. Of a returned case: `missing` what is to be corrected, in public words, and where."""

    case_no: str
    item_name: str
    status: str
    step: str
    due: str
    is_overdue: bool
    missing: tuple[str, ...] = ()
    where_to_correct: str = ""


def channels_for_correction(case: Case) -> list[str]:
    """The channels at which whoever applied can correct a returned case by themselves: those that take the item and have a door for their kind.

    Of a case from a counter it is the person or the employer it is about, as `who_may` lets them.
    """
    item = catalogue().version(case.item_code, case.item_version)
    if case.login_id is not None:
        kind = "employer"
    else:
        kind = "person" if case.applicant_id is not None else item.applicant
    there = {door.channel for door in doors().values() if (kind, door.channel) in door.begins}
    return [channel for channel in item.channels if channel in there and reaches(item, channel)]


def doors_for_correction(case: Case) -> str:
    """Where the applicant can correct a returned case: the doors that are theirs and take the item, and a window."""
    names = [catalogue().channels[channel].split("（")[0] for channel in channels_for_correction(case)]
    return (f"可在{'、'.join(names)}补正后重新提交，也可到窗口办理") if names else "请到窗口补正后重新提交"


def progress_of(case: Case, today: dt.date) -> Progress:
    """What an applicant may know about a case."""
    step = row_where(Step, "case_id = %s AND round = %s AND state = 'ready' LIMIT 1", case.pk, case.round)
    where = _POST.get(step.code, "") if step else ""
    missing: tuple[str, ...] = ()
    correct_at = ""
    if case.status == CaseStatus.RETURNED:
        correct_at = doors_for_correction(case)
        where = f"请按以下要点补正，{correct_at}，也可撤回"
        missing = tuple(words_of(case, points_of(case), is_public=True))
    if case.status == CaseStatus.WAITING:
        where = "等待有关部门应答，核验通过后自动继续办理"
    late = overdue_words(case, today)
    due = case.due_on.isoformat() + (f"（{late}）" if late else "")
    if case.status == CaseStatus.RETURNED:
        due += "（补正期间暂停计时）"
    if case.is_due_provisional:
        due += "（节假日安排公布后以公布为准）"
    return Progress(case.case_no, case.item_name, case.get_status_display(), where, due, bool(late), missing, correct_at)
