"""Codes sent to a phone (短信验证码): made, checked once, few an hour, closed after few wrong tries, good in one browser only.

A code belongs to the browser that asked for it. A stranger who asks for codes of somebody else, or types wrong ones, neither replaces nor
closes theirs. Names and numbers nobody has get a code too, which is sent nowhere: whoever asks learns nothing.
"""

import datetime as dt
import secrets

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from yigui.common.digests import sm3
from yigui.identity.errors import LoginRefused
from yigui.identity.limits import before_check, before_code
from yigui.identity.models import OneTimeCode

CODE_MINUTES = 10
CODE_TRIES = 5
_KEY = "code_source"


def browser_of_codes(request: HttpRequest) -> str:
    """The browser a request comes from, as codes know it: the digest of a secret in its session."""
    if _KEY not in request.session:
        request.session[_KEY] = secrets.token_urlsafe(24)
    return sm3(f"codes:{request.session[_KEY]}")


def make_code(holder: str, *, source: str, address: str) -> str:
    """A code of six digits, to be sent by the caller.

    Args:
        holder: whose it is (`unit:<user name>`, `person:<digest>`); known or not.
        source: the browser it is good in, by `browser_of_codes`.

    Raises:
        TooManyTries: too many codes in an hour.
    """
    before_code(holder, address)
    code = f"{secrets.randbelow(10**6):06d}"
    OneTimeCode.objects.create(
        holder=holder, source=source, address=address[:45], digest=sm3(f"{holder}:{code}"),
        expires_at=timezone.now() + dt.timedelta(minutes=CODE_MINUTES),
    )  # fmt: skip
    return code


def check_code(holder: str, code: str, *, source: str, address: str) -> OneTimeCode:
    """The last code the holder was sent for this browser, if it is this one and still good; a wrong try counts.

    Raises:
        TooManyTries: this address types too many codes.
        LoginRefused: wrong, used, out of date, or tried too often.
    """
    before_check(address)
    wrong = LoginRefused("验证码不正确或已过期，请重新获取。")
    with transaction.atomic():
        last = OneTimeCode.objects.select_for_update().filter(holder=holder, source=source).order_by("-id").first()
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
