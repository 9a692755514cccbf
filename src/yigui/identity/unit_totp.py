"""One-time codes (动态口令) of employers' operators: a second factor where the employer wants it. The database draws the secret and checks the codes."""

import base64
from urllib.parse import quote, urlencode

from django.conf import settings

from yigui.identity.errors import LoginRefused
from yigui.identity.models import UnitLogin
from yigui.identity.proof import asked, proof_of, signed, tried
from yigui.identity.unit_logins import key_of

#: So many wrong codes at the sign-in lock for half an hour (`identity_unit_try_code_v1`).
TOTP_TRIES = 5


def has_unit_device(login: UnitLogin) -> bool:
    """Whether an operator's sign-in asks for a one-time code."""
    return bool(asked("SELECT identity_unit_has_device_v1(%s)", login.pk)[0])


def begin_unit_device(login: UnitLogin) -> bytes:
    """A key for one-time codes, given once and not yet in force.

    Raises:
        NotSeen: they have not signed in. Moved: there is a device already.
    """
    return bytes(signed("SELECT identity_unit_begin_device_v1(%s)", proof_of(login)))


def totp_address(login: UnitLogin, key: bytes) -> str:
    """What an authenticator scans."""
    secret = base64.b32encode(key).decode()
    query = urlencode({"secret": secret, "issuer": settings.OTP_TOTP_ISSUER})
    return f"otpauth://totp/{quote(f'{settings.OTP_TOTP_ISSUER}:{login.username}')}?{query}"


def confirm_unit_device(login: UnitLogin, code: str) -> None:
    """Put one-time codes in force, when the first is right.

    Raises:
        LoginRefused: it is not. NotSeen: they have not signed in.
    """
    if not signed("SELECT identity_unit_confirm_device_v1(%s, %s)", proof_of(login), code.strip()):
        raise LoginRefused("口令不正确，请核对手机时间，用新的图形码重新设置。")


def end_unit_device(login: UnitLogin, password: str) -> None:
    """Sign in by password alone again.

    Raises:
        NotSeen: they have not signed in. CodeWrong: the password is wrong.
    """
    key = key_of(login.username, password)
    number = tried("SELECT identity_unit_try_v1(%s, %s)", login.username, key)
    signed("SELECT identity_unit_end_device_v1(%s, %s, %s)", proof_of(login), key, number)
