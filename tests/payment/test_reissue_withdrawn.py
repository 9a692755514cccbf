"""A decision to send a returned payment again is taken back by two people while no run has sent it, and decided anew by the next case."""

import pytest
from django.db import DatabaseError, connections, transaction

from tests.city import TODAY, application, new_user, user
from tests.entitlement.people import decided, done, paid
from tests.pages import signed_in, text_of
from tests.payment.test_bank_results import number
from tests.payment.test_supplement_run import corrected, nothing_open, of, supplement
from yigui.casework.application import examine
from yigui.common.errors import Forbidden
from yigui.common.money import plain_fen
from yigui.payment.bank_files import files_of, pain001, payment_no
from yigui.payment.enums import Hold
from yigui.payment.errors import ReissueRefused
from yigui.payment.models import HeldLine, Payment, Reissue
from yigui.payment.pay_run import waiting_reissues
from yigui.payment.queries import returned_payment
from yigui.payment.reissue_withdrawal import plan_withdrawal
from yigui.payment.verify import benefit_faults
from yigui.runs.batches import approve_batch
from yigui.runs.errors import BatchRefused, ContentChanged
from yigui.runs.models import Batch
from yigui.runs.staged import execute
from yigui.tasks.models import Task
from yigui.tasks.watches import look_for_returned

__all__ = ["nothing_open"]
REASON = "领取人来电说明新账户也已销户"
NEW = "6228480012345678947"


def asked(again: Reissue, *, name: str = "accountant") -> Batch:
    return plan_withdrawal(reissue_id=again.pk, reason=REASON, user=user(name))


def withdrawn(again: Reissue) -> Batch:
    batch = approve_batch(batch_id=asked(again).pk, user=user("director"))
    return execute(batch_id=batch.pk)


def form_of(again: Reissue, account: str = NEW) -> dict[str, str]:
    person = of(again).person
    payment = Payment.objects.get(batch_id=again.batch_id, benefit_id=again.benefit_id)
    return {
        "id_number": person.id_number, "person_name": person.name, "batch_no": number(payment), "amount": plain_fen(again.amount_fen),
        "return_reason": "04", "bank_code": "103100000026", "account_name": person.name, "account_no": account,
    }  # fmt: skip


def waits(again: Reissue) -> bool:
    found, _, kept = waiting_reissues([of(again).area_id])
    return again.pk in {r.pk for r in found} or again.benefit_id in {row[1] for row in kept}


def test_it_is_decided_anew_and_sent_to_the_new_account_once() -> None:
    (again,) = corrected(1)
    look_for_returned(TODAY)
    assert waits(again)
    refused = examine(application("FND-002", form_of(again), materials=("bank_return_notice", "bank_card"))).findings
    assert any("申请撤回" in f.message + f.detail for f in refused if f.is_refusal)
    batch = withdrawn(again)
    again.refresh_from_db()
    assert (again.withdrawn_batch, again.sent_batch) == (batch.pk, None)
    assert not waits(again)
    benefit = of(again)
    back = returned_payment(benefit, again.batch_id)
    assert back is not None
    assert (back.attempt, back.amount_fen, len(back.attempts)) == (again.attempt - 1, again.amount_fen, 1)
    look_for_returned(TODAY)
    task = Task.objects.get(
        kind="returned_payment", origin_id=again.batch_id, origin_no=f"{benefit.pk}-{back.attempt}", part=str(batch.pk)
    )
    assert f"已由第 {batch.pk} 号批次撤回" in task.note
    done("FND-002", form_of(again), ("bank_return_notice", "bank_card"))
    task.refresh_from_db()
    assert task.is_ended
    (anew,) = Reissue.objects.standing().filter(batch_id=again.batch_id, benefit_id=again.benefit_id)
    assert (anew.attempt, anew.account_no) == (again.attempt, NEW)
    run = paid()
    anew.refresh_from_db()
    again.refresh_from_db()
    assert (anew.sent_batch, again.sent_batch) == (run.pk, None)
    files = "".join("".join(pain001(run, head.number)) for head in files_of(run))
    assert files.count(payment_no(again.batch_id, benefit.pk, again.attempt)) >= 1
    assert NEW in files
    assert again.account_no not in files
    assert list(benefit_faults("default")) == []


