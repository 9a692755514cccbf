"""Finding an item by code, name, or pinyin initials."""

import datetime as dt
from dataclasses import dataclass
from functools import cache

from yigui.casework.handlers import is_open
from yigui.catalogue.declarations import Item, catalogue
from yigui.common.pinyin import pinyin_initials


@dataclass(frozen=True)
class ItemRow:
    """An item for lists: with its pinyin initials and whether it can be accepted yet."""

    item: Item
    initials: str
    is_open: bool
    zone: str


@cache
def _initials(name: str) -> str:
    return pinyin_initials(name)


def all_items(today: dt.date) -> list[ItemRow]:
    """All items in force, by code."""
    zones = catalogue().zones
    return [ItemRow(i, _initials(i.name), is_open(i.code), zones[i.zone]) for i in catalogue().items(today)]


def open_items(today: dt.date) -> list[ItemRow]:
    """Items that can be accepted today."""
    return [row for row in all_items(today) if row.is_open]


def find_items(rows: list[ItemRow], text: str) -> list[ItemRow]:
    """Rows whose code, name or initials hold the text; an exact code first."""
    plain = text.strip().lower()
    if not plain:
        return rows
    code = plain.replace("-", "")
    return [
        row for row in rows
        if code in row.item.code.lower().replace("-", "") or plain in row.item.name.lower() or plain in row.initials
    ]  # fmt: skip
