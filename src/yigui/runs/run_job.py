"""Running a batch job once at a time, with progress that other sessions can see, and noticing those that died.

A run that goes on holds two locks of its session: one of its work, so that the same is not done twice, and one of its own number.
Whoever gets the second one knows that the run is gone: killed, or its connection lost.
"""

import logging
import os
import socket
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import Error, connection, transaction

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.locks import Lock
from yigui.db.faults import database_sentence
from yigui.registry.queries import areas_named
from yigui.runs.errors import RunIsBusy
from yigui.runs.models import Batch, Run, RunStatus
from yigui.staff.models import User

logger = logging.getLogger(__name__)
#: Dead runs looked at in one go.
DEAD_MAX = 200


@contextmanager
def run_job(
    *, kind: str, area_code: str = "", period: str = "", total_steps: int = 0, user: User | None = None
) -> Iterator["Progress"]:
    """Hold the run's locks, keep its record, and mark it done or failed at the end.

    Raises:
        RunIsBusy: the same kind, area and period is running elsewhere.
    """
    key = zlib.crc32(f"{kind}|{area_code}|{period}".encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise RunIsBusy("同一批处理正在进行，请等待其完成后再试。", kind=kind, area_code=area_code, period=period)
    run = _begin(kind=kind, area_code=area_code, period=period, total_steps=total_steps, user=user)
    try:
        yield Progress(run)
    except BaseException as error:
        _end(run, RunStatus.FAILED, _in_words(error)[:2000])
        raise
    else:
        _end(run, RunStatus.DONE)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s), pg_advisory_unlock(%s, %s)", [key, Lock.RUN, run.pk])


def _in_words(error: BaseException) -> str:
    """What a page says of a run that has ended like this. The words of a library or of the database's engine are for the log."""
    if isinstance(error, YiguiError):
        return areas_named(error.message)
    logger.error("a run has ended", exc_info=error)
    if isinstance(error, Error):
        return database_sentence(error)
    if not isinstance(error, Exception):
        return f"运行被终止（{type(error).__name__}），请重新运行。"
    return f"运行时发生错误（{type(error).__name__}），未完成，请联系系统管理员查看日志后重新运行。"


def _begin(*, kind: str, area_code: str, period: str, total_steps: int, user: User | None) -> Run:
    """The record of a run, with the lock of its number: nobody sees the one without the other."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend_pid,) = cursor.fetchone()
        run = Run.objects.create(
            kind=kind, area_code=area_code, period=period, total_steps=total_steps, started_by=user,
            process=f"{socket.gethostname()[:60]}:{os.getpid()}", backend_pid=backend_pid,
        )  # fmt: skip
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [Lock.RUN, run.pk])
    return run


def _end(run: Run, status: RunStatus, error: str = "") -> None:
    """What became of a run, unless it has been given up for dead meanwhile."""
    open_run = Run.objects.filter(pk=run.pk, status=RunStatus.RUNNING)
    if open_run.update(status=status, error=error, ended_at=clock.now(), done_steps=run.done_steps):
        run.status = status


def abort_dead_runs(on_draft: Callable[[int], Any] | None = None) -> int:
    """Mark the runs whose session is gone as aborted (已中断), with a sentence; gives how many.

    Args:
        on_draft: called with the number of the batch a dead run was preparing, to throw away what it left.
    """
    aborted = 0
    for run_id in list(Run.objects.filter(status=RunStatus.RUNNING).order_by("id").values_list("id", flat=True)[:DEAD_MAX]):
        if not _abort(run_id):
            continue
        aborted += 1
        batch_id = Run.objects.values_list("batch_id", flat=True).get(pk=run_id)
        if batch_id is not None and on_draft is not None:
            on_draft(batch_id)
    return aborted


@transaction.atomic
def _abort(run_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [Lock.RUN, run_id])
        (is_dead,) = cursor.fetchone()
    run = Run.objects.select_for_update().filter(pk=run_id, status=RunStatus.RUNNING).first() if is_dead else None
    if run is None:
        return False
    where = f"（{run.process}，数据库会话 {run.backend_pid}）" if run.process else ""
    run.status, run.ended_at = RunStatus.ABORTED, clock.now()
    run.error = (
        f"执行本次批处理的程序{where}已中断，完成 {run.done_steps} / {run.total_steps} 步，未写入任何受保护数据。请重新生成。"
    )
    run.save(update_fields=["status", "ended_at", "error"])
    return True


class Progress:
    """Progress of a run; `step` writes it down, and tells `on_step` where one is set (a progress bar)."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.on_step: Callable[[int, int], Any] | None = None

    def step(self, count: int = 1) -> None:
        self.run.done_steps += count
        Run.objects.filter(pk=self.run.pk).update(done_steps=self.run.done_steps, total_steps=self.run.total_steps)
        if self.on_step is not None:
            self.on_step(self.run.done_steps, self.run.total_steps)

    def belongs_to(self, batch: Batch) -> None:
        """Say which batch the run is preparing."""
        self.run.batch = batch
        Run.objects.filter(pk=self.run.pk).update(batch=batch)
