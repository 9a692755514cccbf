"""Lists of the staff's pages (清单): declared once, and then found in, narrowed, counted, sorted, paged, kept as a view, printed and exported alike.

A page declares a `Listing`: where its rows come from, its columns and its conditions. The address holds everything that was asked, so Back returns to
the same list. What names a person is looked up by POST and stands in the address as the house's own numbers, never as typed (see `Find`).
Every read is bounded: counts stop at `COUNT_MAX`, and pages end there.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from functools import cached_property
from typing import Any, Protocol
from urllib.parse import urlencode

from django.db.models import Count, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from yigui.common.money import format_fen
from yigui.common.normalise import plain_text, read_day
from yigui.common.texts import int_or_none
from yigui.staff.models import SavedView, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right
from yigui.staff.saved_views import NAME_MAX, views_of

#: Rows that are counted and paged through; beyond, a list asks for a condition.
COUNT_MAX = 10_000
SIZES = (20, 50, 100)
VALUE_MAX = 300
#: Parameters of an address that are no conditions.
_SORT, _PAGE, _SIZE = "sort", "page", "size"


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
    """Conditions with their counts, one pressed at a time: the values of a field."""

    key: str
    label: str
    field: str
    words: Callable[[], Mapping[str, str]]

    def narrowed(self, rows: "QuerySet[Any]", value: str) -> "QuerySet[Any]":
        return rows.filter(**{self.field: value})


@dataclass(frozen=True)
class Listing:
    """A list as its page declares it.

    Args:
        code: names it in saved views and exports; never changed.
        right: the page right; whoever has lost it takes no export any more.
        page: name of its address.
        rows: those somebody may see at all.
        order: fields it is sorted by where nothing is chosen; the key is added, so that no row changes places.
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
    known = {name: given.get(name, "").strip()[:VALUE_MAX] for name in (*listing.all_conditions, _SORT)}
    return {name: value for name, value in known.items() if value}


def narrowed(
    listing: Listing,
    user: User,
    asked: Mapping[str, str],
    *,
    but: str = "",
    said: list[str] | None = None,
) -> "QuerySet[Any]":
    """The rows somebody asks for, without the condition `but`. A condition that says nothing narrows nothing; its sentence is added to `said`."""
    rows = listing.rows(user)
    for key, condition in listing.all_conditions.items():
        if not asked.get(key) or key == but:
            continue
        try:
            _refuse_unknown(condition, user, asked[key])
            rows = condition.narrowed(rows, asked[key])
        except ValueError as error:
            if said is not None:
                said.append(str(error))
    return rows


def _refuse_unknown(condition: Condition, user: User, value: str) -> None:
    """Raises ValueError for a word that is none of those to choose from."""
    words: Any = None
    if isinstance(condition, Choice):
        words = dict(condition.choices(user))
    elif isinstance(condition, Chips):
        words = condition.words()
    if words is not None and value not in words:
        raise ValueError(f"“{condition.label}”没有“{value[:20]}”这一项，未作为条件。")


def in_order(listing: Listing, rows: "QuerySet[Any]", sort: str) -> "QuerySet[Any]":
    """Rows by the column that is asked for, else as the list has them; never two in changing places."""
    column = next((c for c in listing.columns if c.sort and c.key == sort.removeprefix("-")), None)
    if column is None:
        last = "-pk" if listing.order and listing.order[-1].startswith("-") else "pk"
        return rows.order_by(*listing.order, last)
    down = sort.startswith("-")
    fields = [F(name).desc(nulls_last=True) if down else F(name).asc(nulls_last=True) for name in column.sort]
    return rows.order_by(*fields, "-pk" if down else "pk")


@dataclass(frozen=True)
class Cell:
    """A value as it stands on the page."""

    column: Column
    text: str
    url: str
    note: str
    tone: str


@dataclass(frozen=True)
class Chip:
    """A condition to press, with its count."""

    label: str
    count: str
    query: str
    is_on: bool


@dataclass(frozen=True)
class Head:
    """The head of a column: what pressing it asks, and how it is sorted now (a value of `aria-sort`)."""

    column: Column
    query: str
    sorted: str


