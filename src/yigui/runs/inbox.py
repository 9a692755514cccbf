"""What waits for a person in this room: batches to confirm, check, approve or execute, and plans that could not be made."""

import datetime as dt
from dataclasses import dataclass

from yigui.common.months import format_period
from yigui.runs.in_the_way import executed_before
from yigui.runs.kinds import Unit, kind_of, may_prepare, name_of, run_kinds
from yigui.runs.models import Batch, BatchStatus, PlannedRun
from yigui.runs.signing import Deed, answers_for, why_not
from yigui.staff.models import User

#: Entries looked at at most; there are a handful in a month.
ENTRIES_MAX = 200
_WORDS = {
    Deed.CONFIRM: "系统已自动生成，待确认", Deed.CHECK: "待复核", Deed.APPROVE: "待审批", Deed.EXECUTE: "已审批，待执行",
    Deed.VOID: "同一地区和期间已有批次执行，本批次不能再执行，待作废",
}  # fmt: skip


@dataclass(frozen=True)
class Waiting:
    """One entry of the inbox. `deed` is what the person may do; empty for a notice, which stays until there is a batch."""

    deed: str
    title: str
    text: str
    area_code: str
    batch_id: int | None
    planned_id: int | None
    since: dt.datetime
    amount_fen: int = 0
    warnings: int = 0


def waiting_for(user: User) -> list[Waiting]:
    """What a person of the staff may do now with batches, and the plans he would have prepared that could not be; oldest first.

    The same rule as the buttons of the batch's page (`signing.why_not`): nothing stands here that is refused there.
    """
    open_batches = Batch.objects.filter(status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED)).defer("summary")
    found = [w for batch in open_batches.order_by("id")[:ENTRIES_MAX] if (w := _of_batch(batch, user)) is not None]
    failed = PlannedRun.objects.filter(batch=None, dismissed_by=None).exclude(error="").order_by("id")[:ENTRIES_MAX]
    mine = {kind.code for kind in run_kinds() if may_prepare(kind, user)}
    found += [_of_failure(row) for row in failed if row.kind in mine and answers_for(user, row.area_code)]
    return sorted(found, key=lambda w: w.since)


def _of_batch(batch: Batch, user: User) -> Waiting | None:
    deeds = (Deed.CONFIRM, Deed.CHECK, Deed.APPROVE, Deed.EXECUTE)
    deed = next((d for d in deeds if why_not(batch, user, d) is None), None)
    if deed is None and why_not(batch, user, Deed.VOID) is None and executed_before(batch) is not None:
        deed = Deed.VOID
    if deed is None:
        return None
    since = {
        Deed.CONFIRM: batch.prepared_at, Deed.CHECK: batch.confirmed_at or batch.prepared_at,
        Deed.APPROVE: batch.checked_at or batch.confirmed_at or batch.prepared_at, Deed.EXECUTE: batch.approved_at,
        Deed.VOID: batch.prepared_at,
    }[deed]  # fmt: skip
    return Waiting(
        deed=deed, title=title_of(batch), text=_text(batch, deed),
        area_code=batch.area_code, batch_id=batch.pk, planned_id=None, since=since or batch.created_at, amount_fen=batch.total_fen,
        warnings=0 if deed == Deed.VOID else len(batch.warnings),
    )  # fmt: skip


def title_of(batch: Batch) -> str:
    """What a batch is, in words: kind, period, what it is about."""
    return f"{name_of(batch.kind)} {period_label(batch.kind, batch.period)} {batch.subject}".strip()


def _text(batch: Batch, deed: Deed) -> str:
    remark = kind_of(batch.kind).remark(batch)
    return f"{_WORDS[deed]}；{remark}" if remark else _WORDS[deed]


def _of_failure(row: PlannedRun) -> Waiting:
    return Waiting(
        deed="", title=f"{name_of(row.kind)} {period_label(row.kind, row.period)}", area_code=row.area_code, batch_id=None, planned_id=row.pk,
        text=f"应于 {row.due_on} 自动生成，未能生成：{row.error}请处理后在“批次”页生成，或等待系统次日再试。", since=row.created_at,
    )  # fmt: skip


def period_label(kind_code: str, period: int) -> str:
    """A batch's period in words: a month, or the year of a yearly kind; "" of what is made for no period."""
    if not period:
        return ""
    known = {kind.code for kind in run_kinds()}
    if kind_code in known and kind_of(kind_code).unit == Unit.YEAR:
        return f"{period // 100 if period > 9999 else period} 年"
    return format_period(period)
