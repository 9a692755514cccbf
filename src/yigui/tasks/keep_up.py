"""What time does to tasks (任务督办): overdue ones are reported to the head, those of people who left go back to their colleagues."""

import datetime as dt
import logging
from collections.abc import Callable, Sequence
from functools import partial

from django.db import transaction

from yigui.db.each import each_past
from yigui.tasks.enums import UNFINISHED, TaskVerb
from yigui.tasks.event_log import change
from yigui.tasks.kinds import kind_version
from yigui.tasks.models import Task
from yigui.tasks.people import agency_of_head, agency_with, colleagues, section_of_head
from yigui.tasks.who_may import posts_label

logger = logging.getLogger(__name__)
#: Tasks looked at in one go; the rest follow the next day.
ROWS_MAX = 5000


def escalate_overdue(today: dt.date) -> int:
    """Report tasks newly past their day to the section head, in whose inbox they stand from now on; gives how many."""
    rows = Task.objects.filter(state__in=UNFINISHED, escalated_on=None, due_on__lt=today).order_by("due_on", "pk")
    late = rows.values_list("pk", flat=True)
    return _each(lambda skip: list(late[skip : skip + ROWS_MAX]), partial(_escalate, today=today), "tasks.escalate")


def replace_absent() -> int:
    """Give tasks whose owner has left, and those nobody of their agency can take any more, to whoever can; gives how many."""
    unfinished = Task.objects.filter(state__in=UNFINISHED).order_by("pk")
    found = list(unfinished.filter(owner__is_active=False).values_list("pk", flat=True)[:ROWS_MAX])
    pools = unfinished.filter(owner=None).order_by("agency_id").values_list("agency_id", "section_id", "posts").distinct()
    for agency_id, section_id, posts in list(pools[:ROWS_MAX]):
        if not colleagues(posts, agency_id, section_id).exists():
            rows = unfinished.filter(owner=None, agency_id=agency_id, section_id=section_id, posts=posts)
            found += list(rows.values_list("pk", flat=True)[:ROWS_MAX])
    return _each(lambda skip: [] if skip else found, _replace, "tasks.replace")


def _each(fetch: Callable[[int], Sequence[int]], do: Callable[[Task], bool], job: str) -> int:
    """Do something to each unfinished task in a transaction of its own; one that fails is logged and gone past, the others go on."""

    @transaction.atomic
    def one(task_id: int) -> bool:
        rows = Task.objects.select_for_update(of=("self",)).select_related("agency__area", "section", "owner")
        task = rows.filter(pk=task_id, state__in=UNFINISHED).first()
        return task is not None and do(task)

    return each_past(fetch, one, job=job).done


def _escalate(task: Task, today: dt.date) -> bool:
    if task.escalated_on is not None or task.due_on >= today:
        return False
    head = agency_of_head(task.agency) or task.agency
    section = section_of_head(task.section, today) if head == task.agency else None
    words = f"超过期限 {task.due_on}，上报{head.name}{section or ''}科室负责人。"
    change(
        task, TaskVerb.ESCALATE, actor=None, note=words, escalated_on=today, escalated_to_id=head.pk,
        escalated_section_id=section.pk if section else None,
    )  # fmt: skip
    return True


def _replace(task: Task) -> bool:
    kind = kind_version(task.kind, task.kind_version)
    # The section and the posts it lay with first, where somebody is left; then these posts in the agency or above; then the kind's.
    is_section_manned = colleagues(task.posts, task.agency_id, task.section_id).exists()
    posts, agency = task.posts, agency_with(task.posts, task.agency)
    if agency is None:
        posts, agency = list(kind.posts), agency_with(kind.posts, task.agency)
    if agency is None:
        logger.warning("task %s: nobody anywhere holds one of the posts %s", task.pk, posts)
        return False
    why = (
        f"{task.owner} 已不在岗" if task.owner_id else f"{task.agency.name}{task.section or ''}没有在岗的{posts_label(task.posts)}"
    )
    words = f"{why}，改由{agency.name}的{posts_label(posts)}办理。"
    change(
        task,
        TaskVerb.REPLACE,
        actor=None,
        note=words,
        owner_id=None,
        agency_id=agency.pk,
        posts=posts,
        section_id=task.section_id if is_section_manned else None,
    )
    return True
