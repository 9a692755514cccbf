"""The proof of a person (本人证明): a sign-in that the database itself has opened, carried from the door to the deed.

The token of an open sign-in is known to the person's browser and to the database, which keeps only its digest in a table no login
of the application can read. A deed that counts as a person's own (accepting, deciding a step, approving a batch) hands the token to
an owner's function; the user's id alone convinces nobody.
"""

import hashlib
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from argon2.low_level import Type, hash_secret_raw
from django.conf import settings
from django.db import connection, connections

from yigui.common.normalise import plain_code
from yigui.db.presence import (
    CODE_FIELD,
    CodeWrong,
    Moved,
    NotSeen,
    act_as,
    asked,
    be_present,
    code_of,
    door_or_proof_of,
    proof_of,
    same_person,
    signed,
    with_code,
    with_proof,
)

#: Parameters of Argon2id for new passwords (RFC 9106): passes, KiB, lanes.
PARAMETERS = "t=2,m=102400,p=8"
#: A sign-in ends after this long, however busy.
LENGTH = timedelta(hours=12)


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


def sign_in(username: str, password: str) -> SignedIn:
    """Ask the database whether this is the person; it counts the tries."""
    (salt, parameters) = asked("SELECT * FROM identity_salt_v1(%s)", username)
    key = derived_key(password, salt, parameters)
    outcome, token = asked("SELECT * FROM identity_sign_in_v1(%s, %s, %s, %s)", username, key, idle(), LENGTH)
    return SignedIn(outcome, token or "")


def complete(token: str, code: str) -> SignedIn:
    """The second factor of a sign-in that was answered with `code`."""
    outcome, opened = asked("SELECT * FROM identity_complete_v1(%s, %s, %s, %s)", token, plain_code(code), idle(), LENGTH)
    return SignedIn(outcome, opened or "")


def idle() -> timedelta:
    """After so long without work a sign-in ends."""
    return timedelta(minutes=settings.IDLE_MINUTES)


def seen(token: str) -> int | None:
    """Whose open sign-in this is, and that they are at work now; None when it has ended."""
    (user_id,) = asked("SELECT identity_seen_v1(%s)", token)
    return user_id  # type: ignore[no-any-return]


def end(token: str) -> None:
    """Sign out."""
    asked("SELECT identity_end_v1(%s)", token)


def keep_password(holder: str, password: str, *, must_change: bool = False, using: str = "owner") -> None:
    """Keep the verifier of a password, as the owner: for the first accounts of an installation and the demonstration.

    Args:
        holder: `staff:<id>` or `unit:<id>`.
    """
    salt = fresh_salt()
    keep_key(holder, salt, PARAMETERS, derived_key(password, salt, PARAMETERS), must_change=must_change, using=using)


def forget_hashes() -> int:
    """Hashes of passwords that a release before kept where the application reads them are taken away; gives how many."""
    return int(asked("SELECT identity_forget_hashes_v1()")[0])


def tried(statement: str, *parameters: Any) -> Any:
    """Ask a function that keeps what somebody has typed; the number of the try, None when there were too many.

    Raises:
        RuntimeError: within a transaction: what may be taken back is never answered.
    """
    if connection.in_atomic_block:
        raise RuntimeError("a try inside a transaction")
    return asked(statement, *parameters)[0]


def fresh_verifier(password: str) -> tuple[str, str, str]:
    """Salt, parameters and verifier of a new password, as the owner's functions take them."""
    salt = fresh_salt()
    return salt, PARAMETERS, _digest(derived_key(password, salt, PARAMETERS))


def issue_password(administrator: Any, user_id: int, password: str) -> None:
    """A first or new password of a colleague, by an administrator who has signed in.

    Raises:
        NotSeen: the administrator has not signed in.
    """
    salt = fresh_salt()
    signed(
        "SELECT identity_issue_password_v1(%s, %s, %s, %s, %s)", proof_of(administrator), user_id, salt, PARAMETERS,
        _digest(derived_key(password, salt, PARAMETERS)),
    )  # fmt: skip


