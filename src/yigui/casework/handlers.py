"""The face an item shows to casework. `items` registers its handlers here when it starts."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeVar

from yigui.casework.errors import ItemNotOpen, SubjectMissing
from yigui.casework.findings import Finding
from yigui.casework.models import Case
from yigui.casework.outcomes import FollowUp, Outcome
from yigui.catalogue.declarations import Item
from yigui.exchange.models import PartnerAnswer
from yigui.registry.models import Employer, Person


@dataclass(frozen=True)
class Subject:
    """Whom a case is about: its key for "one open case per subject and item", its name, and its place of insurance.

    Args:
        key: the kind, a colon, and what tells one of the kind from the others: `person:511102199001011234`.

    Raises:
        SubjectMissing: the key, the name or the place says nothing: the form does not tell whom the case is about.
    """

    key: str
    name: str
    area_code: str
    person: Person | None = None
    employer: Employer | None = None

    def __post_init__(self) -> None:
        # Annotations do not bind what an item returns. "None" is a number that was not given, inside an f-string.
        _, _, which = (self.key or "").partition(":")
        if which.strip() in ("", "None") or not (self.name or "").strip() or not self.area_code:
            raise SubjectMissing("申请中没有写明办理对象，请填写参保人的证件号码和姓名，或参保单位的编号。")


def key_of_person(number: str) -> str:
    """The key of a subject known by this number."""
    return f"person:{number}"


class About(StrEnum):
    """Whom an item is about: on whose page it is offered."""

    PERSON = "person"
    EMPLOYER = "employer"


class Offer(StrEnum):
    """What doors have a button of their own for; the item says that it is meant (`offered_for`), not the page."""

    CERTIFY = "certify"
    PAY_SELF = "pay_self"
    PAY_RESIDENT = "pay_resident"
    LEAVE = "leave"


class Direction(StrEnum):
    """Which way a list takes people."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True)
class Place:
    """By whose rule a form is filled (填报所依的地区): the area of its person, else of its employer, else of whoever takes it in.

    Args:
        person: where it is known whom the form is about.
    """

    area_code: str
    today: dt.date
    person: Person | None = None


@dataclass(frozen=True)
class PreviewLine:
    """One thing the case would change: label, value before, value after.

    Whose money it was and on what ground the agency recognised it is for those who sign: where a line says so, `from_outside` is what is read instead at the
    door of a unit or a person.
    """

    label: str
    before: str
    after: str
    from_outside: tuple[str, str] | None = None

    def at(self, *, is_staffed: bool) -> "PreviewLine":
        """The line as it is read at a staffed door, or at one outside."""
        return self if is_staffed or self.from_outside is None else PreviewLine(self.label, *self.from_outside)


class CaseFacts(Protocol):
    """What casework itself needs to know of an item's facts: the proofs to bind to the case."""

    @property
    def answers(self) -> list[PartnerAnswer]:
        """Answers of partners the application rests on."""

    @property
    def shared(self) -> dict[str, str]:
        """Papers a department's data stands in for: code and a note for the file."""


F = TypeVar("F", bound=CaseFacts)


