"""Checks that items of change share."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.catalogue.declarations import catalogue
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts


@check("item_not_key")
def item_not_key(facts: Facts) -> Iterator[Finding]:
    """The item to change is not a key item: it must be one of the basic list of this item."""
    field = next(f for f in facts.item.fields if f.name == "change_item")
    if facts["change_item"] not in catalogue().enums[field.options or ""]:
        yield facts.refuse("item_not_key", field="change_item")
