"""What of the exchange waits for somebody: messages a partner refused, or our program could not send."""

import datetime as dt
from collections.abc import Iterable

from yigui.common import clock
from yigui.common.inbox import Row, Source, Target
from yigui.db.chosen import chosen_row
from yigui.exchange.models import OutMessage
from yigui.exchange.queries import standing_messages_of
from yigui.staff.enums import Role
from yigui.staff.models import User


def _row(message: OutMessage) -> Row:
    return Row(
        key=str(message.pk), kind=message.stands, what=f"{message.partner.name}未收 {message.content.get('case_no', message.kind)} 的报文",
        more=message.refused, whose="系统 送", due_on=None, since=message.made_at, target=Target("partners"),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(message) for message in standing_messages_of(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(standing_messages_of(user).order_by().values_list("pk", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(standing_messages_of(user), key)
    if found is None:
        return None
    return [
        ("协作单位", found.partner.name), ("报文", found.kind), ("停发", found.stands), ("原因", found.refused),
        ("产生时间", clock.local(found.made_at).strftime("%Y-%m-%d %H:%M")),
        ("已发送", f"{found.attempts} 次"), ("下一步", "核对后，在“部门共享”重新发送或不再发送"),
    ]  # fmt: skip


REFUSED = Source(
    85,
    "refused",
    "未送达的报文",
    "alert",
    "task",
    frozenset({Role.SECTION_HEAD, Role.SYSTEM_ADMIN}),
    rows=_rows,
    days=_days,
    lines=_lines,
)
