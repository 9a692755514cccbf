"""Payments of ours that come back into the collecting account: the line of the statement ends as the payment's result."""

import itertools

import pytest
from django.db import Error, transaction

from tests import money
from tests.city import TODAY, user
from tests.items.money_forms import employer_with_staff
from tests.pages import signed_in
from tests.payment.test_bank_results import DAYS, counts, line, number, payments, state, suspense, text
from tests.receipts.test_statements import take
from tests.statements import camt, entry, statement
from yigui.common import inbox
from yigui.common.money import plain_fen
from yigui.entitlement.models import Benefit
from yigui.ledger.declarations import FUND_OF
from yigui.ledger.models import Entry, Voucher
from yigui.ledger.posting import post
from yigui.payment.bank_results import confirm_results, decide_waiting
from yigui.payment.inbox_sources import CONTRADICTIONS, RETURNS
from yigui.payment.models import Payment, ResultFile, WaitingResult
from yigui.payment.queries import is_confirmed, returned_payment
from yigui.payment.returned_lines import hand_over
from yigui.payment.verify import benefit_faults, result_faults
from yigui.receipts.enums import Cause, Outcome
from yigui.receipts.errors import LineRefused
from yigui.receipts.models import LineEnd, Receipt, ReceiptLine
from yigui.receipts.queries import open_lines
from yigui.receipts.verify import lines_of_files
from yigui.receipts.waiting_lines import decide_line
from yigui.registry.enums import INSURANCE_OF
from yigui.warrants.verify import grounded_warrants


def came_back(payment: Payment, *, fen: int | None = None, day: str = str(TODAY), back: str = "") -> ReceiptLine:
    """The line of a statement that brings a payment back."""
    amount = plain_fen(payment.amount_fen if fen is None else fen)
    done = take(
        camt(
            statement(
                entry(
                    amount,
                    ref=money.reference(),
                    e2e=number(payment),
                    name="某行",
                    text="账号不符",
                    back=back,
                    day=f"<Dt>{day}</Dt>",
                )
            )
        )
    )
    assert (done.new_rows, len(done.waiting)) == (0, 1)
    return ReceiptLine.objects.get(file=done.file)


def keys(source: inbox.Source, name: str) -> list[str]:
    return [row.key for row in source.rows(user(name), TODAY, 500)]


def test_a_returned_payment_ends_as_a_result_and_is_due_again_once_two_people_answer_for_it() -> None:
    (one,) = payments(1)
    text(line(one, "成功", DAYS[2]))
    waiting, before = came_back(one), suspense()
    assert waiting in open_lines()
    cashier = signed_in("cashier")
    shown = cashier.get(f"/finance/receipts/{waiting.file_id}/lines/").content.decode()
    assert "转发放结果" in shown
    answer = cashier.post(f"/finance/receipts/{waiting.file_id}/lines/{waiting.pk}/returned/", follow=True).content.decode()
    assert "退票待另一人与银行对账单核对" in answer
    end = LineEnd.objects.get(line=waiting)
    file = ResultFile.objects.get(pk=end.target_id)
    assert (end.outcome, end.decided_by_id, counts(file)) == (Outcome.RESULT, user("cashier").pk, (0, 1, 0, 0, 0, 0))
    assert waiting not in open_lines()
    assert state(one) == "returned"
    assert suspense() == before + one.amount_fen
    voucher = Voucher.objects.get(source_kind="result_file", source_id=file.pk)
    assert voucher.event == "benefit_returned_to_income"
    assert set(Entry.objects.filter(voucher=voucher).values_list("side", "account_id", "amount_fen")) == {
        ("D", "1002", one.amount_fen), ("C", "2001.05", one.amount_fen),
    }  # fmt: skip
    # It waits for the other one, and for nobody else.
    assert str(file.pk) in keys(RETURNS, "accountant")
    assert str(file.pk) not in keys(RETURNS, "cashier")
    benefit = Benefit.objects.get(pk=one.benefit_id)
    assert not is_confirmed(file)
    other = signed_in("accountant")
    assert "与对账单相符" in other.get(f"/finance/results/{file.pk}/").content.decode()
    confirm_results(file_id=file.pk, statement="2026-11-10 收入户对账单", user=user("accountant"))
    assert str(file.pk) not in keys(RETURNS, "accountant")
    assert is_confirmed(file)
    found = returned_payment(benefit, one.batch_id)
    assert found is not None
    assert (found.amount_fen, found.file_id) == (one.amount_fen, file.pk)
    shown = cashier.get(f"/finance/receipts/{waiting.file_id}/lines/").content.decode()
    assert f"/finance/results/{file.pk}/" in shown
    assert "转发放结果</button>" not in shown
    money.assert_agree()
    assert not [*benefit_faults("default"), *result_faults("default"), *lines_of_files("default")]


