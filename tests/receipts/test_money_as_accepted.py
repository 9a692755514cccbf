"""A case that uses money in suspense (FND-001, LVY-011, FND-003) uses the receipts and amounts it was accepted and signed upon, and no others."""

from typing import Any

import pytest

from tests import city, money
from tests.city import user
from tests.entitlement.people import carry
from tests.pages import page_of, signed_in
from tests.receipts.test_claims import GROUND, REASON, came, settlement
from yigui.casework.accept_case import accept_case
from yigui.casework.errors import CaseRefused
from yigui.casework.finish_case import finish_again
from yigui.casework.models import Case
from yigui.casework.queries import current_step
from yigui.casework.rehearse import to_sign
from yigui.charges.models import Allocation
from yigui.common.errors import YiguiError
from yigui.common.money import format_fen, plain_fen
from yigui.receipts.models import Claim, Receipt, Refund
from yigui.receipts.queries import left_of, surplus_of
from yigui.receipts.recognise import recognise, undo_claim
from yigui.registry.models import Employer


def claimed(fen: int, unit: Employer) -> tuple[Receipt, Claim]:
    receipt = came(fen, area=unit.area_id)
    return receipt, recognise(receipt_id=receipt.pk, unit_no=unit.unit_no, reason=REASON, ground=GROUND, user=user("cashier"))


def taken_back(claim: Claim) -> None:
    undo_claim(claim_id=claim.pk, reason="认领时单位编号录入有误", user=user("cashier"))
    undo_claim(claim_id=claim.pk, reason="", user=user("accountant"))


def used_by(case: Case) -> dict[int, int]:
    rows = Allocation.objects.filter(case_id=case.pk, receipt_id__gt=0)
    return {number: sum(r.amount_fen for r in rows if r.receipt_id == number) for number in {r.receipt_id for r in rows}}


def settled_upon(fen: int) -> tuple[Employer, Receipt, Claim, Case]:
    """A settlement of a unit that owes more than was claimed for it."""
    unit, form, materials = settlement()
    assert sum(s.left_fen for s in money.bills(unit) if s.left_fen > 0) > 2 * fen
    receipt, claim = claimed(fen, unit)
    case = accept_case(city.application("FND-001", form, materials=materials))
    assert (case.amount_fen, case.waiting_money) == (fen, [[receipt.pk, fen]])
    return unit, receipt, claim, case


def test_what_is_claimed_after_the_acceptance_stays_out() -> None:
    unit, receipt, _, case = settled_upon(5_00)
    early, _ = claimed(2_00, unit)
    city.decide(case, "reviewer")
    late, _ = claimed(3_00, unit)
    assert ("到账使用", 1, 5_00) in to_sign(case.pk).lines
    case = city.decide(case, "rechecker")
    assert case.status == "finished", case.effect_error
    assert "暂收款转入 5.00 元" in case.outcome["summary"]
    assert used_by(case) == {receipt.pk: 5_00}
    assert left_of([receipt, early, late]) == {receipt.pk: 0, early.pk: 2_00, late.pk: 3_00}
    money.assert_agree()


def test_what_is_taken_back_is_said_before_anybody_signs_and_the_case_is_handed_in_anew() -> None:
    _, receipt, claim, case = settled_upon(6_00)
    city.decide(case, "reviewer")
    taken_back(claim)
    with pytest.raises(CaseRefused) as refused:
        city.decide(case, "rechecker")
    said = "".join(f.message for f in refused.value.findings)
    assert f"到账 {receipt.reference} 受理时可用 6.00 元，现为 0.00 元" in said
    assert "请退回补正" in said
    assert used_by(case) == {}
    step, rechecker = current_step(case), signed_in("rechecker")
    assert step is not None
    rechecker.post(f"/cases/{case.case_no}/claim/", {"step": step.pk})
    page = page_of(rechecker.get(f"/cases/{case.case_no}/"))
    assert "现为 0.00 元" in page
    case = city.decide(case, "rechecker", "returned", "到账已撤销认领")
    assert case.status == "returned"


def test_a_case_that_was_signed_is_not_finished_upon_other_money(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    unit, receipt, claim, case = settled_upon(7_00)
    with monkeypatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        city.decide(case, "reviewer")
        case = city.decide(case, "rechecker")
    assert case.status == "approved"
    taken_back(claim)
    other, _ = claimed(7_00, unit)
    case = finish_again(case_id=case.pk, actor=user("rechecker"))
    assert case.status == "approved"
    assert f"到账 {receipt.reference} 受理时可用 7.00 元，现为 0.00 元" in case.effect_error
    assert used_by(case) == {}
    assert left_of([receipt, other]) == {receipt.pk: 7_00, other.pk: 7_00}
    money.assert_agree()


def test_a_refund_pays_back_the_receipts_that_were_shown() -> None:
    unit, _, _ = settlement()
    assert surplus_of(employer=unit) == []
    receipt, _ = claimed(4_00, unit)
    form = {
        "unit_no": unit.unit_no, "insurances": ["employee_pension"], "start_month": "2026-10", "end_month": "2026-10", "amount": plain_fen(4_00),
        "reason": "多缴", "account_name": unit.name, "account_no": "6222123456789012",
    }  # fmt: skip
    papers = ["application_form", "refund_statement", "payment_receipt", "unit_bank_account"]
    case = accept_case(city.application("LVY-011", form, username="special", materials=papers))
    assert case.waiting_money == [[receipt.pk, 4_00]]
    late, _ = claimed(9_00, unit)
    case = carry(case, city.TODAY)
    assert case.status == "finished", case.effect_error
    assert Refund.objects.get(case_id=case.pk).amount_fen == 4_00
    assert used_by(case) == {receipt.pk: 4_00}
    assert left_of([late]) == {late.pk: 9_00}
    assert format_fen(4_00) in case.outcome["summary"]
    money.assert_agree()
