"""Tasks for tests, about people of the generated city."""

import datetime as dt
from itertools import count
from typing import Any

from tests import city
from tests.conftest import TODAY
from yigui.registry.models import Agency, Person
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.references import Reference
from yigui.tasks.work_on import take

CENTRE = "51110001"
COUNTY = "51111101"
_origins = count(1)


def agency(code: str = CENTRE) -> Agency:
    return Agency.objects.select_related("area").get(pk=code)


def new_task(kind: str = "medical_retired", *, person: Person | None = None, at: str = CENTRE, **more: Any) -> Task:
    """A task that has just come up, about a self-payer."""
    whom = person or city.next_person()
    values: dict[str, Any] = {
        "origin": Reference("test", next(_origins)), "note": "出生日期已变更，复核已领待遇。", "agency": agency(at), "area_code": whom.area_id,
        "today": TODAY, "person": whom,
    }  # fmt: skip
    return open_task(kind=kind, **(values | more))


def taken(kind: str = "medical_retired", by: str = "reviewer", **more: Any) -> Task:
    """A task somebody has taken."""
    return take(task_id=new_task(kind, **more).pk, actor=city.user(by))


def again(task: Task) -> Task:
    """The task as it stands in the database."""
    return Task.objects.select_related("agency__area", "owner", "escalated_to").get(pk=task.pk)


LATER = TODAY + dt.timedelta(days=60)
