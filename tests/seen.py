"""People of the tests have signed in: whoever is named carries a sign-in that the database has opened, and types a code when one is wanted.

A superuser opens the sign-ins, once a file and person, so that a test need not type passwords; everything after that is the product's own.
A code may be used again within a test, for nobody waits thirty seconds. Accounts of doors and programs have no sign-in, as in life.
"""

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections, transaction

from tests import city
from yigui.config.settings import database
from yigui.db import presence
from yigui.identity.demo import code_of, secret_of
from yigui.identity.models import OutsideSession, UnitLogin
from yigui.identity.outside_sessions import Outsider, digest_of
from yigui.identity.proof import keep_partner, keep_password
from yigui.integrity.catalogue import brought
from yigui.registry.models import Employer, Person
from yigui.staff.enums import UserKind
from yigui.warrants.models import WarrantScope

_ONCE = "step > d.step_used"
_OR_AGAIN = f"({_ONCE} OR current_setting('yigui.codes_again', true) = 'on')"


def begin() -> None:
    """From now on people of the tests are seen, in this database."""
    carry()
    _codes_good(again=True)


@contextmanager
def as_the_program_brings_it() -> Iterator[None]:
    """Meanwhile the database has the product's own functions and scopes alone: for a server in a process of its own, which verifies them."""
    _codes_good(again=False)
    kept = list(WarrantScope.objects.using("super").filter(code="machine"))
    WarrantScope.objects.using("super").filter(code="machine").delete()
    try:
        yield
    finally:
        WarrantScope.objects.using("super").bulk_create(kept)
        begin()


def _codes_good(*, again: bool) -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('identity_use_code_v1'::regproc)")
        text = cursor.fetchone()[0].replace(_OR_AGAIN, _ONCE)
        assert _ONCE in text
        cursor.execute(text.replace(_ONCE, _OR_AGAIN) if again else text)


def carry() -> None:
    """In a program of its own, on a database where they are seen already; `YIGUI_TEST_SUPER_URL` is its superuser."""
    if "super" not in connections.settings:
        own = {"default": database(os.environ["DATABASE_URL"]), "super": database(os.environ["YIGUI_TEST_SUPER_URL"])}
        connections.settings["super"] = connections.configure_settings(own)["super"]
    presence._token_of = token_of
    presence._code_of = typed_by
    # Verification compares functions with those of the program; this one is the tests' own.
    of_code = brought()[0]["identity_use_code_v1"]
    of_code |= {body.replace(_ONCE, _OR_AGAIN) for body in of_code}


def token_of(person: Any) -> str:
    """The token somebody carries; of whoever carries none the one that is opened for them here."""
    carried = str(getattr(person, "_proof_token", ""))
    if carried or person.pk is None:
        return carried
    if isinstance(person, UnitLogin | Person):
        return session_of(person, "online" if isinstance(person, UnitLogin) else "mobile")
    if person.kind == UserKind.DOOR:
        return ""
    if person.kind == UserKind.PROGRAM:
        return city.of_city(f"key of {person.pk}", lambda: _open_program(person.pk))
    return city.of_city(f"sign-in of {person.pk}", lambda: opened_for(person.pk))


def session_of(person: UnitLogin | Person, channel: str) -> str:
    """The token of somebody outside who has signed in at a channel."""
    name = f"{channel} session of {type(person).__name__} {person.pk}"
    token = city.of_city(name, lambda: _open_outside(person, channel))
    if not OutsideSession.objects.filter(digest=digest_of(token.removeprefix(presence.OUTSIDE)), ended_at=None).exists():
        # A newer sign-in, or another password, has ended it.
        token = city._taken[name] = _open_outside(person, channel)
    return token


def at_door(person: UnitLogin | Person, channel: str) -> None:
    """Somebody outside has signed in at this channel."""
    presence.with_proof(person, session_of(person, channel))


