"""The agency's own working and free days (自定工作日)."""

from yigui.registry.models import CalendarDay


def set_calendar_day(day: CalendarDay) -> CalendarDay:
    """Store a day of the agency's own list, filled in and checked; it goes before the announced calendar from now on."""
    day.save(force_insert=True)
    return day
