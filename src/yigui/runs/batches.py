"""The way of a batch: open, prepared, signed by distinct people, executed under its warrant. One module for all kinds."""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import connection, transaction

from yigui.common import clock
from yigui.common.errors import Forbidden, NotFound
from yigui.common.reasons import REASON_MAX, reason_of
from yigui.identity.proof import be_present, code_of, door_or_proof_of, proof_of, signed
from yigui.registry.models import Area
from yigui.registry.queries import area_name
from yigui.runs.errors import AnswerMissing, BatchRefused
from yigui.runs.in_the_way import PREPARE_REST, executed_areas_check, executed_before, in_the_way, named, no_second, overlap_check
from yigui.runs.kinds import Content, Opening, RunKind, Written, may_prepare
from yigui.runs.models import Batch, BatchStatus, WrittenAnswer
from yigui.runs.signing import SIGNATURES, Deed, answers_for, why_not
from yigui.staff.models import User

#: A written answer has at least so many characters.
ANSWER_MIN = 4
_PEOPLE = ("prepared_by", "checked_by", "approved_by", "executed_by", "voided_by")


def require_preparer(user: User, kind: RunKind, area_code: str) -> None:
    """Refuse a person whose post may not prepare batches of a kind, or whose agency does not answer for the area."""
    if not may_prepare(kind, user):
        raise Forbidden("批次须由科室负责人或会计生成。", role=user.role)
    if Area.objects.filter(pk=area_code).exists() and not answers_for(user, area_code):
        # An area that there is not is refused by the kind, in its own words.
        raise Forbidden("批次属于其他地区，须由该地区经办机构或其上级机构的人员生成。", area=area_code)


def batch_of(batch_id: int) -> Batch:
    """The batch with this number.

    Raises:
        NotFound: there is none.
    """
    found = Batch.objects.select_related(*_PEOPLE).filter(pk=batch_id).first()
    if found is None:
        raise NotFound(f"没有第 {batch_id} 号批次，请核对编号。", batch=batch_id)
    return found


def _locked(batch_id: int) -> Batch:
    batch = Batch.objects.select_for_update().filter(pk=batch_id).first()
    if batch is None:
        raise NotFound(f"没有第 {batch_id} 号批次，请核对编号。", batch=batch_id)
    return batch


def open_batch(kind: RunKind, opening: Opening, *, user: User | None) -> Batch:
    """A draft of a batch; one of the same kind, area, period and subject that nobody has signed is voided first: a rerun starts clean.

    Args:
        user: who prepares it; None when it makes itself on its day.

    Raises:
        Forbidden: the person's post may not prepare batches.
        BatchRefused: one is executed already, or somebody has signed one that is open.
    """
    if user is not None:
        require_preparer(user, kind, opening.area_code)
    with transaction.atomic():
        _refuse_second(kind, opening)
        replaced = None
        known = Batch.objects.select_for_update().filter(kind=kind.code, period=opening.period, subject=opening.subject)
        for other in known.exclude(status=BatchStatus.VOID).order_by("id")[:500]:
            if other.area_code != opening.area_code:
                continue
            if other.status == BatchStatus.EXECUTED:
                left = "、".join(area_name(area) for area in opening.areas if area not in other.areas)
                rest = f"；其中没有包括的{left}，请由该地区经办机构按本地区生成。" if left else "。"
                raise BatchRefused(f"该地区 {opening.period} 期已执行（第 {other.pk} 号批次），不能重复生成{rest}", batch=other.pk)
            _refuse_signed(other)
            _end(other, user, "重新生成，由新批次替代" if user is not None else "系统按计划重新生成，由新批次替代")
            replaced = other
        number = signed(
            "SELECT runs_open_v1(%s, %s, %s, %s, %s::text[], %s, %s)", proof_of(user) if user is not None else "", kind.code,
            opening.area_code, opening.period, sorted(opening.areas), opening.subject, kind.needs_check,
        )  # fmt: skip
        if replaced is not None:
            Batch.objects.filter(pk=int(number)).update(replaces=replaced)
        return batch_of(int(number))


