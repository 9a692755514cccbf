"""Items of benefits outside the national list (清单外项目, R326): what places add to the nation's parts, in people and yuan, and whose term has run out.

An item is a component of an award beside the nation's parts. The table `pension/local_items` says of it where, by which document, until when and who pays; a
place signs its own row, and once the term of that is over nobody is paid the item by a plan until it is signed anew.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from yigui.common.sqlfiles import named_sql
from yigui.entitlement.enums import BenefitKind
from yigui.law.parameter_table import Entry, areas_of, table

#: Components of the nation's own list; of residents the basic part stands there whole, whatever a place adds to its sum.
NATIONAL_PARTS = ("basic", "account", "transitional", "disability", "jiao_top_up")
#: Kinds whose awards are looked at.
_KINDS = (BenefitKind.PENSION, BenefitKind.DISABILITY, BenefitKind.RESIDENT)
_SQL = named_sql("payment", "local_items")


@dataclass(frozen=True)
class LocalItem:
    """An item that is paid in an area: component, label, the document of its lines, people, sum a month (fen); its row, None where nobody registered it."""

    area: str
    item: str
    label: str
    document: str
    people: int
    fen: int
    row: Entry | None

    @property
    def year_fen(self) -> int:
        """What it comes to in a year at today's number of people, fen."""
        return self.fen * 12

    @property
    def is_lapsed(self) -> bool:
        """Whether the term a place signed for it is over."""
        return self.row is None


def paid_items(areas: Sequence[str], day: dt.date) -> tuple[list[LocalItem], int, int]:
    """What is paid in some areas beside the nation's parts, the most money first; and of benefits that were taken over, which have no lines, how many bear a
    subsidy and its sum a month (fen)."""
    given: dict[str, Any] = {
        "areas": list(areas),
        "kinds": [kind.value for kind in _KINDS],
        "parts": list(NATIONAL_PARTS),
        "month": day.year * 100 + day.month,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SQL["paid"], given)
        rows = cursor.fetchall()
        cursor.execute(_SQL["without_lines"], given)
        people, fen = cursor.fetchone()
    found = [
        LocalItem(area, item, label, document, n, total, registered(item, area, day))
        for area, item, label, document, n, total in rows
    ]
    return sorted(found, key=lambda one: -one.fen), people, fen


def registered(item: str, area: str, day: dt.date) -> Entry | None:
    """The row an item of an area stands in on a day: of the narrowest area, and there what people have signed last, be its term over (then None) or not; without
    a signed row that of the files."""
    rows = table("pension/local_items")
    for wider in areas_of(area):
        own = [entry for entry in rows.entries() if entry.keys == (item,) and entry.area == wider]
        signed = [entry for entry in own if entry.number and entry.first_day <= day]
        if signed:
            return signed[0] if day <= signed[0].last_day else None
        found = next((entry for entry in own if entry.first_day <= day <= entry.last_day), None)
        if found is not None:
            return found
    return None


def lapsed(areas: Sequence[str], day: dt.date) -> list[tuple[str, str, int]]:
    """Items whose signed term was over on a day and that are still part of an award in payment: the first of these areas, component, people in all of them.
    Asked of the awards only where a signed term is over."""
    rows = table("pension/local_items").entries()
    over = {(e.keys[0], e.area) for e in rows if e.number and e.last_day < day}
    found = []
    for item, area in sorted(over):
        within = [one for one in areas if area in areas_of(one) and registered(item, one, day) is None]
        if within:
            asked: dict[str, Any] = {
                "areas": within,
                "kinds": [kind.value for kind in _KINDS],
                "item": item,
                "month": day.year * 100 + day.month,
            }
            with connection.cursor() as cursor:
                cursor.execute(_SQL["still_paid"], asked)
                (people,) = cursor.fetchone()
            if people:
                found.append((within[0], item, people))
    return found
