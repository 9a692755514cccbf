"""`yigui worker`: takes up background jobs until it is stopped, and takes them up again when the database was away."""

import asyncio
import logging
import signal
import time

import psycopg
from procrastinate import App
from procrastinate.contrib.django import app as declared
from procrastinate.contrib.django.utils import connector_params
from procrastinate.exceptions import ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector

logger = logging.getLogger(__name__)

#: Jobs at a time.
CONCURRENCY = 2
#: Seconds until the next try after a lost connection: doubled each time, up to the last; back to the first after a quiet minute.
FIRST_WAIT, LONGEST_WAIT, QUIET = 0.5, 10.0, 60.0


def run_worker() -> int:
    """Work until SIGINT or SIGTERM; jobs that are under way are finished first. Gives 0."""
    asyncio.run(_serve())
    return 0


async def _serve() -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    wait = FIRST_WAIT
    while not stop.is_set():
        begun = time.monotonic()
        why = await _work(declared, stop)
        if stop.is_set():
            return
        wait = FIRST_WAIT if time.monotonic() - begun > QUIET else wait
        logger.warning("后台任务与数据库的连接中断（%s），%.1f 秒后重新连接。", why, wait)
        try:
            await asyncio.wait_for(stop.wait(), wait)
        except TimeoutError:
            wait = min(2 * wait, LONGEST_WAIT)


async def _work(app: App, stop: asyncio.Event) -> str:
    """One stretch of work on one set of connections, to its end; gives why it ended."""
    connector = PsycopgConnector(kwargs=connector_params("default"), min_size=1, max_size=CONCURRENCY + 4, timeout=5)
    try:
        with app.replace_connector(connector) as connected:
            async with connected.open_async():
                working = asyncio.ensure_future(
                    connected.run_worker_async(concurrency=CONCURRENCY, install_signal_handlers=False, delete_jobs="successful")
                )
                stopped = asyncio.ensure_future(stop.wait())
                await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
                stopped.cancel()
                if stop.is_set():
                    working.cancel()
                await asyncio.wait({working})
                if not working.cancelled() and (error := working.exception()) is not None:
                    raise error
    except (ConnectorException, psycopg.Error, OSError) as error:
        return str(error.__cause__ or error).strip().splitlines()[0]
    return "连接被关闭"
