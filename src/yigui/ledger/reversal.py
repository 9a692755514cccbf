"""Reversing a voucher (红字冲销): asked for with the reason, approved by another person, posted under the batch's warrant.

Only what the books themselves began may be reversed here. A voucher that came out of a receipt or a case follows its business:
it is put right by a refund or a correction, and the books follow (会计随业务).
"""

from django.db import transaction

from yigui.common import clock
from yigui.common.months import period_of
from yigui.ledger.errors import WrongPosting
from yigui.ledger.models import Entry, Voucher
from yigui.ledger.posting import reverse
from yigui.ledger.year_end import EVENTS as YEAR_END
from yigui.runs.batches import (
    batch_of,
    check,
    issue_warrant,
    lock_approved,
    mark_executed,
    open_batch,
    require_preparer,
    seal_content,
)
from yigui.runs.models import Batch
from yigui.staff.models import User

KIND = "reversal"
#: What one area paid over and what the other received stand or fall together.
_BETWEEN_AREAS = ("settlement_paid", "settlement_received")


def is_reversible(voucher: Voucher) -> bool:
    """Whether the voucher may be reversed by itself."""
    began_in_books = voucher.source_kind == "batch" and voucher.event not in YEAR_END
    return began_in_books and voucher.reverses_id is None and not Voucher.objects.filter(reverses_id=voucher.pk).exists()


def reversed_with(voucher: Voucher) -> list[Voucher]:
    """The vouchers that are reversed with one: itself, and both sides of a settlement between two areas."""
    if voucher.event not in _BETWEEN_AREAS:
        return [voucher]
    pair = {voucher.area_code, *voucher.entries.values_list("party", flat=True)}
    rows = Voucher.objects.filter(source_kind="batch", source_id=voucher.source_id, fund=voucher.fund, event__in=_BETWEEN_AREAS)
    return list(rows.filter(area_code__in=pair, entries__party__in=pair).distinct().order_by("id"))


def plan_reversal(*, voucher_id: int, reason: str, user: User) -> Batch:
    """Ask for the reversal of a voucher; gives the batch, ready for approval.

    Raises:
        Forbidden: the person's post may not prepare batches.
        WrongPosting: no such voucher, not reversible, or no reason.
        BatchRefused: asked for already.
    """
    require_preparer(user)
    voucher = Voucher.objects.filter(pk=voucher_id).first()
    if voucher is None:
        raise WrongPosting(f"没有凭证 记-{voucher_id}，请核对。")
    if not is_reversible(voucher):
        raise WrongPosting(f"记-{voucher_id} 来自到账或办件，或已冲销：请从业务办理退费、更正，账随业务走。", voucher=voucher_id)
    if len(reason.strip()) < 4:
        raise WrongPosting("请写明冲销原因（如：划转金额重复）。", voucher=voucher_id)
    vouchers = reversed_with(voucher)
    fen = sum(Entry.objects.filter(voucher__in=vouchers, side="D").values_list("amount_fen", flat=True))
    with transaction.atomic():
        batch = open_batch(
            kind=KIND, area_code=voucher.area_code, period=period_of(clock.today()), areas=[voucher.area_code], user=user,
            subject=f"记-{voucher.pk}",
        )  # fmt: skip
        summary = {"reverses": [[v.pk, v.summary] for v in vouchers], "reason": reason.strip()[:200]}
        checks = [
            check("reversible", "凭证可以冲销", passed=all(map(is_reversible, vouchers)), detail="、".join(map(str, vouchers)))
        ]
        return seal_content(batch, row_count=len(vouchers), total_fen=fen, digest="", summary=summary, checks=checks)


def execute_reversal(*, batch_id: int) -> Batch:
    """Post the reversal of an approved batch, under its warrant; running it again changes nothing.

    Raises:
        BatchRefused: not approved.
        Error: the database refuses (reversed meanwhile, the month closed).
    """
    with transaction.atomic():
        batch = lock_approved(batch_id, KIND)
        if batch is None:
            return batch_of(batch_id)
        issue_warrant(batch)
        for voucher_id, _ in batch.summary["reverses"]:
            reverse(
                voucher_id=voucher_id, on=clock.today(), reason=batch.summary["reason"], source_kind="batch", source_id=batch.pk
            )
        return mark_executed(batch)
