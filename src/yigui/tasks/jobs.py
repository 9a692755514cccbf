"""Background jobs: what time does to tasks, and what the watches find. When they run stands in `room.py`."""

from yigui.common import clock
from yigui.tasks.keep_up import escalate_overdue, replace_absent
from yigui.tasks.look_watch import watch_looks
from yigui.tasks.watches import look_around


def keep_up() -> None:
    """Hand on the tasks of those who are gone, and report what is overdue."""
    replace_absent()
    escalate_overdue(clock.today())


def watch_views() -> None:
    """Read the log of full views."""
    watch_looks()


def look() -> None:
    """Look for what nobody brings and somebody must do."""
    look_around(clock.today())
