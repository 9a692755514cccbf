"""Who may sign a batch, and why not: one rule for the page, its buttons, the inbox, the command and the deed itself.

The database asks the same again (`runs_batch_guard_v1`, `runs_issue_warrant_v1`): distinct people, their posts, the answers.
"""

from enum import StrEnum

from yigui.common.errors import Forbidden, NotFound, YiguiError
from yigui.registry.models import Area
from yigui.runs.checks import is_bar
from yigui.runs.errors import BatchRefused
from yigui.runs.in_the_way import executed_before, no_second
from yigui.runs.kinds import APPROVERS, PREPARERS, RunKind, Signer, SignStep, kind_of
from yigui.runs.models import Batch, BatchStatus
from yigui.staff.models import User
from yigui.staff.same_person import is_one_of


class Deed(StrEnum):
    """What a person does with a batch."""

    CONFIRM = "confirm"
    CHECK = "check"
    APPROVE = "approve"
    EXECUTE = "execute"
    VOID = "void"


#: The deeds that are signatures, and the step of the kind each one is.
SIGNATURES = {Deed.CONFIRM: SignStep.PREPARE, Deed.CHECK: SignStep.CHECK, Deed.APPROVE: SignStep.APPROVE}


def why_not(batch: Batch, user: User, deed: Deed) -> YiguiError | None:
    """Why a person may not do this with a batch now; None when he may.

    Returns:
        Forbidden where it is the person, BatchRefused where it is the state of the batch.
    """
    kind = _known(batch.kind)
    post = _post(kind, user, deed)
    if post is not None:
        return post
    if not answers_for(user, batch.area_code):
        return Forbidden("批次属于其他地区，须由该地区经办机构或其上级机构的人员办理。", area=batch.area_code)
    if deed in (Deed.CHECK, Deed.APPROVE) and is_one_of(user, [batch.prepared_by_id]):
        return Forbidden(f"批次不能由生成人自己{_WORD[deed]}。")
    if deed == Deed.APPROVE and is_one_of(user, [batch.checked_by_id]):
        return Forbidden("批次不能由复核人自己审批。")
    refused = _state(batch, deed)
    if refused is None and deed != Deed.VOID and (other := executed_before(batch)) is not None:
        return BatchRefused(no_second(batch, other), batch=batch.pk)
    return refused


def answers_for(user: User, area_code: str) -> bool:
    """Whether somebody's agency answers for an area: its own, or as the agency of a city one of its counties (as `runs_answers_for_v1`)."""
    own = user.agency.area_id
    return own == area_code or Area.objects.filter(pk=area_code, parent=own).exists()


_WORD = {Deed.CONFIRM: "确认", Deed.CHECK: "复核", Deed.APPROVE: "审批", Deed.EXECUTE: "执行", Deed.VOID: "作废"}


def _known(code: str) -> RunKind | None:
    try:
        return kind_of(code)
    except NotFound:
        return None


def _post(kind: RunKind | None, user: User, deed: Deed) -> YiguiError | None:
    if deed in SIGNATURES:
        default = APPROVERS if deed == Deed.APPROVE else PREPARERS
        signer: Signer | None = kind.signer(SIGNATURES[deed]) if kind else None
        if user.role not in (signer.roles if signer else default):
            words = {
                Deed.CONFIRM: "批次须由科室负责人或会计生成、确认。", Deed.CHECK: "批次须由科室负责人或会计复核。",
                Deed.APPROVE: "批次须由分管领导审批。",
            }  # fmt: skip
            return Forbidden(words[deed], role=user.role)
        return None
    if user.role not in PREPARERS | APPROVERS:
        return Forbidden("您的岗位不能执行或作废批次。", role=user.role)
    return None


def _state(batch: Batch, deed: Deed) -> YiguiError | None:
    label = f"第 {batch.pk} 号批次"
    if deed == Deed.VOID:
        if batch.status in (BatchStatus.EXECUTED, BatchStatus.VOID):
            return BatchRefused(f"{label}已结束，不能作废。", batch=batch.pk)
        return None
    if deed == Deed.EXECUTE:
        if batch.status != BatchStatus.APPROVED:
            return BatchRefused(f"{label}现为“{batch.state_label}”，须先审批。", batch=batch.pk)
        return None
    if batch.status != BatchStatus.PREPARED:
        return BatchRefused(f"{label}现为“{batch.state_label}”，不能{_WORD[deed]}。", batch=batch.pk)
    if deed == Deed.CONFIRM:
        return None if batch.prepared_by_id is None else BatchRefused(f"{label}已由生成人负责，不须确认。", batch=batch.pk)
    if batch.prepared_by_id is None:
        return BatchRefused(f"{label}由系统自动生成，须先由科室负责人或会计确认。", batch=batch.pk)
    if deed == Deed.CHECK:
        is_due = batch.needs_check and batch.checked_by_id is None
        return None if is_due else BatchRefused(f"{label}不在待复核状态。", batch=batch.pk)
    if batch.needs_check and batch.checked_by_id is None:
        return BatchRefused(f"{label}尚未复核，请先由另一人复核。", batch=batch.pk)
    failed = [row["label"] for row in batch.checks if is_bar(row)]
    if failed:
        return BatchRefused(f"{label}有校验未通过：{'、'.join(failed)}。请查明后重新生成。", batch=batch.pk)
    return None