def end_device(administrator: Any, user_id: int) -> str:
    """End the device of a colleague, if there is one, as what two people carry out (see `confirm_account`).

    Returns:
        The code (启用码) with which the colleague enrols a device, to be handed over; it is kept nowhere.

    Raises:
        NotSeen: the administrator has not signed in.
    """
    return str(signed("SELECT identity_end_device_v1(%s, %s)", proof_of(administrator), user_id))


def issue_enrolment(user_id: int, using: str = "owner") -> str:
    """A code of enrolment as the owner gives it: for the administrators of a new installation, and where nobody is left who could confirm."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT identity_issue_enrolment_v1(%s, NULL)", [user_id])
        return str(cursor.fetchone()[0])


def unlock(administrator: Any, user_id: int) -> None:
    """Let the tries of a colleague begin anew, as what two people carry out."""
    signed("SELECT identity_unlock_v1(%s, %s)", proof_of(administrator), user_id)


def change_password(person: Any, old: str, new: str) -> None:
    """Change one's own password; the person's other sign-ins end.

    Raises:
        NotSeen: nobody has signed in. CodeWrong: the old password is wrong.
    """
    kept_salt, parameters = asked("SELECT * FROM identity_salt_v1(%s)", person.username)
    salt = fresh_salt()
    signed(
        "SELECT identity_change_password_v1(%s, %s, %s, %s, %s)", proof_of(person), derived_key(old, kept_salt, parameters), salt,
        PARAMETERS, _digest(derived_key(new, salt, PARAMETERS)),
    )  # fmt: skip


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def has_device(user_id: int) -> bool:
    """Whether somebody has a confirmed one-time code device."""
    return bool(asked("SELECT identity_has_device_v1(%s)", user_id)[0])


def next_step(person: Any) -> int | None:
    """The earliest step of thirty seconds whose code somebody who has signed in can still use; None without a device."""
    (step,) = asked("SELECT identity_next_step_v1(%s)", door_or_proof_of(person))
    return step  # type: ignore[no-any-return]


def begin_device(person: Any, enrolment: str) -> bytes:
    """The secret of a new device, given once to whoever has been handed a code of enrolment (启用码).

    Raises:
        NotSeen: nobody has signed in. Moved: there is a device already. CodeWrong: no such code, or it does not count any more.
    """
    return bytes(signed("SELECT identity_begin_device_v1(%s, %s)", proof_of(person), enrolment))


def confirm_device(person: Any, code: str) -> bool:
    """Whether the digits of the new device were right; it counts from now on."""
    return bool(signed("SELECT identity_confirm_device_v1(%s, %s)", proof_of(person), plain_code(code)))


def keep_device(user_id: int, secret: bytes, *, is_demo: bool = False, using: str = "owner") -> None:
    """A confirmed device with a known secret, as the owner: for the demonstration."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_device (user_id, secret, step_used, begun_at, confirmed_at, is_demo) "
            "VALUES (%s, %s, -1, clock_timestamp(), clock_timestamp(), %s)", [user_id, secret, is_demo],
        )  # fmt: skip


def keep_partner(user_id: int, key: str, using: str = "owner") -> None:
    """The key of a partner's program that acts for an account, as the owner."""
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT identity_keep_partner_v1(%s, identity_digest_v1(%s))", [user_id, key])


def keep_key(holder: str, salt: str, parameters: str, key: str, *, must_change: bool = False, using: str = "owner") -> None:
    """As `keep_password`, from a key derived already."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT identity_keep_v1(%s, %s, %s, identity_digest_v1(%s), %s)", [holder, salt, parameters, key, must_change]
        )


__all__ = [
    "CODE_FIELD",
    "CodeWrong",
    "Moved",
    "NotSeen",
    "act_as",
    "be_present",
    "code_of",
    "door_or_proof_of",
    "proof_of",
    "same_person",
    "signed",
    "with_code",
    "with_proof",
]
