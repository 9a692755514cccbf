"""Jobs that a killed worker had in hand are taken up again; one that may be what kills it is given up."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from tests import money
from yigui.runs.lost_jobs import ATTEMPTS_MAX, take_up_lost_jobs


def _lost_job(attempts: int) -> int:
    """A job that a worker had in hand when it was killed."""
    job = app.configure_task("casework.finish_stuck").defer(timestamp=0)
    with connections["super"].cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id")
        (worker,) = cursor.fetchone()
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s, worker_id = %s WHERE id = %s", [attempts, worker, job]
        )
    return job


def _take_up() -> int:
    async def work() -> int:
        with app.replace_connector(PsycopgConnector(kwargs=connector_params(), min_size=1)) as connected:
            async with connected.open_async():
                return await take_up_lost_jobs(connected)

    # In a thread of its own: the browser of another test keeps an event loop in this one.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(work())).result()


def _status(job: int) -> Any:
    return money.one("SELECT max(status::text) FROM procrastinate_jobs WHERE id = %s", job)


def test_a_job_in_hand_when_its_worker_died_waits_again() -> None:
    job = _lost_job(1)
    assert _take_up() == 1
    assert _status(job) == "todo"
    # The next of its kind waits, so that another one left behind need not be done as well.
    doubled = _lost_job_of_the_same_kind(job)
    assert _take_up() == 0
    assert (_status(job), _status(doubled)) == ("todo", None)
    app.job_manager.cancel_job_by_id(job)


def _lost_job_of_the_same_kind(waiting: int) -> int:
    with connections["super"].cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id")
        (worker,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, priority, lock, queueing_lock, args, status, attempts, worker_id) "
            "SELECT queue_name, task_name, priority, lock, queueing_lock, args, 'doing', 1, %s FROM procrastinate_jobs WHERE id = %s RETURNING id",
            [worker, waiting],
        )
        (job,) = cursor.fetchone()
    return int(job)


def test_a_job_that_may_be_what_kills_its_worker_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    job = _lost_job(ATTEMPTS_MAX)
    assert _take_up() == 0
    assert _status(job) == "failed"
    assert "不再重试" in caplog.text
