"""Background jobs (procrastinate): the nightly seal."""

import logging
from typing import Any

from procrastinate import App

from yigui.common import clock
from yigui.integrity.seal import seal_day

logger = logging.getLogger(__name__)


def on_app_ready(app: App) -> None:
    """Declare the periodic jobs; called by procrastinate when Django is up. Times are Chinese time."""

    @app.periodic(cron="30 0 * * *")
    @app.task(name="casework.seal_day", queueing_lock="casework.seal_day")
    def seal(timestamp: int, **_: Any) -> None:
        sealed = seal_day(clock.today())
        logger.info("sealed: %s", sealed.root if sealed else "nothing new")
