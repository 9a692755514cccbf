"""What of the logins waits for somebody: employers that ask for online service."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from yigui.common import clock
from yigui.common.inbox import Row, Source, Target
from yigui.identity.models import UnitRequest
from yigui.identity.unit_logins import decides_for
from yigui.staff.enums import Role
from yigui.staff.models import User


def _waiting(user: User) -> QuerySet[UnitRequest]:
    return decides_for(user).filter(decided_at=None).order_by("id")


def _row(request: UnitRequest) -> Row:
    return Row(
        key=str(request.pk), kind="网上开通", what=f"{request.employer.name}申请开通网上服务",
        more=f"请拨打单位登记电话 {request.employer.phone or '（未登记）'} 核实", whose="单位 提", due_on=None, since=request.requested_at,
        target=Target("unit_requests"),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(request) for request in _waiting(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(_waiting(user).values_list("pk", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = _waiting(user).filter(pk=key).first()
    if found is None:
        return None
    employer = found.employer
    return [
        ("单位", f"{employer.name}（{employer.unit_no}）"), ("登记电话", f"{employer.phone or '未登记'} {employer.contact_name}"),
        ("申请的经办人", f"{found.full_name} {found.phone}"), ("申请时间", clock.local(found.requested_at).strftime("%Y-%m-%d %H:%M")),
    ]  # fmt: skip


UNIT_REQUESTS = Source(
    60, "unit_requests", "网上开通", "users", "right", frozenset({Role.SECTION_HEAD}), rows=_rows, days=_days, lines=_lines
)
