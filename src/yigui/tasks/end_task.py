"""How a task ends (任务办结): by the person who has it, by a case that settles it, by its head's word; and is opened again."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from yigui.registry.queries import due_after
from yigui.staff.models import User
from yigui.tasks.enums import UNFINISHED, TaskState, TaskVerb
from yigui.tasks.errors import TaskRefused
from yigui.tasks.event_log import change, locked_task
from yigui.tasks.finishing_checks import refusal_of
from yigui.tasks.kinds import Kind, Outcome, kind_version
from yigui.tasks.models import Task
from yigui.tasks.people import agency_with, colleagues
from yigui.tasks.references import LinkedCase, Reference, case_by_number
from yigui.tasks.who_may import refuse_unfit

#: Tasks one finished case may settle at most; a person has a handful.
_SETTLED_MAX = 50


@transaction.atomic
def finish(*, task_id: int, actor: User, outcome: str, note: str, today: dt.date, case_no: str = "") -> Task:
    """Finish (办结) a task one has taken, with one of the outcomes of its kind.

    Args:
        case_no: the finished case that settles it, where the outcome asks for one.

    Raises:
        TaskMoved, NotYours: see `who_may`.
        TaskRefused: no such outcome, no word where one is needed, not the right case, or what `finishing_checks` says.
    """
    task = locked_task(task_id)
    refuse_unfit(actor, task, TaskVerb.FINISH)
    kind = kind_version(task.kind, task.kind_version)
    chosen = next((o for o in kind.choices if o.code == outcome), None)
    if chosen is None:
        raise TaskRefused("请选择处理结果。", task=task.pk)
    if chosen.needs_note and not note.strip():
        raise TaskRefused(f"结果“{chosen.label}”须写明处理情况。", task=task.pk)
    refusal = refusal_of(task, chosen.code)
    if refusal:
        raise TaskRefused(refusal, task=task.pk)
    values: dict[str, Any] = {}
    if chosen.items:
        case = case_by_number(case_no)
        refuse_other_case(task, kind, chosen, case)
        values = _case_values(case)
    return change(
        task, TaskVerb.FINISH, actor=actor, note=note, outcome=chosen.code, said=note.strip(), ended_on=today, **values
    )  # fmt: skip


def refuse_other_case(task: Task, kind: Kind, outcome: Outcome, case: LinkedCase) -> None:
    """Refuse a case that does not settle a task.

    Raises:
        TaskRefused: of another item or another subject, not finished, or accepted before the task came up.
    """
    number = case.reference.number
    if case.item_code not in outcome.items:
        raise TaskRefused(
            f"办件 {number} 是 {case.item_code} {case.item_name}，“{outcome.label}”须为 {'、'.join(outcome.items)}。", task=task.pk
        )
    if not is_about(task, case):
        raise TaskRefused(f"办件 {number} 的办理对象与本任务不同，请核对办件编号。", task=task.pk)
    if not case.is_finished:
        raise TaskRefused(f"办件 {number} 现为“{case.status_label}”，办结后方可作为依据。", task=task.pk)
    if case.accepted_at < task.opened_at:
        raise TaskRefused(f"办件 {number} 在本任务产生之前受理，不能作为“{kind.label}”的依据。", task=task.pk)


def is_about(task: Task, case: LinkedCase) -> bool:
    """Whether a case is about whom a task is about."""
    if task.person_id is not None:
        return case.person_id == task.person_id
    return task.employer_id is not None and case.employer_id == task.employer_id


def _case_values(case: LinkedCase) -> dict[str, Any]:
    return {"case_kind": case.reference.kind, "case_id": case.reference.id, "case_no": case.reference.number}


def settle_by_case(case: LinkedCase, *, today: dt.date) -> list[Task]:
    """A case has been finished: end the tasks it settles, in the caller's transaction. Gives them.

    Those begun from it, whatever their kind; and of its person or employer those of a kind that any such case settles; none that
    `finishing_checks` would refuse.
    """
    assert case.is_finished
    words = f"办件 {case.reference.number}（{case.item_name}）已办结。"
    settled = []
    for task in _locked(_touched_by(case)):
        kind = kind_version(task.kind, task.kind_version)
        is_linked = bool(case.key) and task.link_key == case.key
        outcome = next((o for o in kind.outcomes if case.item_code in o.items and (is_linked or o.closes == "subject")), None)
        if (
            outcome is not None and is_about(task, case) and case.accepted_at >= task.opened_at
            and not refusal_of(task, outcome.code)
        ):  # fmt: skip
            settled.append(_settle(task, outcome.code, words, today, _case_values(case)))
    return settled


def lose_case(case: LinkedCase) -> list[Task]:
    """A case begun from tasks came to nothing (declined, withdrawn): they wait for their owner again. Gives them."""
    if not case.key:
        return []
    words = f"办件 {case.reference.number}（{case.item_name}）{case.status_label}。"
    rows = _locked(Q(link_key=case.key))
    return [change(task, TaskVerb.LOSE_CASE, actor=None, note=words, link_key="") for task in rows]


def settle_origin(origin: Reference, *, outcome: str, note: str, today: dt.date) -> list[Task]:
    """What tasks came from is over (the overdue case has ended, the money is back): the system ends them. Gives the tasks.

    Only kinds that name the outcome for the system are ended.
    """
    rows = _locked(Q(origin_kind=origin.kind, origin_id=origin.id))
    known = [(task, kind_version(task.kind, task.kind_version)) for task in rows]
    return [
        _settle(task, outcome, note, today, {})
        for task, kind in known
        if any(o.code == outcome and o.by_system for o in kind.outcomes)
    ]


def _touched_by(case: LinkedCase) -> Q:
    """Tasks begun from a case or about its subject."""
    wanted = Q(link_key=case.key) if case.key else Q(pk__in=[])
    if case.person_id is not None:
        return wanted | Q(person_id=case.person_id)
    return wanted | Q(employer_id=case.employer_id) if case.employer_id is not None else wanted


def _locked(wanted: Q) -> list[Task]:
    """Unfinished tasks, locked, oldest first; one that somebody ends at this moment is waited for and then left out."""
    rows = Task.objects.select_for_update(of=("self",)).filter(wanted, state__in=UNFINISHED)
    return list(rows.order_by("pk")[:_SETTLED_MAX])


def _settle(task: Task, outcome: str, words: str, today: dt.date, case_values: Mapping[str, Any]) -> Task:
    return change(task, TaskVerb.SETTLE, actor=None, note=words, outcome=outcome, said=words, ended_on=today, **case_values)


@transaction.atomic
def drop(*, task_id: int, actor: User, note: str, today: dt.date) -> Task:
    """Drop (撤销) a task that is not to be done; its head says why.

    Raises:
        TaskMoved, NotYours: see `who_may`. TaskRefused: no word, or what `finishing_checks` says.
    """
    task = locked_task(task_id)
    refuse_unfit(actor, task, TaskVerb.DROP)
    refusal = refusal_of(task, TaskState.DROPPED)
    if refusal:
        raise TaskRefused(refusal, task=task.pk)
    return change(task, TaskVerb.DROP, actor=actor, note=note, said=note.strip(), ended_on=today)


@transaction.atomic
def reopen(*, task_id: int, actor: User, note: str, today: dt.date) -> Task:
    """Open an ended task again (重新打开); its head says why. It begins anew, with the term of its kind from today.

    Raises:
        TaskMoved, NotYours: see `who_may`. TaskRefused: no word.
    """
    task = locked_task(task_id)
    refuse_unfit(actor, task, TaskVerb.REOPEN)
    kind = kind_version(task.kind, task.kind_version)
    deadline = due_after(today, kind.term_workdays)
    place = agency_with(kind.posts, task.agency) or task.agency
    section = task.section if task.section and colleagues(kind.posts, place.pk, task.section_id).exists() else None
    return change(
        task, TaskVerb.REOPEN, actor=actor, note=note, owner_id=None, posts=list(kind.posts),
        agency_id=place.pk, section_id=section.pk if section else None, due_on=deadline.day,
        is_due_provisional=deadline.is_provisional, escalated_on=None, escalated_to_id=None, escalated_section_id=None, outcome="", said="", ended_on=None,
        link_key="", case_kind="", case_id=None, case_no="",
    )  # fmt: skip
