"""Making, changing and closing places and hosts, and saying which days are not as the week (办事场所与开放时间)."""

import datetime as dt
from collections.abc import Sequence

from django.db import IntegrityError

from yigui.registry.models import Agency
from yigui.staff.enums import LocationKind, StaffVerb
from yigui.staff.errors import OrganisationRefused
from yigui.staff.locations import Host, Location, OpeningException
from yigui.staff.models import User
from yigui.staff.opening import WEEKDAYS, HoursUnreadable, read_hours, written
from yigui.staff.records import deed
from yigui.staff.scope import refuse_off_floor


def save_host(*, actor: User, name: str, address: str, week: Sequence[str], reason: str, host: Host | None = None) -> Host:
    """Register a host with its calendar, or change it: every place it houses opens accordingly.

    Raises:
        NotAuthorised: the actor does not run the floor.
        OrganisationRefused: no name or reason, hours that cannot be read, or the name is taken.
    """
    refuse_off_floor(actor)
    row = host or Host()
    row.name, row.address, row.hours = name.strip(), address.strip(), _week(week)
    if not row.name or not reason.strip():
        raise OrganisationRefused("请填写进驻单位名称和依据。")
    if Host.objects.filter(name=row.name).exclude(pk=row.pk).exists():
        raise OrganisationRefused(f"已有名为“{row.name}”的进驻单位，请直接选用。")
    with deed(actor=actor, verb=StaffVerb.HOST_SAVED, reason=reason.strip()):
        row.save()
    return row


def save_location(
    *, actor: User, agency: Agency, kind: str, name: str, address: str, phone: str, host: Host | None, week: Sequence[str],
    stays_open_on_holidays: bool, reason: str, location: Location | None = None,
) -> Location:  # fmt: skip
    """Make a place, or change one.

    Raises:
        NotAuthorised: the actor does not run the floor there.
        OrganisationRefused: no name, kind or reason; hours of its own beside those of a host, or unreadable ones; desks in what
            becomes a self-service area or an outlet; the name is taken.
    """
    refuse_off_floor(actor, agency)
    verb = StaffVerb.LOCATION_EDITED if location else StaffVerb.LOCATION_MADE
    row = location or Location(agency=agency)
    row.kind, row.name, row.address, row.phone, row.host = kind, name.strip(), address.strip(), phone.strip(), host
    row.hours, row.stays_open_on_holidays = _week(week), stays_open_on_holidays
    if kind not in LocationKind.values or not row.name or not reason.strip():
        raise OrganisationRefused("请选择场所类别，并填写名称和依据。")
    if host is not None and any(row.hours):
        raise OrganisationRefused(f"“{row.name}”进驻“{host.name}”，开放时间随其日历，请清空本场所的开放时间。")
    if not row.has_desks and row.pk and row.desks.filter(closed_on=None).exists():
        raise OrganisationRefused(f"“{row.name}”还有柜台，{row.get_kind_display()}不设柜台，请先撤销柜台。")
    try:
        with deed(actor=actor, verb=verb, reason=reason.strip()):
            row.save()
    except IntegrityError as error:
        if "location_once" not in str(error):
            raise
        raise OrganisationRefused(f"{agency.name}已有名为“{row.name}”的场所，请换一个名称。") from error
    return row


def close_location(*, actor: User, location: Location, on: dt.date, reason: str) -> Location:
    """Close a place for good.

    Raises:
        NotAuthorised: the actor does not run the floor there.
        OrganisationRefused: no reason, closed already, or desks or people are still there.
    """
    refuse_off_floor(actor, location.agency)
    if not reason.strip():
        raise OrganisationRefused("请填写停用依据。")
    if location.closed_on is not None:
        raise OrganisationRefused(f"“{location.name}”已于 {location.closed_on} 停用。")
    left = [f"{d.number} 号柜台" for d in location.desks.filter(closed_on=None)[:5]]
    left += [p.full_name for p in location.people.filter(is_active=True)[:5]]
    if left:
        raise OrganisationRefused(f"“{location.name}”还有：{'、'.join(left)}，请先撤销柜台、调整人员。")
    with deed(actor=actor, verb=StaffVerb.LOCATION_CLOSED, reason=reason.strip()):
        location.closed_on = on
        location.save()
    return location


def say_exception(
    *, actor: User, owner: Location | Host, day: dt.date, hours: str, reason: str, today: dt.date
) -> OpeningException:
    """Say that a place or host is open differently on one day; said again it is replaced.

    Raises:
        NotAuthorised: the actor does not run the floor there.
        OrganisationRefused: no reason, unreadable hours, or a day gone by.
    """
    refuse_off_floor(actor, owner.agency if isinstance(owner, Location) else None)
    if day < today:
        raise OrganisationRefused(f"{day} 已过，不能再公布开放例外。")
    if not reason.strip():
        raise OrganisationRefused("请填写原因，将向公众公布。")
    of = {"location": owner} if isinstance(owner, Location) else {"host": owner}
    with deed(actor=actor, verb=StaffVerb.OPENING_SAID, reason=reason.strip()):
        row, _ = OpeningException.objects.update_or_create(day=day, **of, defaults={"hours": _day(hours), "reason": reason.strip()})
    return row


def take_exception_back(*, actor: User, exception: OpeningException, reason: str) -> None:
    """Take back what was said about a day: it is as the week says again.

    Raises:
        NotAuthorised: the actor does not run the floor there. OrganisationRefused: no reason.
    """
    refuse_off_floor(actor, exception.location.agency if exception.location else None)
    if not reason.strip():
        raise OrganisationRefused("请填写撤回原因。")
    with deed(actor=actor, verb=StaffVerb.OPENING_SAID, reason=reason.strip()):
        exception.delete()


def _day(text: str, label: str = "") -> str:
    try:
        return written(read_hours(text))
    except HoursUnreadable as error:
        raise OrganisationRefused(f"{label}{error}") from error


def _week(week: Sequence[str]) -> list[str]:
    assert len(week) == 7
    return [_day(text, f"{name}：") for name, text in zip(WEEKDAYS, week, strict=True)]
