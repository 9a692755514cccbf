"""Satisfaction by month (月满意度, R176): summed up by the database when a month is over, and published as it is."""

from typing import Any

from yigui.common import clock
from yigui.db.presence import asked
from yigui.rating.enums import Scope
from yigui.rating.models import MonthSum

#: Months and places a page shows at most.
MONTHS_MAX, PLACES_MAX = 24, 500


def close_months() -> int:
    """Sum up the months that are over; gives how many."""
    return int(asked("SELECT rating_close_months_v1(%s)", clock.today())[0])


def published_of(month: int | None, agency: str) -> dict[str, Any]:
    """What the public page shows: the months there are, the agencies of one, the halls and desks of the agency that was chosen."""
    months = list(MonthSum.objects.order_by("-month").values_list("month", flat=True).distinct()[:MONTHS_MAX])
    if not months:
        return {"months": [], "month": None, "agencies": [], "agency": None, "places": []}
    chosen = month if month in months else months[0]
    rows = MonthSum.objects.filter(month=chosen).select_related("agency", "hall", "desk")
    agencies = list(rows.filter(scope=Scope.AGENCY).order_by("agency")[:PLACES_MAX])
    of = next((row.agency for row in agencies if row.agency_id == agency), None)
    if of is None and len(agencies) == 1:
        of = agencies[0].agency
    places = (
        list(rows.filter(agency=of).exclude(scope=Scope.AGENCY).order_by("hall", "desk__number", "scope")[:PLACES_MAX])
        if of
        else []
    )
    places.sort(
        key=lambda row: (
            row.hall_id is None,
            row.hall_id or 0,
            row.scope != Scope.HALL,
            row.desk is None,
            len(row.desk.number) if row.desk else 0,
        )
    )
    return {"months": months, "month": chosen, "agencies": agencies, "agency": of, "places": places}
