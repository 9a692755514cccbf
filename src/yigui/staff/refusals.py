"""The log of refusals (拒绝记录, R054): whoever wants to do what they may not leaves a trace, at the door and at the deed."""

from typing import Any

from yigui.common.errors import Forbidden
from yigui.staff.models import Refusal, User


def record_refusal(error: Forbidden, *, user: Any, deed: str, who: str = "") -> Refusal:
    """Record that somebody was refused; outside the transaction that the refusal has undone.

    Args:
        user: the officer; anybody else is named by `who`.
        deed: what was asked for: the address, or the name of a command.
    """
    officer = user if isinstance(user, User) else None
    reason = error.data.get("reason")
    return Refusal.objects.create(
        user=officer, who=(who or str(officer or "未登录"))[:100], deed=deed[:100], case_no=str(error.data.get("case_no", ""))[:40],
        code=(f"{error.code}:{reason}" if reason else error.code)[:60], sentence=error.message,
    )  # fmt: skip
