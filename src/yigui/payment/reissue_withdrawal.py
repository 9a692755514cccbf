"""Taking back a decision to send a returned payment again (撤回重发), while no run has sent it: the account turned out to be wrong, or the money is not due.

Asked for from the page of results with the reason and approved by another person. The payment waits as before, is somebody's work again, and the next
FND-002 decides anew; a run that lists it leaves it out when it is executed.
"""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection

from yigui.common.digests import digest_of
from yigui.common.identifiers import mask_name, mask_number
from yigui.common.reasons import reason_of
from yigui.payment.bank_files import payment_no
from yigui.payment.errors import ReissueRefused
from yigui.payment.models import Reissue
from yigui.runs.checks import bar
from yigui.runs.errors import ContentChanged
from yigui.runs.kinds import Content, Opening, RunKind, Unit, Work, Written, two_people
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.staged import prepare
from yigui.staff.models import User

ASKED = "请写明撤回的原因，如“领取人来电说明新账户也已销户”"


def _subject(reissue_id: int) -> str:
    return f"重发-{reissue_id}"


def withdrawals_of(reissue_ids: Sequence[int]) -> dict[int, int]:
    """The batch that waits to withdraw a reissue, by reissue; without those nobody has asked for."""
    subjects = {_subject(number): number for number in reissue_ids}
    open_ones = Batch.objects.filter(
        kind=ReissueWithdrawalKind.code, subject__in=subjects, status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED)
    )
    return {subjects[subject]: batch for subject, batch in open_ones.order_by("id").values_list("subject", "pk")}


def _still_waiting(reissue_id: int) -> Reissue:
    """A reissue that no run has sent and nobody has withdrawn.

    Raises:
        ReissueRefused: it was sent, was withdrawn, or is not there.
    """
    found = Reissue.objects.select_related("benefit__person").filter(pk=reissue_id).first()
    if found is None:
        raise ReissueRefused(f"没有编号为 {reissue_id} 的退票重发，请从“发放结果”页选择。", reissue=reissue_id)
    if found.sent_batch is not None:
        raise ReissueRefused(f"该笔款项已随第 {found.sent_batch} 号批次发出，不能撤回，请等待银行结果。", reissue=reissue_id)
    if found.withdrawn_batch is not None:
        words = f"该笔重发已由第 {found.withdrawn_batch} 号批次撤回，请办理退票重发（FND-002）重新确定账户。"
        raise ReissueRefused(words, reissue=reissue_id)
    return found


class ReissueWithdrawalKind(RunKind):
    """Withdraws one decided reissue that no run has sent; asked for from the page of results."""

    code, name, unit = "reissue-withdrawal", "撤回重发", Unit.NONE
    help = "take back a decision to send a returned payment again"
    writes = ("benefits_reissue",)
    signers = two_people("撤回的原因已向领取人或银行核实。", "同意撤回，款项继续挂账待重新办理。")
    parts = ("payment/runs/reissue_withdrawal.html",)
    is_asked_for = False

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """What is asked for.

        Args:
            more: `reissue_id`, `reason`.

        Raises:
            ReissueRefused: it does not wait to be sent any more, or no reason.
        """
        found = _still_waiting(more["reissue_id"])
        reason = reason_of(more["reason"], ASKED, partial(ReissueRefused, reissue=found.pk))
        area = found.benefit.area_id
        return Opening(area, 0, (area,), _subject(found.pk), {"reissue": found, "reason": reason})

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        found: Reissue = work.opening.facts["reissue"]
        summary = {
            "reissue": found.pk, "payment": payment_no(found.batch_id, found.benefit_id, found.attempt), "person": mask_name(found.benefit.person.name),
            "account_name": found.account_name, "account_no": mask_number(found.account_no), "reason": work.opening.facts["reason"],
        }  # fmt: skip
        checks = [bar("not_sent", "该笔重发尚未发出", passed=found.sent_batch is None)]
        return Content(1, found.amount_fen, digest_of(summary), summary, checks)

    def look_again(self, batch: Batch) -> None:
        """Refuse where a run has sent it meanwhile, or it was withdrawn."""
        try:
            _still_waiting(batch.summary["reissue"])
        except ReissueRefused as refused:
            raise ContentChanged(f"{refused.message}请作废第 {batch.pk} 号批次。", batch=batch.pk) from refused

    def write(self, batch: Batch) -> Written | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT benefits_execute_reissue_withdrawal_v1(%s)", [batch.pk])
        return None

    def page(self, batch: Batch) -> dict[str, Any]:
        return {"said": batch.summary}


REISSUE_WITHDRAWAL = ReissueWithdrawalKind()


def plan_withdrawal(*, reissue_id: int, reason: str, user: User) -> Batch:
    """Ask that a reissue be withdrawn; gives the batch, ready for approval. As `runs.staged.prepare`."""
    area = Reissue.objects.filter(pk=reissue_id).values_list("benefit__area_id", flat=True).first() or ""
    return prepare(REISSUE_WITHDRAWAL, area_code=area, period=0, user=user, reissue_id=reissue_id, reason=reason)
