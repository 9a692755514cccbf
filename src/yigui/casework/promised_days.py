"""How long an application may take (即时办结、限时办结): what is finished at once is promised within working days where it comes in great numbers.

R040, R042: in a long list, and in a month in which a place has taken so many of the item. Both limits are dated conditions, for an item and a place.
"""

import datetime as dt

from yigui.casework.models import Case
from yigui.catalogue.declarations import Item
from yigui.law.conditions import condition
from yigui.law.parameter_table import ParameterMissing


def limit_days(item: Item, *, people: int, area: str, day: dt.date, counted: dict[str, int] | None = None) -> int:
    """Working days promised for an application of a list of so many people (1: a single one), made in a place on a day; 0: at once.

    `list_at_once_people` says up to how many are finished at once; a row `list_at_once_people.REG-004` says it for that item. Beyond it,
    `list_limit_working_days` are promised. `month_at_once_cases.REG-004` says how many of the item a place finishes at once in a month; those
    after them are promised within `month_limit_working_days.REG-004`. An item without such a row has no limit by the month, and one that is never
    finished at once keeps its own limit.

    Args:
        counted: of a list, how many cases of the item a place has taken in the month, by place: counted once, whoever accepts a case adds it.

    Raises:
        ParameterMissing: a month's number without its working days.
    """
    if not item.is_immediate:
        return item.limit_working_days
    if people > 1 and people > _at_once(item, area, day):
        return condition("list_limit_working_days", area=area, day=day)
    most = _in_a_month(item, area, day)
    if most is None:
        return item.limit_working_days
    counted = {} if counted is None else counted
    if area not in counted:
        counted[area] = _taken(item, area, day, most)
    if counted[area] >= most:
        return condition(f"month_limit_working_days.{item.code}", area=area, day=day)
    return item.limit_working_days


def _at_once(item: Item, area: str, day: dt.date) -> int:
    try:
        return condition(f"list_at_once_people.{item.code}", area=area, day=day)
    except ParameterMissing:
        return condition("list_at_once_people", area=area, day=day)


def _in_a_month(item: Item, area: str, day: dt.date) -> int | None:
    try:
        return condition(f"month_at_once_cases.{item.code}", area=area, day=day)
    except ParameterMissing:
        return None


def _taken(item: Item, area: str, day: dt.date, most: int) -> int:
    """How many cases of an item a place has taken in the month of a day until then, counted no further than asked."""
    month = Case.objects.filter(item_code=item.code, area_id=area, accepted_on__gte=day.replace(day=1), accepted_on__lte=day)
    return month.order_by("item_code", "accepted_on")[:most].count()
