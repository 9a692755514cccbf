"""Codes sent to a phone (短信验证码): made by the database, sent by the courier, few an hour, closed after few wrong tries, good in one browser only.

A code belongs to the browser that asked for it. A stranger who asks for codes of somebody else, or types wrong ones, neither replaces nor
closes theirs. Names and numbers nobody has get a code too, which is sent nowhere: whoever asks learns nothing. Neither the code nor where it
goes is known to this program.
"""

import secrets
from dataclasses import dataclass

from django.http import HttpRequest

from yigui.common.digests import sm3
from yigui.identity.limits import TooManyTries, before_check, before_code
from yigui.identity.proof import asked, tried

_KEY = "code_source"


@dataclass(frozen=True)
class Target:
    """Whom a code is for, as it was typed: `unit` (password) or `unit_device` (first device) and a user name, or `person` with number and name; known or not."""

    kind: str
    first: str
    second: str = ""

    @property
    def name(self) -> str:
        """By what limits know it."""
        if self.kind == "person":
            return f"person:{sm3(f'{self.first}|{self.second}')[:40]}"
        return f"{self.kind}:{self.first}"[:80]


def browser_of_codes(request: HttpRequest) -> str:
    """The browser a request comes from, as codes know it: the digest of a secret in its session."""
    if _KEY not in request.session:
        request.session[_KEY] = secrets.token_urlsafe(24)
    return sm3(f"codes:{request.session[_KEY]}")


def send_code(target: Target, *, source: str, address: str) -> None:
    """Have a code made and sent, where there is somebody to send it to.

    Args:
        source: the browser it is good in, by `browser_of_codes`.

    Raises:
        TooManyTries: too many codes in an hour.
    """
    before_code(target.name, address)
    (made,) = asked("SELECT identity_ask_code_v1(%s, %s, %s, %s, %s)", target.kind, target.first, target.second, source, address)
    if not made:
        raise TooManyTries("获取验证码过于频繁，请一小时后再试；也可到任一窗口办理。")


def try_code(target: Target, code: str, *, source: str, address: str) -> int | None:
    """Note that a code was typed; the number of the try, by which the database answers next; None when there were too many.

    Raises:
        TooManyTries: this address types too many codes.
    """
    before_check(address)
    number: int | None = tried(
        "SELECT identity_try_code_v1(%s, %s, %s, %s, %s)", target.kind, target.first, target.second, source, code
    )
    return number
