"""Codes sent to a phone (短信验证码): made, checked once, few an hour, closed after few wrong tries."""

import datetime as dt
import secrets

from django.db import transaction
from django.utils import timezone

from yigui.common.digests import sm3
from yigui.identity.errors import LoginRefused
from yigui.identity.models import OneTimeCode

CODE_MINUTES = 10
CODE_TRIES = 5
CODES_AN_HOUR = 5


def make_code(holder: str) -> str:
    """A code of six digits, to be sent by the caller.

    Raises:
        LoginRefused: too many codes in an hour.
    """
    since = timezone.now() - dt.timedelta(minutes=60 - CODE_MINUTES)
    if OneTimeCode.objects.filter(holder=holder, expires_at__gt=since).count() >= CODES_AN_HOUR:
        raise LoginRefused("一小时内获取验证码次数过多，请稍后再试。")
    code = f"{secrets.randbelow(10**6):06d}"
    OneTimeCode.objects.create(
        holder=holder, digest=sm3(f"{holder}:{code}"), expires_at=timezone.now() + dt.timedelta(minutes=CODE_MINUTES)
    )
    return code


def check_code(holder: str, code: str) -> OneTimeCode:
    """The last code of the holder, if it is this one and still good; a wrong try counts.

    Raises:
        LoginRefused: wrong, used, out of date, or tried too often.
    """
    wrong = LoginRefused("验证码不正确或已过期，请重新获取。")
    with transaction.atomic():
        last = OneTimeCode.objects.select_for_update().filter(holder=holder).order_by("-id").first()
        if last is None or last.is_used or last.expires_at < timezone.now() or last.tries >= CODE_TRIES:
            raise wrong
        last.tries += 1
        last.save(update_fields=["tries"])
    if not secrets.compare_digest(last.digest, sm3(f"{holder}:{code.strip()}")):
        raise wrong
    return last


def use_code(code: OneTimeCode) -> None:
    """Close a code that has opened something.

    Raises:
        LoginRefused: somebody else was faster with it.
    """
    if not OneTimeCode.objects.filter(pk=code.pk, is_used=False).update(is_used=True):
        raise LoginRefused("该验证码已使用，请重新获取。")
