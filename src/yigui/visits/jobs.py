"""What the day before has left: tickets and desks are closed, what was typed is wiped (日终清号)."""

from yigui.common import clock
from yigui.db.presence import asked


def end_days() -> int:
    """Gives how many tickets were closed."""
    return int(asked("SELECT visits_end_days_v1(%s)", clock.today())[0])
