"""One-time codes (动态口令) of employers' operators: a second factor where the employer wants it. The database draws the secret and checks the codes."""

import base64
from urllib.parse import quote, urlencode

from django.conf import settings

from yigui.common.normalise import plain_code
from yigui.identity.codes import Target, send_code, try_code
from yigui.identity.errors import LoginRefused
from yigui.identity.models import UnitLogin
from yigui.identity.proof import asked, proof_of, signed, tried
from yigui.identity.unit_logins import key_of


def has_unit_device(login: UnitLogin) -> bool:
    """Whether an operator's sign-in asks for a one-time code."""
    return bool(asked("SELECT identity_unit_has_device_v1(%s)", login.pk)[0])


def ask_device_code(login: UnitLogin, *, source: str, address: str) -> None:
    """Have a code sent to the operator's phone on record (`unit_logins.phone_of`), with which they set a device up.

    Args:
        source, address: see `codes.send_code`.

    Raises:
        TooManyTries: too many codes in an hour.
    """
    send_code(Target("unit_device", login.username), source=source, address=address)


def begin_unit_device(login: UnitLogin, text_code: str, *, source: str, address: str) -> bytes:
    """A key for one-time codes, given once and not yet in force, for the code sent to this browser by `ask_device_code`.

    Raises:
        NotSeen: they have not signed in. Moved: there is a device already. CodeWrong: the code is wrong, used, or out of date.
        TooManyTries: this address types too many.
    """
    code = plain_code(text_code)
    number = try_code(Target("unit_device", login.username), code, source=source, address=address)
    return bytes(signed("SELECT identity_unit_begin_device_v1(%s, %s, %s, %s)", proof_of(login), source, code, number))


def totp_address(login: UnitLogin, key: bytes) -> str:
    """What an authenticator scans."""
    secret = base64.b32encode(key).decode()
    query = urlencode({"secret": secret, "issuer": settings.OTP_TOTP_ISSUER})
    return f"otpauth://totp/{quote(f'{settings.OTP_TOTP_ISSUER}:{login.username}')}?{query}"


def confirm_unit_device(login: UnitLogin, code: str) -> None:
    """Put one-time codes in force, when the first is right, within half an hour of the beginning.

    Raises:
        LoginRefused: it is not. NotSeen: they have not signed in.
    """
    if not signed("SELECT identity_unit_confirm_device_v1(%s, %s)", proof_of(login), plain_code(code)):
        raise LoginRefused("口令不正确，请核对手机时间，等下一组数字出现后重新输入。")


def end_unit_device(login: UnitLogin, password: str) -> None:
    """Sign in by password alone again.

    Raises:
        NotSeen: they have not signed in. CodeWrong: the password is wrong.
    """
    key = key_of(login.username, password)
    number = tried("SELECT identity_unit_try_v1(%s, %s)", login.username, key)
    signed("SELECT identity_unit_end_device_v1(%s, %s, %s)", proof_of(login), key, number)
