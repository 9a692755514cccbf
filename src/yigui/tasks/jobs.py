"""Background jobs (procrastinate): what time does to tasks."""

from typing import Any

from procrastinate import App

from yigui.common import clock
from yigui.tasks.keep_up import escalate_overdue, replace_absent


def on_app_ready(app: App) -> None:
    """Declare the periodic jobs; called by procrastinate when Django is up. Times are Chinese time."""

    @app.periodic(cron="10 8 * * *")
    @app.task(name="tasks.keep_up", queueing_lock="tasks.keep_up")
    def keep_up(timestamp: int, **_: Any) -> None:
        replace_absent()
        escalate_overdue(clock.today())
