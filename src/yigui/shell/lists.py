"""Lists of the staff's pages (清单): declared once, and then found in, narrowed, counted, sorted, paged, kept as a view, printed and exported alike.

A page declares a `Listing`: where its rows come from, its columns and its conditions. The address holds everything that was asked, so Back returns to
the same list. What names a person is looked up by POST and stands in the address as the house's own numbers, never as typed (see `Find`).
Every read is bounded: counts stop at `COUNT_MAX`, and pages end there. How a list stands on its page is `list_pages`.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, Protocol

from django.db.models import F, QuerySet
from django.utils import timezone

from yigui.common.money import format_fen
from yigui.common.normalise import plain_text, read_day
from yigui.staff.models import User

#: Rows that are counted and paged through; beyond, a list asks for a condition.
COUNT_MAX = 10_000
VALUE_MAX = 300
#: What of the chips stands in an address for all of them, where a list begins with some.
ALL = "all"
#: The parameter of an address that says the order.
SORT = "sort"


class As(Enum):
    """How a value of a column is shown and exported."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    MONEY = "money"
    DAY = "day"
    MOMENT = "moment"
    STATE = "state"


class Tone(Enum):
    """The look of a state: with a word and a shape of its own."""

    GO = "go"
    HELD = "held"
    WARN = "warn"
    BAD = "bad"
    DONE = "done"
    OVER = "over"


@dataclass(frozen=True)
class Column:
    """A column.

    Args:
        value: of a row; fen for `MONEY`, a date for `DAY`, an aware time for `MOMENT`. None is shown as nothing.
        sort: fields by which it sorts; () for none.
        link: the page that shows the row's thing; "" for none.
        note: what stands small behind the value; it is exported with it.
        is_second: hidden on narrow windows.
    """

    key: str
    label: str
    value: Callable[[Any], Any]
    shown: As = As.TEXT
    sort: tuple[str, ...] = ()
    link: Callable[[Any], str] | None = None
    note: Callable[[Any], str] | None = None
    tone: Callable[[Any], Tone] | None = None
    is_second: bool = False
    width: int = 18


