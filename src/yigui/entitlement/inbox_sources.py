"""What of the entitlements waits for somebody: certifications of people who cannot come (协助认证)."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from yigui.common.identifiers import mask_name
from yigui.common.inbox import Row, Source, Target
from yigui.entitlement.models import AssistedTask
from yigui.staff.enums import Role
from yigui.staff.models import User


def _waiting(user: User) -> QuerySet[AssistedTask]:
    """Open ones of the person's own area and the areas under it, by due day."""
    area = user.agency.area_id
    rows = AssistedTask.objects.filter(Q(person__area_id=area) | Q(person__area__parent_id=area), closed_on=None)
    return rows.select_related("person").order_by("due_on", "id")


def _row(task: AssistedTask) -> Row:
    return Row(
        key=str(task.pk), kind="协助认证", what=f"领取资格认证　{mask_name(task.person.name)}",
        more="本人不便前来，见到本人并留存影像后办理资格认证（CRT-001）；期间待遇照发", whose=f"{task.opened_on} 受理", due_on=task.due_on,
        since=task.opened_on, target=Target("person", task.person.person_no),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(task) for task in _waiting(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[dt.date]:
    return list(_waiting(user).values_list("due_on", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = _waiting(user).filter(pk=key).first()
    if found is None:
        return None
    return [
        ("对象", f"{mask_name(found.person.name)}，个人编号 {found.person.person_no}"), ("地址和联系人", "办理时可见"),
        ("受理", str(found.opened_on)), ("完成期限", str(found.due_on)), ("办结", "办理资格认证（CRT-001）后自动办结"),
    ]  # fmt: skip


ASSISTED = Source(90, "assisted", "协助认证", "check", "task", frozenset({Role.TELLER}), rows=_rows, days=_days, lines=_lines)
