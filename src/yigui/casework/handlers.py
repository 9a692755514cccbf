"""The face an item shows to casework. `items` registers its handlers here when it starts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from yigui.casework.errors import ItemNotOpen
from yigui.casework.findings import Finding
from yigui.casework.outcomes import FollowUp, Outcome
from yigui.catalogue.declarations import Item
from yigui.registry.models import Employer, Person


@dataclass(frozen=True)
class Subject:
    """Whom a case is about: its key for "one open case per subject and item", its name, and its place of insurance."""

    key: str
    name: str
    area_code: str
    person: Person | None = None
    employer: Employer | None = None


@dataclass(frozen=True)
class PreviewLine:
    """One thing the case would change: label, value before, value after."""

    label: str
    before: str
    after: str


class Handler(Protocol):
    """An item's behaviour. `facts` is the handler's own; casework only carries it from one method to the next."""

    #: Materials taken when the case calls for them, beside those the catalogue lists (e.g. an agent's papers).
    optional_materials: tuple[str, ...]

    def facts(self, *, item: Item, values: dict[str, Any], application: Any) -> Any: ...

    def subject(self, facts: Any) -> Subject: ...

    def check(self, facts: Any) -> list[Finding]: ...

    def risk(self, facts: Any) -> tuple[int, list[str]]: ...

    def amount_fen(self, facts: Any) -> int | None: ...

    def preview(self, facts: Any) -> Sequence[PreviewLine]: ...

    def apply(self, facts: Any, case: Any) -> Outcome: ...


_HANDLERS: dict[str, Handler] = {}


def register_handler(code: str, handler: Handler) -> None:
    """Register an item's handler; called once per item at start."""
    assert code not in _HANDLERS or type(_HANDLERS[code]) is type(handler), f"two handlers for {code}"
    _HANDLERS[code] = handler


def is_open(code: str) -> bool:
    """Whether the item has code and can be accepted."""
    return code in _HANDLERS


def open_codes() -> frozenset[str]:
    """Codes of all items that can be accepted."""
    return frozenset(_HANDLERS)


def handler_of(item: Item) -> Handler:
    """The item's handler.

    Raises:
        ItemNotOpen: the item is declared but not built yet.
    """
    if item.code not in _HANDLERS:
        raise ItemNotOpen(f"事项“{item.name}”（{item.code}）暂未开通办理，请按原渠道办理。", item=item.code)
    return _HANDLERS[item.code]


__all__ = [
    "FollowUp",
    "Handler",
    "Outcome",
    "PreviewLine",
    "Subject",
    "handler_of",
    "is_open",
    "open_codes",
    "register_handler",
]
