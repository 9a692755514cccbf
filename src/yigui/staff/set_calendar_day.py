"""The house's own working and free days (自定工作日): set by the city for every agency, corrected while the day is to come."""

import datetime as dt

from yigui.registry.models import CalendarDay
from yigui.staff.enums import Role, StaffVerb
from yigui.staff.errors import NotAuthorised, OrganisationRefused
from yigui.staff.models import User
from yigui.staff.records import deed
from yigui.staff.scope import refuse_below_city


def set_calendar_day(*, actor: User, day: dt.date, is_workday: bool, reason: str, today: dt.date) -> CalendarDay:
    """Say that a day is worked or free; it goes before the announced calendar from now on. Said again it is replaced; who did is kept.

    Raises:
        NotAuthorised: not of the city, whose calendar holds in every county, or no section head.
        OrganisationRefused: the day has gone by, and due days were reckoned with it; or no reason.
    """
    refuse_below_city(actor, "工作日历")
    if actor.role != Role.SECTION_HEAD:
        raise NotAuthorised("工作日历由科室负责人调整。")
    if day < today:
        raise OrganisationRefused(f"{day} 已过，办结期限已按当时的日历计算，不能再调整。")
    if not reason.strip():
        raise OrganisationRefused("请填写调整依据（如政府通知文号）。")
    with deed(actor=actor, verb=StaffVerb.CALENDAR_SET, reason=reason.strip()[:200]):
        row, _ = CalendarDay.objects.update_or_create(day=day, defaults={"is_workday": is_workday, "reason": reason.strip()[:100]})
    return row
