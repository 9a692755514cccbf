"""The log of refusals (拒绝记录, R054): whoever wants to do what they may not leaves a trace, at the door and at the deed."""

import datetime as dt
from typing import Any

from django.db import transaction

from yigui.common import clock
from yigui.common.errors import Forbidden
from yigui.db.presence import NotSeen, act_as
from yigui.staff.models import Refusal, User

#: A page that somebody may not open is recorded once in so many minutes: a page that asks again by itself fills no log.
LOOK_MINUTES = 10
_NEWEST = 50


def record_refusal(error: Forbidden, *, user: Any, deed: str, who: str = "", is_look: bool = False) -> Refusal | None:
    """Record that somebody was refused; outside the transaction that the refusal has undone.

    Args:
        user: the officer; anybody else is named by `who`.
        deed: what was asked for, in words.
        is_look: nothing was to be done, only seen; None when the same stands among the newest already.
    """
    officer = user if isinstance(user, User) else None
    reason = error.data.get("reason")
    said = {
        "who": (who or str(officer or "未登录"))[:100], "deed": deed[:100], "case_no": str(error.data.get("case_no", ""))[:40], "sentence": error.message,
    }  # fmt: skip
    if is_look and _stands(said):
        return None
    with transaction.atomic():
        return Refusal.objects.create(
            user=officer if officer is not None and _is_here(officer) else None,
            code=(f"{error.code}:{reason}" if reason else error.code)[:60], **said,
        )  # fmt: skip


def _is_here(officer: User) -> bool:
    """Whether the database knows them signed in; somebody whose sign-in has just ended is named in words only."""
    try:
        with transaction.atomic():
            act_as(officer)
    except NotSeen:
        return False
    return True


def _stands(said: dict[str, str]) -> bool:
    since = clock.now() - dt.timedelta(minutes=LOOK_MINUTES)
    newest = Refusal.objects.order_by("-id").values("at", *said)[:_NEWEST]
    return any(one.pop("at") > since and one == said for one in newest)
