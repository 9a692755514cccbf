"""Filing (归档): a finished case becomes a volume by itself, a minute after it was finished; what is missing becomes somebody's work.

The finish itself writes that the case waits (`archive_due_v1`), in its own transaction, so that none is lost. The volume is made by the job: files are read for it,
a number without gaps is given under a lock, and neither may hold up, or break, the counter.
"""

import json

from django.db import Error, transaction
from django.db.models import Q

from yigui.archive.four_checks import TOOL, Tested, tested
from yigui.archive.models import Due, Volume
from yigui.archive.records import gaps_of, to_file
from yigui.casework.follow_ups import CASE
from yigui.casework.models import Case
from yigui.common import clock
from yigui.db.each import each, within
from yigui.db.faults import database_sentence, sqlstate_of
from yigui.db.presence import asked, proof_of, signed
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.tasks.end_task import settle_origin
from yigui.tasks.enums import TaskState
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.models import Task
from yigui.tasks.open_task import next_part, open_task
from yigui.tasks.references import Reference

#: Cases taken up at once, seconds one run of the job works, cases of before that are looked at in one go.
TAKEN_MAX, RUN_SECONDS, SCANNED_MAX = 200, 45, 2000
GAP = "archive_gap"


def file_due() -> int:
    """File what waits; gives how many volumes were made. Goes on for less than a minute; the next run goes on where it ends."""
    begun = clock.now()

    def behind(last: Due | None) -> list[Due]:
        rows = Due.objects.filter(next_at__lte=begun).order_by("next_at", "case")
        if last is not None:
            rows = rows.filter(Q(next_at__gt=last.next_at) | Q(next_at=last.next_at, case__gt=last.case_id))
        return list(rows[:TAKEN_MAX])

    return each(within(RUN_SECONDS, behind), lambda due: file_case(due.case_id), job="archive.file_due").done


def adopt_earlier() -> int:
    """Bring cases that were finished before there was an archive to wait, so many a run; gives how many cases were looked at.

    None while many wait already: a case that is finished today would stand behind all of them.
    """
    if len(Due.objects.filter(next_at__lte=clock.now()).values_list("case")[:TAKEN_MAX]) == TAKEN_MAX:
        return 0
    return int(asked("SELECT archive_adopt_v1(%s)", SCANNED_MAX)[0])


@transaction.atomic
def file_case(case_id: int) -> bool:
    """File a case that waits. One with a gap goes on waiting, with its reason and a task; gives whether there is a volume now."""
    found = _tested(case_id)
    case = Case.objects.select_related("agency", "person", "employer").get(pk=case_id)
    if found.faults:
        _hold(case, found.sentence)
        return False
    made = asked("SELECT archive_file_v1(%s, %s, %s, %s)", case_id, json.dumps(found.pages), TOOL, json.dumps(found.results))[0]
    if made is None:
        return False
    _settle(case, "系统已归档。")
    return True


def file_with_note(*, actor: User, case: Case, note: str) -> Volume:
    """File a case that is held with what is missing (缺漏归档): why stands in the volume (备考), with who answers for it.

    Raises:
        NotSeen: nobody is signed in. Moved: it is not held, or the note says too little. NotAuthorised: not theirs, or they handled the case.
    """
    try:
        return _file_with_note(actor=actor, case=case, note=note)
    except Error as error:
        if sqlstate_of(error) not in ("YG004", "YG005"):
            raise
        raise NotAuthorised(database_sentence(error)) from error


@transaction.atomic
def _file_with_note(*, actor: User, case: Case, note: str) -> Volume:
    found = _tested(case.pk)
    number = signed(
        "SELECT archive_file_noted_v1(%s, %s, %s, %s, %s, %s)",
        proof_of(actor), case.pk, json.dumps(found.pages), TOOL, json.dumps(found.results), note,
    )  # fmt: skip
    _settle(case, f"{actor.full_name} 写明情况后归档：{note.strip()}")
    return Volume.objects.get(pk=number)


def _tested(case_id: int) -> Tested:
    return tested(to_file(case_id), gaps_of(case_id))


def _hold(case: Case, reason: str) -> None:
    asked("SELECT archive_hold_v1(%s, %s)", case.pk, reason)
    origin = Reference(CASE, case.pk, case.case_no)
    open_task(
        kind="archive_gap", origin=origin, part=next_part(GAP, origin), agency=case.agency, area_code=case.area_id, today=clock.today(),
        person=case.person, employer=case.employer if case.person is None else None,
        note=f"办件 {case.case_no}（{case.item_name}）没有归档：{reason}",
    )  # fmt: skip


def _settle(case: Case, words: str) -> None:
    settle_origin(Reference(CASE, case.pk), outcome="filed", note=words, today=clock.today())


def _still_waits(task: Task) -> str:
    if Due.objects.filter(case=task.origin_id).exists():
        return f"办件 {task.origin_no} 仍在待归档：补回文件后系统自动归档，补不回的请在“待归档”页写明情况后归档。"
    return ""


register_check(GAP, "noted", _still_waits)
# A case is filed or filed with a note; that nobody looks after it while it waits is no third way.
register_check(GAP, TaskState.DROPPED, _still_waits)
