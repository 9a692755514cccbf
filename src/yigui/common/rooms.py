"""Rooms declare themselves (各室自报): what a room owns and what it opens stands in its own `room.py` and nowhere else.

Each package of the house with a `room.py` is a room; it holds `ROOM = Room(...)`. They are collected here, once a process. The default is
deny: a table, stored function or page that no room declares can be read, called or opened by nobody but the database's owner.

`YIGUI_ROOMS` names further packages (comma between them) that are rooms beside those of the house.
"""

import datetime as dt
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from yigui.common.inbox import Source

_HOUSE = Path(__file__).resolve().parents[1]


class Kind(StrEnum):
    """What the rows of a table are (表的性质). It says what the application's login may do, and what `verify` must cover."""

    #: Business facts: written only under a warrant, changed never or with a history of every change.
    PROTECTED = "protected"
    #: History that triggers keep from being changed by anybody.
    APPEND_ONLY = "append_only"
    #: What decisions rest on, without a warrant of its own: may move on, is never deleted.
    EVIDENCE = "evidence"
    #: Drafts, sessions, queues, codes: nothing rests on them.
    WORKING = "working"
    #: Made by the owner's functions out of other tables, and could be made again.
    DERIVED = "derived"


#: Narrower privileges a table may declare. `NOTHING`: the owner's functions are the only way to it.
NOTHING: tuple[str, ...] = ()
READ, APPEND, CHANGE = ("SELECT",), ("SELECT", "INSERT"), ("SELECT", "INSERT", "UPDATE")
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")
#: The most a kind gives the application's login.
PRIVILEGES: Mapping[Kind, tuple[str, ...]] = {
    Kind.PROTECTED: CHANGE, Kind.APPEND_ONLY: APPEND, Kind.EVIDENCE: CHANGE, Kind.WORKING: ALL, Kind.DERIVED: READ,
}  # fmt: skip

#: Conditions on rows of outsiders; `{employer}` and `{person}` are those of the session that is open.
BY_EMPLOYER, BY_PERSON = "employer_id = {employer}", "person_id = {person}"
#: The table may be asked, and answers nothing: a page shared with the other kind of outsider reads it.
NO_ROWS = "false"


@dataclass(frozen=True)
class Own:
    """Which rows of a table are an employer's own and which a person's own, as SQL; "" where they may not even ask.

    `{employer}`, `{person}` stand for whom the open session is of, `{table}` for the table. `columns` are the ones they may read, where not
    all.
    """

    unit: str = ""
    person: str = ""
    columns: str = ""


def own_through(parent: str, key: str) -> Own:
    """Rows that belong to a row of `parent`, which has policies of its own for both."""
    rows = f"EXISTS (SELECT 1 FROM {parent} AS parent WHERE parent.id = {{table}}.{key})"
    return Own(rows, rows)


@dataclass(frozen=True)
class Merged:
    """What becomes of a table's rows about a person when the record is merged into another one (重复档案合并).

    Args:
        fate: `moved`: they go over to the other record. `refused`: while there are any, there is no merge. `stays`: they are left where
            they are, as what was so. `carried`: a function of the owner enters for the other record what they come to.
        words: what the rows are, for the sentence of the refusal; or why they stay.
        where: condition of the rows that refuse; the others stay (or are carried).
        carry: that function; it takes the kept and the merged record and gives how many rows it wrote.
    """

    fate: str
    words: str = ""
    where: str = "true"
    carry: str = ""


MOVED = Merged("moved")


def refused(words: str, where: str = "true") -> Merged:
    """Rows that keep a record from being merged."""
    return Merged("refused", words, where)


def carried(function: str, words: str = "", where: str = "false") -> Merged:
    """Rows whose worth goes over by a function of the owner; those of `where` keep the record from being merged, as `words`."""
    return Merged("carried", words, where, function)


def stays(why: str) -> Merged:
    """Rows that are left on the merged record."""
    return Merged("stays", why)


@dataclass(frozen=True)
class Table:
    """A table: its kind, narrower privileges where the kind gives too much, and what people outside the agency may read of it.

    `is_public`: nobody's data, read by every outsider. `parts`: the table has partitions, or is filled through tables staged under its name
    and a number; of these the application may read those that belong to it and no more. `attached`: the column by whose value (the number of
    a batch) a run attaches its rows as a part, which fires no trigger. `merged`: for every table with a person.
    `signed`: columns that name who signed: the application writes there only whom the database has seen in the same transaction
    (`identity_act_v1`). `updates`: the only columns it may change, where not all.
    `removed`: columns that a release took away since the record of rows; of any other that vanishes `yigui verify` speaks.
    `courier`: the login that sends messages (`yigui_courier`) reads its rows and removes them.
    """

    kind: Kind
    privileges: tuple[str, ...] | None = None
    own: Own | None = None
    is_public: bool = False
    parts: bool = False
    merged: Merged | None = None
    attached: str = ""
    signed: tuple[str, ...] = ()
    updates: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    courier: bool = False

    def __post_init__(self) -> None:
        assert set(self.granted) <= set(PRIVILEGES[self.kind]), f"{self.kind} gives {PRIVILEGES[self.kind]}, not {self.privileges}"
        assert not (self.own and self.is_public), "rows are somebody's or everybody's"

    @property
    def granted(self) -> tuple[str, ...]:
        """What the application's login may do."""
        return PRIVILEGES[self.kind] if self.privileges is None else self.privileges


