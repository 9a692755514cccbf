"""While the bank contradicts itself about a payment it is not sent again: not by a case, not by a run, until somebody has found out what is right."""

import re

import pytest

from tests import money
from tests.city import TODAY, application, decide, user
from tests.entitlement.people import carry, decided, next_month, paid
from tests.pages import signed_in, text_of
from tests.payment.test_bank_results import DAYS, line, number, payments, text
from tests.payment.test_resent_shown import bank_says
from tests.payment.test_supplement_run import carried, corrected, nothing_open, supplement
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine
from yigui.casework.errors import CaseRefused
from yigui.casework.handlers import PreviewLine, handler_of
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.common.money import plain_fen
from yigui.db.presence import Moved
from yigui.entitlement.models import Benefit
from yigui.payment.bank_results import decide_waiting
from yigui.payment.enums import Hold
from yigui.payment.held_lines import held_of, waiting_of
from yigui.payment.models import HeldLine, Payment, Reissue, ResultFile, WaitingResult
from yigui.payment.queries import paid_months
from yigui.payment.supplement_run import PAY_SUPPLEMENT
from yigui.payment.verify import benefit_faults
from yigui.runs.errors import AnswerMissing
from yigui.runs.signing import Deed
from yigui.runs.staged import do, execute

__all__ = ["nothing_open"]

MATERIALS = ("bank_return_notice", "bank_card")


def form_of(one: Payment) -> dict[str, str]:
    person = Benefit.objects.get(pk=one.benefit_id).person
    return {
        "id_number": person.id_number, "person_name": person.name, "batch_no": number(one), "amount": plain_fen(one.amount_fen),
        "return_reason": "04", "bank_code": "103100000026", "account_name": person.name, "account_no": f"622849{one.benefit_id:013d}",
    }  # fmt: skip


def said_arrived(batch_id: int, benefit_id: int) -> WaitingResult:
    """The bank says of the first payment, which has come back, that it arrived since."""
    one = Payment.objects.get(batch_id=batch_id, benefit_id=benefit_id)
    return WaitingResult.objects.get(file=text(line(one, "成功", TODAY)))


def settled(odd: WaitingResult) -> None:
    """Somebody has found out that the money has come back."""
    decide_waiting(waiting_id=odd.pk, verdict="kept", words="2026-11-10 支出户对账单", today=TODAY, user=user("accountant"))


def came_back(*found: Payment) -> None:
    money.confirmed(text(*(line(one, "退票", DAYS[2], reason="账户已销户") for one in found)))


def refusals(form: dict[str, str]) -> list[str]:
    return [f.message for f in examine(application("FND-002", form, username="special", materials=MATERIALS)).refusals]


def test_the_form_is_refused_until_somebody_has_found_out() -> None:
    (one,) = payments(1)
    came_back(one)
    assert refusals(form_of(one)) == []
    odd = said_arrived(one.batch_id, one.benefit_id)
    (said,) = refusals(form_of(one))
    assert f"回执 {odd.file_id} 号第 {odd.row_no} 行" in said
    assert "核实前不能重发" in said
    settled(odd)
    assert refusals(form_of(one)) == []


def test_a_word_about_the_first_payment_bars_what_comes_back_of_the_second() -> None:
    if next_month() == 202412:
        paid()
    (again,) = corrected(1)
    carried(supplement())
    bank_says(again, "退票")
    money.confirmed(ResultFile.objects.latest("pk"))
    one = Payment.objects.get(batch_id=again.batch_id, benefit_id=again.benefit_id)
    assert refusals(form_of(one)) == []
    odd = said_arrived(one.batch_id, one.benefit_id)
    assert ["核实前不能重发" in said for said in refusals(form_of(one))] == [True]
    settled(odd)
    assert refusals(form_of(one)) == []


def test_nobody_passes_a_case_the_bank_has_contradicted_since() -> None:
    (one,) = payments(1)
    came_back(one)
    case = accept_case(application("FND-002", form_of(one), username="special", materials=MATERIALS))
    odd = said_arrived(one.batch_id, one.benefit_id)
    with pytest.raises(CaseRefused, match="银行结果互相矛盾"):
        decide(case, "reviewer")
    special = signed_in("special")
    page = text_of(special.get(f"/cases/{case.case_no}/"))
    assert "目前不能通过" in page
    assert f"回执 {odd.file_id} 号第 {odd.row_no} 行" in page
    settled(odd)
    assert "目前不能通过" not in text_of(special.get(f"/cases/{case.case_no}/"))
    case = carry(Case.objects.get(pk=case.pk))
    assert (case.status, case.effect_error) == ("finished", "")
    assert Reissue.objects.filter(batch_id=one.batch_id, benefit_id=one.benefit_id).count() == 1


def test_a_run_names_it_to_who_signs_and_looks_again_when_it_is_executed() -> None:
    if next_month() == 202412:
        paid()
    known, late, good = corrected(3)
    odd = said_arrived(known.batch_id, known.benefit_id)
    batch = supplement()
    assert [number for number, _ in batch.summary["reissue_marks"] if number == known.pk] == []
    page = text_of(signed_in("auditor").get(f"/finance/batches/{batch.pk}/"))
    assert "退票暂不重发： 银行结果矛盾、待核实 1 笔" in " ".join(re.sub(r"<[^>]+>", "", page).split())
    batch = decided(batch)
    second = said_arrived(late.batch_id, late.benefit_id)
    executed = execute(batch_id=batch.pk).pk
    for reissue in (known, late, good):
        reissue.refresh_from_db()
    assert (known.sent_batch, late.sent_batch, good.sent_batch) == (None, None, executed)
    held = HeldLine.objects.get(batch_id=executed, benefit_id=late.benefit_id)
    assert (held.hold, held.at_execution, held.amount_fen) == (Hold.IN_DOUBT, True, late.amount_fen)
    assert not PAY_SUPPLEMENT.arrivals(area_code="511100", today=TODAY)
    benefit = Benefit.objects.get(pk=late.benefit_id)
    assert any("答复前后不一致" in w.words for w in waiting_of(benefit, held_of(benefit)))
    settled(odd)
    settled(second)
    # Once somebody has found out, phone and counter say so before any run goes out.
    (said,) = [w.words for w in waiting_of(benefit, held_of(benefit))]
    assert ("答复前后不一致" in said, "确已退回。随下一批次重发" in said) == (False, True)
    assert held_of(benefit)[0].label == "已核实确为退票，随下一批次重发"
    following = carried(supplement())
    for reissue in (known, late):
        reissue.refresh_from_db()
        assert reissue.sent_batch == following.pk
    assert list(benefit_faults("default")) == []


