"""Background job: what time does to tasks. When it runs stands in `room.py`."""

from yigui.common import clock
from yigui.tasks.keep_up import escalate_overdue, replace_absent


def keep_up() -> None:
    """Hand on the tasks of those who are gone, and report what is overdue."""
    replace_absent()
    escalate_overdue(clock.today())
