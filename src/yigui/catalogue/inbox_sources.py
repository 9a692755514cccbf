"""What of the catalogue waits for somebody: changes of an item's risk record to be examined, approved or carried out."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from yigui.catalogue.change_item import TURNS
from yigui.catalogue.models import ChangeStatus, ItemChange
from yigui.common.inbox import Decided, NotGranted, Row, Source, Target
from yigui.staff.models import User
from yigui.staff.same_person import accounts_of
from yigui.staff.scope import is_at_city


def changes_for(user: User) -> QuerySet[ItemChange]:
    """Changes that are this person's turn, oldest first: the rule of `change_item.may_move`."""
    status = next((status for status, role in TURNS.items() if role == user.role), None)
    if status is None or not is_at_city(user):
        return ItemChange.objects.none()
    return (
        ItemChange.objects.filter(status=status)
        .exclude(applied_by__in=accounts_of(user))
        .select_related("applied_by")
        .order_by("id")
    )


def _row(change: ItemChange) -> Row:
    return Row(
        key=str(change.pk), kind="事项变更", what=f"{change.code} 自 {change.valid_from} 起变更风险等级、环节或地点", more=change.reason,
        whose=f"{change.applied_by.full_name} 提", due_on=change.valid_from - dt.timedelta(days=1), since=change.applied_at,
        target=Target("item_changes"),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(change) for change in changes_for(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[dt.date]:
    return [day - dt.timedelta(days=1) for day in changes_for(user).values_list("valid_from", flat=True)[:most]]


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = changes_for(user).filter(pk=key).first()
    if found is None:
        return None
    return [("事项", found.code), ("生效日期", str(found.valid_from)), ("理由", found.reason), ("申请", found.applied_by.full_name)]


CHANGES = Source(
    55,
    "item_changes",
    "事项变更",
    "file",
    "right",
    frozenset(TURNS.values()),
    rows=_rows,
    days=_days,
    lines=_lines,
)
NOT_GRANTED = NotGranted(
    "item_change",
    "事项变更未批准",
    ItemChange,
    of=lambda accounts: ItemChange.objects.filter(status=ChangeStatus.REFUSED, applied_by__in=accounts).select_related(
        "refused_by"
    ),
    answer=lambda one: Decided(
        f"{one.code} 自 {one.valid_from} 起变更风险等级、环节或地点",
        one.note,
        one.refused_by.full_name,
        None,
        Target("item_changes"),
    ),
)