def _refuse_second(kind: RunKind, opening: Opening) -> None:
    """Refuse what an executed batch has done in one of the areas, whatever else it was prepared for."""
    others = in_the_way(kind.code, areas=opening.areas, period=opening.period, subject=opening.subject)
    if others and others[0].status == BatchStatus.EXECUTED:
        rest = f"；{PREPARE_REST}" if set(opening.areas) - set(others[0].areas) else "。"
        raise BatchRefused(f"该地区 {opening.period} 期已执行（{named(others[0])}），不能重复生成{rest}", batch=others[0].pk)


def give_way(kind_code: str, areas: Sequence[str], reason: str) -> list[int]:
    """Void the prepared batches of a kind that hold some areas and that nobody has signed, because another takes on what they hold; gives their numbers."""
    rows = Batch.objects.select_for_update().filter(kind=kind_code, status=BatchStatus.PREPARED, areas__overlap=list(areas))
    unsigned = list(rows.filter(confirmed_at=None, checked_by=None, approved_by=None).order_by("id")[:500])
    for batch in unsigned:
        _end(batch, None, reason)
    return [batch.pk for batch in unsigned]


def _refuse_signed(batch: Batch) -> None:
    """What somebody has put their name to is not taken away by preparing anew."""
    if batch.signers:
        names = "、".join(person.full_name for person in batch.signers)
        raise BatchRefused(
            f"第 {batch.pk} 号批次（{batch.state_label}）已由 {names} 签署，不能直接重新生成。"
            "请先执行，或写明原因作废后再生成。", batch=batch.pk,
        )  # fmt: skip


def _end(batch: Batch, user: User | None, reason: str) -> None:
    token = door_or_proof_of(user) if user is not None else ""
    if token.startswith("order:"):
        signed("SELECT runs_replace_v1(%s, %s, %s)", token, batch.pk, reason)
        return
    be_present(user)
    Batch.objects.filter(pk=batch.pk).update(
        status=BatchStatus.VOID, voided_by=user, voided_at=clock.now(), void_reason=reason[:REASON_MAX]
    )


def seal_content(batch: Batch, content: Content) -> Batch:
    """Freeze what the batch would do: from now on only signatures, execution or voiding. Beside the checks of its kind, for which
    areas another one has been executed, and whether another one is open."""
    Batch.objects.filter(pk=batch.pk).update(
        status=BatchStatus.PREPARED, row_count=content.row_count, total_fen=content.total_fen, digest=content.digest,
        summary=content.summary, checks=[*content.checks, *executed_areas_check(batch), *overlap_check(batch)], prepared_at=clock.now(),
    )  # fmt: skip
    return batch_of(batch.pk)


def answers_of(batch: Batch) -> list[WrittenAnswer]:
    """The written answers to a batch's warnings, in the order in which they were given."""
    return list(WrittenAnswer.objects.filter(batch=batch).select_related("person").order_by("id")[:500])


@transaction.atomic
def sign_batch(*, batch_id: int, user: User, deed: Deed, answers: Mapping[str, str] | None = None) -> Batch:
    """Confirm (确认), check (复核) or approve (审批) a prepared batch.

    Args:
        answers: check -> what the person writes about a warning; every warning takes one of whoever signs.

    Raises:
        Forbidden: not this person: the post, or the person has signed already.
        BatchRefused: not in the state for it, or a check bars it.
        AnswerMissing: a warning is not answered in writing.
        NotSeen, CodeWrong: the person has not signed in, or not confirmed with a one-time code.
    """
    batch = _locked(batch_id)
    refused = why_not(batch, user, deed)
    if refused is not None:
        raise refused
    texts = _answers(batch, user, answers or {})
    signed(
        "SELECT runs_sign_v1(%s, %s, %s, %s, %s, %s::jsonb)", proof_of(user), code_of(user), batch.pk, str(deed), str(SIGNATURES[deed]),
        json.dumps(texts),
    )  # fmt: skip
    return batch_of(batch.pk)


