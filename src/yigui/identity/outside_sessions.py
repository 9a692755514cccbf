"""Open sign-ins of people outside the agency: kept while somebody works, counted, listed, ended. The database alone opens them.

What ends one stands in its own row: its length, its rest (`seen_at` and `idle`), or `ended_at`. The row of a session is the one thing that
a request which only looks may write: that somebody was there.
"""

import datetime as dt
import hashlib
import threading
import time
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from yigui.db.faults import is_read_only
from yigui.db.rows import row_where
from yigui.identity.models import OutsideSession, UnitLogin
from yigui.registry.models import Employer, Person

#: Sign-ins of one login, or of one person, at the same time; the oldest gives way.
SESSIONS_MAX = 3
#: That somebody is at work is written at most this often, or ten times in a session's rest.
_NOTED_SECONDS = 60
#: Sessions whose last note this process remembers; the rest are noted once more.
_REMEMBERED_MAX = 10_000
_OPEN = "s.ended_at IS NULL AND s.expires_at > now() AND s.seen_at + s.idle > now()"
_IS_OPEN = f"EXISTS (SELECT 1 FROM staff_outside_session s WHERE s.digest = %s AND {_OPEN})"

_noted: dict[str, float] = {}
_lock = threading.Lock()


@dataclass(frozen=True)
class Outsider:
    """Who reads: the secret of the open session, and whether it is an employer's or a person's."""

    secret: str
    is_unit: bool


@dataclass(frozen=True)
class SignInPlace:
    """Where somebody signs in: the channel, how long a session may rest there, and network address and browser, for them to recognise later."""

    channel: str
    idle: dt.timedelta
    address: str = ""
    browser: str = ""

    def as_parameters(self) -> tuple[str, dt.timedelta, str, str]:
        """As the database's functions take it."""
        return self.channel, self.idle, self.address, self.browser


@dataclass(frozen=True)
class Entered:
    """A session that the database has opened: its secret, which belongs to the browser, and the login or person it is of."""

    secret: str
    number: int


def end_session(outsider: Outsider) -> None:
    """End a session: from now on its secret opens nothing."""
    _end(OutsideSession.objects.filter(digest=digest_of(outsider.secret)))


def sessions_of(*, login: UnitLogin | None = None, person: Person | None = None) -> QuerySet[OutsideSession]:
    """Open sessions of an operator or a person, newest first."""
    rows = _of(login=login, person=person).filter(ended_at=None, expires_at__gt=Now())
    return rows.extra(where=["seen_at + idle > now()"]).order_by("-started_at")


def end_sessions_of(*, login: UnitLogin | None = None, person: Person | None = None, but: Outsider | None = None) -> int:
    """End the sessions of an operator or a person, all or all `but` one: what opened them has changed. Gives how many were open.

    Those of an operator include the employer's whose operator is not known (opened by the release before).
    """
    rows = _of(login=login, person=person)
    if login is not None:
        rows = rows | OutsideSession.objects.filter(employer_id=login.employer_id, login=None)
    if but is not None:
        rows = rows.exclude(digest=digest_of(but.secret))
    return _end(rows)


def end_one_session(number: str, *, login: UnitLogin | None = None, person: Person | None = None) -> bool:
    """End the session with this number of `number_of`, if it is theirs; whether there was one."""
    return bool(len(number) == _NUMBER and _end(_of(login=login, person=person).filter(digest__startswith=number)))


def is_resting(secret: str) -> bool:
    """Whether a session that opens nothing any more has only rested too long."""
    rested = OutsideSession.objects.filter(digest=digest_of(secret), ended_at=None, expires_at__gt=Now())
    return rested.extra(where=["seen_at + idle <= now()"]).exists()


def note_seen(secret: str, idle_seconds: float) -> None:
    """Note that somebody is at work in a session, not more often than it needs to be known."""
    digest, every = digest_of(secret), min(_NOTED_SECONDS, idle_seconds / 10)
    now = time.monotonic()
    with _lock:
        if now - _noted.get(digest, -every) < every:
            return
        if len(_noted) >= _REMEMBERED_MAX:
            _noted.clear()
        _noted[digest] = now
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE staff_outside_session AS s SET seen_at = now() WHERE s.digest = %s AND " + _OPEN, [digest])
    except DatabaseError as error:
        if not is_read_only(error):
            raise


def unit_of_session(secret: str, login_id: int) -> UnitLogin | None:
    """The active login of an open session, with its employer."""
    login = row_where(UnitLogin, f"id = %s AND is_active AND {_IS_OPEN}", login_id, digest_of(secret))
    if login is not None:
        employer = row_where(Employer, "id = %s", login.employer_id)
        assert employer is not None
        login.employer = employer
    return login


def person_of_session(secret: str, person_id: int) -> Person | None:
    """The person of an open session."""
    return row_where(Person, f"id = %s AND {_IS_OPEN}", person_id, digest_of(secret))


def digest_of(secret: str) -> str:
    """What the database keeps of a session's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


#: Places of a session's number on its owner's page.
_NUMBER = 16


def number_of(session: OutsideSession) -> str:
    """By what its owner's page names a session; opens nothing."""
    return session.digest[:_NUMBER]


def _of(*, login: UnitLogin | None, person: Person | None) -> QuerySet[OutsideSession]:
    assert (login is None) != (person is None)
    return OutsideSession.objects.filter(Q(login=login) if login is not None else Q(person=person))


def _end(rows: QuerySet[OutsideSession]) -> int:
    return rows.filter(ended_at=None).update(ended_at=Now())
