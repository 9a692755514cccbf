"""A list as it stands on its page (清单页): what was asked of it, its chips with counts, its rows, its pages, the views somebody keeps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render

from yigui.common.texts import int_or_none
from yigui.shell.lists import (
    ALL,
    COUNT_MAX,
    SORT,
    Column,
    Find,
    Listing,
    RowDeed,
    Text,
    Words,
    in_order,
    narrowed,
    said_in,
    words_of,
)
from yigui.staff.models import SavedView, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right
from yigui.staff.saved_views import NAME_MAX, views_of

SIZES = (20, 50, 100)
#: Parameters of an address that say neither a condition nor an order.
PAGE, SIZE = "page", "size"


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
        #: Those somebody may see at all, and what there is to choose from: read once a page.
        self.all_rows, self.words = listing.rows(user), Words(user)
        self.rows = narrowed(listing, user, self.asked, said=self.said, rows=self.all_rows, words=self.words)
        size = int_or_none(given.get(SIZE, ""))
        self.size = size if size in SIZES else SIZES[0]
        self.sizes = SIZES
        self.name_max = NAME_MAX
        self.asked_page = int_or_none(given.get(PAGE, "")) or 1

    @cached_property
    def _counted(self) -> tuple[dict[str, int], int]:
        """How many rows by the value of the chips' field that the other conditions leave, and how many in all: each number at most `COUNT_MAX` + 1."""
        chips = self.listing.chips
        if chips is None:
            return {}, _at_most(self.rows)
        rows = narrowed(self.listing, self.user, self.asked, but=chips.key, rows=self.all_rows, words=self.words)
        # A field that the rows only were given (`annotate`) is not known to the table alone.
        is_column = chips.field in {f.name for f in rows.model._meta.get_fields()}
        most = (rows.model._default_manager if is_column else self.all_rows).filter(
            pk__in=rows.order_by().values("pk")[: COUNT_MAX + 1]
        )
        counted = {str(value): n for value, n in most.order_by().values_list(chips.field).annotate(n=Count("pk"))}
        every = sum(counted.values())
        if every > COUNT_MAX:
            # Of the first so many, in no order, a value may have any number: each is counted by itself, as its own list is.
            counted = {value: _at_most(chips.narrowed(rows, value)) for value in self.words.of(chips) or {}}
        return counted, every

    @property
    def counts(self) -> dict[str, int]:
        """How many rows by the value of the chips' field: what the list of each says of itself."""
        return self._counted[0]

    @property
    def total(self) -> int:
        """Rows there are, at most `COUNT_MAX` + 1."""
        return self.counts.get(self._on, 0) if self._on else self._counted[1]

    @property
    def _on(self) -> str:
        """The value of the chip that is pressed; "" for all."""
        chips = self.listing.chips
        value = self.asked.get(chips.key, "") if chips is not None else ""
        return "" if value == ALL and self.listing.begins else value

    @property
    def total_words(self) -> str:
        return count_words(self.total)

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
        rows = in_order(self.listing, self.rows, self.asked.get(SORT, ""))
        until = min(self.first - 1 + self.size, COUNT_MAX)
        self._found = self.listing.prepared(list(rows[self.first - 1 : until]))
        return [[_cell(c, row) for c in self.listing.columns] for row in self._found]

    @cached_property
    def chips(self) -> list[Chip]:
        """The chips: all, and each value there is or that is pressed."""
        declared = self.listing.chips
        if declared is None:
            return []
        on, every = self._on, ALL if self.listing.begins else ""
        found = [Chip("全部", count_words(self._counted[1]), self.query(**{declared.key: every}), not on)]
        for value, word in (self.words.of(declared) or {}).items():
            if self.counts.get(value) or value == on:
                found.append(Chip(word, count_words(self.counts.get(value, 0)), self.query(**{declared.key: value}), value == on))
        return found

    @property
    def heads(self) -> list[Head]:
        sort = self.asked.get(SORT, "")
        found = []
        for column in self.listing.columns:
            is_on = bool(column.sort) and sort.removeprefix("-") == column.key
            state = ("descending" if sort.startswith("-") else "ascending") if is_on else ""
            found.append(Head(column, self.query(sort=f"-{column.key}" if state == "ascending" else column.key), state))
        return found

    @cached_property
    def fields(self) -> list[dict[str, Any]]:
        """The fields of the query bar, with what they hold."""
        found = []
        for condition in self.listing.conditions:
            kind = type(condition).__name__.lower()
            choices = (self.words.of(condition) or {}).items()
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
        return [(n, v) for n, v in self.asked.items() if n not in own] + ([(SIZE, str(self.size))] if self.size != SIZES[0] else [])

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
        asked = {name: value for name, value in self.asked.items() if name != SORT}
        begun = said_in(self.listing, {})
        return asked not in (begun, dict.fromkeys(begun, ALL))

    @property
    def has_deeds(self) -> bool:
        """Whether a row may have a deed: a template would call the listing's own answer."""
        return self.listing.deed is not None

    @property
    def width(self) -> int:
        """Columns of the table."""
        return len(self.listing.columns) + self.has_deeds

    @property
    def rows_with_deeds(self) -> list[tuple[list[Cell], RowDeed | None]]:
        """The rows of the page, each with what may be done with it."""
        deed = self.listing.deed
        return [(cells, deed(self.user, row) if deed else None) for cells, row in zip(self.cells, self._found, strict=True)]

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
            value = self._on if condition is self.listing.chips else self.asked.get(key, "")
            if not value:
                continue
            said = self.who if isinstance(condition, Find) else (self.words.of(condition) or {}).get(value, value)
            parts.append(f"{condition.label}：{said}")
        return "；".join(parts)

    @property
    def previous(self) -> str:
        return self.query(page=str(self.page - 1)) if self.page > 1 else ""

    @property
    def next(self) -> str:
        return self.query(page=str(self.page + 1)) if self.page < self.pages else ""

    def query(self, **changed: str) -> str:
        """The parameters of the same list with something changed; the page begins anew unless it is what changes."""
        size = {SIZE: str(self.size)} if self.size != SIZES[0] else {}
        return urlencode({name: value for name, value in (self.asked | size | changed).items() if value})


def _at_most(rows: "QuerySet[Any]") -> int:
    return int(rows.order_by()[: COUNT_MAX + 1].count())


def count_words(number: int) -> str:
    """How many rows a list has, in words; of more than `COUNT_MAX` only that they are more."""
    return f"{COUNT_MAX:,} 以上" if number > COUNT_MAX else f"{number:,}"


def _cell(column: Column, row: Any) -> Cell:
    return Cell(
        column,
        words_of(column, column.value(row)),
        column.link(row) if column.link else "",
        column.note(row) if column.note else "",
        column.tone(row).value if column.tone else "",
    )


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
