"""Reads of tasks: somebody's list, the tasks about a person or employer, what came of one. Every list is bounded."""

import datetime as dt
from collections.abc import Collection
from functools import reduce
from operator import or_

from django.db.models import Count, Q, QuerySet

from yigui.staff.models import User
from yigui.tasks.enums import UNFINISHED
from yigui.tasks.errors import NotYours, TaskNotFound
from yigui.tasks.models import Task, TaskEvent
from yigui.tasks.who_may import may_see, worklist

EVENTS_MAX = 200
TASKS_MAX = 20


def tasks_for(user: User) -> QuerySet[Task]:
    """Unfinished tasks in somebody's inbox.

    Grain: one row per task; sorted by due day, then by age.
    """
    rows = Task.objects.filter(worklist(user), state__in=UNFINISHED)
    return rows.select_related("agency", "section", "owner").order_by("due_on", "pk")


def task_for(user: User, number: int) -> Task:
    """A task somebody may see.

    Raises:
        TaskNotFound: there is none. NotYours: it is not theirs to see.
    """
    found = Task.objects.select_related("agency__area", "section", "owner", "person", "employer", "area").filter(pk=number).first()
    if found is None:
        raise TaskNotFound(number)
    if not may_see(user, found):
        raise NotYours(f"第 {number} 号任务由{found.agency.name}的有关人员办理，您不能查看。", task=number)
    return found


def open_tasks_about(kind: str, person_id: int) -> list[Task]:
    """Unfinished tasks of a kind about a person, oldest first."""
    return list(Task.objects.filter(kind=kind, person_id=person_id, state__in=UNFINISHED).order_by("pk")[:TASKS_MAX])


def events_of(task: Task) -> list[TaskEvent]:
    """What was done to a task, in order."""
    return list(task.events.order_by("seq")[:EVENTS_MAX])


def tasks_about(kind: str, origin_ids: Collection[int]) -> list[Task]:
    """Tasks of a kind that came from some things, oldest first; at most 50 a thing."""
    rows = Task.objects.filter(kind=kind, origin_id__in=origin_ids).select_related("owner", "agency")
    return list(rows.order_by("pk")[: 50 * len(origin_ids)])


def tasks_of_origins(kind: str, origins: Collection[tuple[int, str]]) -> list[Task]:
    """Tasks of a kind that came from some things by id and number (a payment within its batch), oldest first; at most 20 a thing."""
    numbers: dict[int, set[str]] = {}
    for origin_id, number in origins:
        numbers.setdefault(origin_id, set()).add(number)
    if not numbers:
        return []
    asked = reduce(or_, (Q(origin_id=origin_id, origin_no__in=own) for origin_id, own in numbers.items()))
    rows = Task.objects.filter(asked, kind=kind).select_related("owner", "agency")
    return list(rows.order_by("pk")[: TASKS_MAX * len(origins)])


def open_and_overdue(kind: str, today: dt.date, areas: Collection[str]) -> tuple[int, int]:
    """How many tasks of a kind about people of some areas are unfinished, and how many of them past their day."""
    rows = Task.objects.filter(kind=kind, state__in=UNFINISHED, area_id__in=areas)
    found = rows.aggregate(open=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)))
    return found["open"], found["overdue"]


def due_words(day: dt.date, today: dt.date) -> str:
    """How a due day is said beside today."""
    if day < today:
        return f"超 {(today - day).days} 天"
    return "今日到期" if day == today else f"剩 {(day - today).days} 天"