@dataclass(frozen=True)
class View:
    """A saved view as it stands above the list."""

    saved: SavedView
    is_on: bool


class Shown:
    """A list as it stands on a page: what was asked of it, and what there is."""

    def __init__(self, listing: Listing, user: User, given: Mapping[str, str], path: str) -> None:
        self.listing, self.user, self.path = listing, user, path
        self.asked = said_in(listing, given)
        #: Sentences about conditions that say nothing.
        self.said: list[str] = []
        self.rows = narrowed(listing, user, self.asked, said=self.said)
        size = int_or_none(given.get(_SIZE, ""))
        self.size = size if size in SIZES else SIZES[0]
        self.sizes = SIZES
        self.name_max = NAME_MAX
        self.asked_page = int_or_none(given.get(_PAGE, "")) or 1

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows by the value of the chips' field, of the first `COUNT_MAX` + 1 that the other conditions leave."""
        chips = self.listing.chips
        if chips is None:
            return {"": self.rows.order_by()[: COUNT_MAX + 1].count()}
        rows = narrowed(self.listing, self.user, self.asked, but=chips.key)
        most = rows.model._default_manager.filter(pk__in=rows.order_by().values("pk")[: COUNT_MAX + 1])
        counted = most.order_by().values_list(chips.field).annotate(n=Count("pk"))
        return {str(value): n for value, n in counted}

    @cached_property
    def total(self) -> int:
        """Rows there are, at most `COUNT_MAX` + 1."""
        chips = self.listing.chips
        all_of_them = sum(self.counts.values())
        if chips is None or chips.key not in self.asked:
            return all_of_them
        if all_of_them > COUNT_MAX:
            return int(self.rows.order_by()[: COUNT_MAX + 1].count())
        return self.counts.get(self.asked[chips.key], 0)

    @property
    def total_words(self) -> str:
        return _count(self.total)

    @property
    def is_cut(self) -> bool:
        """Whether there are more rows than can be paged through."""
        return self.total > COUNT_MAX

    @property
    def pages(self) -> int:
        return max(1, -(-min(self.total, COUNT_MAX) // self.size))

    @property
    def page(self) -> int:
        return min(max(1, self.asked_page), self.pages)

    @property
    def first(self) -> int:
        return (self.page - 1) * self.size + 1

    @property
    def last(self) -> int:
        return self.first + len(self.cells) - 1

    @cached_property
    def cells(self) -> list[list[Cell]]:
        """The rows of the page."""
        rows = in_order(self.listing, self.rows, self.asked.get(_SORT, ""))
        until = min(self.first - 1 + self.size, COUNT_MAX)
        return [[_cell(c, row) for c in self.listing.columns] for row in self.listing.prepared(list(rows[self.first - 1 : until]))]

    @cached_property
    def chips(self) -> list[Chip]:
        """The chips: all, and each value there is or that is pressed."""
        declared = self.listing.chips
        if declared is None:
            return []
        on = self.asked.get(declared.key, "")
        found = [Chip("全部", _count(sum(self.counts.values())), self.query(**{declared.key: ""}), not on)]
        for value, word in declared.words().items():
            if self.counts.get(value) or value == on:
                found.append(Chip(word, _count(self.counts.get(value, 0)), self.query(**{declared.key: value}), value == on))
        return found

    @property
    def heads(self) -> list[Head]:
        sort = self.asked.get(_SORT, "")
        found = []
        for column in self.listing.columns:
            is_on = bool(column.sort) and sort.removeprefix("-") == column.key
            state = ("descending" if sort.startswith("-") else "ascending") if is_on else ""
            found.append(Head(column, self.query(sort=f"-{column.key}" if state == "ascending" else column.key), state))
        return found

    @property
    def fields(self) -> list[dict[str, Any]]:
        """The fields of the query bar, with what they hold."""
        found = []
        for condition in self.listing.conditions:
            kind = type(condition).__name__.lower()
            choices = condition.choices(self.user) if isinstance(condition, Choice) else ()
            placeholder = condition.placeholder if isinstance(condition, Text) else ""
            held = self.asked.get(condition.key, "")
            found.append(
                {
                    "key": condition.key,
                    "label": condition.label,
                    "kind": kind,
                    "choices": choices,
                    "held": held,
                    "placeholder": placeholder,
                }
            )
        return found

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What the query bar hands on beside its own fields."""
        own = {c.key for c in self.listing.conditions}
        return [(n, v) for n, v in self.asked.items() if n not in own] + (
            [(_SIZE, str(self.size))] if self.size != SIZES[0] else []
        )

    @cached_property
    def who(self) -> str:
        """Whom the list is narrowed to, in words; "" where nobody."""
        find = self.listing.find
        return find.said(self.user, self.asked[find.key]) if find is not None and find.key in self.asked else ""

    @property
    def without_who(self) -> str:
        find = self.listing.find
        return self.query(**({find.key: ""} if find else {}))

    @property
    def is_narrowed(self) -> bool:
        return bool(self.asked.keys() - {_SORT})

    @cached_property
    def views(self) -> list[View]:
        return [View(view, view.query == self.query()) for view in views_of(self.user, self.listing.code)]

    @property
    def is_on_view(self) -> bool:
        return any(view.is_on for view in self.views)

    @property
    def may_export(self) -> bool:
        return has_page_right(self.user, "exports")

    @cached_property
    def conditions_words(self) -> str:
        """What was asked, as a line above a printed list."""
        parts = []
        for key, condition in self.listing.all_conditions.items():
            value = self.asked.get(key, "")
            if not value:
                continue
            if isinstance(condition, Choice):
                value = dict(condition.choices(self.user)).get(value, value)
            elif isinstance(condition, Chips):
                value = condition.words().get(value, value)
            elif isinstance(condition, Find):
                value = condition.said(self.user, value)
            parts.append(f"{condition.label}：{value}")
        return "；".join(parts)

    @property
    def previous(self) -> str:
        return self.query(page=str(self.page - 1)) if self.page > 1 else ""

    @property
    def next(self) -> str:
        return self.query(page=str(self.page + 1)) if self.page < self.pages else ""

    def query(self, **changed: str) -> str:
        """The parameters of the same list with something changed; the page begins anew unless it is what changes."""
        size = {_SIZE: str(self.size)} if self.size != SIZES[0] else {}
        return urlencode({name: value for name, value in (self.asked | size | changed).items() if value})


def _count(number: int) -> str:
    return f"{COUNT_MAX:,} 以上" if number > COUNT_MAX else f"{number:,}"


def _cell(column: Column, row: Any) -> Cell:
    return Cell(
        column,
        _words(column, column.value(row)),
        column.link(row) if column.link else "",
        column.note(row) if column.note else "",
        column.tone(row).value if column.tone else "",
    )


def _words(column: Column, value: Any) -> str:
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
    rows = in_order(listing, narrowed(listing, user, asked), asked.get(_SORT, ""))
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
    return f"{_words(column, value)}{f'（{note}）' if note else ''}"


def found_in(request: OfficerRequest, listing: Listing) -> HttpResponse:
    """The answer to what was typed in the box of a list: on to the page that is meant, or to the list narrowed to whom it names."""
    assert listing.find is not None
    shown = Shown(listing, request.user, request.GET.dict(), request.path)
    text = request.POST.get("find", "")[:60]
    found = listing.find.found(request.user, text) if text.strip() else {listing.find.key: ""}
    return redirect(found if isinstance(found, str) else f"{request.path}?{shown.query(**found)}")


def list_page(
    request: OfficerRequest, listing: Listing, template: str = "ui/list_page.html", more: Callable[[], dict[str, Any]] | None = None
) -> HttpResponse:
    """The page of a list, or the list alone where it asks for itself; what else stands on the page (`more`) is then not read."""
    shown = Shown(listing, request.user, request.GET.dict(), request.path)
    if request.htmx and request.htmx.target == "listing":
        return render(request, "ui/includes/listing.html", {"list": shown})
    return render(request, template, {"list": shown, **(more() if more else {})})
