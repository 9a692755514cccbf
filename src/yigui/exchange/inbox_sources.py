"""What of the exchange waits for somebody: messages a partner refused to take."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from yigui.common import clock
from yigui.common.inbox import Row, Source, Target
from yigui.db.chosen import chosen_row
from yigui.exchange.models import OutMessage
from yigui.staff.enums import Role
from yigui.staff.models import User


def _refused() -> QuerySet[OutMessage]:
    return OutMessage.objects.filter(taken_at=None).exclude(refused="").select_related("partner").order_by("id")


def _row(message: OutMessage) -> Row:
    return Row(
        key=str(message.pk), kind="对方拒收", what=f"{message.partner.name}未收 {message.content.get('case_no', message.kind)} 的报文",
        more=message.refused, whose="系统 送", due_on=None, since=message.made_at, target=Target("partners"),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(message) for message in _refused()[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(_refused().order_by().values_list("pk", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(_refused(), key)
    if found is None:
        return None
    return [
        ("协作单位", found.partner.name), ("报文", found.kind), ("拒收原因", found.refused), ("产生时间", clock.local(found.made_at).strftime("%Y-%m-%d %H:%M")),
        ("已发送", f"{found.attempts} 次"), ("下一步", "与对方核对后，在“部门共享”重新发送"),
    ]  # fmt: skip


REFUSED = Source(
    85,
    "refused",
    "对方拒收",
    "alert",
    "task",
    frozenset({Role.SECTION_HEAD, Role.SYSTEM_ADMIN}),
    rows=_rows,
    days=_days,
    lines=_lines,
)
