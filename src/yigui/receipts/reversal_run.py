"""Undoing a receipt that the bank has taken back (到账冲回): bills are owed again, credits of accounts and income go back with it.

Asked for from the page of the file whose line says so, checked by a second and approved by a third person: it takes money out of accounts.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db import connection

from yigui.charges.models import Allocation
from yigui.common import clock
from yigui.common.digests import digest_of
from yigui.common.months import period_of
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.posting import post, posting_day
from yigui.levy.models import Bill
from yigui.receipts.enums import DEPOSIT_OF, Cause, Outcome
from yigui.receipts.errors import LineRefused
from yigui.receipts.models import ElectronicReceipt, LineEnd, Receipt, ReceiptLine
from yigui.receipts.settle import suspense_fund
from yigui.registry.enums import INSURANCE_OF, Insurance, insurance_label
from yigui.registry.queries import area_over
from yigui.runs.checks import bar
from yigui.runs.errors import ContentChanged
from yigui.runs.kinds import Content, Opening, RunKind, Unit, Work, Written, three_people
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.staged import prepare
from yigui.staff.models import User

_MEDICAL = Insurance.EMPLOYEE_MEDICAL.value


def _subject(line_id: int) -> str:
    return f"冲回-{line_id}"


def asked_in(line_ids: Iterable[int]) -> dict[int, int]:
    """The batch that waits to undo what a line takes back, by line; without those nobody has asked for."""
    lines = {_subject(line): line for line in line_ids}
    rows = Batch.objects.filter(
        kind=ReceiptReversalKind.code, subject__in=lines, status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED)
    )
    return {lines[subject]: batch for subject, batch in rows.order_by("id").values_list("subject", "pk")}


def paid_by(receipt: Receipt) -> list[list[int]]:
    """The bills a receipt has paid and how much of each (fen), by number: what its undoing gives back."""
    sums: dict[int, int] = defaultdict(int)
    for allocation in Allocation.objects.filter(receipt_id=receipt.pk, bill_id__gt=0).order_by("id"):
        sums[allocation.bill_id] += allocation.amount_fen
    return [[bill, fen] for bill, fen in sorted(sums.items()) if fen]


def refuse_ticket(receipt: Receipt, batch: Batch) -> None:
    """Refuse to take back from bills what an electronic receipt says they were paid; the database says the same (`contributions_no_ticket_v1`).

    Raises:
        ContentChanged: one was issued since.
    """
    ticket = ElectronicReceipt.objects.filter(receipt=receipt, voided_at=None).values_list("number", flat=True).first()
    if ticket is not None:
        raise ContentChanged(
            f"该笔到账已开具电子票据 {ticket}，请先在到账页作废该票据，再执行第 {batch.pk} 号批次。", batch=batch.pk
        )


def areas_of(receipt: Receipt) -> tuple[str, ...]:
    """The areas whose books an undoing of a receipt moves: where it was taken, and those of the bills it has paid."""
    bills = Bill.objects.filter(id__in=[bill for bill, _ in paid_by(receipt)])
    return tuple(sorted({receipt.area_code, *map(str, bills.values_list("area", flat=True))}))


def bill_labels(paid: Sequence[Sequence[int]]) -> list[tuple[int, str, int]]:
    """The bills of `paid_by` for a page: number, insurance with its first month, fen."""
    labels = {
        b.id: f"{insurance_label(b.insurance)} {b.start_period}" for b in Bill.objects.filter(id__in=[bill for bill, _ in paid])
    }
    return [(bill, labels.get(bill, ""), fen) for bill, fen in paid]


class ReceiptReversalKind(RunKind):
    """Undoes one receipt; asked for from the line of the bank that takes it back."""

    code, name, unit = "receipt-reversal", "到账冲回", Unit.NONE
    help = "undo a receipt the bank has taken back"
    writes = ("contributions_allocation", "accounts_entry", "ledger_voucher", "ledger_entry")
    signers = three_people("冲正已凭银行对账单核对。", "原到账、缴费单和个人账户已逐项核对。", "同意冲回。")
    parts = ("receipts/runs/reversal.html",)
    is_asked_for = False

    def opening(self, *, area_code: str, period: int, today: date, **more: Any) -> Opening:
        """What is asked for.

        Args:
            more: `line_id`.

        Raises:
            LineRefused: no such line, decided already, or its receipt is not known.
        """
        line = ReceiptLine.objects.filter(pk=more["line_id"], cause=Cause.REVERSAL).first()
        if line is None or LineEnd.objects.filter(line=line).exists():
            raise LineRefused(f"第 {more['line_id']} 号待核行不是待冲回的冲正，或已处理，请刷新后查看。", line=more["line_id"])
        receipt = Receipt.objects.filter(pk=line.receipt_id or 0).first()
        if receipt is None:
            raise LineRefused("没有找到该冲正对应的原到账，请与银行核实后按“不入账”处理。", line=line.pk)
        areas = areas_of(receipt)
        return Opening(area_over(areas), period_of(today), areas, _subject(line.pk), {"line": line, "receipt": receipt})

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        line, receipt = work.opening.facts["line"], work.opening.facts["receipt"]
        paid = paid_by(receipt)
        summary = {
            "line": line.pk, "file": line.file_id, "receipt": receipt.pk, "reference": receipt.reference, "received_on": receipt.received_on.isoformat(),
            "reversed_on": line.received_on.isoformat(), "payer": receipt.payer_name, "paid": paid, "left": receipt.amount_fen - sum(fen for _, fen in paid),
        }  # fmt: skip
        gone = Allocation.objects.filter(receipt_id=receipt.pk, bill_id=0).exists()
        ticket = ElectronicReceipt.objects.filter(receipt=receipt, voided_at=None).values_list("number", flat=True).first()
        checks = [
            bar("same_amount", "冲正金额与原到账相同", passed=line.amount_fen == receipt.amount_fen),
            bar("not_refunded", "原到账没有退费或冲回", passed=not gone),
            bar("no_ticket", "原到账的电子票据已作废", passed=ticket is None, detail=ticket or ""),
        ]
        return Content(1, receipt.amount_fen, digest_of(summary), summary, checks)

    def look_again(self, batch: Batch) -> None:
        """Refuse where the receipt has paid other bills meanwhile, or its line has been decided."""
        receipt = Receipt.objects.get(pk=batch.summary["receipt"])
        if paid_by(receipt) != batch.summary["paid"] or LineEnd.objects.filter(line=batch.summary["line"]).exists():
            raise ContentChanged(f"原到账自审批后有变动，请作废第 {batch.pk} 号批次后重新申请。", batch=batch.pk)
        refuse_ticket(receipt, batch)

    def write(self, batch: Batch) -> Written | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT contributions_execute_receipt_reversal_v1(%s)", [batch.pk])
            (parts,) = cursor.fetchone()
        return Written(1, batch.total_fen, details=json.loads(parts))

    def post(self, batch: Batch, written: Written | None) -> None:
        """Vouchers of what went back, book by book, and the end of the line."""
        assert written is not None
        receipt = Receipt.objects.select_related("file").get(pk=batch.summary["receipt"])
        for (event, area, fund, party), amounts in sorted(books_of(written.details).items()):
            post(
                event=event, fund=fund, area_code=area, on=posting_day(clock.today(), area=area, fund=fund), amounts=amounts,
                deposit=DEPOSIT_OF[receipt.file.source], party=party, source_kind="batch", source_id=batch.pk,
            )  # fmt: skip
        LineEnd.objects.create(
            line_id=batch.summary["line"], outcome=Outcome.REVERSED, target_id=batch.pk, reason=f"第 {batch.pk} 号批次冲回"
        )

    def page(self, batch: Batch) -> dict[str, Any]:
        return {"bills": bill_labels(batch.summary.get("paid", []))}


def books_of(parts: Sequence[Sequence[Any]]) -> dict[tuple[str, str, str, str], dict[str, int]]:
    """Amounts (fen) by event, area, fund and the other area, as `settle` posted them the other way round.

    Args:
        parts: area that took the money, area of insurance, insurance (None where it lay in suspense without one), detail, fen, account part.
    """
    books: dict[tuple[str, str, str, str], dict[str, int]] = {}
    for taken, area, insurance, detail, fen, account_fen in parts:
        is_suspense = detail in ("unidentified", "overpaid")
        fund = suspense_fund(insurance) if is_suspense else FUND_OF[INSURANCE_OF[insurance].value]
        event = "contribution_reversed" if taken == area else "collected_by_other_area_reversed"
        amounts = books.setdefault((event, area, fund, "" if taken == area else taken), defaultdict(int))
        amounts["total"] += fen
        if is_suspense or fund != _MEDICAL or detail == "surcharge":
            amounts[detail] += fen
        else:
            kept = "current" if detail == "prepaid" else detail
            amounts[f"pool_{kept}"] += fen - account_fen
            amounts[f"account_{kept}"] += account_fen
        if taken != area:
            books.setdefault(("collected_for_other_area_reversed", taken, fund, area), defaultdict(int))["total"] += fen
    return books


RECEIPT_REVERSAL = ReceiptReversalKind()


def plan_receipt_reversal(*, line_id: int, user: User) -> Batch:
    """Ask that the receipt a line of the bank takes back be undone; gives the batch, ready for its check. As `runs.staged.prepare`."""
    receipt = Receipt.objects.filter(pk__in=ReceiptLine.objects.filter(pk=line_id).values("receipt_id")).first()
    area = area_over(areas_of(receipt)) if receipt else ""
    return prepare(RECEIPT_REVERSAL, area_code=area, period=0, user=user, line_id=line_id)
