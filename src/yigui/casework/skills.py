"""What each person may do item by item (一岗多能): people across, items down, from the same rights that a step is refused by (R013)."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from yigui.casework.handlers import open_codes
from yigui.catalogue.declarations import Item, catalogue
from yigui.common.item_codes import GROUPS, prefix_of, scopes_of
from yigui.registry.models import Agency
from yigui.staff.enums import STEPS_OF_ROLE, StepKind
from yigui.staff.models import Authority, User

#: People of an agency a matrix takes at most.
PEOPLE_MAX = 200


@dataclass(frozen=True)
class Skill:
    """What one person holds of one column (an item, or a group of items).

    Attributes:
        held: the items held, of `total` there are.
        areas: codes of the areas the rights are confined to; () where one of them holds everywhere.
        is_limited: every right that covers it ends at an amount.
    """

    held: tuple[Item, ...]
    total: int
    areas: tuple[str, ...]
    is_limited: bool

    @property
    def is_whole(self) -> bool:
        return len(self.held) == self.total


@dataclass(frozen=True)
class Column:
    """An item, or a group of items: its code, its name, its items, and how many people hold all of them."""

    code: str
    name: str
    items: tuple[Item, ...]
    holders: int


@dataclass(frozen=True)
class Matrix:
    """People with their skills in the order of the columns; `alone` and `nobody` are items one person holds, and none."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[User, tuple[Skill, ...]], ...]
    nobody: tuple[Item, ...]
    alone: tuple[tuple[Item, User], ...]
    has_more: bool


def items_with(step: str, on: dt.date) -> list[Item]:
    """Items in use on a day whose route has a step; what is accepted must be accepted at a counter. By code."""
    codes = open_codes()
    found = [item for item in catalogue().items(on) if item.code in codes and step in item.route]
    return [item for item in found if step != StepKind.ACCEPT or "counter" in item.channels]


def groups_with(step: str, on: dt.date) -> list[tuple[str, str]]:
    """The groups of those items: code and name."""
    return [(code, GROUPS.get(code, code)) for code in sorted({prefix_of(item.code) for item in items_with(step, on)})]


def skill_matrix(*, agency: Agency, step: str, group: str, on: dt.date) -> Matrix:
    """Who of an agency holds which items at a step on a day.

    Args:
        group: the group whose items are the columns; "" for a column a group.
    """
    posts = [role for role, steps in STEPS_OF_ROLE.items() if step in steps]
    people = list(
        User.objects.filter(agency=agency, is_active=True, role__in=posts)
        .exclude(password__startswith="!")
        .select_related("section", "desk")
        .order_by("role", "full_name", "pk")[: PEOPLE_MAX + 1]
    )
    rights: dict[int, list[Authority]] = {}
    for right in Authority.objects.in_force(on).filter(step=step, user__in=people).order_by("pk"):
        rights.setdefault(right.user_id, []).append(right)
    items = [item for item in items_with(step, on) if not group or prefix_of(item.code) == group]
    shown = people[:PEOPLE_MAX]
    holders = {item.code: [u for u in shown if _covering(rights.get(u.pk, ()), item)] for item in items}
    columns = tuple(_columns(items, group, holders))
    return Matrix(
        columns,
        tuple((user, tuple(_skill(rights.get(user.pk, ()), column.items) for column in columns)) for user in shown),
        tuple(item for item in items if not holders[item.code]),
        tuple((item, holders[item.code][0]) for item in items if len(holders[item.code]) == 1),
        len(people) > PEOPLE_MAX,
    )


def _columns(items: Sequence[Item], group: str, holders: dict[str, list[User]]) -> Iterable[Column]:
    if group:
        for item in items:
            yield Column(item.code, item.name, (item,), len(holders[item.code]))
        return
    for code in sorted({prefix_of(item.code) for item in items}):
        within = tuple(item for item in items if prefix_of(item.code) == code)
        everybody = set.intersection(*({user.pk for user in holders[item.code]} for item in within))
        yield Column(code, GROUPS.get(code, code), within, len(everybody))


def _covering(rights: Iterable[Authority], item: Item) -> list[Authority]:
    scopes = scopes_of(item.code)
    return [right for right in rights if right.item_group in scopes]


def _skill(rights: Sequence[Authority], items: tuple[Item, ...]) -> Skill:
    found = {item.code: _covering(rights, item) for item in items}
    covering = [right for each in found.values() for right in each]
    areas = () if any(right.area_code == "*" for right in covering) else tuple(sorted({right.area_code for right in covering}))
    is_limited = bool(covering) and all(right.amount_fen_max is not None for right in covering)
    return Skill(tuple(item for item in items if found[item.code]), len(items), areas, is_limited)