class Condition(Protocol):
    """What a list is narrowed by: a field of its query bar."""

    @property
    def key(self) -> str:
        """Its parameter in an address."""
        ...

    @property
    def label(self) -> str:
        """What it is called."""
        ...

    def narrowed(self, rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        """The rows that satisfy it. Raises ValueError with a sentence where the value says nothing."""
        ...


@dataclass(frozen=True)
class Choice:
    """One of some words. `choices` are those of whoever looks."""

    key: str
    label: str
    choices: Callable[[User], Sequence[tuple[str, str]]]
    apply: Callable[[Any, str], Any]

    def narrowed(self, rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return self.apply(rows, value)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Text:
    """What is typed and names nobody: a number of the house, a file name, a colleague."""

    key: str
    label: str
    apply: Callable[[Any, str], Any]
    placeholder: str = ""

    def narrowed(self, rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return self.apply(rows, plain_text(value))  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Day:
    """A day: from it on (`__gte`), or up to it (`__lte`)."""

    key: str
    label: str
    lookup: str

    def narrowed(self, rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        try:
            day = read_day(value)
        except ValueError as error:
            raise ValueError(f"“{self.label}”应为日期，例如 2026-11-10；“{value[:20]}”未作为条件。") from error
        return rows.filter(**{self.lookup: day})


@dataclass(frozen=True)
class Find:
    """A box for what people say: names, pinyin, numbers. What is typed comes by POST, and never stands in an address or a log.

    Args:
        found: turns a text into parameters of the list (numbers of the house), or into the address of the one page that is meant.
        apply: narrows by the parameter `key`.
        said: what the parameter stands for, in words, masked, as far as whoever looks may find it.
    """

    key: str
    label: str
    placeholder: str
    found: Callable[[User, str], Mapping[str, str] | str]
    apply: Callable[[Any, str], Any]
    said: Callable[[User, str], str]

    def narrowed(self, rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return self.apply(rows, value)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Chips:
    """Conditions with their counts, one pressed at a time: the values of a field, of a column or of what `rows` were given beside.

    Args:
        apply: narrows to a value, where that can be said so that the database need not work the field out of every row.
    """

    key: str
    label: str
    field: str
    words: Callable[[], Mapping[str, str]]
    apply: Callable[[Any, str], Any] | None = None

    def narrowed(self, rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return self.apply(rows, value) if self.apply else rows.filter(**{self.field: value})


@dataclass(frozen=True)
class RowDeed:
    """What may be done with a row, with a reason in writing: where it goes, its button, and what is to be said."""

    url: str
    button: str
    reason: str


@dataclass(frozen=True)
class Listing:
    """A list as its page declares it.

    Args:
        code: names it in saved views and exports; never changed.
        right: the page right; whoever has lost it takes no export any more.
        page: name of its address.
        rows: those somebody may see at all.
        order: fields it is sorted by where nothing is chosen; the key is added, so that no row changes places.
        begins: what of the chips is shown where nothing was asked for; "" for all. `ALL` asks for all of such a list.
        deed: what whoever looks may do with a row, in a column of its own; None for nothing.
        prepared: adds to the rows of a page or an export what takes a statement for all of them.
        empty: what is said where nothing is found; `nothing` where there is nothing at all.
    """

    code: str
    title: str
    right: str
    page: str
    rows: Callable[[User], "QuerySet[Any]"]
    columns: tuple[Column, ...]
    order: tuple[str, ...]
    conditions: tuple[Condition, ...] = ()
    find: Find | None = None
    chips: Chips | None = None
    begins: str = ""
    deed: Callable[[User, Any], RowDeed | None] | None = None
    prepared: Callable[[list[Any]], list[Any]] = field(default=list)
    nothing: str = "还没有记录。"
    empty: str = "没有符合条件的记录。"

    @property
    def all_conditions(self) -> dict[str, Condition]:
        """Every condition an address may hold, by its parameter."""
        more = [c for c in (self.find, self.chips) if c is not None]
        return {c.key: c for c in (*self.conditions, *more)}


_LISTINGS: dict[str, Listing] = {}


def register_listing(listing: Listing) -> Listing:
    """Make a list known by its code; called once by the door that shows it."""
    _LISTINGS[listing.code] = listing
    return listing


def listing_of(code: str) -> Listing | None:
    """The list with a code."""
    return _LISTINGS.get(code)


def said_in(listing: Listing, given: Mapping[str, str]) -> dict[str, str]:
    """What an address or an export asks of a list: its conditions and its order, nothing else."""
    known = {name: given.get(name, "").strip()[:VALUE_MAX] for name in (*listing.all_conditions, SORT)}
    if listing.chips is not None and listing.begins:
        known[listing.chips.key] = known[listing.chips.key] or listing.begins
    return {name: value for name, value in known.items() if value}


class Words:
    """What there is to choose from for somebody, by condition: read once, and only where it is asked for."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._read: dict[str, dict[str, str]] = {}

    def of(self, condition: Condition) -> Mapping[str, str] | None:
        """The words of a choice or of chips by their values; None for a condition of another kind."""
        if not isinstance(condition, Choice | Chips):
            return None
        if condition.key not in self._read:
            self._read[condition.key] = dict(condition.choices(self._user) if isinstance(condition, Choice) else condition.words())
        return self._read[condition.key]

    def refuse_unknown(self, condition: Condition, value: str) -> None:
        """Raises ValueError for a word that is none of those to choose from."""
        words = self.of(condition)
        if words is not None and value not in words:
            raise ValueError(f"“{condition.label}”没有“{value[:20]}”这一项，未作为条件。")


def narrowed(
    listing: Listing,
    user: User,
    asked: Mapping[str, str],
    *,
    but: str = "",
    said: list[str] | None = None,
    rows: "QuerySet[Any] | None" = None,
    words: "Words | None" = None,
) -> "QuerySet[Any]":
    """The rows somebody asks for, without the condition `but`. A condition that says nothing narrows nothing; its sentence is added to `said`.

    Args:
        rows: those somebody may see at all, `words`: what there is to choose from, where a page has read them already.
    """
    rows = listing.rows(user) if rows is None else rows
    words = Words(user) if words is None else words
    for key, condition in listing.all_conditions.items():
        if not asked.get(key) or key == but or (asked[key] == ALL and listing.begins and condition is listing.chips):
            continue
        try:
            words.refuse_unknown(condition, asked[key])
            rows = condition.narrowed(rows, asked[key])
        except ValueError as error:
            if said is not None:
                said.append(str(error))
    return rows


def in_order(listing: Listing, rows: "QuerySet[Any]", sort: str) -> "QuerySet[Any]":
    """Rows by the column that is asked for, else as the list has them; never two in changing places."""
    column = next((c for c in listing.columns if c.sort and c.key == sort.removeprefix("-")), None)
    if column is None:
        last = "-pk" if listing.order and listing.order[-1].startswith("-") else "pk"
        return rows.order_by(*listing.order, last)
    down = sort.startswith("-")
    fields = [F(name).desc(nulls_last=True) if down else F(name).asc(nulls_last=True) for name in column.sort]
    return rows.order_by(*fields, "-pk" if down else "pk")


def words_of(column: Column, value: Any) -> str:
    """A value of a column as it stands on the page; "" for none."""
    if value is None or value == "":
        return ""
    if column.shown is As.MONEY:
        return format_fen(value)
    if column.shown is As.NUMBER:
        return f"{value:,}"
    if column.shown is As.MOMENT:
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def exported(listing: Listing, user: User, asked: Mapping[str, str], most: int) -> list[tuple[Any, ...]]:
    """The rows of a list as cells of a workbook: what the page shows, in its order; amounts and days as such."""
    rows = in_order(listing, narrowed(listing, user, asked), asked.get(SORT, ""))
    return [tuple(_taken(column, row) for column in listing.columns) for row in listing.prepared(list(rows[:most]))]


def _taken(column: Column, row: Any) -> Any:
    value = column.value(row)
    if value is None or value == "":
        return ""
    if column.shown is As.MONEY:
        return Decimal(value) / 100
    if column.shown in (As.NUMBER, As.DAY):
        return value
    note = column.note(row) if column.note else ""
    return f"{words_of(column, value)}{f'（{note}）' if note else ''}"
