"""Money is not taken back from bills while an electronic receipt (电子票据) says that it paid them, whichever of the two comes first."""

from typing import Any

import pytest
from django.db import DatabaseError, connections, transaction

from tests.attacks.givens import GIVENS
from tests.city import TODAY, user
from yigui.documents.issue import issue_document
from yigui.receipts.claim_reversal import ClaimReversalKind
from yigui.receipts.electronic_receipts import issue_electronic_receipt, void_electronic_receipt
from yigui.receipts.errors import ReceiptRefused
from yigui.receipts.models import ElectronicReceipt, Receipt
from yigui.receipts.reversal_run import ReceiptReversalKind
from yigui.runs.errors import ContentChanged
from yigui.runs.models import Batch, BatchStatus
from yigui.runs.staged import execute


def slipped_in(receipt: int) -> ElectronicReceipt:
    """A ticket that was issued while the content was being put together: past the guards, as nobody can afterwards."""
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        ElectronicReceipt.objects.using("super").create(
            number=f"T{receipt}", receipt_id=receipt, document_code=f"T{receipt}", amount_fen=1
        )
    return ElectronicReceipt.objects.get(receipt_id=receipt)


def made(what: str) -> dict[str, Any]:
    """What attacks are given, made anew: it does not stay as it was, and other tests are given it."""
    return GIVENS[what]()


def test_none_is_issued_while_the_money_is_being_taken_back() -> None:
    known = made("an approved taking back of a claim")
    with pytest.raises(ReceiptRefused, match=rf"第 {known['taking_back']} 号批次），不能开具电子票据"):
        issue_electronic_receipt(receipt=Receipt.objects.get(pk=known["wrong_receipt"]), user=user("cashier"), today=TODAY)


@pytest.mark.parametrize(
    ("kind", "what", "key"),
    [
        (ClaimReversalKind, "an approved taking back of a claim", "taking_back"),
        (ReceiptReversalKind, "an approved undoing of a receipt", "undoing"),
    ],
)
def test_none_stands_when_it_is_executed(kind: type, what: str, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = made(what)[key]
    ticket = slipped_in(Batch.objects.get(pk=batch).summary["receipt"])
    with pytest.raises(ContentChanged, match=f"电子票据 {ticket.number}，请先在到账页作废"):
        execute(batch_id=batch)
    with monkeypatch.context() as patch:
        patch.setattr(kind, "look_again", lambda *_: None)
        with pytest.raises((DatabaseError, ContentChanged), match=f"电子票据 {ticket.number}"):
            execute(batch_id=batch)
    assert Batch.objects.get(pk=batch).status == BatchStatus.APPROVED
    void_electronic_receipt(number=ticket.number, reason="款项收回，票据作废", user=user("cashier"))
    assert execute(batch_id=batch).status == BatchStatus.EXECUTED


@pytest.mark.parametrize("place", ["holder", "payer", "day", "sum", "nobody"])
def test_a_ticket_says_payer_and_sum_of_its_receipt(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    known = made("an electronic receipt")
    ticket = ElectronicReceipt.objects.get(pk=known["ticket"])
    void_electronic_receipt(number=ticket.number, reason="缴费人名称有误，作废重开", user=user("cashier"))

    def other(**said: Any) -> Any:
        facts = [list(fact) for fact in said["content"]["facts"]]
        if place == "holder":
            said["holder"] = "从未缴费有限公司"
        if place in ("payer", "day", "sum"):
            facts[{"payer": 1, "day": 2, "sum": 4}[place]][1] = "9,999,999.00"
        return issue_document(**said | {"content": said["content"] | {"facts": facts}})

    with monkeypatch.context() as patch:
        patch.setattr("yigui.receipts.electronic_receipts.issue_document", other)
        if place == "nobody":
            assert issue_electronic_receipt(receipt=ticket.receipt, user=user("cashier"), today=TODAY).number != ticket.number
            return
        with pytest.raises(DatabaseError, match="缴费人、金额与其不符"):
            issue_electronic_receipt(receipt=ticket.receipt, user=user("cashier"), today=TODAY)
