"""Unfinished tasks of an agency that was merged into another (机构合并) go on there, with whoever has them."""

from typing import Any

from django.db import transaction
from django.db.models import Q

from yigui.registry.models import Agency
from yigui.tasks.enums import UNFINISHED, TaskVerb
from yigui.tasks.event_log import change
from yigui.tasks.models import Task


@transaction.atomic
def move_tasks(merged: Agency, into: Agency, *, note: str) -> int:
    """Move every unfinished task that lies at an agency or was reported to it; gives how many."""
    rows = Task.objects.select_for_update(of=("self",)).filter(Q(agency=merged) | Q(escalated_to=merged), state__in=UNFINISHED)
    tasks = list(rows.order_by("pk"))
    for task in tasks:
        moved: dict[str, Any] = {}
        if task.agency_id == merged.pk:
            moved["agency_id"] = into.pk
        if task.escalated_to_id == merged.pk:
            moved["escalated_to_id"] = into.pk
        change(task, TaskVerb.MOVE, actor=None, note=note, **moved)
    return len(tasks)
