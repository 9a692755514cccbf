"""How long a list may take (名单办理时限): an item that is finished at once for a few people is promised within working days for many (R042)."""

import datetime as dt

from yigui.catalogue.declarations import Item
from yigui.law.conditions import condition
from yigui.law.parameter_table import ParameterMissing


def limit_days(item: Item, *, people: int, area: str, day: dt.date) -> int:
    """Working days promised for an application of a list of so many people; those of the item for a single one, and for a short list.

    `list_at_once_people` says up to how many are finished at once; a row `list_at_once_people.REG-004` says it for that item. Beyond it,
    `list_limit_working_days` are promised. An item that is never finished at once keeps its own limit.
    """
    if people <= 1 or not item.is_immediate or people <= _at_once(item, area, day):
        return item.limit_working_days
    return condition("list_limit_working_days", area=area, day=day)


def _at_once(item: Item, area: str, day: dt.date) -> int:
    try:
        return condition(f"list_at_once_people.{item.code}", area=area, day=day)
    except ParameterMissing:
        return condition("list_at_once_people", area=area, day=day)