def test_a_line_is_handed_over_once() -> None:
    (one,) = payments(1)
    waiting = came_back(one)
    file = hand_over(line_id=waiting.pk, user=user("cashier"), today=TODAY)
    with pytest.raises(LineRefused, match="已处理"):
        hand_over(line_id=waiting.pk, user=user("accountant"), today=TODAY)
    # The bank's results say the same later: known.
    assert counts(text(line(one, "退票", TODAY))) == (0, 0, 1, 0, 0, 0)
    assert Voucher.objects.filter(source_kind="result_file", source_id=file.pk).count() == 1


def booked(payment: Payment) -> dict[str, int]:
    """What the vouchers of results hold by account, debit less credit, fen, in the books of the payment."""
    benefit = Benefit.objects.get(pk=payment.benefit_id)
    rows = Entry.objects.filter(voucher__source_kind="result_file", area_code=benefit.area_id)
    found: dict[str, int] = {}
    for account, side, fen in rows.values_list("account_id", "side", "amount_fen"):
        found[account] = found.get(account, 0) + (fen if side == "D" else -fen)
    return found


def moved(payment: Payment, before: dict[str, int]) -> dict[str, int]:
    now = booked(payment)
    return {account: now.get(account, 0) - before.get(account, 0) for account in now if now[account] != before.get(account, 0)}


@pytest.mark.parametrize("order", list(itertools.permutations(("success", "return", "line"))), ids="-".join)
def test_books_follow_the_money_in_every_order_of_results_and_statement(order: tuple[str, ...]) -> None:
    (one,) = payments(1)
    before = booked(one)
    for step in order:
        if step == "line":
            hand_over(line_id=came_back(one, day=str(DAYS[1])).pk, user=user("cashier"), today=TODAY)
        else:
            text(line(one, "成功" if step == "success" else "退票", DAYS[3] if step == "success" else DAYS[1]))
    assert moved(one, before) == {"1002": one.amount_fen, "2001.05": -one.amount_fen}
    assert state(one) == "returned"
    assert not [*benefit_faults("default"), *result_faults("default"), *lines_of_files("default")]


def test_what_the_results_said_before_is_known_and_only_moves_to_the_account_it_came_in_on() -> None:
    (one,) = payments(1)
    text(line(one, "退票", DAYS[1]))
    before, held = suspense(), booked(one)
    file = hand_over(line_id=came_back(one).pk, user=user("cashier"), today=TODAY)
    assert counts(file) == (0, 0, 1, 0, 0, 0)
    assert suspense() == before
    assert moved(one, held) == {"1002": one.amount_fen, "1004": -one.amount_fen}
    assert Voucher.objects.get(source_kind="result_file", source_id=file.pk).event == "benefit_return_moved"
    assert not [*grounded_warrants("default")]


@pytest.mark.parametrize("is_told_first", [True, False])
def test_the_same_payment_comes_back_once(is_told_first: bool) -> None:
    (one,) = payments(1)
    if is_told_first:
        text(line(one, "退票", DAYS[1]))
    hand_over(line_id=came_back(one).pk, user=user("cashier"), today=TODAY)
    held, second = booked(one), came_back(one)
    with pytest.raises(LineRefused, match=f"此前已由另一行到账登记，本行（{number(one)}）不能再转为发放结果"):
        hand_over(line_id=second.pk, user=user("cashier"), today=TODAY)
    assert booked(one) == held
    assert second in open_lines()
    # What lies on the account a second time is nobody's yet, and is booked so.
    page = signed_in("cashier").get(f"/finance/receipts/{second.file_id}/lines/").content.decode()
    assert 'value="booked"' in page
    assert "转发放结果</button>" not in page
    done = decide_line(line_id=second.pk, is_booked=True, reason="银行重复退款，待核实", user=user("cashier"), today=TODAY)
    assert done is not None
    assert done.settlement is not None
    assert done.settlement.suspense_fen == one.amount_fen
    assert second not in open_lines()
    assert (booked(one), state(one)) == (held, "returned")
    money.assert_agree()
    assert not [*benefit_faults("default"), *result_faults("default"), *lines_of_files("default")]


