"""What of the staff waits for somebody: applications for authority to be approved or granted."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from yigui.common.inbox import Row, Source, Target
from yigui.common.money import format_fen
from yigui.staff.enums import RequestStatus, Role, Step
from yigui.staff.models import RightsRequest, User


def requests_for(user: User) -> QuerySet[RightsRequest]:
    """Applications this person may approve or grant, oldest first: the rule of `grant_rights`."""
    rows = RightsRequest.objects.none()
    if user.role == Role.DIRECTOR:
        rows = RightsRequest.objects.filter(status=RequestStatus.APPLIED).exclude(applied_by=user).exclude(user=user)
    elif user.role == Role.SECURITY_ADMIN:
        rows = RightsRequest.objects.filter(status=RequestStatus.APPROVED)
    return rows.select_related("user", "applied_by").order_by("id")


def _row(request: RightsRequest) -> Row:
    steps = "、".join(str(Step(s).label) for s in request.steps)
    scope = "全部事项" if request.item_group == "*" else request.item_group
    return Row(
        key=str(request.pk), kind="权限申请", what=f"{request.user.full_name}：{steps}，{scope}",
        more=f"{request.valid_from} 至 {request.valid_to}；{request.reason}", whose=f"{request.applied_by.full_name} 提", due_on=None,
        since=request.applied_at, target=Target("rights"),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(request) for request in requests_for(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(requests_for(user).values_list("pk", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = requests_for(user).filter(pk=key).first()
    if found is None:
        return None
    amount = f"{format_fen(found.amount_fen_max)} 元" if found.amount_fen_max is not None else "不限"
    return [
        ("被授权人", str(found.user)), ("环节", "、".join(str(Step(s).label) for s in found.steps)), ("事项范围", found.item_group),
        ("地区范围", found.area_code), ("金额上限", amount), ("有效期", f"{found.valid_from} 至 {found.valid_to}"),
        ("申请", f"{found.applied_by.full_name}：{found.reason}"),
    ]  # fmt: skip


RIGHTS = Source(
    50,
    "rights",
    "权限申请",
    "shield",
    "right",
    frozenset({Role.DIRECTOR, Role.SECURITY_ADMIN}),
    rows=_rows,
    days=_days,
    lines=_lines,
)
