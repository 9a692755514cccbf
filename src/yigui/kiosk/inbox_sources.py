"""What of the self-service area waits for somebody: visitors who called for help."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from yigui.common import clock
from yigui.common.identifiers import mask_name
from yigui.common.inbox import Row, Source, Target
from yigui.db.chosen import chosen_row
from yigui.kiosk.models import HelpCall
from yigui.staff.enums import Role
from yigui.staff.models import User


def _waiting(user: User) -> QuerySet[HelpCall]:
    """Open calls nobody else has joined, the oldest first."""
    rows = HelpCall.objects.filter(Q(helper=None) | Q(helper=user), ended_at=None)
    return rows.select_related("kiosk__agency", "login__employer", "applicant").order_by("id")


def _who(call: HelpCall) -> str:
    if call.login is not None:
        return call.login.employer.name
    return mask_name(call.applicant.name) if call.applicant else ""


def _row(call: HelpCall, user: User, today: dt.date) -> Row:
    return Row(
        key=str(call.pk), kind="自助求助", what=f"{call.kiosk.name}：{_who(call)}请求协助", more=f"{call.kiosk.agency.name} {call.kiosk.place}",
        whose="我在协助" if call.helper_id == user.pk else "等人来", due_on=today, since=call.asked_at, target=Target("help_calls"),
        is_mine=call.helper_id == user.pk,
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(call, user, today) for call in _waiting(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[dt.date]:
    return [today] * len(_waiting(user).values_list("pk", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(_waiting(user), key)
    if found is None:
        return None
    return [
        ("终端", f"{found.kiosk.agency.name} {found.kiosk.name}"), ("地点", found.kiosk.place), ("办事人", _who(found)),
        ("求助时间", clock.local(found.asked_at).strftime("%H:%M:%S")),
    ]  # fmt: skip


HELP_CALLS = Source(
    80, "help", "自助求助", "users", "help", frozenset({Role.TELLER, Role.GUIDE}), rows=_rows, days=_days, lines=_lines
)
