"""One inbox (待办) out of all sources: for whom, how many, in which order, where a row leads."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from django.urls import reverse

from yigui.common import rooms
from yigui.common.inbox import COUNT_MAX, Row, Source, Tally, Target, Turn, tally
from yigui.staff.models import InboxLook, User

#: Rows of a page, and pages that can be turned: whoever wants what lies further chooses a kind.
PAGE, PAGES_MAX = 20, 25
#: Rows of a source that the bell looks at.
NEWS_MAX = 100
OVERDUE, TODAY, LATER = "overdue", "today", "later"
URGENCIES = {OVERDUE: "已超期", TODAY: "今日到期", LATER: "以后"}


@dataclass(frozen=True)
class Waiting:
    """A row with the source it comes from and where it leads."""

    source: Source
    row: Row
    url: str

    @property
    def at(self) -> str:
        """What the address calls it: source and key."""
        return f"{self.source.code}:{self.row.key}"


@dataclass(frozen=True)
class InboxPage:
    """A page of an inbox, sorted by due day; what has none comes last, by age."""

    rows: list[Waiting]
    number: int
    has_more: bool


@cache
def _all_sources() -> tuple[Source, ...]:
    return tuple(sorted((source for room in rooms.rooms() for source in room.inbox), key=lambda source: source.place))


def sources_for(user: User) -> list[Source]:
    """The sources that somebody of this role can have something in, in their order."""
    return [source for source in _all_sources() if user.role in source.roles]


def source_of(user: User, code: str) -> Source | None:
    """The source with this code, if it is for this person."""
    return next((source for source in sources_for(user) if source.code == code), None)


def tallies(user: User, today: dt.date) -> dict[str, Tally]:
    """How many things wait, by the code of the source; one statement each, bounded."""
    return {source.code: tally(source.days(user, today, COUNT_MAX + 1), today) for source in sources_for(user)}


def news_of(user: User, today: dt.date, look: InboxLook | None) -> int:
    """How many of the things that wait began after somebody looked last; of each source the first `NEWS_MAX` are looked at. All, where they never looked.

    What bears only a day and began on the day of that look stays new until the next day's: nobody knows which came first, and twice is better than never.
    """
    rows = [row for source in sources_for(user) for row in source.rows(user, today, NEWS_MAX) if row.turn != Turn.COLLEAGUE]
    return len(rows) if look is None else sum(_is_new(row.since, look) for row in rows)


def _is_new(since: dt.datetime | dt.date | None, look: InboxLook) -> bool:
    if since is None:
        return False
    return since > look.at if isinstance(since, dt.datetime) else since >= look.on


@cache
def _opens() -> dict[str, tuple[str, str]]:
    return {kind: page for room in rooms.rooms() for kind, page in room.opens.items()}


def address_of(target: Target) -> str:
    """The page that shows a thing."""
    page, argument = _opens()[target.kind]
    return reverse(page, kwargs={argument: target.number} if argument else {})


def inbox_page(
    user: User, today: dt.date, *, code: str = "", urgency: str = "", number: int = 1, is_own: bool = False
) -> InboxPage:
    """A page of somebody's inbox, of one source or of all, of one urgency or of all; `is_own`: without what is a colleague's turn, as it is counted."""
    number = min(max(1, number), PAGES_MAX)
    chosen = [source for source in sources_for(user) if code in ("", source.code)]
    most = COUNT_MAX if urgency or is_own else number * PAGE + 1
    ranked = [(rank, source, row) for source in chosen for rank, row in _ranked(source, source.rows(user, today, most))]
    ranked.sort(key=itemgetter(0))
    found = [
        (source, row)
        for _, source, row in ranked
        if (not urgency or urgency_of(row.due_on, today) == urgency) and not (is_own and row.turn == Turn.COLLEAGUE)
    ]
    start = (number - 1) * PAGE
    rows = [Waiting(source, row, address_of(row.target)) for source, row in found[start : start + PAGE]]
    return InboxPage(rows, number, len(found) > start + PAGE and number < PAGES_MAX)


def to_take(user: User, today: dt.date, *, code: str = "", urgency: str = "", is_own: bool = False) -> list[Waiting]:
    """What somebody may take, in the order in which they take it: whose turn it is first their own, then nobody's, then a colleague's, each by urgency."""
    chosen = [source for source in sources_for(user) if code in ("", source.code)]
    ranked = [
        (rank, source, row)
        for source in chosen
        for rank, row in _ranked(source, source.rows(user, today, COUNT_MAX))
        if row.can_take and not (is_own and row.turn == Turn.COLLEAGUE)
    ]
    ranked.sort(key=lambda found: (found[2].turn, found[0]))
    return [
        Waiting(source, row, address_of(row.target))
        for _, source, row in ranked
        if not urgency or urgency_of(row.due_on, today) == urgency
    ]


def urgency_of(day: dt.date | None, today: dt.date) -> str:
    """Past its day, due today, or later."""
    if day is None or day > today:
        return LATER
    return TODAY if day == today else OVERDUE


def _ranked(source: Source, rows: Iterable[Row]) -> Iterator[tuple[tuple[dt.date, str, int, int], Row]]:
    """The rows of a source with their place among those of all: by due day, then age, but never against the source's own order.

    A page takes only the first rows of each source. Were two of one source to change places here, a row would stand on no page.
    """
    latest = (dt.date.min, "")
    for n, row in enumerate(rows):
        latest = max(latest, (row.due_on or dt.date.max, row.since.isoformat() if row.since else ""))
        yield (*latest, source.place, n), row
