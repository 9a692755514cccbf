"""The proof of a person (本人证明): a sign-in that the database itself has opened, carried from the door to the deed.

The token of an open sign-in is known to the person's browser and to the database, which keeps only its digest in a table no login
of the application can read. A deed that counts as a person's own (accepting, deciding a step, approving a batch) hands the token to
an owner's function; the user's id alone convinces nobody.
"""

import base64
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from django.conf import settings
from django.db import connection, connections

from yigui.common.errors import Forbidden

#: Parameters of Argon2id for new passwords (RFC 9106): passes, KiB, lanes.
PARAMETERS = "t=2,m=102400,p=8"
#: A sign-in ends after this long, however busy.
LENGTH = timedelta(hours=12)
_ATTRIBUTE = "_proof_token"


class NotSeen(Forbidden):
    """The deed asks for a person whom the database has seen."""

    code = "identity.not_seen"


@dataclass(frozen=True)
class SignedIn:
    """What the database answers to a sign-in: `ok`, `code` (a one-time code is still wanted), `wrong` or `locked`; and the token."""

    outcome: str
    token: str


def derived_key(password: str, salt: str, parameters: str) -> str:
    """The key Argon2id derives from a password, as hex.

    Args:
        salt: 16 or more bytes as hex.
        parameters: `t=…,m=…,p=…` (passes, KiB, lanes).
    """
    costs = dict(part.split("=") for part in parameters.split(","))
    raw = hash_secret_raw(
        password.encode(), bytes.fromhex(salt), time_cost=int(costs["t"]), memory_cost=int(costs["m"]), parallelism=int(costs["p"]),
        hash_len=32, type=Type.ID,
    )  # fmt: skip
    return raw.hex()


def fresh_salt() -> str:
    """Sixteen random bytes, as hex."""
    return os.urandom(16).hex()


def kept_of_encoded(encoded: str) -> tuple[str, str, str] | None:
    """Salt, parameters and key (hex) of a password kept the old way (`argon2$argon2id$v=19$m=…,t=…,p=…$salt$hash`); None if it is none."""
    parts = encoded.split("$")
    if parts[:2] != ["argon2", "argon2id"] or len(parts) != 6:
        return None
    costs = dict(part.split("=") for part in parts[3].split(","))
    salt, key = (base64.b64decode(p + "=" * (-len(p) % 4)) for p in parts[4:])
    return salt.hex(), f"t={costs['t']},m={costs['m']},p={costs['p']}", key.hex()


def sign_in(username: str, password: str) -> SignedIn:
    """Ask the database whether this is the person; it counts the tries."""
    (salt, parameters) = _asked("SELECT * FROM identity_salt_v1(%s)", username)
    key = derived_key(password, salt, parameters)
    outcome, token = _asked("SELECT * FROM identity_sign_in_v1(%s, %s, %s, %s)", username, key, idle(), LENGTH)
    return SignedIn(outcome, token or "")


def complete(token: str, code: str) -> SignedIn:
    """The second factor of a sign-in that was answered with `code`."""
    outcome, opened = _asked("SELECT * FROM identity_complete_v1(%s, %s, %s, %s)", token, code.strip(), idle(), LENGTH)
    return SignedIn(outcome, opened or "")


def idle() -> timedelta:
    """After so long without work a sign-in ends."""
    return timedelta(minutes=settings.IDLE_MINUTES)


def seen(token: str) -> int | None:
    """Whose open sign-in this is, and that they are at work now; None when it has ended."""
    (user_id,) = _asked("SELECT identity_seen_v1(%s)", token)
    return user_id  # type: ignore[no-any-return]


def end(token: str) -> None:
    """Sign out."""
    _asked("SELECT identity_end_v1(%s)", token)


def with_proof(person: Any, token: str) -> Any:
    """The person (user of the staff, or login of an outsider), carrying the token of their open sign-in."""
    setattr(person, _ATTRIBUTE, token)
    return person


def proof_of(person: Any) -> str:
    """The token a person carries.

    Raises:
        NotSeen: they carry none: somebody has only named them.
    """
    token = getattr(person, _ATTRIBUTE, "")
    if not token:
        raise NotSeen("登录已失效，请重新登录后再办理。")
    return str(token)


def keep_password(holder: str, password: str, *, must_change: bool = False, using: str = "owner") -> None:
    """Keep the verifier of a password, as the owner: for the first accounts of an installation and the demonstration.

    Args:
        holder: `staff:<id>` or `unit:<id>`.
    """
    salt = fresh_salt()
    keep_key(holder, salt, PARAMETERS, derived_key(password, salt, PARAMETERS), must_change=must_change, using=using)


def keep_key(holder: str, salt: str, parameters: str, key: str, *, must_change: bool = False, using: str = "owner") -> None:
    """As `keep_password`, from a key derived already."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT identity_keep_v1(%s, %s, %s, identity_digest_v1(%s), %s)", [holder, salt, parameters, key, must_change]
        )


def _asked(statement: str, *parameters: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchone()
