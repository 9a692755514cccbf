"""What people do with a task before it ends: take it, put it back, hand it on, begin its case, give it more time."""

import datetime as dt

from django.db import transaction

from yigui.registry.models import Agency
from yigui.registry.queries import due_after
from yigui.staff.enums import Role
from yigui.staff.models import User
from yigui.tasks.enums import TaskVerb
from yigui.tasks.errors import TaskRefused
from yigui.tasks.event_log import change, locked_task
from yigui.tasks.kinds import kind_version
from yigui.tasks.models import Task
from yigui.tasks.people import colleagues, is_colleague
from yigui.tasks.references import case_by_key
from yigui.tasks.who_may import posts_label, refuse_unfit, why_unfit

#: A task may be prolonged to so many terms of its kind.
PROLONGED_TERMS = 2


@transaction.atomic
def take(*, task_id: int, actor: User) -> Task:
    """Take (领取) a task, so that it is this person's until it ends or goes on.

    Raises:
        TaskMoved, NotYours: see `who_may`.
    """
    task = locked_task(task_id)
    refuse_unfit(actor, task, TaskVerb.TAKE)
    return change(task, TaskVerb.TAKE, actor=actor, owner_id=actor.pk)


@transaction.atomic
def put_back(*, task_id: int, actor: User, note: str, by: User | None = None) -> Task:
    """Put a task back (放回) for colleagues, with a word for the next one.

    Args:
        by: the administrator who ends the work of `actor`, whose deed it is then.

    Raises:
        TaskMoved, NotYours: see `who_may`. TaskRefused: no word.
    """
    task = locked_task(task_id)
    refuse_unfit(actor, task, TaskVerb.PUT_BACK)
    return change(task, TaskVerb.PUT_BACK, actor=by or actor, note=note, owner_id=None)


def posts_to(task: Task) -> list[str]:
    """The posts a task can be handed on to: those its kind names, and the section heads."""
    kind = kind_version(task.kind, task.kind_version)
    return list(dict.fromkeys([*kind.posts, *kind.hand_on, Role.SECTION_HEAD]))


@transaction.atomic
def hand_on(*, task_id: int, actor: User, note: str, to: User | None = None, post: str = "", agency: Agency | None = None) -> Task:
    """Hand a task on (转交): to a named colleague, or to a post of an agency (the task's own when not given).

    Raises:
        TaskMoved, NotYours: see `who_may`.
        TaskRefused: no word, nobody there, a post this kind of task is not for, or to oneself.
    """
    task = locked_task(task_id)
    refuse_unfit(actor, task, TaskVerb.HAND_ON)
    if to is not None:
        if to.pk == actor.pk:
            raise TaskRefused("不能转交给本人；如要自己办理，请领取。", task=task.pk)
        if not is_colleague(to) or to.role not in posts_to(task):
            raise TaskRefused(f"{to} 不在岗，或岗位不办理这类任务；可转交{posts_label(posts_to(task))}。", task=task.pk)
        if unfit := why_unfit(to, task):
            raise TaskRefused(unfit, task=task.pk)
        return change(
            task, TaskVerb.HAND_ON, actor=actor, note=note, owner_id=to.pk, agency_id=to.agency_id, section_id=to.section_id, posts=[to.role]
        )  # fmt: skip
    target = agency or task.agency
    if post not in posts_to(task):
        raise TaskRefused(f"请选择转交给谁；可转交{posts_label(posts_to(task))}。", task=task.pk)
    if not colleagues([post], target.pk).exclude(pk=actor.pk).exists():
        raise TaskRefused(f"{target.name}没有其他在岗的{Role(post).label}，请另选。", task=task.pk)
    return change(task, TaskVerb.HAND_ON, actor=actor, note=note, owner_id=None, agency_id=target.pk, section_id=None, posts=[post])


@transaction.atomic
def begin_case(*, task_id: int, actor: User, item_code: str, key: str) -> Task:
    """Note that the case which settles a task has been begun (发起办件): its form is handed in under `key`.

    Raises:
        TaskMoved, NotYours: see `who_may`.
        TaskRefused: a case of this item does not settle this kind of task, or one is on its way already.
    """
    task = locked_task(task_id)
    refuse_unfit(actor, task, TaskVerb.BEGIN_CASE)
    refuse_case(task, item_code)
    return change(task, TaskVerb.BEGIN_CASE, actor=actor, note=item_code, link_key=key)


def refuse_case(task: Task, item_code: str) -> None:
    """Refuse a case that would not settle a task.

    Raises:
        TaskRefused: another item, or one is on its way already.
    """
    kind = kind_version(task.kind, task.kind_version)
    if item_code not in kind.items:
        raise TaskRefused(
            f"任务“{kind.label}”不以事项 {item_code or '（未选）'} 办结，可办理：{'、'.join(kind.items) or '无'}。", task=task.pk
        )
    begun = case_by_key(task.link_key)
    if begun is not None and not begun.is_final:
        raise TaskRefused(f"本任务已发起办件 {begun.reference.number}（{begun.status_label}），请等其办结。", task=task.pk)


@transaction.atomic
def prolong(*, task_id: int, actor: User, due_on: dt.date, note: str, today: dt.date) -> Task:
    """Give a task more time (延期); its head says why. A report of it as overdue is taken back.

    The most is the term of its kind again, from today; for a task that is the head's own, from the day it came up.

    Raises:
        TaskMoved, NotYours: see `who_may`. TaskRefused: no word, or a day that is not later, or too late.
    """
    task = locked_task(task_id)
    refuse_unfit(actor, task, TaskVerb.PROLONG)
    if due_on <= max(task.due_on, today):
        raise TaskRefused(f"新的期限应晚于今天和原期限 {task.due_on}。", task=task.pk)
    kind = kind_version(task.kind, task.kind_version)
    limit = due_after(today, PROLONGED_TERMS * kind.term_workdays).day
    if task.owner_id == actor.pk:
        limit = due_after(task.opened_on, PROLONGED_TERMS * kind.term_workdays).day
    if due_on > limit:
        whose = "；本人名下的任务须由其他负责人延期" if task.owner_id == actor.pk else ""
        raise TaskRefused(
            f"“{kind.label}”的期限为 {kind.term_workdays} 个工作日，最多延至 {limit}{whose}，请更正期限 {due_on}。", task=task.pk
        )
    return change(
        task, TaskVerb.PROLONG, actor=actor, note=note, due_on=due_on, is_due_provisional=False, escalated_on=None,
        escalated_to_id=None, escalated_section_id=None,
    )  # fmt: skip