@dataclass(frozen=True)
class Functions:
    """Stored functions of a room.

    Args:
        after: rooms whose functions or tables these build on: theirs are made before.
        callable: functions the application's login may execute. `prefix_*` stands for all of a library that begin so.
        definers: functions with the owner's rights that only triggers or other functions call.
        sequences: numbers the application takes by itself; those of a table's own id come with the right to insert.
        files: where they stand, in `sql/<name>.sql`; none where a library brings them.
    """

    after: tuple[str, ...] = ()
    callable: tuple[str, ...] = ()
    definers: tuple[str, ...] = ()
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
        about: of a case, what the database asks of its form and its door (`casework/subjects.py`).
    """

    kind: str
    code: str = ""
    tables: tuple[str, ...] = ()
    by_functions: tuple[str, ...] = ()
    risk_class: int | None = None
    about: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """An entry of the menu of officers (菜单): who holds the page right sees it. `place` orders it; `key` is its access key with Alt.

    `count` is a page that gives how many things wait behind it, as a part for the menu; "" for none.
    """

    place: int
    label: str
    page: str
    icon: str
    right: str
    key: str = ""
    count: str = ""


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
        begins: (applicant, channel) -> page where an item begins, for the guide. The applicant is `employer` or `person`.
        first_page: where somebody comes to who is not signed in; "" for the place's own sign-in.
        idle_seconds: at a machine others use after you, how long a session may rest; 0 for the house's limit.
    """

    space: str
    channel: str
    begins: Mapping[tuple[str, str], str] = field(default_factory=dict)
    first_page: str = ""
    idle_seconds: int = 0


@dataclass(frozen=True)
class Job:
    """A background job; periodic with a `cron` line (Chinese time). A periodic one that waits already is not put into the queue again.

    `needs_app`: a coroutine that is given the queue itself (procrastinate's `App`), to look after its jobs.
    """

    name: str
    run: Callable[..., Any]
    cron: str = ""
    needs_app: bool = False


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
        scopes: gives what the warrants this room issues open; those of run kinds stand with the kinds.
        grounds: kind of warrant -> the SQL condition that what a warrant `w` of it carries out stands there, carried out; `yigui verify` asks it.
        taken: unique constraint of its tables -> the sentence when a row stands there already: what is there, and what to do next. Read where a
            refusal of the database comes to somebody (`db.faults.database_sentence`); a use case that can name the record says it itself
            (`registry.enrol.sentences`).
        opens: kind of a thing (`Target`) -> the page that shows it, and the name of the page's argument ("" for none).
        watches: what may have happened in its tables and must become somebody's work; each opens a task for what it finds, once, and
            gives how many things it has taken up. They look around every hour, on the business day they are given.
        task_kinds: the folder of its kinds of tasks, dated YAML as `tasks/declarations` has it.
        deeds: what somebody wants to do at a page, in words, by `<page>` or `<page>/<verb>`: the log of refusals says it (R054). A page
            without its namespace (`:withdraw`) stands for those of all doors. Pages of the menu need none.
        session: of the room that keeps the sessions of outsiders: `FROM … WHERE …` of the one that is open, with `employer_id` and `person_id`.
    """

    name: str
    floor: int
    tables: Mapping[str, Table] = field(default_factory=dict)
    functions: Functions | None = None
    rights: Mapping[str, Collection[str]] = field(default_factory=dict)
    menu: tuple[Entry, ...] = ()
    homes: tuple[Home, ...] = ()
    mounts: tuple[Mount, ...] = ()
    doors: tuple[Door, ...] = ()
    public: tuple[str, ...] = ()
    run_kinds: tuple[Any, ...] = ()
    jobs: tuple[Job, ...] = ()
    verifications: tuple[Verification, ...] = ()
    inbox: tuple[Source, ...] = ()
    watches: tuple[Callable[[dt.date], int], ...] = ()
    task_kinds: Path | None = None
    opens: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    deeds: Mapping[str, str] = field(default_factory=dict)
    session: str = ""
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
    _once("door", ((door.space, room.name) for room in found for door in room.doors))
    _once(
        "beginning of items",
        ((f"{who} {channel}", room.name) for room in found for door in room.doors for who, channel in door.begins),
    )
    _once("public page", ((page, room.name) for room in found for page in room.public))
    _once("inbox source", ((source.code, room.name) for room in found for source in room.inbox))
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