def set_password(login: UnitLogin, password: str) -> None:
    """The password of an operator, as if set with a code: their sessions end."""
    keep_password(f"unit:{login.pk}", password, using="super")


def enrolment_of(user_id: int) -> str:
    """A code of enrolment (启用码), as two people have it given."""
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT identity_issue_enrolment_v1(%s, NULL)", [user_id])
        return str(cursor.fetchone()[0])


def open_unit(employer: Employer, *, full_name: str = "", phone: str = "") -> UnitLogin:
    """An employer's first login, as its enrolment opens it; without a password."""
    made = UnitLogin.objects.using("super").create(employer=employer, username=employer.unit_no, full_name=full_name, phone=phone)
    return UnitLogin.objects.select_related("employer").get(pk=made.pk)


def open_session(
    *, employer: Employer | None = None, person: Person | None = None, login: UnitLogin | None = None, channel: str
) -> Outsider:
    """A session of an employer (of an operator where one is named) or of a person, as the database opens it, with the usual rest."""
    secret = f"test-{uuid.uuid4()}"
    _put_in(
        secret, employer.pk if employer else None, person.pk if person else None, login.pk if login else None, channel, "20 minutes"
    )
    return Outsider(secret, is_unit=employer is not None)


def _open_outside(person: UnitLogin | Person, channel: str) -> str:
    unit = person if isinstance(person, UnitLogin) else None
    secret = f"test-{type(person).__name__}-{person.pk}-{uuid.uuid4()}"
    _put_in(secret, unit.employer_id if unit else None, None if unit else person.pk, unit.pk if unit else None, channel, "12 hours")
    return f"{presence.OUTSIDE}{secret}"


def _put_in(secret: str, employer: int | None, person: int | None, login: int | None, channel: str, idle: str) -> None:
    """A session put in, as if the database had opened it: past what notes that it has not, and with its mark."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO staff_outside_session (digest, employer_id, person_id, login_id, channel, started_at, seen_at, expires_at, idle) "
            "VALUES (%s, %s, %s, %s, %s, now(), now(), now() + interval '12 hours', %s)",
            [digest_of(secret), employer, person, login, channel, idle],
        )
    marked(digest_of(secret))


def marked(digest: str) -> None:
    """Give a session that a test has put in or changed the mark the database would."""
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "UPDATE staff_outside_session s SET mark = identity_session_mark_v1(p.pepper, s) FROM identity_pepper p WHERE s.digest = %s",
            [digest],
        )


def opened_for(user_id: int) -> str:
    """A sign-in of an officer's account, opened past the password and the code."""
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT identity_open_v1(%s, %s, 'staff', '12 hours', '12 hours')", [f"staff:{user_id}", user_id])
        (token,) = cursor.fetchone()
        cursor.execute("SELECT identity_counters_v1(%s)", [f"staff:{user_id}"])
    return str(token)


def _open_program(user_id: int) -> str:
    """A key of a partner's program, as `yigui token` makes one."""
    key = f"test-program-{user_id}-{uuid.uuid4()}"
    keep_partner(user_id, key, using="super")
    return key


def typed_by(person: Any) -> str:
    """The code somebody types; of whoever types none the present one of their device."""
    given = getattr(person, "_proof_code", "")
    typed = str(given() if callable(given) else given).strip()
    if typed or not token_of(person):
        return typed
    city.of_city(f"device of {person.pk}", lambda: _device(person))
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('yigui.codes_again', 'on', true)")
    return code_of(secret_of(person.username), int(time.time()) // 30)


def _device(person: Any) -> bool:
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_device (user_id, secret, step_used, begun_at, confirmed_at, is_demo) "
            "SELECT %s, %s, -1, now(), now(), true WHERE NOT EXISTS (SELECT 1 FROM identity_device WHERE user_id = %s AND ended_at IS NULL)",
            [person.pk, secret_of(person.username), person.pk],
        )
    return True
