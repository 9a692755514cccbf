"""Rooms declare themselves (各室自报): what a room owns and what it opens stands in its own `room.py` and nowhere else.

Each package of the house with a `room.py` is a room; it holds `ROOM = Room(...)`. They are collected here, once a process. The default is
deny: a table, stored function or page that no room declares can be read, called or opened by nobody but the database's owner.

What it says of a table of its own is explained in `table_words`, all the rest here; a `room.py` takes its words from this module alone.

`YIGUI_ROOMS` names further packages (comma between them) that are rooms beside those of the house.
"""

import datetime as dt
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from yigui.common.inbox import NotGranted, Source
from yigui.common.table_words import (
    ALL,
    APPEND,
    BY_EMPLOYER,
    BY_PERSON,
    BY_RECORDS,
    CHANGE,
    MOVED,
    NO_ROWS,
    NOTHING,
    PRIVILEGES,
    READ,
    Kind,
    Merged,
    Own,
    Table,
    carried,
    own_through,
    refused,
    stays,
)

_HOUSE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Functions:
    """Stored functions of a room.

    Args:
        after: rooms whose functions or tables these build on: theirs are made before.
        callable: functions the application's login may execute. `prefix_*` stands for all of a library that begin so.
        definers: functions with the owner's rights that only triggers or other functions call.
        for_persons: those of `callable` that a person outside may execute too, in the role of a person: what they answer is about whoever the
            open session is of, whatever the arguments.
        sequences: numbers the application takes by itself; those of a table's own id come with the right to insert.
        files: where they stand, in `sql/<name>.sql`; none where a library brings them.
    """

    after: tuple[str, ...] = ()
    callable: tuple[str, ...] = ()
    definers: tuple[str, ...] = ()
    for_persons: tuple[str, ...] = ()
    sequences: tuple[str, ...] = ()
    files: tuple[str, ...] = ("functions",)


@dataclass(frozen=True)
class Scope:
    """What a kind of warrant opens (授权范围): everything else stays shut, though the warrant's class would do.

    Args:
        kind: `case`, `run`, `receipt`, `result`, `rights` or `item`, as `WarrantKind` has them.
        code: the item of a case, the kind of a run; "" for the others.
        tables: protected tables it may write.
        by_functions: those of them that only the owner's functions may write, not the application by its own statements.
        risk_class: the class its warrants have; None where that depends.
        about: of a case, what the database asks of its form and its door (`casework/subjects.py`); of a run, of what one batch is executed in an area.
    """

    kind: str
    code: str = ""
    tables: tuple[str, ...] = ()
    by_functions: tuple[str, ...] = ()
    risk_class: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """An entry of the menu of officers (菜单): who holds the page right sees it. `place` orders it; `key` is the digit that opens it after G.

    `count` is a page that gives how many things wait behind it, as a part for the menu; "" for none. `group` is the code of the group it stands in
    (`MenuGroup`); "" for an entry that stands by itself.
    """

    place: int
    label: str
    page: str
    icon: str
    right: str
    key: str = ""
    count: str = ""
    group: str = ""


@dataclass(frozen=True)
class MenuGroup:
    """A group of the menu (菜单分组): any room may put entries into it. `place` orders it among the entries that stand by themselves."""

    place: int
    code: str
    label: str
    icon: str


@dataclass(frozen=True)
class Home:
    """Where the day of those begins who hold a page right; of several the lowest `place` counts."""

    place: int
    right: str
    page: str


@dataclass(frozen=True)
class Mount:
    """Where a room's pages lie. Deeper prefixes are tried before shorter ones.

    `urls` is a module with `urlpatterns`, or `package.module:attribute` for an object whose `urls` are the patterns. `asks_itself`:
    whoever comes in there is asked by these pages for a proof of their own (a partner's token), not for a sign-in.
    """

    prefix: str
    urls: str
    namespace: str = ""
    asks_itself: bool = False


@dataclass(frozen=True)
class Door:
    """A place of pages for people outside the agency: an URL namespace with its channel, and with pages named `sign_in` and `home`.

    Args:
        name: of the account through which the place hands in (`channel-…`), the same for every door of a channel.
        begins: (applicant, channel) -> page where an item begins, for the guide. The applicant is `employer` or `person`.
        first_page: where somebody comes to who is not signed in; "" for the place's own sign-in.
        idle_seconds: at a machine others use after you, how long a session may rest; 0 for the house's limit.
    """

    space: str
    channel: str
    name: str
    begins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    first_page: str = ""
    idle_seconds: int = 0


