"""Signing in at the terminal, for commands that do what a person signs: as on the page, the database decides."""

import getpass
import os

from django.conf import settings

from yigui.common.errors import NotFound
from yigui.identity import demo, proof
from yigui.staff.models import User


def sign_in_as(user: User) -> User:
    """The person, signed in: password and one-time codes are asked for, or stand in `YIGUI_PASSWORD` and `YIGUI_CODE`.

    In the demonstration nothing is asked: everybody knows its secrets.

    Raises:
        NotSeen: the password or the code is wrong.
    """
    password = os.environ.get("YIGUI_PASSWORD") or (
        demo.PASSWORD if settings.IS_DEMO else getpass.getpass(f"{user.username} 的密码：")
    )
    answer = proof.sign_in(user.username, password)
    if answer.outcome == "code":
        answer = proof.complete(answer.token, _code(user, answer.token))
    if answer.outcome != "ok":
        raise proof.NotSeen("密码或动态口令不正确，或该账号暂被锁定，未做任何办理。")
    proof.with_proof(user, answer.token)
    return proof.with_code(user, lambda: _code(user, answer.token))  # type: ignore[no-any-return]


def sign_in_named(username: str) -> User:
    """As `sign_in_as`, of whoever has this user name.

    Raises:
        NotFound: nobody has. NotSeen: see there.
    """
    found = User.objects.filter(username=username).first()
    if found is None:
        raise NotFound(f"没有用户名为 {username} 的账号。")
    return sign_in_as(found)


def _code(user: User, token: str) -> str:
    if settings.IS_DEMO:
        return demo.code_of(demo.secret_of(user.username), proof.next_step(proof.with_proof(user, token)))
    return os.environ.get("YIGUI_CODE") or getpass.getpass(f"{user.username} 的动态口令：")
