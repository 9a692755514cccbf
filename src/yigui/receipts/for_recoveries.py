"""Money that came back for a recovery (多领退款): it has arrived, lies in suspense, and leaves it for the recovery, under the warrant of a case."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from yigui.charges.models import Allocation
from yigui.ledger.posting import post, posting_day
from yigui.receipts.models import Receipt
from yigui.receipts.queries import surplus_of
from yigui.receipts.settle import suspense_fund
from yigui.registry.models import Person
from yigui.warrants.queries import open_warrant_id


def waiting_for(person: Person, fund: str) -> list[tuple[Receipt, int]]:
    """A person's money in suspense in the books of a fund, known or recognised as theirs (认领), oldest first, and how much (fen)."""
    return [(receipt, fen) for receipt, fen in surplus_of(person=person) if suspense_fund(receipt.insurance) == fund]


def take_for_recovery(
    *, money: Sequence[tuple[Receipt, int]], fund: str, area: str, part: str, case_id: int, today: dt.date
) -> None:
    """Take money that arrived out of suspense for a recovery: no expense of the benefit's area any more, or its income.

    Money taken in another area settles between the two, as contributions do.

    Args:
        money: the receipts that were shown and signed, and how much of each; no more than is waiting (`waiting_for`): the database refuses it otherwise.
        fund, area: the book the benefit was paid from.
        part: the detail of the posting rule (`prior`, or the expense it lowers).
    """
    for receipt, taken in money:
        Allocation.objects.create(
            warrant_id=open_warrant_id(), receipt_id=receipt.pk, bill_id=0, bill_source_id=0, amount_fen=taken,
            received_on=receipt.received_on, step="recovery", case_id=case_id,
        )  # fmt: skip
        _post(receipt, taken, fund=fund, area=area, part=part, case_id=case_id, today=today)


def _post(receipt: Receipt, fen: int, *, fund: str, area: str, part: str, case_id: int, today: dt.date) -> None:
    is_unknown = receipt.employer_id is None and receipt.person_id is None
    waited_as = "unidentified" if is_unknown else "overpaid"
    origin: dict[str, Any] = {"fund": fund, "source_kind": "case", "source_id": case_id}
    taken = receipt.area_code
    on = posting_day(today, area=taken, fund=fund)
    if taken == area:
        post(event="recovery_received", area_code=area, on=on, amounts={waited_as: fen, part: fen}, **origin)
        return
    post(event="recovery_for_other_area", area_code=taken, on=on, amounts={"total": fen, waited_as: fen}, party=area, **origin)
    post(
        event="recovery_by_other_area", area_code=area, on=posting_day(today, area=area, fund=fund), amounts={"total": fen, part: fen},
        party=taken, **origin,
    )  # fmt: skip