def _answers(batch: Batch, user: User, answers: Mapping[str, str]) -> dict[str, str]:
    """What the person writes about the warnings they have not answered yet.

    Raises:
        AnswerMissing: one is not answered, or says too much or too little.
    """
    given = set(WrittenAnswer.objects.filter(batch=batch, person=user).values_list("check_id", flat=True))
    waiting = [row for row in batch.warnings if row["id"] not in given]
    texts = {row["id"]: " ".join(answers.get(row["id"], "").split()) for row in waiting}
    missing = [row["label"] for row in waiting if len(texts[row["id"]]) < ANSWER_MIN]
    if missing:
        raise AnswerMissing(
            f"第 {batch.pk} 号批次有须书面说明的提示：{'；'.join(missing)}。请逐项写明已如何核实、为何仍可办理（不少于 {ANSWER_MIN} 个字）。",
            batch=batch.pk, checks=[row["id"] for row in waiting if len(texts[row["id"]]) < ANSWER_MIN],
        )  # fmt: skip
    too_long = [row["label"] for row in waiting if len(texts[row["id"]]) > 500]
    if too_long:
        raise AnswerMissing(f"书面说明不能超过 500 个字：{'；'.join(too_long)}。", batch=batch.pk)
    return texts


def confirm_batch(*, batch_id: int, user: User, answers: Mapping[str, str] | None = None) -> Batch:
    """Take over (确认) a batch that made itself: from now on this person has prepared it. As `sign_batch`."""
    return sign_batch(batch_id=batch_id, user=user, deed=Deed.CONFIRM, answers=answers)


def check_batch(*, batch_id: int, user: User, answers: Mapping[str, str] | None = None) -> Batch:
    """Check (复核) a prepared batch that needs three people. As `sign_batch`."""
    return sign_batch(batch_id=batch_id, user=user, deed=Deed.CHECK, answers=answers)


def approve_batch(*, batch_id: int, user: User, answers: Mapping[str, str] | None = None) -> Batch:
    """Approve (审批) a prepared batch that no check bars. As `sign_batch`."""
    return sign_batch(batch_id=batch_id, user=user, deed=Deed.APPROVE, answers=answers)


@transaction.atomic
def void_batch(*, batch_id: int, user: User, reason: str) -> Batch:
    """Void (作废) a batch that has not been executed. What it has staged is thrown away by `staged.void`.

    Args:
        reason: why, as `reason_of` wants it; whoever signed it reads it on its page.

    Raises:
        Forbidden: a post that neither prepares nor approves. BatchRefused: ended already, or no reason.
    """
    batch = _locked(batch_id)
    refused = why_not(batch, user, Deed.VOID)
    if refused is not None:
        raise refused
    said = reason_of(reason, f"请写明第 {batch.pk} 号批次作废的原因", partial(BatchRefused, batch=batch.pk))
    _end(batch, user, said)
    return batch_of(batch_id)


@transaction.atomic
def discard_draft(batch_id: int) -> bool:
    """Void a draft whose preparation has ended without a content; gives whether there was one to void."""
    batch = _locked(batch_id)
    if batch.status != BatchStatus.DRAFT:
        return False
    _end(batch, None, "生成未完成，系统已清除")
    return True


def lock_approved(batch_id: int) -> Batch | None:
    """The approved batch, locked for execution; None when it has been executed already: running again changes nothing.

    Raises:
        BatchRefused: neither approved nor executed, or another one is executed that did the same.
    """
    batch = _locked(batch_id)
    if batch.status == BatchStatus.EXECUTED:
        return None
    if batch.status != BatchStatus.APPROVED:
        raise BatchRefused(f"第 {batch.pk} 号批次现为“{batch.state_label}”，须先审批。", batch=batch.pk)
    if (other := executed_before(batch)) is not None:
        raise BatchRefused(no_second(batch, other), batch=batch.pk)
    return batch


def issue_warrant(batch: Batch) -> int:
    """The batch's warrant, open until the end of this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT runs_issue_warrant_v1(%s)", [batch.pk])
        (warrant_id,) = cursor.fetchone()
    return int(warrant_id)


def mark_executed(batch: Batch, written: Written | None = None, *, user: User | None = None) -> Batch:
    """Close the batch, under its warrant; `written` where the execution may have done less than was approved, `user` who had it done."""
    be_present(user)
    changed: dict[str, Any] = {"status": BatchStatus.EXECUTED, "executed_at": clock.now(), "executed_by": user}
    if written is not None:
        changed |= {
            "executed_count": written.row_count, "executed_fen": written.amount_fen,
            "taken_out": [
                {"reason": t.reason, "label": t.label, "rows": t.rows, "amount_fen": t.amount_fen} for t in written.taken_out
            ],
        }  # fmt: skip
    Batch.objects.filter(pk=batch.pk).update(**changed)
    return batch_of(batch.pk)
