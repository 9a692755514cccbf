"""The work of audit (稽核): samples drawn and given out as tasks, examined, answered, objected to, decided, corrected. The database says who may.

A sampled case is a task of an auditor who had no part in it; an objection a task of somebody who neither found the error nor made it; what is to be put right
a task of the head. What stands of them is written by the database alone (`sql/functions.sql`).
"""

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F, Func, OuterRef, Q, Value

from yigui.audit.models import Correction, Examination, Finding, Ruling, SampledCase
from yigui.audit.screening import LEAD, OF_LEAD
from yigui.casework.models import Case
from yigui.common import clock
from yigui.common.months import format_period
from yigui.db.each import each_past
from yigui.db.presence import asked, proof_of
from yigui.registry.models import Agency
from yigui.staff.asking import done
from yigui.staff.full_views import record_case_view, record_full_view
from yigui.staff.models import User
from yigui.tasks.end_task import finish, settle_origin
from yigui.tasks.enums import TaskState
from yigui.tasks.errors import TaskRefused
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.kinds import kind_of
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.people import agency_above, colleagues
from yigui.tasks.references import Reference
from yigui.tasks.who_may import register_unfit

#: Kinds of tasks; what they come from.
EXAMINE, OBJECTION, CORRECTION = "audit_case", "audit_objection", "audit_correction"
OF_CASE, OF_FINDING = "audit_case", "audit_finding"
#: Sampled cases that become tasks in one go; agencies upward in which somebody is looked for.
_ROWS_MAX, _LEVELS = 500, 5


@dataclass(frozen=True)
class Said:
    """An error as the auditor says it. `step`: None where it was made at the acceptance; `user`: None where nobody was chosen, which is refused."""

    kind: str
    user: int | None
    step: int | None
    words: str
    is_to_correct: bool


def draw_month() -> int:
    """Draw the samples of the month that is over, where none is drawn yet, and open what comes of them; gives how many samples. Every day, so that a day on which
    nothing ran is made up for."""
    today = clock.today()
    drawn = int(asked("SELECT audit_draw_v1(%s)", today)[0])
    open_examinations(today)
    return drawn


def close_samples() -> int:
    """Give samples their scores whose last examination, answer or decision has come; gives how many."""
    return int(asked("SELECT audit_close_v1(%s)", clock.today())[0])


def open_examinations(today: dt.date) -> int:
    """Sampled cases that are nobody's work yet become a task, each in a transaction of its own; gives how many."""
    mine = Task.objects.filter(kind=EXAMINE, origin_kind=OF_CASE, origin_id=OuterRef("pk"), origin_no="", part="")
    waiting = SampledCase.objects.filter(~Exists(mine)).order_by("pk").values_list("pk", flat=True)

    @transaction.atomic
    def one(number: int) -> bool:
        sampled = SampledCase.objects.select_related("case__agency__area", "sample").get(pk=number)
        case, sample = sampled.case, sampled.sample
        open_task(
            kind="audit_case", origin=Reference(OF_CASE, number), agency=_independent(EXAMINE, number, case.agency, today), area_code=case.area_id, today=today,
            note=f"{format_period(sample.month)} 抽中第 {sampled.place} 件：{case.case_no} {case.item_name}（{sampled.get_stratum_display()}）。",
        )  # fmt: skip
        return True

    return each_past(lambda skip: list(waiting[skip : skip + _ROWS_MAX]), one, job="audit.open_examinations").done


def why_unfit(kind: str, origin: int, user: User) -> str:
    """Why somebody has no business with the audit's task about a sampled case or a finding; "" when they may have."""
    return str(asked("SELECT audit_unfit_for_v1(%s, %s, %s)", kind, origin, user.pk)[0] or "")


def _independent(kind: str, origin: int, agency: Agency, today: dt.date) -> Agency:
    """The agency, or the nearest above, where somebody can take such a task; the first one where nobody can anywhere."""
    at, posts = agency, kind_of(kind, today).posts
    for _ in range(_LEVELS):
        if _has_fit(kind, origin, posts, at.pk):
            return at
        above = agency_above(at)
        if above is None:
            break
        at = above
    return agency


def _has_fit(kind: str, origin: int, posts: Collection[str], agency_id: str) -> bool:
    return any(not why_unfit(kind, origin, user) for user in colleagues(posts, agency_id))


def held_by(user: User, kind: str, origin: int) -> Task | None:
    """The task of a kind about something that somebody has taken; None: they have not."""
    return (
        Task.objects.filter(kind=kind, origin_id=origin, owner_id=user.pk, state=TaskState.TAKEN)
        .filter(origin_kind=OF_CASE if kind == EXAMINE else OF_FINDING)
        .first()
    )


@transaction.atomic
def open_in_full(*, auditor: User, sampled: SampledCase) -> None:
    """Whoever has taken the examination of a case sees it in full for the rest of the day; that stands in the view log like every look.

    Raises:
        TaskRefused: they have not taken it.
    """
    task = held_by(auditor, EXAMINE, sampled.pk)
    if task is None:
        raise TaskRefused("由领取了任务的人员查看办件的完整信息，请先在待办中领取；其他人员在办件页登记查看事由。")
    case: Case = sampled.case
    words = f"稽核抽查（任务 {task.pk} 号）{case.item_name}"
    about = [subject for subject in (case.person, case.employer) if subject is not None]
    for subject in about:
        record_full_view(user=auditor, subject=subject, reason=words, case_no=case.case_no)
    if not about:
        record_case_view(user=auditor, case_id=case.pk, case_no=case.case_no, reason=words)


