"""Every warning of every kind of run comes true by what people do, and asks whoever signs for a written answer; without one nobody signs."""

import datetime as dt
import inspect
import re
import sys

import pytest
from django.db import transaction

from tests import city, money
from tests.city import user
from tests.entitlement.people import decided, planned, released
from tests.payment.test_reemployed import claimant
from tests.payment.test_refund_batches import due_ids, refunded, said, staged
from tests.payment.test_refund_batches import paid as refunds_paid
from tests.payment.test_refund_batches import planned as refunds_planned
from tests.payment.test_sentences import sentenced
from yigui.accounts.interest import INTEREST
from yigui.charges.queries import bills_of_payer
from yigui.common.money import plain_fen
from yigui.entitlement.enums import BenefitKind
from yigui.ledger.close import CLOSE
from yigui.ledger.queries import vouchers_from
from yigui.ledger.transfer import TRANSFER
from yigui.levy.levy_run import LEVY
from yigui.levy.residents_run import RESIDENT_MEDICAL, RESIDENT_PENSION
from yigui.payment.adjust_run import ADJUST
from yigui.payment.refund_files import refund_no
from yigui.registry.enums import INSURANCE_SLOT, Insurance
from yigui.registry.models import Coverage, Employer
from yigui.runs.batches import answers_of
from yigui.runs.errors import AnswerMissing
from yigui.runs.kinds import RunKind, run_kinds
from yigui.runs.models import Batch
from yigui.runs.signing import Deed
from yigui.runs.staged import do, execute, prepare

#: Kind -> its warnings; each is made true below.
WARNINGS = {
    "levy": {"month_ended", "capped", "relations"},
    # Of one module; the medical plan, with one sum for all, leaves nobody out and does not ask.
    "resident-pension": {"relations"}, "resident-medical": {"relations"},
    # Untold is made true in tests/payment/test_told_before_held.py.
    "pay": {"over_limit", "shared_account", "balance", "untold", "sentenced"},
    "adjust": {"assumed", "allowances_known"},
    # Made true in tests/payment/test_runs.py.
    "recalculate": {"lower"},
    "refunds": {"returned", "balance"},
    "transfer": {"month_ended", "below_zero"},
    "close": {"earlier_batch", "month_ended", "undrawn", "overdrawn"},
    "interest": {"year_closed"},
}  # fmt: skip
#: Warnings that are made true, and whose answer is wanted, where what they are about is tried.
ELSEWHERE = {
    "raise": {"all", "before_us", "left_out", "read"},  # tests/payment/test_raise.py
    "pay": {"settled_doubt", "stops", "begun", "sums"},
}  # tests/payment/test_reissues_in_doubt.py, tests/payment/test_sentinels.py
AREA = "511181"


def prepared(kind: RunKind, period: int, area: str = money.CITY) -> Batch:
    return prepare(kind, area_code=area, period=period, user=user("head"))


def asks_for_answers(batch: Batch) -> None:
    """Every warning of the batch's kind is true of it, each is asked for by itself, and with an answer to each it is signed."""
    warned = {row["id"]: row["label"] for row in batch.warnings}
    assert WARNINGS[batch.kind] <= set(warned), batch.checks
    assert batch.is_sound, batch.checks
    deed, who = (Deed.CHECK, user("accountant")) if batch.needs_check else (Deed.APPROVE, user("director"))
    for check_id, label in warned.items():
        others = {key: text for key, text in money.answers(batch).items() if key != check_id}
        with pytest.raises(AnswerMissing) as missing:
            do(batch_id=batch.pk, user=who, deed=deed, answers=others)
        assert missing.value.data["checks"] == [check_id]
        assert label in missing.value.message
    assert not answers_of(batch)
    signed = do(batch_id=batch.pk, user=who, deed=deed, answers=money.answers(batch))
    assert [person.pk for person in signed.signers] == [who.pk]
    assert {answer.check_id for answer in answers_of(signed)} == set(warned)


