"""What of the exchange waits for somebody: messages a partner refused, or our program could not send; lines of a county's file that others answer for."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet

from yigui.common import clock
from yigui.common.inbox import Row, Source, Target
from yigui.db.chosen import chosen_row
from yigui.exchange.models import Harmless, InboundFile, OutMessage
from yigui.exchange.queries import standing_messages_of
from yigui.staff.enums import Role
from yigui.staff.models import User
from yigui.staff.scope import is_at_city


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


def _files_of_elsewhere(user: User) -> QuerySet[InboundFile]:
    rows = InboundFile.objects.filter(continued=None).exclude(elsewhere=[]).select_related("partner", "received_by__agency")
    return rows.order_by("id") if is_at_city(user) else rows.none()


def _file_row(file: InboundFile) -> Row:
    assert file.received_by is not None
    return Row(
        key=str(file.pk), kind="待市级接收", what=f"{file.get_kind_display()} {len(file.elsewhere)} 行属其他地区",
        more=f"{file.received_by.agency.name}接收的“{file.file_name[:40]}”（回执 {file.pk} 号）", whose=f"{file.partner.name} 报", due_on=None,
        since=file.received_at, target=Target("imports"),
    )  # fmt: skip


def _file_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(_files_of_elsewhere(user), key)
    if found is None:
        return None
    return [
        ("报送单位", found.partner.name), ("文件", found.file_name), ("行", "、".join(map(str, found.elsewhere[:50]))),
        ("下一步", "在“数据接收”接收这些行，办理机构按参保归属地查看"),
    ]  # fmt: skip


ELSEWHERE = Source(
    86,
    "elsewhere_lines",
    "其他地区的行",
    "upload",
    "task",
    frozenset({Role.SECTION_HEAD}),
    rows=lambda user, today, most: [_file_row(file) for file in _files_of_elsewhere(user)[:most]],
    days=lambda user, today, most: [None] * len(_files_of_elsewhere(user).order_by().values_list("pk", flat=True)[:most]),
    lines=_file_lines,
)


def _harmless(user: User) -> QuerySet[Harmless]:
    """Entries that wait for a second person of the city's finance, other than whoever asked."""
    rows = Harmless.objects.filter(confirmed_at=None, ended_at=None).exclude(asked_by=user).select_related("partner", "asked_by")
    return rows.order_by("id") if is_at_city(user) else rows.none()


def _harmless_row(row: Harmless) -> Row:
    return Row(
        key=str(row.pk), kind="待确认", what=f"{row.partner.name}文件的{row.kind_label}“{row.shown[:40]}”", more=row.reason,
        whose=f"{row.asked_by.full_name} 申请", due_on=None, since=row.asked_at, target=Target("harmless"),
    )  # fmt: skip


def _harmless_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = chosen_row(_harmless(user), key)
    if found is None:
        return None
    return [
        ("报送单位", found.partner.name), (found.kind_label, found.shown), ("理由", found.reason), ("申请人", found.asked_by.full_name),
        ("下一步", "核对该列或说明确与收付方向、金额单位、币种、款项种类和到账与否无关后，在“无关列登记”确认或停用"),
    ]  # fmt: skip


HARMLESS = Source(
    87,
    "harmless",
    "无关列登记",
    "check",
    "task",
    frozenset({Role.CASHIER, Role.ACCOUNTANT}),
    rows=lambda user, today, most: [_harmless_row(row) for row in _harmless(user)[:most]],
    days=lambda user, today, most: [None] * len(_harmless(user).order_by().values_list("pk", flat=True)[:most]),
    lines=_harmless_lines,
)