@transaction.atomic
def examine(*, auditor: User, sampled: SampledCase, words: str, findings: Collection[Said], today: dt.date) -> Examination:
    """Register what came of looking into a sampled case; its task ends, and what is to be put right becomes a task of the head.

    Raises:
        NotSeen: not signed in. NotAuthorised: the task is not theirs, or they had a part. Moved: something is missing or wrong, or it is registered.
    """
    task = held_by(auditor, EXAMINE, sampled.pk)
    said = [
        {"kind": f.kind, "user": f.user, "step": f.step, "words": f.words, "correct": f.is_to_correct} for f in findings
    ]  # fmt: skip
    number = done(
        "SELECT audit_examine_v1(%s, %s, %s, %s, %s)",
        proof_of(auditor),
        sampled.pk,
        words,
        json.dumps(said, ensure_ascii=False),
        today,
    )
    made = Examination.objects.get(pk=number)
    case: Case = sampled.case
    for finding in made.findings.filter(is_to_correct=True).order_by("seq"):
        open_task(
            kind="audit_correction", origin=Reference(OF_FINDING, finding.pk), agency=case.agency, area_code=case.area_id, today=today,
            note=f"办件 {case.case_no} 稽核发现“{finding.kind_name}”：{finding.words}", person=case.person, employer=None if case.person else case.employer,
        )  # fmt: skip
    assert task is not None
    finish(task_id=task.pk, actor=auditor, outcome="examined", note="已登记稽核检查结果。", today=today)
    return made


@transaction.atomic
def answer(*, person: User, finding: Finding, agrees: bool, words: str, today: dt.date) -> None:
    """Say of a finding about oneself that it is so, or object; an objection becomes a task of somebody independent.

    Raises:
        NotSeen, NotAuthorised: somebody else's. Moved: too late, said already, or an objection without words.
    """
    done("SELECT audit_answer_v1(%s, %s, %s, %s, %s)", proof_of(person), finding.pk, agrees, words, today)
    if agrees:
        return
    case: Case = finding.examination.sampled.case
    open_task(
        kind="audit_objection", origin=Reference(OF_FINDING, finding.pk), agency=_independent(OBJECTION, finding.pk, case.agency, today), area_code=case.area_id,
        today=today, note=f"办件 {case.case_no} 的差错“{finding.kind_name}”，{person.full_name} 不认可：{words}",
    )  # fmt: skip


@transaction.atomic
def decide(*, officer: User, finding: Finding, stands: bool | None, words: str, today: dt.date) -> Task:
    """Decide an objection and end its task; where the error does not count, its correction is called off.

    Raises:
        NotSeen, NotAuthorised: the task is not theirs, or they found the error or had a part. Moved: no objection, no word, or decided already.
    """
    task = held_by(officer, OBJECTION, finding.pk)
    done("SELECT audit_decide_v1(%s, %s, %s, %s, %s)", proof_of(officer), finding.pk, stands, words, today)
    if not stands:
        settle_origin(Reference(OF_FINDING, finding.pk), outcome="withdrawn", note="申辩成立，不计差错。", today=today)
    assert task is not None
    return finish(task_id=task.pk, actor=officer, outcome="decided", note=words, today=today)


@transaction.atomic
def correct(*, officer: User, finding: Finding, case_no: str, words: str, today: dt.date) -> Task:
    """Register how an error was put right and end its task.

    Raises:
        NotSeen, NotAuthorised: the task is not theirs. Moved: no word, not such a case, or registered already.
    """
    task = held_by(officer, CORRECTION, finding.pk)
    done("SELECT audit_correct_v1(%s, %s, %s, %s, %s)", proof_of(officer), finding.pk, case_no, words, today)
    assert task is not None
    return finish(task_id=task.pk, actor=officer, outcome="corrected", note=words, today=today)


def register() -> None:
    """Who may not touch the tasks, and what must stand before they end; called once when Django starts."""
    for kind in (EXAMINE, OBJECTION, LEAD):
        register_unfit(kind, _why_unfit, _tasks_of_unfit)
    register_check(EXAMINE, "examined", _not_examined)
    register_check(OBJECTION, "decided", _not_decided)
    register_check(CORRECTION, "corrected", _not_corrected)
    register_check(CORRECTION, TaskState.DROPPED, lambda task: "差错更正不能撤销；不需办件的写明更正情况后办结。")


def _why_unfit(user: User, task: Task, is_drop: bool) -> str:
    if is_drop:
        return "稽核任务不能撤销。"
    return why_unfit(task.kind, task.origin_id, user) if task.origin_kind in (OF_CASE, OF_FINDING, OF_LEAD) else ""


def _tasks_of_unfit(user: User) -> Q:
    unfit: Any = Func(
        F("kind"), F("origin_id"), Value(user.pk), function="audit_is_unfit_v1", output_field=models.BooleanField()
    )  # fmt: skip
    return Q(unfit, origin_kind__in=(OF_CASE, OF_FINDING, OF_LEAD))


def _not_examined(task: Task) -> str:
    is_there = Examination.objects.filter(sampled_id=task.origin_id).exists()
    return "" if is_there else "请先在“稽核检查”页登记检查结果。"


def _not_decided(task: Task) -> str:
    return "" if Ruling.objects.filter(finding_id=task.origin_id).exists() else "请先在“差错”页处理申辩。"


def _not_corrected(task: Task) -> str:
    return "" if Correction.objects.filter(finding_id=task.origin_id).exists() else "请先在“差错”页登记更正。"
