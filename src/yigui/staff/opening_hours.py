"""When places are open: read for one place or many, today or on a day ahead."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q

from yigui.registry.queries import own_days
from yigui.staff.enums import LocationKind
from yigui.staff.locations import Location, OpeningException
from yigui.staff.opening import Opening, SpecialDay, opening_on

#: Places a list shows at most.
LOCATIONS_MAX = 500


@dataclass(frozen=True)
class OpenPlace:
    """A place, and whether it is open on the day asked for and at this moment."""

    location: Location
    opening: Opening
    is_open_now: bool


def openings(locations: Sequence[Location], day: dt.date) -> dict[int, Opening]:
    """For each place (by its key) whether it is open on a day. Two statements, however many places; `host` must be read along."""
    hosts = {place.host_id for place in locations if place.host_id}
    said = OpeningException.objects.filter(Q(location__in=[p.pk for p in locations]) | Q(host__in=hosts), day=day)
    of_place: dict[int, SpecialDay] = {}
    of_host: dict[int, SpecialDay] = {}
    for row in said:
        special = SpecialDay(row.hours, row.reason)
        if row.location_id is not None:
            of_place[row.location_id] = special
        elif row.host_id is not None:
            of_host[row.host_id] = special
    own = own_days()
    found = {}
    for place in locations:
        # What was said about the place itself goes before what its host says.
        said_of = of_place.get(place.pk) or of_host.get(place.host_id or 0)
        found[place.pk] = opening_on(
            day,
            week=place.host.hours if place.host else place.hours,
            special_days={day: said_of} if said_of else {},
            own_days=own,
            stays_open_on_holidays=place.stays_open_on_holidays,
        )
    return found


def open_places(
    day: dt.date, moment: dt.time | None = None, *, kinds: Sequence[str] = tuple(LocationKind.values), area_code: str = "",
    limit: int = LOCATIONS_MAX,
) -> list[OpenPlace]:  # fmt: skip
    """Places of some kinds with their hours on a day; open ones first, then those whose hours are known, then by agency and name.

    Args:
        moment: the time of the day, when asked for now; None for another day.
        area_code: only those of this area's agencies.
    """
    rows = Location.objects.in_use(day).filter(kind__in=kinds).select_related("agency__area", "host")
    if area_code:
        rows = rows.filter(agency__area=area_code)
    places = list(rows.order_by("agency_id", "kind", "name")[:LOCATIONS_MAX])
    known = openings(places, day)
    found = [OpenPlace(p, known[p.pk], moment is not None and known[p.pk].is_open_at(moment)) for p in places]
    return sorted(found, key=lambda p: (not p.is_open_now, not p.opening.spans, not p.opening.is_known))[:limit]
