"""The background jobs that rooms declare, handed to procrastinate."""

from collections.abc import Awaitable, Callable
from typing import Any

from procrastinate import App, JobContext

from yigui.common.rooms import Job, rooms
from yigui.db.each import answered_for


def on_app_ready(app: App) -> None:
    """Called by procrastinate when Django is up. Times of periodic jobs are Chinese time."""
    for room in rooms():
        for job in room.jobs:
            _declare(app, job)


def _declare(app: App, job: Job) -> None:
    if not job.cron:
        app.task(job.run, name=job.name)
        return
    body = _with_app(job.run) if job.needs_app else _periodic(job.run)
    task = app.task(body, name=job.name, queueing_lock=job.name, pass_context=job.needs_app)
    app.periodic(cron=job.cron)(task)


def _periodic(run: Callable[[], Any]) -> Callable[..., None]:
    def at(timestamp: int) -> None:
        with answered_for():
            run()

    return at


def _with_app(run: Callable[[App], Awaitable[Any]]) -> Callable[..., Awaitable[None]]:
    async def at(context: JobContext, timestamp: int) -> None:
        await run(context.app)

    return at