def paid_in_october() -> Batch:
    """The one pay run the tests of this file share; it pays out of an account in which nothing is."""
    return city.of_city("paid in october", lambda: execute(batch_id=decided(planned(202610)).pk))


def test_every_warning_of_the_house_is_made_true_here() -> None:
    for kind in run_kinds():
        source = inspect.getsource(sys.modules[type(kind).__module__])
        found = set(re.findall(r"\bwarn\(\s*\"(\w+)\"", source))
        assert found == WARNINGS.get(kind.code, set()) | ELSEWHERE.get(kind.code, set()), kind.code


def test_a_levy_plan_before_the_end_of_its_month_with_capped_bases_and_a_relation_without_a_rule() -> None:
    # A relation as a transfer or the opening load brings it, of an insurance that is levied by no plan.
    with transaction.atomic():
        money.class_1_warrant()
        Coverage.objects.create(
            person=city.next_person(), insurance="land_pension", slot=INSURANCE_SLOT[Insurance.LAND_PENSION], start_period=202601, area_id=AREA
        )  # fmt: skip
    asks_for_answers(prepared(LEVY, 202611))


def test_a_residents_plan_that_leaves_somebody_out() -> None:
    asks_for_answers(prepared(RESIDENT_PENSION, 2026, "511102"))
    assert not [row for row in prepared(RESIDENT_MEDICAL, 2025, "511102").checks if row["id"] == "relations"]


#: What whoever accepts the second one writes.
SAME_ACCOUNT = {"account_of_others.account_no": "夫妻二人共用一个账户，已核对银行卡。"}


def test_a_pay_run_with_large_payments_into_one_account_a_reported_sentence_and_nothing_to_pay_from() -> None:
    # More than a year of back pay comes in one payment; both name the same account.
    _, one = [released(since=202501, account_no="6222999900001111", answered=SAME_ACCOUNT)[1] for _ in range(2)]
    sentenced(one, dt.date(2026, 9, 1))
    asks_for_answers(planned(202611))


def test_an_adjustment_by_an_assumed_plan_with_an_allowance_of_which_nobody_knows_how_it_was_made() -> None:
    claimant(202511, BenefitKind.DISABILITY)
    asks_for_answers(prepared(ADJUST, 2026))


def test_refunds_that_came_back_and_nothing_to_pay_from() -> None:
    refund = refunded()
    batch = refunds_paid()
    due = due_ids(refund)[0]
    said((refund_no(batch.pk, due), "失败", "账户已销户", plain_fen(staged(batch)[due])))
    asks_for_answers(refunds_planned())


def test_a_transfer_before_the_end_of_its_month_after_a_pay_run_out_of_an_empty_account() -> None:
    money.levied()
    paid_in_october()
    unit = next(e for e in Employer.objects.filter(area_id=AREA).order_by("id") if bills_of_payer(employer=e))
    left = sum(state.left_fen for state in bills_of_payer(employer=unit))
    money.receive(money.row(left, AAB001=unit.unit_no), area=AREA)
    asks_for_answers(prepared(TRANSFER, 202611))


def test_a_closing_before_the_end_of_its_month_and_before_an_earlier_one_with_money_left_and_deposits_below_zero() -> None:
    batch = paid_in_october()
    area = next(v.area_code for v in vouchers_from("batch", batch.pk) if v.area_code != money.CITY)
    money.receive(money.row(7_00, AAB004="不明"), area=area)
    earlier = prepared(CLOSE, 202609, area)
    assert earlier.status == "prepared"
    asks_for_answers(prepared(CLOSE, 202611, area))


def test_interest_of_a_year_whose_december_is_not_closed() -> None:
    money.receive(money.row(9_00, AAB004="不明", AAE079="2025-12-30"), area="511123")
    asks_for_answers(prepared(INTEREST, 2025))
