"""Finding an item by code, name, the words of the counter for it, or pinyin initials; what fits whom it is about and what is done most comes first."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from yigui.casework.handlers import About, Direction, handler_of, is_open
from yigui.casework.queries import accepted_lately
from yigui.catalogue.declarations import Item, catalogue
from yigui.common.months import period_of
from yigui.common.pinyin import pinyin_initials
from yigui.registry.enums import LifeStatus
from yigui.registry.models import Employer, Person
from yigui.registry.queries import active_coverages
from yigui.staff.models import User


@dataclass(frozen=True)
class ItemRow:
    """An item for lists: the words it is found by exactly (its initials, what the counter calls it), and whether it can be accepted yet."""

    item: Item
    initials: str
    is_open: bool
    zone: str
    words: tuple[str, ...] = ()

    @property
    def exact(self) -> str:
        """What finds it before others, in a line: the words of the counter for it and their initials."""
        return " ".join(dict.fromkeys([*self.words, *map(_initials, self.words)]))


@cache
def _initials(name: str) -> str:
    return pinyin_initials(name)


def all_items(today: dt.date) -> list[ItemRow]:
    """All items in force, by code."""
    zones, words = catalogue().zones, catalogue().on(today).words
    return [ItemRow(i, _initials(i.name), is_open(i.code), zones[i.zone], words.get(i.code, ())) for i in catalogue().items(today)]


def open_items(today: dt.date) -> list[ItemRow]:
    """Items that can be accepted today."""
    return [row for row in all_items(today) if row.is_open]


def items_of_teller(teller: User, today: dt.date) -> list[ItemRow]:
    """Items that can be accepted today: what this teller has accepted most of late first."""
    return _most_first(open_items(today), teller)


def items_about(teller: User, subject: Person | Employer, today: dt.date) -> list[ItemRow]:
    """Items on the page of a person or an employer: first what fits them and is done most by this teller, last what cannot be for them now."""
    about = About.EMPLOYER if isinstance(subject, Employer) else About.PERSON
    rows = _most_first([row for row in open_items(today) if about in handler_of(row.item).about(row.item)], teller)
    if isinstance(subject, Employer):
        return rows
    is_insured = any(c.employer_id for c in active_coverages(subject, period_of(today)))
    return sorted(rows, key=lambda row: _misfits(row.item, subject, is_insured=is_insured))


def _most_first(rows: list[ItemRow], teller: User) -> list[ItemRow]:
    done: Mapping[str, int] = Counter(accepted_lately(teller))
    return sorted(rows, key=lambda row: -done.get(row.item.code, 0))


def _misfits(item: Item, person: Person, *, is_insured: bool) -> int:
    """How little an item is for a person: 0 their way in or out, 2 the contrary of how they stand, 1 all others."""
    handler = handler_of(item)
    if handler.needs_living and person.life_status == LifeStatus.DEAD:
        return 2
    if item.group == "certification":
        return 0 if person.is_retired else 2
    if handler.direction is None:
        return 1
    return 0 if is_insured == (handler.direction == Direction.OUT) else 2


def find_items(rows: list[ItemRow], text: str) -> list[ItemRow]:
    """Rows whose code, name, words or initials hold the text; those the counter calls just so first."""
    plain = text.strip().lower()
    if not plain:
        return rows
    code = plain.replace("-", "")
    found = [
        row for row in rows
        if code in row.item.code.lower().replace("-", "") or plain in row.item.name.lower() or plain in row.initials or plain in row.exact
    ]  # fmt: skip
    return sorted(found, key=lambda row: plain not in row.exact.split())
