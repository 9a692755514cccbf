"""What of the parameters waits for somebody: changes to be examined or signed."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from yigui.common.inbox import Decided, NotGranted, Row, Source, Target
from yigui.parameters.areas import area_said
from yigui.parameters.change_parameter import TURNS, may_move
from yigui.parameters.models import ChangeStatus, ParameterChange
from yigui.staff.models import User
from yigui.staff.same_person import accounts_of

#: Open changes that are looked through for one person.
_LOOKED_AT = 200


def _waiting(user: User) -> QuerySet[ParameterChange]:
    status = next((status for status, role in TURNS.items() if role == user.role), None)
    if status is None:
        return ParameterChange.objects.none()
    rows = ParameterChange.objects.filter(status=status).exclude(proposed_by__in=accounts_of(user))
    return rows.select_related("proposed_by").order_by("id")


def changes_for(user: User) -> list[ParameterChange]:
    """Changes that are this person's turn, oldest first: the rule of `change_parameter.may_move`."""
    return [change for change in _waiting(user)[:_LOOKED_AT] if may_move(change, user)]


def _due(change: ParameterChange) -> dt.date:
    return change.valid_from - dt.timedelta(days=1)


def _deed(change: ParameterChange) -> str:
    return "变更" if change.revokes_id is None else f"撤销（参数变更 {change.revokes_id} 号）"


def _row(change: ParameterChange) -> Row:
    return Row(
        key=str(change.pk), kind="参数变更", what=f"{change.label}（{area_said(change.area_code)}）自 {change.valid_from} 起{_deed(change)}", more=change.source,
        whose=f"{change.proposed_by.full_name} 提", due_on=_due(change), since=change.proposed_at, target=Target("parameter_change", str(change.pk)),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(change) for change in changes_for(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[dt.date]:
    return [_due(change) for change in changes_for(user)[:most]]


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = next((change for change in changes_for(user) if str(change.pk) == key), None)
    if found is None:
        return None
    return [
        ("参数", found.label),
        ("地区", area_said(found.area_code)),
        ("生效日期", str(found.valid_from)),
        ("文件", found.source),
        ("理由", found.reason),
        ("提出", found.proposed_by.full_name),
    ]


CHANGES = Source(
    56, "parameter_changes", "参数变更", "file", "right", frozenset(TURNS.values()), rows=_rows, days=_days, lines=_lines
)
NOT_GRANTED = NotGranted(
    "parameter_change",
    "参数变更未批准",
    ParameterChange,
    of=lambda accounts: ParameterChange.objects.filter(status=ChangeStatus.REFUSED, proposed_by__in=accounts).select_related("refused_by"),
    answer=lambda one: Decided(
        f"{one.label}（{area_said(one.area_code)}）自 {one.valid_from} 起变更", one.note, one.refused_by.full_name, None,
        Target("parameter_change", str(one.pk)),
    ),
)  # fmt: skip
