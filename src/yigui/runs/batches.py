"""The way of a batch: open, prepared, approved by another person, executed under its warrant. One module for all kinds."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.errors import Conflict, Forbidden, NotFound
from yigui.runs.models import Batch, BatchStatus
from yigui.staff.enums import Role
from yigui.staff.models import User

PREPARERS = frozenset({Role.SECTION_HEAD, Role.ACCOUNTANT})
APPROVERS = frozenset({Role.DIRECTOR})


class BatchRefused(Conflict):
    """The batch cannot take this step; the sentence says why and what to do."""

    code = "runs.batch_refused"


def require_preparer(user: User) -> None:
    """Refuse a person whose post may not prepare batches."""
    if user.role not in PREPARERS:
        raise Forbidden("批次须由科室负责人或会计生成。", role=user.role)


def require_executor(user: User) -> None:
    """Refuse a person whose post may neither prepare nor approve batches, and so not execute or void them."""
    if user.role not in PREPARERS | APPROVERS:
        raise Forbidden("您的岗位不能执行或作废批次。", role=user.role)


def check(check_id: str, label: str, *, passed: bool, detail: str = "") -> dict[str, Any]:
    """One balance rule of a batch, as it is kept in `Batch.checks`."""
    return {"id": check_id, "label": label, "passed": passed, "detail": detail}


def batch_of(batch_id: int) -> Batch:
    """The batch with this number.

    Raises:
        NotFound: there is none.
    """
    found = Batch.objects.select_related("prepared_by", "checked_by", "approved_by").filter(pk=batch_id).first()
    if found is None:
        raise NotFound(f"没有第 {batch_id} 号批次，请核对编号。", batch=batch_id)
    return found


def open_batch(
    *, kind: str, area_code: str, period: int, areas: Sequence[str], user: User, subject: str = "", needs_check: bool = False
) -> Batch:
    """A draft of a batch; an unapproved one of the same kind, area, period and subject is voided first: a rerun starts clean.

    Raises:
        Forbidden: the person's post may not prepare batches.
        BatchRefused: one is executed already, or approved and waiting.
    """
    require_preparer(user)
    with transaction.atomic():
        rows = Batch.objects.select_for_update().filter(kind=kind, period=period, subject=subject).exclude(status=BatchStatus.VOID)
        for other in rows.order_by("id")[:500]:
            if other.status == BatchStatus.EXECUTED and set(other.areas) & set(areas):
                raise BatchRefused(f"该地区 {period} 期已执行（第 {other.pk} 号批次），不能重复生成。", batch=other.pk)
            if other.area_code != area_code:
                continue
            if other.status == BatchStatus.APPROVED:
                raise BatchRefused(f"第 {other.pk} 号批次已审批待执行，请先执行或作废。", batch=other.pk)
            Batch.objects.filter(pk=other.pk).update(status=BatchStatus.VOID)
        return Batch.objects.create(
            kind=kind, area_code=area_code, period=period, areas=sorted(areas), prepared_by=user, subject=subject,
            needs_check=needs_check,
        )  # fmt: skip


def seal_content(
    batch: Batch, *, row_count: int, total_fen: int, digest: str, summary: dict[str, Any], checks: list[dict[str, Any]]
) -> Batch:
    """Freeze what the batch would do: from now on only approval, execution or voiding."""
    Batch.objects.filter(pk=batch.pk).update(
        status=BatchStatus.PREPARED, row_count=row_count, total_fen=total_fen, digest=digest, summary=summary, checks=checks,
        prepared_at=clock.now(),
    )  # fmt: skip
    return batch_of(batch.pk)


@transaction.atomic
def check_batch(*, batch_id: int, user: User) -> Batch:
    """Check (复核) a prepared batch that needs three people: what it flags has been looked at.

    Raises:
        Forbidden: a post that prepares no batches, or the person who prepared it.
        BatchRefused: not prepared, checked already, or of a kind that two people decide.
    """
    require_preparer(user)
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound(f"没有第 {batch_id} 号批次，请核对编号。")
    if user.pk == batch.prepared_by_id:
        raise Forbidden("批次不能由生成人自己复核。")
    if batch.status != BatchStatus.PREPARED or not batch.needs_check or batch.checked_by_id:
        raise BatchRefused(f"第 {batch.pk} 号批次不在待复核状态。", batch=batch.pk)
    Batch.objects.filter(pk=batch.pk).update(checked_by=user, checked_at=clock.now())
    return batch_of(batch.pk)


@transaction.atomic
def approve_batch(*, batch_id: int, user: User) -> Batch:
    """Approve a prepared batch whose checks all passed.

    Raises:
        Forbidden: not a director, or the person who prepared it.
        BatchRefused: not prepared, or a check failed.
    """
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound(f"没有第 {batch_id} 号批次，请核对编号。")
    if user.role not in APPROVERS:
        raise Forbidden("批次须由分管领导审批。", role=user.role)
    if user.pk == batch.prepared_by_id:
        raise Forbidden("批次不能由生成人自己审批。")
    if batch.status != BatchStatus.PREPARED:
        raise BatchRefused(f"第 {batch.pk} 号批次现为“{batch.get_status_display()}”，不能审批。", batch=batch.pk)
    if batch.needs_check and batch.checked_by_id is None:
        raise BatchRefused(f"第 {batch.pk} 号批次尚未复核，请先由另一人复核。", batch=batch.pk)
    if user.pk == batch.checked_by_id:
        raise Forbidden("批次不能由复核人自己审批。")
    failed = [c["label"] for c in batch.checks if not c["passed"]]
    if failed:
        raise BatchRefused(f"第 {batch.pk} 号批次有校验未通过：{'、'.join(failed)}。请查明后重新生成。", batch=batch.pk)
    Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.APPROVED, approved_by=user, approved_at=clock.now())
    return batch_of(batch.pk)


@transaction.atomic
def void_batch(*, batch_id: int, user: User) -> Batch:
    """Void (作废) a batch that has not been executed."""
    require_executor(user)
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None or batch.status in (BatchStatus.EXECUTED, BatchStatus.VOID):
        raise BatchRefused("该批次不存在或已结束，不能作废。")
    Batch.objects.filter(pk=batch_id).update(status=BatchStatus.VOID)
    return batch_of(batch_id)


def lock_approved(batch_id: int, kind: str) -> Batch | None:
    """The approved batch, locked for execution; None when it has been executed already: running again changes nothing.

    Raises:
        BatchRefused: neither approved nor executed, or of another kind.
    """
    batch = Batch.objects.select_for_update().filter(pk=batch_id, kind=kind).first()
    if batch is None:
        raise NotFound(f"没有第 {batch_id} 号批次，请核对编号。")
    if batch.status == BatchStatus.EXECUTED:
        return None
    if batch.status != BatchStatus.APPROVED:
        raise BatchRefused(f"第 {batch.pk} 号批次现为“{batch.get_status_display()}”，须先审批。", batch=batch.pk)
    return batch


def issue_warrant(batch: Batch) -> int:
    """The batch's warrant, open until the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT runs_issue_warrant_v1(%s)", [batch.pk])
        (warrant_id,) = cursor.fetchone()
    return int(warrant_id)


def mark_executed(batch: Batch) -> Batch:
    """Close the batch, under its warrant."""
    Batch.objects.filter(pk=batch.pk).update(status=BatchStatus.EXECUTED, executed_at=clock.now())
    return batch_of(batch.pk)