@dataclass(frozen=True)
class Job:
    """A background job; periodic with a `cron` line (Chinese time). A periodic one that waits already is not put into the queue again.

    `label` is what the page of jobs calls it. `needs_app`: a coroutine that is given the queue itself (procrastinate's `App`), to look after its jobs.
    """

    name: str
    run: Callable[..., Any]
    cron: str = ""
    needs_app: bool = False
    label: str = ""


@dataclass(frozen=True)
class Verification:
    """A part of `yigui verify`: gives a sentence for every fault in the database with this alias. `place` orders them."""

    place: int
    label: str
    faults: Callable[[str], Iterator[str]]


@dataclass(frozen=True)
class Room:
    """What a room declares. Floors are counted from below, see docs/architecture.md.

    Args:
        rights: page right -> roles that hold it.
        public: names of the pages that are open to everybody; a page that is marked so and does not stand here is refused.
        inbox: what of this room can wait for somebody of the staff.
        not_granted: its kinds of requests that others may refuse; who asked is told in the inbox.
        scopes: gives what the warrants this room issues open; those of run kinds stand with the kinds.
        grounds: kind of warrant -> the SQL condition that what a warrant `w` of it carries out stands there, carried out; `yigui verify` asks it.
        taken: unique constraint of its tables -> the sentence when a row stands there already: what is there, and what to do next. Read where a
            refusal of the database comes to somebody (`db.faults.database_sentence`); a use case that can name the record says it itself
            (`registry.persons.sentences`).
        strip: a part that stands on every page of an officer who holds a right, and asks again by itself: its page and the right.
        opens: kind of a thing (`Target`) -> the page that shows it, and the name of the page's argument ("" for none).
        watches: what may have happened in its tables and must become somebody's work; each opens a task for what it finds, once, and
            gives how many things it has taken up. They look around every hour, on the business day they are given.
        task_kinds: the folder of its kinds of tasks, dated YAML as `tasks/declarations` has it.
        deeds: what somebody wants to do at a page, in words, by `<page>` or `<page>/<verb>`: the log of refusals says it (R054). A page
            without its namespace (`:withdraw`) stands for those of all doors. Pages of the menu need none.
        session: of the room that keeps the sessions of outsiders: `FROM … WHERE …` of the one that is open, with `employer_id` and `person_id`.
        session_records: of that room, the function that gives the numbers of the records of that person.
    """

    name: str
    floor: int
    tables: Mapping[str, Table] = field(default_factory=dict)
    functions: Functions | None = None
    rights: Mapping[str, Collection[str]] = field(default_factory=dict)
    menu: tuple[Entry, ...] = ()
    menu_groups: tuple[MenuGroup, ...] = ()
    homes: tuple[Home, ...] = ()
    mounts: tuple[Mount, ...] = ()
    doors: tuple[Door, ...] = ()
    public: tuple[str, ...] = ()
    run_kinds: tuple[Any, ...] = ()
    jobs: tuple[Job, ...] = ()
    verifications: tuple[Verification, ...] = ()
    inbox: tuple[Source, ...] = ()
    not_granted: tuple[NotGranted, ...] = ()
    watches: tuple[Callable[[dt.date], int], ...] = ()
    task_kinds: Path | None = None
    opens: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    strip: tuple[str, str] | None = None
    deeds: Mapping[str, str] = field(default_factory=dict)
    session: str = ""
    session_records: str = ""
    scopes: Callable[[], Iterable[Scope]] | None = None
    grounds: Mapping[str, str] = field(default_factory=dict)
    taken: Mapping[str, str] = field(default_factory=dict)
    #: The package, filled in when rooms are collected.
    package: str = ""


def packages() -> tuple[str, ...]:
    """The packages that are rooms: those of the house with a `room.py`, and those `YIGUI_ROOMS` names."""
    root = __name__.partition(".")[0]
    house = sorted(f"{root}.{file.parent.name}" for file in _HOUSE.glob("*/room.py"))
    return (*house, *further_packages())


def further_packages() -> tuple[str, ...]:
    """The packages beside the house that are rooms of it (`YIGUI_ROOMS`)."""
    return tuple(name.strip() for name in os.environ.get("YIGUI_ROOMS", "").split(",") if name.strip())


def further_folders() -> list[Path]:
    """The folders of those packages; none of their modules is imported."""
    specs = [find_spec(name) for name in further_packages()]
    return [Path(place) for spec in specs if spec is not None for place in spec.submodule_search_locations or ()]


