"""All background jobs, declared when procrastinate is up."""

from procrastinate import App

from yigui.casework import jobs as casework
from yigui.finance import jobs as finance
from yigui.integrity import jobs as integrity
from yigui.tasks import jobs as tasks


def on_app_ready(app: App) -> None:
    """Called by procrastinate."""
    casework.on_app_ready(app)
    tasks.on_app_ready(app)
    integrity.on_app_ready(app)
    finance.declare_jobs(app)