def test_what_was_settled_is_named_to_who_decides_the_case_and_to_who_checks_and_approves_the_run() -> None:
    if next_month() == 202412:
        paid()
    known, _ = corrected(2)
    settled(said_arrived(known.batch_id, known.benefit_id))
    batch = supplement()
    warned = {row["id"]: row for row in batch.warnings}
    assert not warned["settled_doubt"]["passed"]
    said = warned["settled_doubt"]["detail"]
    assert said.startswith(f"1 笔：P{known.batch_id}-{known.benefit_id}：")
    assert "核实为“以先前结果为准”，依据：2026-11-10 支出户对账单" in said
    with pytest.raises(AnswerMissing):
        do(batch_id=batch.pk, user=user("accountant"), deed=Deed.CHECK, answers={})
    page = text_of(signed_in("auditor").get(f"/finance/batches/{batch.pk}/"))
    assert "依据：2026-11-10 支出户对账单" in page
    carried(batch)
    # A returned payment nobody contradicted asks nothing.
    (one,) = payments(1)
    came_back(one)
    shown = {line.label for line in preview_of(form_of(one))}
    assert "核实结论" not in shown
    settled(said_arrived(one.batch_id, one.benefit_id))
    (line,) = [line for line in preview_of(form_of(one)) if line.label == "核实结论"]
    assert "依据：2026-11-10 支出户对账单" in line.after
    assert line.from_outside == ("", "经办机构已与银行核实确为退票")


def preview_of(form: dict[str, str]) -> list[PreviewLine]:
    found = examine(application("FND-002", form, username="special", materials=MATERIALS))
    return handler_of(catalogue().item("FND-002", TODAY)).preview(found.facts)


def arrived(odd: WaitingResult) -> None:
    """Somebody has found out that the money has arrived after all."""
    decide_waiting(waiting_id=odd.pk, verdict="adopted", words="2026-11-10 银行更正函", today=TODAY, user=user("accountant"))


def test_what_has_arrived_after_all_is_not_sent_again_whether_a_run_lists_it_or_not() -> None:
    if next_month() == 202412:
        paid()
    known, late, good = corrected(3)
    arrived(said_arrived(known.batch_id, known.benefit_id))
    batch = supplement()
    assert known.pk not in [number for number, _ in batch.summary["reissue_marks"]]
    assert batch.summary["reissues"]["held"] == []
    arrived(said_arrived(late.batch_id, late.benefit_id))
    page = text_of(signed_in("auditor").get(f"/finance/batches/{batch.pk}/"))
    assert "已核实到账，不再重发" in page
    executed = execute(batch_id=decided(batch).pk).pk
    for reissue in (known, late, good):
        reissue.refresh_from_db()
    assert (known.sent_batch, late.sent_batch, good.sent_batch) == (None, None, executed)
    held = HeldLine.objects.get(batch_id=executed, benefit_id=late.benefit_id)
    assert (held.hold, held.at_execution, held.amount_fen) == (Hold.ARRIVED, True, late.amount_fen)
    assert not PAY_SUPPLEMENT.arrivals(area_code="511100", today=TODAY)
    for reissue in (known, late):
        benefit = Benefit.objects.get(pk=reissue.benefit_id)
        assert {m.status_label for m in paid_months(benefit) if m.line.batch_id == reissue.batch_id} == {"已到账"}
        assert waiting_of(benefit, held_of(benefit)) == []
        one = Payment.objects.get(batch_id=reissue.batch_id, benefit_id=reissue.benefit_id)
        assert not any("将随下一批次发出" in said for said in refusals(form_of(one)))
        assert refusals(form_of(one)) != []
    assert list(benefit_faults("default")) == []


def test_what_was_sent_again_has_not_arrived_by_a_word_alone() -> None:
    if next_month() == 202412:
        paid()
    (again,) = corrected(1)
    carried(supplement())
    odd = said_arrived(again.batch_id, again.benefit_id)
    with pytest.raises(Moved, match="已重发"):
        arrived(odd)
    assert list(benefit_faults("default")) == []


def test_what_a_run_held_in_doubt_and_has_arrived_is_waited_for_no_longer() -> None:
    if next_month() == 202412:
        paid()
    (again, _) = corrected(2)
    batch = decided(supplement())
    odd = said_arrived(again.batch_id, again.benefit_id)
    execute(batch_id=batch.pk)
    benefit = Benefit.objects.get(pk=again.benefit_id)
    assert [h.label for h in held_of(benefit)][:1] == [Hold.IN_DOUBT.label]
    assert waiting_of(benefit, held_of(benefit)) != []
    arrived(odd)
    assert [h.label for h in held_of(benefit)][:1] == [Hold.ARRIVED.label]
    assert waiting_of(benefit, held_of(benefit)) == []