class Handler(Protocol[F]):
    """An item's behaviour. The facts are the handler's own; casework carries them from one method to the next."""

    #: Protected tables its cases write: their warrant opens these and no others.
    writes: tuple[str, ...]
    #: Materials taken when the case calls for them, beside those the catalogue lists (e.g. an agent's papers).
    optional_materials: tuple[str, ...]
    #: Takes somebody on who is not yet the employer's.
    joins: bool
    #: Field of its form that says the place of insurance where nobody it is about is registered yet.
    area_field: str
    #: Its cases open the first login of the employer they register.
    opens_login: bool
    #: Its form says which key fact of a record is changed (关键信息变更), a merge of two records and a death taken back among them.
    changes_keys: bool
    #: Its cases suspend a benefit: the guard against the reason comes with them.
    suspends: bool
    resumes: bool
    #: Columns of a registered person's own row that its cases change.
    own_record: tuple[str, ...]
    #: Columns of relations and bases with an employer the case is not about that its cases change.
    elsewhere: tuple[str, ...]
    #: Fields of its form that may name another record of the person (重复档案), beside those that always name one (`subjects.py`).
    other_records: tuple[str, ...]
    #: An employer can send it for many people at once.
    list_able: bool
    #: The button of a door that begins it, where there is one.
    offered_for: Offer | None
    #: It is for the living: nobody whose death was stated is offered it, and where one is applied for it is asked about.
    needs_living: bool
    #: Whether its list takes people into a unit or out of it: what says the contrary beside a row is heard. None where it does neither.
    direction: Direction | None
    #: Channels of the catalogue through which it cannot be applied for here.
    closed_channels: frozenset[str]

    @property
    def decides_amount(self) -> Mapping[str, Any] | None: ...

    def about(self, item: Item) -> frozenset[About]: ...

    def unasked(self, place: Place, typed: Mapping[str, Any]) -> frozenset[str]: ...

    def hints(self, typed: Mapping[str, Any]) -> Mapping[str, str]: ...

    def offered(self, place: Place, typed: Mapping[str, Any]) -> Mapping[str, frozenset[str]]: ...

    def facts(self, *, item: Item, values: dict[str, Any], application: Any) -> F: ...

    def subject(self, facts: F) -> Subject: ...

    def materials_needed(self, facts: F) -> list[str]: ...

    def check(self, facts: F) -> list[Finding]: ...

    def check_so_far(self, facts: F, unread: frozenset[str]) -> tuple[list[Finding], frozenset[str]]: ...

    def risk(self, facts: F) -> tuple[int, list[str]]: ...

    def amount_fen(self, facts: F) -> int | None: ...

    def preview(self, facts: F) -> Sequence[PreviewLine]: ...

    def waiting_money(self, facts: F) -> Sequence[tuple[int, int]]: ...

    def before_signing(self, facts: Callable[[], F]) -> list[Finding]: ...

    def apply(self, facts: F, case: Case) -> Outcome: ...


_HANDLERS: dict[str, Handler[Any]] = {}


def register_handler(code: str, handler: Handler[Any]) -> None:
    """Register an item's handler; called once per item at start."""
    assert code not in _HANDLERS or type(_HANDLERS[code]) is type(handler), f"two handlers for {code}"
    other = offered_for(handler.offered_for) if handler.offered_for else ""
    assert other in ("", code), f"{code} and {other} are offered for the same"
    _HANDLERS[code] = handler


def is_open(code: str) -> bool:
    """Whether the item has code and can be accepted."""
    return code in _HANDLERS


def open_codes() -> frozenset[str]:
    """Codes of all items that can be accepted."""
    return frozenset(_HANDLERS)


def writes_of(code: str) -> tuple[str, ...]:
    """Protected tables that cases of an item write; none while it has no code."""
    return _HANDLERS[code].writes if code in _HANDLERS else ()


def offered_for(offer: Offer) -> str:
    """Code of the item that a button of a door begins; "" while there is none."""
    return next((code for code, handler in _HANDLERS.items() if handler.offered_for == offer), "")


def reaches(item: Item, channel: str) -> bool:
    """Whether an item can be applied for through a channel: declared for it, and open there."""
    return channel in item.channels and is_open(item.code) and channel not in _HANDLERS[item.code].closed_channels


def handler_of(item: Item) -> Handler[Any]:
    """The item's handler.

    Raises:
        ItemNotOpen: the item is declared but not built yet.
    """
    if item.code not in _HANDLERS:
        raise ItemNotOpen(f"事项“{item.name}”（{item.code}）暂未开通办理，请按原渠道办理。", item=item.code)
    return _HANDLERS[item.code]


__all__ = [
    "About",
    "CaseFacts",
    "FollowUp",
    "Handler",
    "Offer",
    "Outcome",
    "Place",
    "PreviewLine",
    "Subject",
    "handler_of",
    "is_open",
    "offered_for",
    "open_codes",
    "reaches",
    "register_handler",
    "writes_of",
]
