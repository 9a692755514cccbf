"""Reversing a voucher (红字冲销): asked for with the reason, approved by another person, posted under the batch's warrant.

Only what the books themselves began may be reversed here. A voucher that came out of a receipt or a case follows its business:
it is put right by a refund or a correction, and the books follow (会计随业务).
"""

import datetime as dt
from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import connection

from yigui.common.digests import digest_of
from yigui.common.months import period_of
from yigui.common.reasons import reason_of
from yigui.ledger.errors import WrongPosting
from yigui.ledger.models import Entry, Voucher
from yigui.ledger.year_end import EVENTS as YEAR_END
from yigui.runs.checks import bar
from yigui.runs.kinds import Content, Opening, RunKind, Unit, Work, Written, two_people
from yigui.runs.models import Batch
from yigui.runs.staged import prepare
from yigui.staff.models import User

#: What a batch paid out: each line of it is on record as paid, and comes back by the bank's word or a claim, never by a voucher alone.
_PAID_OUT = ("benefit_payment", "benefit_reissued", "benefit_return_settled", "refund_paid")
#: What one area paid over and what the other received stand or fall together.
_BETWEEN_AREAS = ("settlement_paid", "settlement_received")


def is_reversible(voucher: Voucher) -> bool:
    """Whether the voucher may be reversed by itself."""
    began_in_books = voucher.source_kind == "batch" and voucher.event not in (*YEAR_END, *_PAID_OUT)
    return began_in_books and voucher.reverses_id is None and not Voucher.objects.filter(reverses_id=voucher.pk).exists()


def reversed_with(voucher: Voucher) -> list[Voucher]:
    """The vouchers that are reversed with one: itself, and both sides of a settlement between two areas."""
    if voucher.event not in _BETWEEN_AREAS:
        return [voucher]
    pair = {voucher.area_code, *voucher.entries.values_list("party", flat=True)}
    rows = Voucher.objects.filter(source_kind="batch", source_id=voucher.source_id, fund=voucher.fund, event__in=_BETWEEN_AREAS)
    return list(rows.filter(area_code__in=pair, entries__party__in=pair).distinct().order_by("id"))


class ReversalKind(RunKind):
    """Reverses one voucher; asked for from the voucher's own page, with the reason."""

    code, name, unit = "reversal", "凭证冲销", Unit.NONE
    writes = ("ledger_voucher", "ledger_entry")
    signers = two_people("冲销原因属实。", "同意冲销。")
    parts = ("ledger/runs/reversal.html",)
    is_asked_for = False

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """What is asked for.

        Args:
            more: `voucher_id`, and the `reason` in words.

        Raises:
            WrongPosting: no such voucher, not reversible, or no reason.
        """
        voucher_id = more["voucher_id"]
        voucher = Voucher.objects.filter(pk=voucher_id).first()
        if voucher is None:
            raise WrongPosting(f"没有凭证 记-{voucher_id}，请核对。")
        if not is_reversible(voucher):
            raise WrongPosting(
                f"记-{voucher_id} 来自到账、办件或发放，或已冲销：请从业务办理退费、更正，账随业务走。", voucher=voucher_id
            )
        reason = reason_of(more["reason"], "请写明冲销原因，如“划转金额重复”", partial(WrongPosting, voucher=voucher_id))
        facts = {"voucher": voucher, "reason": reason}
        return Opening(voucher.area_code, period_of(today), (voucher.area_code,), f"记-{voucher.pk}", facts)

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        vouchers = reversed_with(work.opening.facts["voucher"])
        fen = sum(Entry.objects.filter(voucher__in=vouchers, side="D").values_list("amount_fen", flat=True))
        summary = {
            "reverses": [[v.pk, v.summary] for v in vouchers], "reason": work.opening.facts["reason"], "day": work.today.isoformat(),
        }  # fmt: skip
        checks = [bar("reversible", "凭证可以冲销", passed=all(map(is_reversible, vouchers)), detail="、".join(map(str, vouchers)))]
        return Content(len(vouchers), fen, digest_of(summary), summary, checks)

    def write(self, batch: Batch) -> Written | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_execute_reversal_v1(%s)", [batch.pk])
        return None


REVERSAL = ReversalKind()


def plan_reversal(*, voucher_id: int, reason: str, user: User) -> Batch:
    """Ask for the reversal of a voucher; gives the batch, ready for approval. As `runs.staged.prepare`."""
    return prepare(REVERSAL, area_code="", period=0, user=user, voucher_id=voucher_id, reason=reason)