def test_the_first_to_come_back_is_never_booked_as_a_payers_money() -> None:
    (one,) = payments(1)
    waiting = came_back(one)
    with pytest.raises(LineRefused, match="退汇请转为发放结果"):
        decide_line(line_id=waiting.pk, is_booked=True, reason="按到账入账处理", user=user("cashier"), today=TODAY)
    assert waiting in open_lines()


def test_a_file_of_the_bank_moves_no_money_between_accounts() -> None:
    (one,) = payments(1)
    benefit = Benefit.objects.get(pk=one.benefit_id)
    with pytest.raises(Error, match="的凭据只能登记本文件退票的凭证"), transaction.atomic():
        file = text(line(one, "退票"))
        post(
            event="benefit_return_moved", fund=FUND_OF[INSURANCE_OF[benefit.insurance].value], area_code=benefit.area_id, on=TODAY,
            amounts={"total": one.amount_fen}, source_kind="result_file", source_id=file.pk, deposit="1002",
        )  # fmt: skip


def test_what_contradicts_the_record_waits_for_another_person_in_the_inbox() -> None:
    (one,) = payments(1)
    text(line(one, "成功", TODAY))
    waiting, before = came_back(one, day=str(DAYS[1])), suspense()
    file = hand_over(line_id=waiting.pk, user=user("cashier"), today=TODAY)
    assert counts(file) == (0, 0, 0, 0, 1, 0)
    assert suspense() == before
    odd = WaitingResult.objects.get(file=file)
    assert str(odd.pk) in keys(CONTRADICTIONS, "accountant")
    assert str(odd.pk) not in keys(CONTRADICTIONS, "cashier")
    decide_waiting(waiting_id=odd.pk, verdict="adopted", words="2026-11-10 收入户对账单", today=TODAY, user=user("accountant"))
    assert suspense() == before + one.amount_fen
    assert Entry.objects.filter(
        voucher__event="benefit_returned_to_income", voucher__source_id=odd.decision.file_id, account_id="1002", side="D"
    ).exists()
    assert str(odd.pk) not in keys(CONTRADICTIONS, "accountant")


def test_what_is_no_payment_as_it_was_sent_stays_a_line_for_a_person() -> None:
    (one,) = payments(1)
    waiting = came_back(one, fen=one.amount_fen + 1, back="AC01")
    with pytest.raises(LineRefused, match=f"{number(one)} 金额 .* 不符，不能转为发放结果"):
        hand_over(line_id=waiting.pk, user=user("cashier"), today=TODAY)
    assert waiting in open_lines()
    assert not LineEnd.objects.filter(line=waiting).exists()
    other = ReceiptLine.objects.get(
        file=take(camt(statement(entry("5.00", ref=money.reference(), e2e="P999999-1", back="AC01")))).file
    )
    with pytest.raises(LineRefused, match="没有支付编号为 P999999-1 的支付"):
        hand_over(line_id=other.pk, user=user("cashier"), today=TODAY)
    contribution = take(camt(statement(entry("5.00", ref=money.reference(), way="DBIT", reversal=True))))
    with pytest.raises(LineRefused, match="不是待处理的支付退汇"):
        hand_over(line_id=ReceiptLine.objects.get(file=contribution.file).pk, user=user("cashier"), today=TODAY)


