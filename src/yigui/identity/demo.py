"""The demonstration's own secrets: everybody may know them, and nobody has them in an installation.

Its accounts have one password and devices whose secret follows from the user name, so that a page (or a command) of the demonstration can
show the code that somebody in an agency reads from their telephone.
"""

import hashlib
import hmac
import time

#: Password of every demonstration account.
PASSWORD = "Yigui-2026"


def secret_of(username: str) -> bytes:
    """Secret of the one-time code device of a demonstration account."""
    return hashlib.sha256(f"yigui demonstration {username}".encode()).digest()


def code_of(secret: bytes, step: int | None = None) -> str:
    """The one-time code (RFC 6238, HMAC-SHA-256, six digits) of a step of thirty seconds; of now when not given."""
    moment = int(time.time()) // 30 if step is None else step
    mac = hmac.digest(secret, moment.to_bytes(8, "big"), "sha256")
    at = mac[-1] & 15
    return f"{(int.from_bytes(mac[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"