@cache
def rooms() -> tuple[Room, ...]:
    """All rooms, lowest floor first. Their modules are imported at the first call: Django must be up.

    Raises:
        ValueError: two rooms declare the same thing.
    """
    found: list[Room] = [replace(import_module(f"{package}.room").ROOM, package=package) for package in packages()]
    found.sort(key=lambda room: (room.floor, room.name))
    _once("room", ((room.name, room.name) for room in found))
    _once("table", ((table, room.name) for room in found for table in room.tables))
    _once("page right", ((right, room.name) for room in found for right in room.rights))
    _once("group of the menu", ((group.code, room.name) for room in found for group in room.menu_groups))
    _once("door", ((door.space, room.name) for room in found for door in room.doors))
    _once(
        "beginning of items",
        ((f"{who} {channel}", room.name) for room in found for door in room.doors for who, channel in door.begins),
    )
    _once("public page", ((page, room.name) for room in found for page in room.public))
    _once("inbox source", ((source.code, room.name) for room in found for source in room.inbox))
    _once("not granted", ((kind.code, room.name) for room in found for kind in room.not_granted))
    _once("opened kind", ((kind, room.name) for room in found for kind in room.opens))
    _once("ground", ((kind, room.name) for room in found for kind in room.grounds))
    _once("constraint", ((name, room.name) for room in found for name in room.taken))
    _once("deed", ((page, room.name) for room in found for page in room.deeds))
    _once("job", ((job.name, room.name) for room in found for job in room.jobs))
    return tuple(found)


def _once(what: str, declared: Iterator[tuple[str, str]]) -> None:
    seen: dict[str, str] = {}
    for name, room in declared:
        if name in seen:
            raise ValueError(f"{what} {name} is declared by {seen[name]} and by {room}")
        seen[name] = room


@cache
def tables() -> Mapping[str, Table]:
    """Every declared table by its name."""
    return {name: table for room in rooms() for name, table in room.tables.items()}


@cache
def page_rights() -> Mapping[str, frozenset[str]]:
    """Page right -> roles that hold it."""
    return {right: frozenset(roles) for room in rooms() for right, roles in room.rights.items()}


@cache
def deeds() -> Mapping[str, str]:
    """What somebody wants to do at a page, in words, by `<page>` or `<page>/<verb>`."""
    return {page: words for room in rooms() for page, words in room.deeds.items()}


@cache
def taken() -> Mapping[str, str]:
    """Unique constraint -> the sentence when a row stands there already."""
    return {name: words for room in rooms() for name, words in room.taken.items()}


@cache
def doors() -> Mapping[str, Door]:
    """Places of outsiders by their URL namespace."""
    return {door.space: door for room in rooms() for door in room.doors}


def channels() -> Mapping[str, str]:
    """Name of the account of every channel with a door (渠道账号), by the channel's code."""
    return {door.channel: door.name for door in doors().values()}


@cache
def public_pages() -> frozenset[str]:
    """Names of the pages that are open to everybody."""
    return frozenset(page for room in rooms() for page in room.public)


def with_functions() -> list[Room]:
    """Rooms with stored functions, each after those it builds on.

    Raises:
        ValueError: they build on each other in a circle, or on a room that has none.
    """
    waiting = {room.name: room for room in rooms() if room.functions is not None and room.functions.files}
    known = set(waiting)
    done: list[Room] = []
    while waiting:
        ready = [room for room in waiting.values() if not set(_after(room, known)) & set(waiting)]
        if not ready:
            raise ValueError(f"stored functions build on each other in a circle: {', '.join(waiting)}")
        for room in ready:
            done.append(waiting.pop(room.name))
    return done


def _after(room: Room, known: set[str]) -> tuple[str, ...]:
    assert room.functions is not None
    unknown = set(room.functions.after) - known
    if unknown:
        raise ValueError(f"{room.name} builds on stored functions of {', '.join(sorted(unknown))}, which have none")
    return room.functions.after


def forget() -> None:
    """Collect anew at the next call."""
    for kept in (rooms, tables, page_rights, deeds, taken, doors, public_pages):
        kept.cache_clear()


__all__ = [
    "ALL", "APPEND", "BY_EMPLOYER", "BY_PERSON", "BY_RECORDS", "CHANGE", "MOVED", "NOTHING", "NO_ROWS", "PRIVILEGES", "READ", "Door", "Entry", "Functions",
    "Home", "Job", "Kind", "Merged", "Mount", "Own", "Room", "Scope", "Table", "Verification", "carried", "channels", "deeds", "doors", "forget",
    "further_folders", "further_packages", "own_through", "packages", "page_rights", "public_pages", "refused", "rooms", "stays", "tables",
    "taken", "with_functions",
]  # fmt: skip
