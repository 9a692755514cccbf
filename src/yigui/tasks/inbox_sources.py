"""Tasks as a source of the inbox."""

import datetime as dt
from collections.abc import Iterable

from yigui.common.identifiers import mask_name
from yigui.common.inbox import Decided, NotGranted, Row, Source, Target
from yigui.common.money import format_fen
from yigui.db.chosen import chosen_row
from yigui.staff.enums import Role
from yigui.staff.models import DataExport, User
from yigui.tasks import origins
from yigui.tasks.enums import ENDED, TaskState
from yigui.tasks.exports import APPROVAL, EXPORT
from yigui.tasks.kinds import kind_version
from yigui.tasks.looks import QUOTA
from yigui.tasks.models import Task
from yigui.tasks.queries import tasks_for


def subject_of(task: Task) -> str:
    """Whom a task is about, a person's name masked."""
    return mask_name(task.subject_name) if task.person_id else task.subject_name


def whose(task: Task, user: User) -> str:
    """Who has a task, in a word or two."""
    if task.owner_id is None:
        return "待领取" if task.state == TaskState.OPEN else "转交来，待领取"
    if task.owner_id == user.pk:
        return "转交给我" if task.state == TaskState.HANDED_ON else "我在办"
    return f"{task.owner.full_name} 在办，已超期上报" if task.owner else ""


def _row(task: Task, user: User) -> Row:
    kind = kind_version(task.kind, task.kind_version)
    amount = f"{format_fen(task.amount_fen)} 元；" if task.amount_fen else ""
    subject = subject_of(task)
    return Row(
        key=str(task.pk), kind=kind.label, what=f"{kind.label}　{subject}" if subject else kind.label, more=f"{amount}{task.note}",
        whose=whose(task, user), due_on=task.due_on, since=task.opened_at, target=Target("task", str(task.pk)),
        is_mine=task.owner_id == user.pk and task.state == TaskState.TAKEN,
        can_take=_can_take(task, user),
    )  # fmt: skip


def _can_take(task: Task, user: User) -> bool:
    """Whether a task of this person's list is theirs to take, told from the row alone; the deed itself asks `who_may`."""
    if task.state == TaskState.TAKEN:
        return False
    if task.owner_id is not None:
        return task.owner_id == user.pk
    return task.agency_id == user.agency_id and user.role in task.posts


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(task, user) for task in tasks_for(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[dt.date]:
    return list(tasks_for(user).order_by().values_list("due_on", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    # The door shows tasks with their deeds; a list of words is not needed.
    return [] if chosen_row(tasks_for(user), key) is not None else None


TASKS = Source(20, "task", "任务", "flag", "task", frozenset(Role), rows=_rows, days=_days, lines=_lines)


def _answer(task: Task, target: Target) -> Decided:
    return Decided(task.note, task.said, task.owner.full_name if task.owner else "负责人", task.ended_on, target)


#: What a head did not allow, or put an end to.
EXPORTS = NotGranted(
    "export",
    "导出未批准",
    Task,
    of=lambda accounts: (
        Task.objects.filter(
            kind=APPROVAL,
            origin_kind=EXPORT,
            origin_id__in=DataExport.objects.filter(user__in=accounts).values("pk"),
            state__in=ENDED,
        )
        .exclude(outcome="allowed")
        .select_related("owner")
    ),
    answer=lambda one: _answer(one, Target("exports")),
)
LOOKS = NotGranted(
    "looks",
    "继续查看未批准",
    Task,
    of=lambda accounts: (
        Task.objects.filter(kind=QUOTA, origin_kind=origins.LOOKS, origin_id__in=accounts, state__in=ENDED)
        .exclude(outcome="allowed")
        .select_related("owner")
    ),
    answer=lambda one: _answer(one, Target("inbox")),
)
