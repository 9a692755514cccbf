"""The face an item shows to casework. `items` registers its handlers here when it starts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from yigui.casework.errors import ItemNotOpen
from yigui.casework.findings import Finding
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


@dataclass
class Outcome:
    """What the effects of a case did, for the receipt and the record.

    Args:
        summary: one sentence for the applicant.
        facts: label and value pairs of the receipt's head.
        sections: tables of the receipt: {"title", "head", "rows"}, and "widths" where columns are not alike.
        notes: sentences below them.
        flags: follow-ups other floors look for (e.g. benefit_review).
        scan: what a QR code of its own on the document is for, and the public path it opens: (label, path).
        person, employer: the subject when the case created it.
    """

    summary: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    sections: list[dict[str, Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    scan: tuple[str, str] | None = None
    person: Person | None = None
    employer: Employer | None = None


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
