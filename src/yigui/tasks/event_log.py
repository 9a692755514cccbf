"""The log of a task (任务记录): the only way a task changes. One chain per task, SM3 over each event and the one before."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.db.presence import asked, be_present
from yigui.staff.models import User
from yigui.tasks.enums import TaskVerb
from yigui.tasks.errors import TaskMoved, TaskRefused
from yigui.tasks.models import CHANGING, FIXED, Task, TaskEvent
from yigui.tasks.transitions import transition_of

_FIRST = "0" * 64


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as they come back from JSON: days and instants as text."""
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder, ensure_ascii=False))  # type: ignore[no-any-return]


def standing(task: Task) -> dict[str, Any]:
    """How a task stands: every column that may change, as the log keeps it."""
    return plain({name: getattr(task, name) for name in CHANGING})


def fixed(task: Task) -> dict[str, Any]:
    """What is fixed of a task, as its first event keeps it; the instant in UTC, to the microsecond."""
    values = {name: getattr(task, name) for name in FIXED}
    return plain(values | {"opened_at": task.opened_at.astimezone(dt.UTC).isoformat(timespec="microseconds")})


def event_digest(event: TaskEvent) -> str:
    """The SM3 of an event's content and of the link before it."""
    return digest_of({
        "task": event.task_id, "seq": event.seq, "verb": event.verb, "actor": event.actor_id, "name": event.actor_name,
        "role": event.actor_role, "note": event.note, "payload": event.payload, "at": event.at, "previous": event.previous,
    })  # fmt: skip


def begin_log(task: Task, *, actor: User | None) -> TaskEvent:
    """The first event of a task that has just been stored. Officers sign; what comes out of the deed of somebody outside, or of a program, is opened
    by the system."""
    if actor is not None:
        be_present(actor)
        (officer,) = asked("SELECT identity_officer_v1()")
        actor = actor if officer == actor.pk else None
    return _link(task, TaskVerb.OPEN, actor=actor, note="", payload=fixed(task) | standing(task), seq=1, previous=_FIRST)


def change(task: Task, verb: TaskVerb, *, actor: User | None, note: str = "", **values: Any) -> Task:
    """Do something to a task that the caller has locked: check the table, set the columns, write the event.

    Raises:
        TaskMoved: the table has no such row for the state the task is in.
        TaskRefused: the deed needs a word.
    """
    row = transition_of(task.state, verb)
    if row is None:
        raise TaskMoved(f"任务 {task.pk} 号现为“{task.get_state_display()}”，不能“{verb.label}”，请刷新后查看。", task=task.pk)
    if row.needs_note and not note.strip():
        raise TaskRefused(f"“{verb.label}”须写明原因。", task=task.pk)
    values["state"] = row.target or task.state
    for name, value in values.items():
        assert name in CHANGING, name
        setattr(task, name, value)
    task.save(update_fields=sorted(values))
    last = TaskEvent.objects.filter(task=task).order_by("-seq").first()
    assert last is not None
    _link(task, verb, actor=actor, note=note.strip(), payload=standing(task), seq=last.seq + 1, previous=last.digest)
    return task


def _link(
    task: Task, verb: TaskVerb, *, actor: User | None, note: str, payload: dict[str, Any], seq: int, previous: str
) -> TaskEvent:
    event = TaskEvent(
        task=task, seq=seq, verb=verb, actor=actor, actor_name=actor.full_name if actor else "系统",
        actor_role=actor.role if actor else "system", note=note, payload=payload, at=clock.now(), previous=previous,
    )  # fmt: skip
    event.digest = event_digest(event)
    be_present(actor)
    event.save(force_insert=True)
    return event


def locked_task(task_id: int) -> Task:
    """Lock a task for a deed; the log of one task is written by one at a time.

    Raises:
        TaskMoved: there is none of this number.
    """
    found = (
        Task.objects.select_for_update(of=("self",)).select_related("agency__area", "section", "owner").filter(pk=task_id).first()
    )
    if found is None:
        raise TaskMoved(f"没有第 {task_id} 号任务。", task=task_id)
    return found
