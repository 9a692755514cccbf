"""What of the runs waits for somebody: batches to sign or to execute, and plans that could not be made (`runs.inbox`)."""

import datetime as dt
from collections.abc import Iterable

from yigui.common import clock
from yigui.common.inbox import Decided, NotGranted, Row, Source, Target
from yigui.common.money import format_fen
from yigui.registry.queries import area_name
from yigui.runs.inbox import Waiting, title_of, waiting_for
from yigui.runs.models import Batch, BatchStatus
from yigui.staff.enums import Role
from yigui.staff.models import User

#: Posts that may do something with some kind of batch.
_ROLES = frozenset({Role.SECTION_HEAD, Role.DIRECTOR, Role.ACCOUNTANT, Role.CASHIER})
_KINDS = {"confirm": "待确认", "check": "待复核", "approve": "待审批", "execute": "待执行", "void": "待作废", "": "未能生成"}


def _key(one: Waiting) -> str:
    return f"batch-{one.batch_id}" if one.batch_id else f"plan-{one.planned_id}"


def _row(one: Waiting) -> Row:
    amount = f"{format_fen(one.amount_fen)} 元；" if one.amount_fen else ""
    warned = f"；{one.warnings} 项须说明" if one.warnings else ""
    return Row(
        key=_key(one), kind=_KINDS.get(one.deed, "批次"), what=one.title, more=f"{amount}{one.text}{warned}", whose="", due_on=None,
        since=one.since, target=Target("batch", str(one.batch_id)) if one.batch_id else Target("batches"),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(one) for one in waiting_for(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(waiting_for(user)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = next((one for one in waiting_for(user) if _key(one) == key), None)
    if found is None:
        return None
    return [
        ("批次", found.title),
        ("地区", area_name(found.area_code) if found.area_code else "全部地区"), ("金额", f"{format_fen(found.amount_fen)} 元"), ("状态", found.text),
        ("须说明的提示", f"{found.warnings} 项"), ("自", clock.local(found.since).strftime("%Y-%m-%d %H:%M")),
    ]  # fmt: skip


BATCHES = Source(30, "batch", "批次", "list", "batch", _ROLES, rows=_rows, days=_days, lines=_lines)
#: A batch that somebody else has voided; one that was prepared anew in its place is gone on with.
VOIDED = NotGranted(
    "batch",
    "批次已作废",
    Batch,
    of=lambda accounts: (
        Batch.objects.filter(status=BatchStatus.VOID, prepared_by__in=accounts, voided_by__isnull=False, replaced_by=None)
        .exclude(voided_by__in=accounts)
        .select_related("voided_by")
        .defer("summary", "checks")
    ),
    answer=lambda one: Decided(
        f"第 {one.pk} 号批次 {title_of(one)}",
        one.void_reason,
        one.voided_by.full_name,
        one.voided_at,
        Target("batch", str(one.pk)),
    ),
)
