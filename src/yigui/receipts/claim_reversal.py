"""Taking back what bills have taken of a receipt that was claimed wrongly (认领收回): the bills are owed again, credits of accounts and income go back,
the money lies in suspense as of an unknown payer, and the claim is undone.

Asked for from the page of the claim, checked by a second and approved by a third person: it takes money out of accounts. What no bill has taken is
taken back with the claim by two (`recognise.undo_claim`); what was refunded is gone.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from yigui.charges.models import Allocation
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.months import period_of
from yigui.common.reasons import reason_of
from yigui.ledger.posting import post, posting_day
from yigui.receipts.enums import DEPOSIT_OF
from yigui.receipts.errors import ClaimRefused
from yigui.receipts.models import Claim, ClaimUndo, ElectronicReceipt, Receipt
from yigui.receipts.queries import claims_in_force
from yigui.receipts.reversal_run import areas_of, bill_labels, books_of, paid_by, refuse_ticket
from yigui.receipts.settle import suspense_fund
from yigui.registry.queries import area_over
from yigui.runs.checks import bar
from yigui.runs.errors import ContentChanged
from yigui.runs.kinds import Content, Opening, RunKind, Unit, Work, Written, three_people
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.staged import prepare
from yigui.staff.models import User

ASKED = "请写明认领有误的依据，如“付款单位来函说明款项归属”"


def _subject(claim_id: int) -> str:
    return f"认领-{claim_id}"


def take_backs_of(claim_ids: Iterable[int]) -> dict[int, int]:
    """The batch that waits to take back what bills have taken of a claim's receipt, by claim; without those nobody has asked for."""
    claims = {_subject(claim): claim for claim in claim_ids}
    rows = Batch.objects.filter(
        kind=ClaimReversalKind.code, subject__in=claims, status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED)
    )
    return {claims[subject]: batch for subject, batch in rows.order_by("id").values_list("subject", "pk")}


class ClaimReversalKind(RunKind):
    """Takes back what bills have taken of one receipt that was claimed wrongly."""

    code, name, unit = "claim-reversal", "认领收回", Unit.NONE
    help = "take back what bills have taken of a receipt that was claimed wrongly"
    writes = ("contributions_allocation", "accounts_entry", "ledger_voucher", "ledger_entry")
    signers = three_people("认领有误的依据已核对。", "到账、缴费单和个人账户已逐项核对。", "同意收回。")
    parts = ("receipts/runs/claim_reversal.html",)
    is_asked_for = False

    def opening(self, *, area_code: str, period: int, today: date, **more: Any) -> Opening:
        """What is asked for.

        Args:
            more: `claim_id`, `reason`.

        Raises:
            ClaimRefused: no such claim in force, no bill has taken anything of its receipt, or no reason.
        """
        claim = Claim.objects.select_related("receipt", "employer", "person").filter(pk=more["claim_id"]).first()
        if claim is None or claim.pk not in {c.pk for c in claims_in_force([claim.receipt_id]).values()}:
            raise ClaimRefused("该认领不存在或已撤销，请刷新后查看。", claim=more["claim_id"])
        if not paid_by(claim.receipt):
            raise ClaimRefused("该笔到账没有抵缴缴费单，认领有误的请直接撤销认领。", claim=claim.pk)
        reason = reason_of(more["reason"], ASKED, ClaimRefused)
        areas = areas_of(claim.receipt)
        return Opening(area_over(areas), period_of(today), areas, _subject(claim.pk), {"claim": claim, "reason": reason})

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        claim = work.opening.facts["claim"]
        receipt, paid = claim.receipt, paid_by(claim.receipt)
        total = sum(fen for _, fen in paid)
        summary = {
            "claim": claim.pk, "receipt": receipt.pk, "file": receipt.file_id, "reference": receipt.reference, "received_on": receipt.received_on.isoformat(),
            "came_from": receipt.payer_name, "text": receipt.text, "employer": claim.employer_id, "person": claim.person_id,
            "claimed_as": claim.employer.name if claim.employer else "", "ground": claim.reason, "reason": work.opening.facts["reason"], "paid": paid,
        }  # fmt: skip
        refunded = Allocation.objects.filter(receipt_id=receipt.pk, bill_id__gt=0, step="refund").exists()
        ticket = ElectronicReceipt.objects.filter(receipt=receipt, voided_at=None).values_list("number", flat=True).first()
        checks = [
            bar("not_refunded", "抵缴的月份没有退费", passed=not refunded),
            bar("no_ticket", "该笔到账的电子票据已作废", passed=ticket is None, detail=ticket or ""),
        ]
        return Content(1, total, digest_of(summary), summary, checks)

    def look_again(self, batch: Batch) -> None:
        """Refuse where bills have taken more or less of the receipt meanwhile, or the claim is undone."""
        receipt = Receipt.objects.get(pk=batch.summary["receipt"])
        if paid_by(receipt) != batch.summary["paid"] or ClaimUndo.objects.filter(
            claim=batch.summary["claim"], confirmed_by_id__isnull=False
        ):
            raise ContentChanged(f"原到账或认领自审批后有变动，请作废第 {batch.pk} 号批次后重新申请。", batch=batch.pk)
        refuse_ticket(receipt, batch)

    def write(self, batch: Batch) -> Written | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT contributions_execute_claim_reversal_v1(%s)", [batch.pk])
            (parts,) = cursor.fetchone()
        return Written(1, batch.total_fen, details=json.loads(parts))

    def post(self, batch: Batch, written: Written | None) -> None:
        """Vouchers of what the bills give back, book by book, and of the money that lies in suspense again."""
        assert written is not None
        receipt = Receipt.objects.select_related("file").get(pk=batch.summary["receipt"])
        deposit = DEPOSIT_OF[receipt.file.source]
        origin: dict[str, Any] = {"source_kind": "batch", "source_id": batch.pk}
        for (event, area, fund, party), amounts in sorted(books_of(written.details).items()):
            post(
                event=event, fund=fund, area_code=area, on=posting_day(clock.today(), area=area, fund=fund), amounts=amounts,
                deposit=deposit, party=party, **origin,
            )  # fmt: skip
        area, fund = receipt.area_code, suspense_fund(receipt.insurance)
        post(
            event="contribution_received", fund=fund, area_code=area, on=posting_day(clock.today(), area=area, fund=fund),
            amounts={"total": batch.total_fen, "unidentified": batch.total_fen}, deposit=deposit, **origin,
        )  # fmt: skip

    def page(self, batch: Batch) -> dict[str, Any]:
        return {"bills": bill_labels(batch.summary.get("paid", []))}


CLAIM_REVERSAL = ClaimReversalKind()


def plan_claim_reversal(*, claim_id: int, reason: str, user: User) -> Batch:
    """Ask that what bills have taken of a claim's receipt be taken back; gives the batch, ready for its check. As `runs.staged.prepare`."""
    claim = Claim.objects.select_related("receipt").filter(pk=claim_id).first()
    area = area_over(areas_of(claim.receipt)) if claim else ""
    return prepare(CLAIM_REVERSAL, area_code=area, period=0, user=user, claim_id=claim_id, reason=reason)
