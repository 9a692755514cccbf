"""What contradicts itself is a task for somebody and stands in the reconciliation, until somebody has settled it."""

from tests import city, money
from tests.city import TODAY, user
from tests.items.money_forms import employer_with_staff
from tests.pages import page_of, signed_in
from tests.payment.test_bank_results import DAYS, line, payments, text
from yigui.payment.bank_results import decide_waiting
from yigui.payment.inbox_sources import CONTRADICTIONS, RETURNS
from yigui.payment.models import WaitingResult
from yigui.payment.reconcile_all import reconcile_all
from yigui.receipts.inbox_sources import DOUBTS
from yigui.receipts.models import Receipt
from yigui.receipts.recognise import recognise
from yigui.receipts.reconcile import Todo
from yigui.registry.queries import areas_under


def todos(kind: str) -> list[Todo]:
    return [todo for todo in reconcile_all(areas=areas_under("511100"), period=202611).todos if todo.kind == kind]


def test_results_that_contradict_the_record_stand_in_inbox_and_reconciliation_until_decided() -> None:
    (one,) = payments(1)
    file = text(line(one, "退票", DAYS[2]), line(one, "退票", DAYS[2]))
    odd = WaitingResult.objects.get(file=text(line(one, "成功", DAYS[1])))
    assert any(
        t.result_id == odd.file_id and odd.sentence in t.text and t.amount_fen == one.amount_fen for t in todos("矛盾的发放结果")
    )
    assert any(t.result_id == file.pk and t.amount_fen == one.amount_fen for t in todos("待核对的退票"))
    accountant = signed_in("accountant")
    page = page_of(accountant.get("/finance/reconciliation/?area=511100&period=2026-11"))
    assert odd.sentence in page
    assert f"/finance/results/{odd.file_id}/" in page
    assert f"/finance/results/{odd.file_id}/" not in page_of(
        signed_in("auditor").get("/finance/reconciliation/?area=511100&period=2026-11")
    )
    row = next(r for r in CONTRADICTIONS.rows(user("accountant"), TODAY, 500) if r.key == str(odd.pk))
    assert odd.sentence in page_of(accountant.get(f"/inbox/?kind={CONTRADICTIONS.code}"))
    assert CONTRADICTIONS.lines(user("accountant"), TODAY, row.key)
    decide_waiting(waiting_id=odd.pk, verdict="kept", words="2026-11-10 支出户对账单", today=TODAY, user=user("accountant"))
    money.confirmed(file)
    assert not [t for t in todos("矛盾的发放结果") if t.result_id == odd.file_id]
    assert not [t for t in todos("待核对的退票") if t.result_id == file.pk]
    assert CONTRADICTIONS.lines(user("accountant"), TODAY, row.key) is None
    assert RETURNS.lines(user("accountant"), TODAY, str(file.pk)) is None


def test_money_whose_numbers_contradict_each_other_waits_until_somebody_has_recognised_it() -> None:
    money.levied()
    one, two = employer_with_staff(), employer_with_staff()
    done = money.receive(money.row(1_23, AAZ288=money.bills(one)[0].bill.id, AAB001=two.unit_no))
    receipt = Receipt.objects.get(file=done.file)
    assert receipt.doubt
    assert str(receipt.pk) in [row.key for row in DOUBTS.rows(user("cashier"), TODAY, 500)]
    assert DOUBTS.lines(user("cashier"), TODAY, str(receipt.pk))
    assert any(receipt.doubt[:60] in t.text for t in todos("付款信息矛盾"))
    assert receipt.doubt[:60] in page_of(signed_in("cashier").get("/inbox/?kind=receipt_doubts"))
    recognise(
        receipt_id=receipt.pk,
        unit_no=one.unit_no,
        reason="单位出示汇款凭证",
        ground="付款人为其代缴，已核对委托书",
        user=city.user("cashier"),
    )
    assert DOUBTS.lines(user("cashier"), TODAY, str(receipt.pk)) is None
    assert not [t for t in todos("付款信息矛盾") if receipt.reference in t.text]