def test_a_run_that_lists_it_leaves_it_out_when_it_is_executed() -> None:
    stays, goes = corrected(2)
    batch = decided(supplement())
    withdrawn(goes)
    execute(batch_id=batch.pk)
    goes.refresh_from_db()
    stays.refresh_from_db()
    assert (stays.sent_batch, goes.sent_batch) == (batch.pk, None)
    (held,) = HeldLine.objects.filter(batch_id=batch.pk, benefit_id=goes.benefit_id)
    assert (held.hold, held.amount_fen, held.at_execution) == (Hold.WITHDRAWN, goes.amount_fen, True)


def test_what_was_sent_is_not_withdrawn_neither_before_nor_after_the_approval() -> None:
    (again,) = corrected(1)
    batch = approve_batch(batch_id=asked(again).pk, user=user("director"))
    run = paid()
    with pytest.raises(ContentChanged, match=f"已随第 {run.pk} 号批次发出"):
        execute(batch_id=batch.pk)
    with pytest.raises(ReissueRefused, match="不能撤回"):
        asked(again)
    again.refresh_from_db()
    assert (again.sent_batch, again.withdrawn_batch) == (run.pk, None)


def test_it_takes_a_reason_and_two_people_and_is_done_once() -> None:
    (again,) = corrected(1)
    with pytest.raises(ReissueRefused, match="撤回的原因"):
        plan_withdrawal(reissue_id=again.pk, reason="  ", user=user("accountant"))
    with pytest.raises(Forbidden):
        asked(again, name="cashier")
    with pytest.raises(Forbidden):
        plan_withdrawal(reissue_id=again.pk, reason=REASON, user=new_user("accountant", agency="51118101"))
    batch = asked(again)
    with pytest.raises((BatchRefused, Forbidden)):
        approve_batch(batch_id=batch.pk, user=user("accountant"))
    with pytest.raises((BatchRefused, ContentChanged, DatabaseError)):
        execute(batch_id=batch.pk)
    withdrawn(again)
    with pytest.raises(ReissueRefused, match="已由第"):
        asked(again)


def test_no_row_is_both_sent_and_withdrawn() -> None:
    (again,) = corrected(1)
    withdrawn(again)
    with (
        pytest.raises(DatabaseError, match="reissue_sent_or_withdrawn"),
        transaction.atomic(using="super"),
        connections["super"].cursor() as cursor,
    ):
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE benefits_reissue SET sent_batch = 1 WHERE id = %s", [again.pk])


def test_it_is_asked_for_and_approved_by_the_pages() -> None:
    (again,) = corrected(1)
    accountant = signed_in("accountant")
    listed = accountant.get("/finance/results/")
    address = f"/finance/results/again/{again.pk}/withdraw/"
    assert address in listed.content.decode()
    page = text_of(accountant.get(address))
    assert "撤回原因" in page
    # A cashier sees who may ask, and may not.
    assert "须由科室负责人或会计申请" in text_of(signed_in("cashier").get(address))
    refused = accountant.post(address, {"reason": "短"})
    assert refused.status_code == 422
    assert "短" in refused.content.decode()
    made = accountant.post(address, {"reason": REASON})
    assert made.status_code == 302
    batch = Batch.objects.filter(kind="reissue-withdrawal").latest("pk")
    assert REASON in text_of(accountant.get(f"/finance/batches/{batch.pk}/"))
    assert "已申请撤回重发" in text_of(accountant.get("/finance/results/"))
    execute(batch_id=approve_batch(batch_id=batch.pk, user=user("director")).pk)
    assert "撤回，请办理退票重发" in text_of(accountant.get(address))
    assert accountant.get("/finance/results/again/999999999/withdraw/").status_code == 404
