"""Running a batch job once at a time, with progress that other sessions can see."""

import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from yigui.common import clock
from yigui.common.errors import Conflict
from yigui.runs.models import Run, RunStatus
from yigui.staff.models import User


class RunIsBusy(Conflict):
    """The same run is going on in another session."""

    code = "runs.busy"


@contextmanager
def run_job(
    *, kind: str, area_code: str = "", period: str = "", total_steps: int = 0, user: User | None = None
) -> Iterator["Progress"]:
    """Hold the run's advisory lock, keep its record, and mark it done or failed at the end.

    Raises:
        RunIsBusy: the same kind, area and period is running elsewhere.
    """
    key = zlib.crc32(f"{kind}|{area_code}|{period}".encode())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        (is_ours,) = cursor.fetchone()
    if not is_ours:
        raise RunIsBusy("同一批处理正在进行，请等待其完成后再试。", kind=kind, area_code=area_code, period=period)
    run = Run.objects.create(kind=kind, area_code=area_code, period=period, total_steps=total_steps, started_by=user)
    try:
        yield Progress(run)
    except BaseException as error:
        Run.objects.filter(pk=run.pk).update(status=RunStatus.FAILED, error=str(error)[:2000], ended_at=clock.now())
        raise
    else:
        run.status, run.ended_at = RunStatus.DONE, clock.now()
        run.save()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


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
