"""Acceptance outside the hours of the hall (开放时间以外受理, R019): who is inside is served; that it was so stands in the case's chain.

A place of which no hours have been published is never said to be closed.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from yigui.common import clock
from yigui.staff.locations import Location
from yigui.staff.models import User
from yigui.staff.opening_hours import openings


@dataclass(frozen=True)
class OutsideHours:
    """A place that is not open at the moment: its name, the moment, the day's hours ("" for closed) and why the day is special."""

    place: str
    at: dt.time
    hours: str
    why: str

    @property
    def sentence(self) -> str:
        """For the teller, and word for word in the event of the acceptance."""
        why = f"，{self.why}" if self.why else ""
        day = f"当日开放时间为 {self.hours}{why}" if self.hours else f"当日不开放{why}"
        return f"{self.at:%H:%M} 在“{self.place}”开放时间以外受理（{day}）。"

    def as_dict(self) -> dict[str, Any]:
        """For the payload of the event."""
        return {"place": self.place, "at": f"{self.at:%H:%M}", "hours": self.hours}


def outside_hours(teller: User, channel: str) -> OutsideHours | None:
    """Whether the hall of a teller is closed at this moment; None when it is open, unknown, or the channel is not the counter."""
    if channel != "counter" or teller.hall_id is None:
        return None
    place = Location.objects.select_related("host").get(pk=teller.hall_id)
    now = clock.now().time()
    opening = openings([place], clock.today())[place.pk]
    if not opening.is_known or opening.is_open_at(now):
        return None
    return OutsideHours(place.name, now, opening.text, opening.note)
