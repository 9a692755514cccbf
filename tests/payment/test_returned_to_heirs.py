"""What came back of a dead person's benefit and is due to an heir is sent to the heir's own account, by FND-002 at the counter."""

import pytest

from tests.city import application
from tests.entitlement.people import decided, done, next_month, paid
from tests.payment.test_heirs_own_account import HEIR, OTHER, OWN, by_hand, death_of
from tests.payment.test_heirs_own_account import MATERIALS as OF_A_DEATH
from tests.payment.test_reissue_accounts import returned
from tests.payment.test_reissue_withdrawn import form_of as form_of_again
from tests.payment.test_reissue_withdrawn import withdrawn
from tests.payment.test_reissues_in_doubt import form_of
from tests.payment.test_returned_after_death import heard_of, overpaid
from tests.payment.test_returned_after_death import returned as returned_after_death
from tests.payment.test_supplement_run import corrected, in_files, nothing_open, of, supplement
from yigui.casework.application import examine
from yigui.common.months import first_day
from yigui.entitlement.models import Benefit
from yigui.payment.enums import Hold
from yigui.payment.held_lines import held_of, waiting_of
from yigui.payment.models import HeldLine, Reissue
from yigui.payment.verify import benefit_faults
from yigui.runs.staged import execute

__all__ = ["nothing_open"]
KIN = ("bank_return_notice", "bank_card", "kinship_proof")
TO_HEIR = {"account_name": HEIR["account_name"], "account_no": OTHER}


def died(benefit: Benefit) -> Benefit:
    """An heir is named, with the account OWN, after every month paid."""
    done("PEN-005", death_of(benefit, first_day(next_month()), OWN), OF_A_DEATH)
    return Benefit.objects.select_related("person").get(pk=benefit.pk)


def refusals(form: dict[str, str], materials: tuple[str, ...] = KIN, channel: str = "counter") -> list[str]:
    found = examine(application("FND-002", form, username="special", materials=materials, channel=channel)).findings
    return [f"{f.check}: {f.message}{f.detail}" for f in found if f.is_refusal]


def test_what_came_back_before_the_death_is_sent_to_the_heir() -> None:
    one = returned()
    benefit = died(Benefit.objects.select_related("person").get(pk=one.benefit_id))
    form = form_of(one) | TO_HEIR
    assert refusals(form) == []
    assert any("亲属关系" in words for words in refusals(form, ("bank_return_notice", "bank_card")))
    assert any(words.startswith("alive") for words in refusals(form, channel="mobile"))
    assert any("王小明" in words for words in refusals(form | {"account_name": benefit.person.name}))
    assert any("死亡人员本人的账户" in words for words in refusals(form | {"account_no": one.account_no}))
    case = done("FND-002", form, KIN)
    assert case.risk_class == 1
    assert "继承人" in "".join("".join(line) for line in case.preview)
    (again,) = Reissue.objects.filter(batch_id=one.batch_id, benefit_id=one.benefit_id)
    assert (again.account_name, again.account_no, again.amount_fen) == ("王小明", OTHER, one.amount_fen)
    benefit.refresh_from_db()
    assert (benefit.payee_number, benefit.account_no) == (HEIR["payee_id"], OWN)
    run = paid()
    again.refresh_from_db()
    assert again.sent_batch == run.pk
    assert OTHER in in_files(run)
    assert list(benefit_faults("default")) == []


def test_nobody_else_is_paid_where_no_heir_is_named() -> None:
    one = returned()
    benefit = died(Benefit.objects.select_related("person").get(pk=one.benefit_id))
    by_hand("UPDATE benefits_benefit SET payee_number = %s WHERE id = %s", benefit.person.id_number, benefit.pk)
    assert any(words.startswith("alive") for words in refusals(form_of(one) | TO_HEIR))


@pytest.mark.usefixtures("nothing_open")
def test_one_decided_before_the_death_is_held_withdrawn_and_sent_to_the_heir() -> None:
    (again,) = corrected(1)
    run = decided(supplement())
    benefit = died(of(again))
    execute(batch_id=run.pk)
    (held,) = HeldLine.objects.filter(batch_id=run.pk, benefit_id=benefit.pk)
    assert held.hold == Hold.DEAD_ACCOUNT
    (said,) = waiting_of(benefit, held_of(benefit))
    assert "待遇支付退票重发" in said.next_step
    assert "账户维护" not in said.next_step
    withdrawn(again)
    form = form_of_again(again) | TO_HEIR
    done("FND-002", form, KIN)
    (anew,) = Reissue.objects.standing().filter(batch_id=again.batch_id, benefit_id=again.benefit_id)
    after = paid()
    anew.refresh_from_db()
    assert (anew.sent_batch, anew.account_no) == (after.pk, OTHER)
    assert waiting_of(benefit, held_of(benefit)) == []
    assert list(benefit_faults("default")) == []


def test_of_months_after_the_death_the_run_settles_the_claim_first() -> None:
    benefit, payment, run = overpaid()
    heard_of(benefit, run)
    returned_after_death(payment)
    assert any("冲减" in words for words in refusals(form_of(payment) | TO_HEIR))