@pytest.mark.parametrize(
    ("is_line", "event", "account"),
    [
        (True, "benefit_returned_to_income", "1002"),
        (True, "benefit_returned", "1004"),
        (False, "benefit_returned_to_income", "1002"),
    ],
)
def test_the_database_posts_a_return_once_and_to_the_account_it_came_back_to(is_line: bool, event: str, account: str) -> None:
    (one,) = payments(1)
    waiting, benefit = came_back(one), Benefit.objects.get(pk=one.benefit_id)
    with pytest.raises(Error, match=r"退票"), transaction.atomic():
        file = hand_over(line_id=waiting.pk, user=user("cashier"), today=TODAY) if is_line else text(line(one, "退票"))
        post(
            event=event, fund=FUND_OF[INSURANCE_OF[benefit.insurance].value], area_code=benefit.area_id, on=TODAY,
            amounts={"total": one.amount_fen}, source_kind="result_file", source_id=file.pk, deposit=account,
        )  # fmt: skip
    assert state(one) == ""


@pytest.mark.parametrize("text", ["社保费 {}", "厂区{}号楼职工社保", "A{}", "{}A"])
def test_what_only_contains_the_number_of_a_payment_is_booked_like_any_money(text: str) -> None:
    (one,) = payments(1)
    money.levied()
    unit = employer_with_staff()
    state = next(b for b in money.bills(unit) if 0 < b.left_fen != one.amount_fen)
    said = f"{text.format(number(one))} {state.bill.id}"
    done = take(camt(statement(entry(plain_fen(state.left_fen), ref=money.reference(), name="某厂", text=said))))
    assert (done.new_rows, len(done.waiting)) == (1, 0)
    assert Receipt.objects.get(file=done.file).bill_id == state.bill.id
    assert next(b for b in money.bills(unit) if b.bill.id == state.bill.id).left_fen == 0
    money.assert_agree()


@pytest.mark.parametrize("text", ["厂区{}号楼", "{}-99"])
def test_the_amount_of_a_payment_alone_makes_no_return(text: str) -> None:
    (one,) = payments(1)
    said = text.format(number(one))
    done = take(camt(statement(entry(plain_fen(one.amount_fen), ref=money.reference(), name="某厂", text=said))))
    assert (done.new_rows, len(done.waiting)) == (1, 0)


@pytest.mark.parametrize("text", ["{}", "退汇{} 账号不符", "账号不符，{}", "{}退回"])
def test_a_number_that_stands_by_itself_with_the_amount_it_was_sent_with_is_a_return(text: str) -> None:
    (one,) = payments(1)
    said = text.format(number(one))
    done = take(
        camt(statement(entry(plain_fen(one.amount_fen), ref=money.reference(), name="某行", text=said, day=f"<Dt>{TODAY}</Dt>")))
    )
    (waiting,) = ReceiptLine.objects.filter(file=done.file)
    assert (waiting.cause, waiting.payment_no) == (Cause.RETURNED_PAYOUT, number(one))
    with pytest.raises(LineRefused, match="不能按到账入账"):
        decide_line(line_id=waiting.pk, is_booked=True, reason="请按到账处理", user=user("cashier"), today=TODAY)
    assert counts(hand_over(line_id=waiting.pk, user=user("cashier"), today=TODAY))[1] == 1


def test_a_table_of_the_bank_is_read_by_the_same_rule() -> None:
    (one,) = payments(1)
    ref = money.reference()
    rows = f"{ref}a,{TODAY},{plain_fen(one.amount_fen)},{number(one)}\r\n{ref}b,{TODAY},12345.67,社保费 P3-9\r\n"
    done = take(f"交易流水号,交易日期,交易金额,附言\r\n{rows}".encode())
    assert (done.new_rows, len(done.waiting)) == (1, 1)
    assert Receipt.objects.get(file=done.file).reference == f"{ref}b"


def test_what_the_bank_says_came_back_and_no_payment_fits_can_be_taken_into_suspense() -> None:
    before = money.assert_agree()
    done = take(camt(statement(entry("12345.67", ref=money.reference(), name="某行", back="AC01"))))
    waiting = ReceiptLine.objects.get(file=done.file)
    assert (waiting.cause, waiting.payment_no) == (Cause.RETURNED_PAYOUT, "")
    booked = decide_line(line_id=waiting.pk, is_booked=True, reason="银行尚未查明原支付", user=user("cashier"), today=TODAY)
    assert booked is not None
    assert booked.settlement is not None
    assert booked.settlement.suspense_fen == 1234567
    assert money.assert_agree()["allocated"] == before["allocated"]
