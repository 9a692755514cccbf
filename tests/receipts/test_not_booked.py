"""Money that stands on the statement of an account of ours is booked, and named as long as it is not (不入账, 三方对账)."""

import pytest
from django.db import Error, connections, transaction

from tests import city, money
from tests.city import user
from tests.items.money_forms import employer_with_staff
from tests.pages import signed_in
from tests.receipts.test_statements import take
from tests.statements import balance, camt, detail, entry, statement
from yigui.common.money import plain_fen
from yigui.db.presence import act_as
from yigui.receipts.enums import Outcome
from yigui.receipts.errors import LineRefused
from yigui.receipts.models import LineEnd, Receipt, ReceiptLine
from yigui.receipts.not_booked import may_be_left_out, missed_among
from yigui.receipts.reconcile import Reconciliation, reconcile
from yigui.receipts.waiting_lines import decide_line

AREA, PERIOD, REASON = "511102", 202611, "与银行核实不是本单位款项"


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> str:
    """An account nobody else in these tests has statements of."""
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    return f"95588{money.reference()[1:]}"


def of_day(account: str, *entries: str, moved: int) -> bytes:
    """A statement whose balances bear its entries out."""
    balances = balance("OPBD", "0.00") + balance("CLBD", plain_fen(moved))
    return camt(statement(*entries, account=account, balances=balances))


def month() -> Reconciliation:
    return reconcile(areas=[AREA], period=PERIOD)


def waiting(account: str) -> ReceiptLine:
    return ReceiptLine.objects.select_related("file").get(account_no=account, fate="waiting")


def decide(line: ReceiptLine, *, booked: bool) -> None:
    decide_line(line_id=line.pk, is_booked=booked, reason=REASON, user=user("cashier"), today=city.TODAY)


def leave_out_by_hand(line: ReceiptLine) -> None:
    with transaction.atomic():
        act_as(user("cashier"))
        LineEnd.objects.create(line=line, outcome=Outcome.LEFT_OUT, reason=REASON, decided_by_id=user("cashier").pk)


def test_money_on_the_statement_cannot_be_left_out_and_is_missing_until_it_is_booked(account: str) -> None:
    before = month().outside_fen
    take(of_day(account, entry("12345.67", ref=money.reference(), name="某行", back="AC01"), moved=1234567))
    line = waiting(account)
    found = month()
    assert found.outside_fen == before + 1234567
    assert not found.agrees
    with pytest.raises(LineRefused, match=r"账上还没有这笔钱.*暂收款"):
        decide(line, booked=False)
    with pytest.raises(Error, match="账上还没有这笔钱"):
        leave_out_by_hand(line)
    page = signed_in("cashier").get(f"/finance/receipts/{line.file_id}/lines/").content.decode()
    assert 'value="booked"' in page
    assert 'value="left_out"' not in page
    shown = signed_in("accountant").get(f"/finance/reconciliation/?area={AREA}&period=2026-11").content.decode()
    assert "对账单上有而账上没有" in shown
    decide(line, booked=True)
    assert month().outside_fen == before
    assert Receipt.objects.get(account_no=account).amount_fen == 1234567
    money.assert_agree()


def test_what_was_left_out_before_this_rule_is_named_and_can_be_booked(account: str) -> None:
    before = month().outside_fen
    take(of_day(account, entry("12345.68", ref=money.reference(), name="某行", back="AC01"), moved=1234568))
    line = waiting(account)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        LineEnd.objects.using("super").create(
            line_id=line.pk, outcome=Outcome.LEFT_OUT, reason=REASON, decided_by_id=user("cashier").pk
        )
    found = month()
    assert found.outside_fen == before + 1234568
    assert any(
        t.kind == "对账单有而账上没有" and t.file_id == line.file_id and REASON in t.text and t.amount_fen == 1234568
        for t in found.todos
    )
    line = ReceiptLine.objects.select_related("end").get(pk=line.pk)
    assert missed_among([line]) == {line.pk}
    cashier = signed_in("cashier")
    assert "请补入账" in cashier.get(f"/finance/receipts/{line.file_id}/lines/").content.decode()
    decide(line, booked=True)
    assert month().outside_fen == before
    assert "请补入账" not in cashier.get(f"/finance/receipts/{line.file_id}/lines/").content.decode()
    with pytest.raises(LineRefused, match="已处理"):
        decide(line, booked=True)
    money.assert_agree()


def test_a_batch_whose_details_came_with_the_statement_sent_again_may_be_left_out(account: str) -> None:
    before, ref = month().outside_fen, money.reference()
    take(of_day(account, entry("3.00", ref=ref, details=detail("1.00") + detail("1.50")), moved=300))
    line = waiting(account)
    assert may_be_left_out([line.pk]) == set()
    parts = detail("1.00", name="甲", ref=f"{ref}a") + detail("2.00", name="乙", ref=f"{ref}b")
    assert take(of_day(account, entry("3.00", ref=ref, details=parts), moved=300)).new_rows == 2
    assert may_be_left_out([line.pk]) == {line.pk}
    decide(line, booked=False)
    found = month()
    assert found.outside_fen == before
    assert any(t.kind == "不入账" and t.file_id == line.file_id for t in found.todos)


def test_of_two_that_wait_for_the_same_money_one_is_booked(account: str) -> None:
    ref = money.reference()
    for name, parts in (("a", detail("1.00") + detail("1.50")), ("b", detail("1.00") + detail("1.60"))):
        take(of_day(account, entry("3.00", ref=f"{ref}{name}", details=parts), moved=300))
    first, second = ReceiptLine.objects.filter(account_no=account, fate="waiting").order_by("id")
    with pytest.raises(LineRefused, match="账上还没有"):
        decide(first, booked=False)
    decide(first, booked=True)
    decide(second, booked=False)


def test_another_channels_receipt_speaks_for_one_line_only() -> None:
    unit = employer_with_staff()
    money.receive(money.row(321_45, AAB001=unit.unit_no))
    lines = []
    for _ in range(2):
        done = money.receive(money.row(321_45, AAB001=unit.unit_no), partner="bank")
        assert len(done.waiting) == 1
        lines.append(ReceiptLine.objects.get(file=done.file))
    decide(lines[0], booked=False)
    with pytest.raises(LineRefused, match="账上还没有"):
        decide(lines[1], booked=False)
    assert any(t.kind == "不入账" and t.file_id == lines[0].file_id for t in month().todos)
    decide(lines[1], booked=True)


def test_a_debit_that_the_bank_took_back_speaks_for_its_credit_once(account: str) -> None:
    before, ref = month().outside_fen, money.reference()
    take(of_day(
        account, entry("9.00", ref=f"{ref}0", name="甲"), entry("5.00", ref=f"{ref}a", way="DBIT", name="某店"),
        entry("5.00", ref=f"{ref}b", reversal=True, name="某店"), entry("5.00", ref=f"{ref}c", reversal=True, name="某店"), moved=1400,
    ))  # fmt: skip
    one, two = ReceiptLine.objects.filter(account_no=account, fate="waiting").order_by("id")
    assert month().outside_fen == before + 1000
    decide(one, booked=False)
    with pytest.raises(LineRefused, match="账上还没有"):
        decide(two, booked=False)
    decide(two, booked=True)
    assert month().outside_fen == before
