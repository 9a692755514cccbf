"""The queue of background jobs (后台任务) as people read it, and a failed job put into it again."""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from django.db import connection, transaction
from django.db.models import Max, Min, Q
from procrastinate.contrib.django.models import ProcrastinateEvent, ProcrastinatePeriodicDefer, ProcrastinateWorker

from yigui.common import clock
from yigui.common.reasons import reason_of
from yigui.common.rooms import Job, rooms
from yigui.db.presence import act_as
from yigui.runs.errors import JobMoved, ReasonMissing
from yigui.runs.models import JobRetry
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.rights import has_page_right

#: The page right of whoever may put a failed job into the queue again.
RETRY_RIGHT = "jobs_retry"
#: States of a job in words, those that stand out first. Done jobs are not kept.
STATES: Mapping[str, str] = {
    "failed": "失败",
    "doing": "运行中",
    "todo": "等待",
    "cancelled": "已取消",
    "aborted": "已中止",
    "succeeded": "已完成",
}
#: A worker reports every ten seconds; one that has been silent for a minute does not work. A job that could run and waits longer stands.
SILENT = dt.timedelta(minutes=1)
STANDS = dt.timedelta(minutes=10)
_UNKNOWN = "本版本没有的任务"


@dataclass(frozen=True)
class Periodic:
    """A job of the timetable: its name, when it runs, when it was last put into the queue, and how that one stands ("" when it is done)."""

    label: str
    when: str
    last: dt.datetime | None
    state: str

    @property
    def is_failed(self) -> bool:
        return self.state == STATES["failed"]


@dataclass(frozen=True)
class Pulse:
    """How the queue does: workers that report, jobs by state, and since when the oldest job that could run has waited."""

    workers: int
    counts: Mapping[str, int]
    waiting_since: dt.datetime | None

    @property
    def stands(self) -> bool:
        return self.waiting_since is not None and self.waiting_since < clock.now() - STANDS


@cache
def _jobs() -> Mapping[str, Job]:
    return {job.name: job for room in rooms() for job in room.jobs}


def label_of(task_name: str) -> str:
    """What a job is called; one of a release that had others has no name here."""
    job = _jobs().get(task_name)
    return (job.label if job is not None else "") or _UNKNOWN


def when(cron: str) -> str:
    """A line of the timetable in words, for the shapes the house uses; else that there is a timetable."""
    minute, hour, *days = cron.split()
    if days != ["*", "*", "*"]:
        return "按计划日期"
    if hour == "*":
        if minute == "*":
            return "每分钟"
        if minute.startswith("*/"):
            return f"每 {minute[2:]} 分钟"
        return f"每小时第 {minute} 分" if minute.isdigit() else "按计划时间"
    first, _, last = hour.partition("-")
    if first.isdigit() and last.isdigit() and minute.startswith("*/"):
        return f"每天 {first} 至 {last} 时，每 {minute[2:]} 分钟"
    return f"每天 {int(hour):02}:{int(minute):02}" if hour.isdigit() and minute.isdigit() else "按计划时间"


def names_called(text: str) -> list[str]:
    """The names of the jobs of this release that are called by a text, or by a part of it."""
    return [job.name for job in _jobs().values() if text in job.label]


def times_of(numbers: list[int]) -> dict[int, tuple[dt.datetime | None, dt.datetime | None]]:
    """When these jobs were put into the queue, and when something last happened to them."""
    rows = ProcrastinateEvent.objects.filter(job__in=numbers).order_by().values_list("job_id")
    return {job: (put, moved) for job, put, moved in rows.annotate(put=Min("at", filter=Q(type="deferred")), moved=Max("at"))}


def retries_of(numbers: list[int]) -> dict[int, list[JobRetry]]:
    """Who put these jobs into the queue again, the first time first."""
    found: dict[int, list[JobRetry]] = {}
    for row in JobRetry.objects.filter(job_id__in=numbers).select_related("user").order_by("id"):
        found.setdefault(row.job_id, []).append(row)
    return found


def pulse() -> Pulse:
    """How the queue does at this moment."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY status")
        counts = dict(cursor.fetchall())
        cursor.execute(
            "SELECT min(coalesce(j.scheduled_at, e.at)) FROM procrastinate_jobs j JOIN procrastinate_events e "
            "ON e.job_id = j.id AND e.type = 'deferred' WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at <= now())"
        )
        (since,) = cursor.fetchone()
    workers = ProcrastinateWorker.objects.filter(last_heartbeat__gt=clock.now() - SILENT).count()
    return Pulse(workers, {label: counts.get(state, 0) for state, label in STATES.items() if state != "succeeded"}, since)


def timetable() -> Iterator[Periodic]:
    """The periodic jobs that rooms declare, by name."""
    rows = ProcrastinatePeriodicDefer.objects.order_by("task_name", "-defer_timestamp").distinct("task_name")
    # A job that is done is deleted: what is left of the last one is its place in the timetable.
    last = {task: (stamp, status or "") for task, stamp, status in rows.values_list("task_name", "defer_timestamp", "job__status")}
    for job in sorted(_jobs().values(), key=lambda job: job.label):
        if job.cron:
            stamp, status = last.get(job.name, (None, ""))
            at = dt.datetime.fromtimestamp(stamp, tz=dt.UTC) if stamp else None
            yield Periodic(label_of(job.name), when(job.cron), at, STATES.get(status, ""))


@transaction.atomic
def try_again(number: int, *, user: User, reason: str) -> str:
    """Put a failed job into the queue again, at once; who and why stay. Gives what the job is called.

    Raises:
        NotAuthorised: not theirs to do. ReasonMissing: no reason. JobMoved: it is not failed, the next of its kind waits already, or this
        version has no such job.
    """
    if not has_page_right(user, RETRY_RIGHT):
        raise NotAuthorised("失败的后台任务由系统管理员重新执行。")
    said = reason_of(reason, f"请填写重新执行第 {number} 号任务的原因，例如故障已排除", ReasonMissing)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, queueing_lock FROM procrastinate_jobs WHERE id = %s AND status = 'failed' FOR UPDATE", [number]
        )
        row = cursor.fetchone()
        if row is None:
            raise JobMoved(f"第 {number} 号任务不是失败状态，可能已重新执行或已过保留期，请刷新后查看。")
        task_name, lock = row
        label = label_of(task_name)
        if task_name not in _jobs():
            raise JobMoved(f"第 {number} 号任务是{_UNKNOWN}，不能重新执行。")
        cursor.execute("SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = %s AND status = 'todo'", [lock])
        if lock is not None and cursor.fetchone() is not None:
            raise JobMoved(f"“{label}”的下一次执行已在队列中等待，第 {number} 号任务无需重新执行。")
        act_as(user)
        JobRetry.objects.create(job_id=number, task_name=task_name, user=user, reason=said)
        cursor.execute("SELECT procrastinate_retry_job_v2(%s, now(), NULL, NULL, NULL)", [number])
    return label
