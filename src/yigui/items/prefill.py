"""Values a form begins with: each item says what it knows (`Item.prefill`)."""

import datetime as dt
from typing import Any

from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import Item
from yigui.items.common.base import ItemHandler
from yigui.items.common.known import Known
from yigui.registry.models import Employer, Person

#: What narrows a question, or only stands beside the change, is left to be filled in where the item does not require it.
_ONLY_IF_REQUIRED = frozenset({
    "year", "start_month", "end_month", "contact_name", "phone", "account_name", "account_no", "industry_risk",
})  # fmt: skip


def initial_values(item: Item, *, channel: str, today: dt.date, person: Person | None, employer: Employer | None) -> dict[str, Any]:
    """Raw form values for a new form about a person, an employer, or both.

    Raises:
        ItemNotOpen: the item has no code yet.
    """
    known = _behaviour(item).prefill(Known(item, channel, today, person, employer))
    names = {f.name for f in item.input_fields if f.required or f.name not in _ONLY_IF_REQUIRED}
    return {name: value for name, value in known.items() if name in names and value not in (None, "", [])}


def old_value(item: Item, change_item: str, *, person: Person | None, employer: Employer | None) -> str | None:
    """The registered value of what is about to change; None when the form has no such thing."""
    return _behaviour(item).old_value(change_item, person=person, employer=employer)


def _behaviour(item: Item) -> ItemHandler[Any]:
    handler = handler_of(item)
    assert isinstance(handler, ItemHandler)
    return handler
