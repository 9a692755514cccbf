"""People outside the agency (外部用户): their open session, and reading through the database login that sees their rows only.

Inside `as_outsider` every statement of this thread's transaction, whoever wrote it, goes through the login `yigui_outside`
in the role of a unit or a person. Nothing can be written there: what somebody applies for goes through casework, outside it.
"""

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, connections, transaction
from django.db.models.functions import Now
from django.utils import timezone

from yigui.db.rows import row_where
from yigui.identity.models import OutsideSession, UnitLogin
from yigui.registry.models import Employer, Person
from yigui.warrants.row_security import PERSON_ROLE, UNIT_ROLE


@dataclass(frozen=True)
class Outsider:
    """Who reads: the secret of the open session, and whether it is an employer's or a person's."""

    secret: str
    is_unit: bool


def open_session(*, employer: Employer | None = None, person: Person | None = None, channel: str, minutes: int) -> Outsider:
    """Open a session for exactly one employer or person."""
    secret = secrets.token_urlsafe(32)
    OutsideSession.objects.create(
        digest=_digest(secret), employer=employer, person=person, channel=channel,
        expires_at=timezone.now() + dt.timedelta(minutes=minutes),
    )  # fmt: skip
    return Outsider(secret, is_unit=employer is not None)


def end_session(outsider: Outsider) -> None:
    """End a session: from now on its secret opens nothing."""
    OutsideSession.objects.filter(digest=_digest(outsider.secret), ended_at=None).update(ended_at=Now())


_IS_OPEN = "EXISTS (SELECT 1 FROM staff_outside_session s WHERE s.digest = %s AND s.ended_at IS NULL AND s.expires_at > now())"


def unit_of_session(secret: str, login_id: int) -> UnitLogin | None:
    """The active login of an open session, with its employer."""
    login = row_where(UnitLogin, f"id = %s AND is_active AND {_IS_OPEN}", login_id, _digest(secret))
    if login is not None:
        employer = row_where(Employer, "id = %s", login.employer_id)
        assert employer is not None
        login.employer = employer
    return login


def person_of_session(secret: str, person_id: int) -> Person | None:
    """The person of an open session."""
    return row_where(Person, f"id = %s AND {_IS_OPEN}", person_id, _digest(secret))


@contextmanager
def as_outsider(outsider: Outsider) -> Iterator[None]:
    """Read as somebody outside: one transaction, one role, own rows. What is rendered must be rendered inside.

    Raises:
        RuntimeError: a transaction is already open, which would go on with the application's own rights.
    """
    if connection.in_atomic_block:
        raise RuntimeError("as_outsider inside a transaction of the application")
    inside, outside = connections["default"], connections["outside"]
    # The application's connection is looked at once a request; where it has been made anew, the server was away, and so is this one.
    if getattr(outside, "beside", None) is not inside.connection:
        outside.close()
    outside.beside = inside.connection  # type: ignore[attr-defined]
    connections["default"] = outside
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            role = UNIT_ROLE if outsider.is_unit else PERSON_ROLE
            cursor.execute(
                "SELECT set_config('role', %s, true), set_config('yigui.session', %s, true), "
                "set_config('transaction_read_only', 'on', true)",
                [role, outsider.secret],
            )
            yield
    finally:
        connections["default"] = inside


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
