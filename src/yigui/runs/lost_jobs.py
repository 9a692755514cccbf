"""What a process that was killed left behind: jobs that nobody does any more."""

import logging

from procrastinate import App
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

logger = logging.getLogger(__name__)

#: A job whose process died so often is not begun again: it may be what kills it.
ATTEMPTS_MAX = 3
#: A worker that has been silent for so many seconds is gone (it reports every ten).
SILENT_SECONDS = 30.0
#: Failed jobs are kept for so long, to be looked at; done ones are not kept.
KEPT_HOURS = 30 * 24


async def take_up_lost_jobs(app: App) -> int:
    """Put the jobs of workers that are gone back into the queue; gives how many."""
    manager, taken = app.job_manager, 0
    await manager.prune_stalled_workers(SILENT_SECONDS)
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=SILENT_SECONDS):
        if job.attempts < ATTEMPTS_MAX:
            try:
                await manager.retry_job(job)
            except ConnectorException:
                # The next of its kind waits already (queueing lock); this one need not be done as well.
                await manager.finish_job(job, status=Status.FAILED, delete_job=True)
            else:
                taken += 1
        else:
            logger.error(
                "任务 %s（第 %s 号）%s 次因进程中断未完成，不再重试，请查看日志后人工处理。", job.task_name, job.id, job.attempts
            )
            await manager.finish_job(job, status=Status.FAILED, delete_job=False)
    return taken


async def forget_old_jobs(app: App) -> None:
    """Delete what failed or was called off long ago; done jobs are not kept at all."""
    await app.job_manager.delete_old_jobs(KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)
