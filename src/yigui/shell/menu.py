"""The menu: the entries that rooms declare, by page right; and where the day of a role begins."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.urls import get_script_prefix, get_urlconf, reverse

from yigui.common import rooms
from yigui.staff.models import User
from yigui.staff.rights import has_page_right


@dataclass(frozen=True)
class Entry:
    """One entry of the menu; `key` the digit that opens it after G, `count` the address of how many things wait behind it."""

    label: str
    url: str
    icon: str
    is_here: bool
    key: str
    count: str


@dataclass(frozen=True)
class Item:
    """What stands in the menu: one entry, or a group that opens to its entries."""

    label: str
    icon: str
    entries: list[Entry]

    @property
    def is_here(self) -> bool:
        return any(entry.is_here for entry in self.entries)

    @property
    def single(self) -> Entry | None:
        """Its only entry: nobody opens a group for one."""
        return self.entries[0] if len(self.entries) == 1 else None


@cache
def _groups() -> dict[str, rooms.MenuGroup]:
    return {group.code: group for room in rooms.rooms() for group in room.menu_groups}


@cache
def _entries() -> tuple[rooms.Entry, ...]:
    return tuple(sorted((e for room in rooms.rooms() for e in room.menu), key=lambda entry: entry.place))


def _address_of(page: str) -> str:
    """The address of a page without parameters."""
    return _address_among(page, get_urlconf() or settings.ROOT_URLCONF, get_script_prefix())


@cache
def _address_among(page: str, urls: str, _prefix: str) -> str:
    """It is the same for everybody as long as the same addresses are served below the same one: a menu has some thirty, and every page a menu."""
    return reverse(page, urls)


def menu_of(user: Any, path: str) -> list[Item]:
    """The entries a person of the staff may open, those of a group together; nobody else has a menu."""
    if not isinstance(user, User):
        return []
    rights = rooms.page_rights()
    # Asked of the person once: each asking of a lazy one goes the long way.
    role = user.role if user.is_active else None
    allowed = [(e, _address_of(e.page)) for e in _entries() if role in rights[e.right]]
    # A page inside a room marks the room's own entry, not that of the building around it: the longest address wins.
    here = max((url for _, url in allowed if path == url or (url != "/" and path.startswith(url))), key=len, default="")
    found: dict[str, tuple[int, Item]] = {}
    for e, url in allowed:
        entry = Entry(e.label, url, e.icon, url == here, e.key, _address_of(e.count) if e.count else "")
        group = _groups().get(e.group)
        if group is None:
            found[url] = (e.place, Item(e.label, e.icon, [entry]))
        else:
            found.setdefault(group.code, (group.place, Item(group.label, group.icon, [])))[1].entries.append(entry)
    return [item for _, item in sorted(found.values(), key=lambda pair: pair[0])]


def entries_of(user: Any, text: str) -> list[Entry]:
    """The entries of somebody's menu whose name holds a text."""
    return [entry for item in menu_of(user, "") for entry in item.entries if text in entry.label]


#: What the box that finds anything promises, by the page right that opens it.
_FOUND = (("persons", "个人"), ("persons", "单位"), ("cases", "办件"), ("finance", "批次"), ("inbox", "页面"))


def found_words(user: Any) -> str:
    """What somebody finds by the box in the top: what their post opens, and nothing it does not."""
    return "、".join(words for right, words in _FOUND if has_page_right(user, right))


def home_of(user: Any) -> str:
    """URL name of the page somebody's day begins with."""
    homes = sorted((home for room in rooms.rooms() for home in room.homes), key=lambda home: home.place)
    return next((home.page for home in homes if has_page_right(user, home.right)), "staff:account")


def strips_of(user: Any) -> list[str]:
    """Addresses of the parts that stand on every page of a person of the staff."""
    declared = (room.strip for room in rooms.rooms() if room.strip is not None)
    return [_address_of(page) for page, right in declared if has_page_right(user, right)]
