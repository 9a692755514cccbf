"""One-time codes (动态口令) of employers' operators: a second factor where the employer wants it."""

import base64
import datetime as dt
import secrets
import time
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP

from yigui.identity.errors import LoginRefused
from yigui.identity.models import UnitLogin

#: So many wrong codes lock for half an hour.
TOTP_TRIES = 5


def new_totp() -> str:
    """A key for one-time codes (动态口令), not yet in force."""
    return secrets.token_hex(20)


def totp_address(login: UnitLogin, key: str) -> str:
    """What an authenticator scans."""
    secret = base64.b32encode(bytes.fromhex(key)).decode()
    query = urlencode({"secret": secret, "issuer": settings.OTP_TOTP_ISSUER})
    return f"otpauth://totp/{quote(f'{settings.OTP_TOTP_ISSUER}:{login.username}')}?{query}"


def start_totp(login: UnitLogin, key: str, code: str) -> None:
    """Put one-time codes in force, when the first is right.

    Raises:
        LoginRefused: it is not.
    """
    used = _counter_of(key, code, after=-1)
    if used is None:
        raise LoginRefused("口令不正确，请核对手机时间后重新输入。")
    UnitLogin.objects.filter(pk=login.pk).update(totp_key=key, totp_used=used, totp_tries=0, totp_locked_until=None)


def stop_totp(login: UnitLogin) -> None:
    """Sign in by password alone again."""
    UnitLogin.objects.filter(pk=login.pk).update(totp_key="", totp_used=-1, totp_tries=0, totp_locked_until=None)


def check_totp(login_id: int, code: str) -> UnitLogin:
    """The login, when the code shown now is right; each code opens once.

    Raises:
        LoginRefused: wrong or used; after five wrong ones locked for half an hour.
    """
    with transaction.atomic():
        login = UnitLogin.objects.select_for_update(of=("self",)).select_related("employer").get(pk=login_id)
        if login.totp_locked_until is not None and login.totp_locked_until > timezone.now():
            raise LoginRefused("动态口令连续输错，已锁定三十分钟，请稍后再试。")
        used = _counter_of(login.totp_key, code, after=login.totp_used)
        if used is not None:
            login.totp_used, login.totp_tries, login.totp_locked_until = used, 0, None
        else:
            login.totp_tries += 1
            if login.totp_tries >= TOTP_TRIES:
                login.totp_tries, login.totp_locked_until = 0, timezone.now() + dt.timedelta(minutes=30)
        login.save(update_fields=["totp_used", "totp_tries", "totp_locked_until"])
    if used is None:
        raise LoginRefused("动态口令不正确或已用过，请输入手机上新的六位数字。")
    return login


def _counter_of(key: str, code: str, *, after: int) -> int | None:
    """Which half minute a code belongs to: the present one or a neighbour, later than the one used last."""
    code = code.strip()
    if not code.isdecimal() or len(code) != 6:
        return None
    now = TOTP(bytes.fromhex(key))
    for shift in (0, -1, 1):
        totp = TOTP(bytes.fromhex(key), drift=shift)
        counter = int(time.time()) // now.step + shift
        if counter > after and totp.token() == int(code):
            return counter
    return None
