"""Money in suspense (暂收款) a case uses: that which was shown when it was accepted, and no other.

What was claimed for the payer later stays out. What was taken back or used meanwhile refuses the case, which is returned for correction and
handed in again upon what is there then.
"""

from collections.abc import Sequence

from yigui.casework.errors import refusal
from yigui.casework.findings import Finding
from yigui.casework.handlers import PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.receipts.models import Receipt
from yigui.receipts.queries import origins_of

#: Receipts that are named.
SHOWN = 30

Money = Sequence[tuple[Receipt, int]]


def kept(money: Money) -> list[tuple[int, int]]:
    """As it is kept with the case."""
    return [(receipt.pk, fen) for receipt, fen in money]


def as_accepted(case: Case, now: Money, *, is_whole: bool = True) -> list[tuple[Receipt, int]]:
    """The money a case was accepted upon, as long as it is all still there.

    Args:
        now: what waits of the payer now.
        is_whole: all that is left of each receipt is used, so that no more may be left of it either.

    Raises:
        YiguiError: some of it was taken back or used meanwhile, or the case does not say which it was.
    """
    if words := _moved(case, now, is_whole=is_whole):
        raise refusal(words, case_no=case.case_no)
    receipts = {receipt.pk: receipt for receipt, _ in now}
    return [(receipts[number], fen) for number, fen in case.waiting_money or []]


def told_before_signing(case_id: int | None, now: Money, *, is_whole: bool = True) -> list[Finding]:
    """The refusal for whoever would sign upon money that is not there any more."""
    case = Case.objects.filter(pk=case_id).first() if case_id is not None else None
    words = _moved(case, now, is_whole=is_whole) if case is not None else ""
    return [Finding("money_as_accepted", words)] if words else []


def _moved(case: Case, now: Money, *, is_whole: bool) -> str:
    """In one sentence, what of the money is not as it was accepted; "" where all of it is."""
    if case.waiting_money is None:
        return f"办件 {case.case_no} 受理时没有记下所用的到账，请退回补正，重新提交后按现有到账办理。" if now else ""
    left = {receipt.pk: fen for receipt, fen in now}
    for number, fen in case.waiting_money:
        waiting = left.get(number, 0)
        if waiting < fen or (is_whole and waiting != fen):
            receipt = Receipt.objects.filter(pk=number).first()
            return (
                f"到账 {receipt.reference if receipt else number} 受理时可用 {format_fen(fen)} 元，现为 {format_fen(waiting)} 元"
                "（认领已撤销、已改认或款项已另作使用），与受理时所列的不一致，未作任何变更；请退回补正，重新提交后按现有到账办理。"
            )
    return ""


def named(money: Money, *, before: str = "", after: str = "") -> list[PreviewLine]:
    """Each receipt with whose it is, by whom and why it was claimed, for whoever signs; outside the agency, its day and sum."""
    first, rest = money[:SHOWN], money[SHOWN:]
    origins = origins_of([receipt for receipt, _ in first])
    lines = [
        PreviewLine(
            f"到账 {receipt.reference}", f"{before}{format_fen(fen)} 元，{origins[receipt.pk].came}",
            "；".join(filter(None, (after, origins[receipt.pk].claimed))),
            from_outside=(
                f"{before}{format_fen(fen)} 元，{receipt.received_on} 到账",
                "；".join(filter(None, (after, "由经办机构认定" if origins[receipt.pk].claimed else ""))),
            ),
        )
        for receipt, fen in first
    ]  # fmt: skip
    more = [PreviewLine("其余到账", f"{len(rest)} 笔，共 {format_fen(sum(fen for _, fen in rest))} 元", after)] if rest else []
    return lines + more
