"""Months paid after a death that the bank gives back: the claim for them ends, the heirs get their grant in full, nothing stays in suspense."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tests import city, money
from tests.city import TODAY
from tests.entitlement.people import decided, done, paid, pensioner, planned
from yigui.casework.models import Case
from yigui.common.money import plain_fen
from yigui.common.months import add_months, first_day
from yigui.entitlement.models import Benefit, Recovery, RecoveryReturn
from yigui.entitlement.queries import open_recoveries
from yigui.payment.bank_files import files_of, pain001, payment_no
from yigui.payment.bank_results import import_results
from yigui.payment.models import PayLine, Payment, Reissue, ResultFile, SettledReturn
from yigui.payment.queries import returned_payment
from yigui.payment.verify import benefit_faults, refund_faults, result_faults
from yigui.runs.models import Batch
from yigui.runs.staged import execute

HEIR = {
    "payee_name": "王小明", "payee_id": "110101199003071938", "kin_relation": "02", "account_name": "王小明",
    "account_no": "6228480012345678913", "mobile": "13812345678",
}  # fmt: skip
MATERIALS = ("application_form", "id_card", "death_certificate", "kinship_proof", "bank_card")
FIRST = 202601
#: Of the month before a run of this month the law's amounts are on file.
KNOWN_SINCE = 202502


@pytest.fixture(autouse=True)
def _everything_agrees() -> Iterator[None]:
    yield
    assert [*benefit_faults("default"), *refund_faults("default"), *result_faults("default")] == []


def first_run() -> Batch:
    return Batch.objects.filter(kind="pay", status="executed").order_by("period").first() or execute(
        batch_id=decided(planned(FIRST)).pk
    )


def suspense() -> int:
    return money.one(
        "SELECT coalesce(sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END), 0)::bigint FROM ledger_entry WHERE account_id = '2001.05'"
    )


def overpaid() -> tuple[Benefit, Payment, Batch]:
    """A pensioner of whom nobody has heard yet, and what the last run has paid them."""
    first_run()
    # The month before the last run's is one of which the law's amounts are on file, whatever was paid before.
    while (run := Batch.objects.filter(kind="pay", status="executed").order_by("-period")[0]).period < KNOWN_SINCE:
        paid()
    while True:
        benefit = pensioner()
        payment = Payment.objects.filter(batch_id=run.pk, benefit_id=benefit.pk).first()
        if payment is not None:
            return benefit, payment, run


def heard_of(benefit: Benefit, run: Batch) -> tuple[Case, Benefit]:
    """The heir claims; of what was paid since, only the last run's month came after the death."""
    month, now = add_months(run.period, -1), first_day(add_months(run.period, 1)) + dt.timedelta(days=4)
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "death_date": f"{month // 100}-{month % 100:02d}-15",
    }  # fmt: skip
    case = done("PEN-005", form | HEIR, MATERIALS, today=now)
    return case, Benefit.objects.get(person=benefit.person, kind=12)


def returned(payment: Payment, *, is_confirmed: bool = True) -> ResultFile:
    number = payment_no(payment.batch_id, payment.benefit_id)
    lines = f"支付编号|处理结果|原因|金额|记账日期\r\n{number}|失败|账户已销户|{plain_fen(payment.amount_fen)}|{TODAY}\r\n"
    file = import_results(content=lines.encode(), file_name="r.txt", today=TODAY, user=city.program("bank"))
    assert file.returned_count == 1
    return money.confirmed(file) if is_confirmed else file


def net(benefit: Benefit) -> int:
    return sum(PayLine.objects.filter(benefit_id=benefit.pk).values_list("amount_fen", flat=True))


def test_a_return_ends_the_claim_and_the_grant_is_paid_in_full() -> None:
    benefit, payment, run = overpaid()
    before = suspense()
    _, grant = heard_of(benefit, run)
    claim = Recovery.objects.get(benefit=grant)
    assert claim.amount_fen == payment.amount_fen
    file = returned(payment)
    assert suspense() - before == payment.amount_fen
    after = paid()
    assert net(grant) == grant.amounts.get().total_fen
    assert open_recoveries(grant) == []
    assert RecoveryReturn.objects.get(recovery=claim).source == "returned"
    settled = SettledReturn.objects.get(run_id=after.pk)
    assert (settled.benefit_id, settled.amount_fen, settled.prior_fen) == (benefit.pk, payment.amount_fen, 0)
    assert suspense() == before
    assert returned_payment(benefit, payment.batch_id) is None
    assert not Reissue.objects.filter(benefit=benefit).exists()
    assert file.returned_count == 1


def test_what_was_kept_back_before_the_return_goes_to_the_heirs() -> None:
    benefit, payment, run = overpaid()
    before = suspense()
    _, grant = heard_of(benefit, run)
    paid()
    assert net(grant) == grant.amounts.get().total_fen - payment.amount_fen
    returned(payment)
    paid()
    reissue = Reissue.objects.get(benefit=benefit)
    # It came about with the execution: the next run lists it, and three people sign it.
    assert (reissue.amount_fen, reissue.account_no, reissue.sent_batch) == (payment.amount_fen, HEIR["account_no"], None)
    after = paid()
    reissue.refresh_from_db()
    assert reissue.sent_batch == after.pk
    text = "".join("".join(pain001(after, head.number)) for head in files_of(after))
    assert payment_no(payment.batch_id, benefit.pk, 2) in text
    assert suspense() == before
    assert open_recoveries(grant) == []


def test_a_return_that_is_compared_while_a_run_waits_is_made_good_by_that_run() -> None:
    benefit, payment, run = overpaid()
    before = suspense()
    _, grant = heard_of(benefit, run)
    file = returned(payment, is_confirmed=False)
    waiting = decided(planned())
    money.confirmed(file)
    execute(batch_id=waiting.pk)
    assert net(grant) == grant.amounts.get().total_fen - payment.amount_fen
    assert Reissue.objects.get(benefit=benefit, batch_id=run.pk).amount_fen == payment.amount_fen
    paid()
    assert suspense() == before


def test_a_return_nobody_has_compared_ends_nothing() -> None:
    benefit, payment, run = overpaid()
    before = suspense()
    _, grant = heard_of(benefit, run)
    file = returned(payment, is_confirmed=False)
    paid()
    assert net(grant) == grant.amounts.get().total_fen - payment.amount_fen
    assert suspense() - before == payment.amount_fen
    money.confirmed(file)
    paid()
    paid()
    assert suspense() == before


def test_a_return_before_anybody_heard_of_the_death_ends_the_claim_that_follows() -> None:
    benefit, payment, run = overpaid()
    before = suspense()
    returned(payment)
    _, grant = heard_of(benefit, run)
    paid()
    assert (net(grant), suspense()) == (grant.amounts.get().total_fen, before)
