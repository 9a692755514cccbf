"""Which line of a statement is known, new, or waits: by the bank's reference wherever it stands, by what else tells lines apart, by balances."""

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import city, money
from tests.city import user
from tests.pages import signed_in
from tests.receipts.test_statements import take
from tests.statements import balance, camt, detail, entry, statement
from yigui.common.money import plain_fen
from yigui.receipts.enums import Cause
from yigui.receipts.errors import LineRefused
from yigui.receipts.files import import_receipts
from yigui.receipts.models import Receipt, ReceiptLine
from yigui.receipts.not_booked import may_be_left_out
from yigui.receipts.reconcile import reconcile
from yigui.receipts.waiting_lines import decide_line

AREA, PERIOD = "511102", 202611


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> str:
    """An account nobody else in these tests has statements of."""
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    return f"95588{money.reference()[1:]}"


def of_day(account: str, *entries: str, opening: int, closing: int, day: str = "2026-11-09") -> bytes:
    around = balance("OPBD", plain_fen(opening), day) + balance("CLBD", plain_fen(closing), day)
    return camt(statement(*entries, account=account, balances=around))


def told(account: str, *entries: str, version: str = "camt.054.001.08") -> bytes:
    return camt(statement(*entries, account=account, holder="Ntfctn"), version=version)


@pytest.mark.parametrize("version", ["camt.054.001.02", "camt.054.001.08", "camt.053.001.02", "camt.053.001.08"])
def test_the_reference_of_the_one_detail_is_the_references_of_the_line(account: str, version: str) -> None:
    holder, ref = "Ntfctn" if "054" in version else "Stmt", money.reference()
    one, two = (
        camt(
            statement(
                entry("526.40", details=detail(ref=f"{ref}{k}", name="甲公司", holder="62220001", text=text, e2e=k)),
                account=account, holder=holder,
            ),
            version=version,
        )
        for k, text in (("a", "社保费 10月"), ("b", "社保费 11月"))
    )  # fmt: skip
    assert (take(one).new_rows, take(two).new_rows) == (1, 1)
    assert (take(one + b"\n").duplicates, take(two + b"\n").duplicates) == (1, 1)


@pytest.mark.parametrize("first", ["entry", "detail"])
@pytest.mark.parametrize("second", ["entry", "detail", "both"])
@pytest.mark.parametrize("is_told_first", [True, False])
def test_a_notification_and_a_statement_report_one_payment_wherever_its_reference_stands(
    account: str, first: str, second: str, is_told_first: bool
) -> None:
    ref = money.reference()

    def line(where: str) -> str:
        return entry(
            "526.44", ref=ref if where in ("entry", "both") else "",
            details=detail(ref=ref if where in ("detail", "both") else "", name="丙公司", holder="62220001"),
        )  # fmt: skip

    files = [told(account, line(first)), of_day(account, line(second), opening=0, closing=52644)]
    one, other = (take(content) for content in (files if is_told_first else reversed(files)))
    assert (one.new_rows, other.new_rows, other.duplicates) == (1, 0, 1)


def test_a_payment_under_two_references_waits_and_is_booked_once(account: str) -> None:
    ref = money.reference()
    take(told(account, entry("526.45", details=detail(ref=f"{ref}d", name="丙公司", holder="62220001"))))
    line = entry("526.45", ref=f"{ref}e", details=detail(ref=f"{ref}d", name="丙公司", holder="62220001"))
    done = take(of_day(account, line, line.replace(f"{ref}e", f"{ref}f").replace(f"{ref}d", f"{ref}g"), opening=0, closing=105290))
    # Of two payments of the day one was told of; which, nobody says.
    assert (done.new_rows, len(done.waiting)) == (1, 1)
    assert "疑为同一笔" in done.waiting[0][1]
    line_of = ReceiptLine.objects.get(file=done.file)
    assert may_be_left_out([line_of.pk]) == {line_of.pk}
    decide_line(line_id=line_of.pk, is_booked=False, reason="与银行核实为同一笔", user=user("cashier"), today=city.TODAY)
    assert Receipt.objects.filter(account_no=account).count() == 2


@pytest.mark.parametrize("how", ["text", "e2e", "both"])
def test_what_is_told_apart_by_its_text_or_the_payers_number_is_not_known_silently(account: str, how: str) -> None:
    def line(k: int) -> str:
        return entry(
            "77.00",
            name="甲公司",
            holder="62220001",
            text=f"张三 {k} 月" if how != "e2e" else "",
            e2e=f"E{k}" if how != "text" else "",
        )

    take(told(account, line(10)))
    assert take(told(account, line(10), version="camt.054.001.04")).duplicates == 1
    done = take(told(account, line(11)))
    assert (done.new_rows, done.duplicates, len(done.waiting)) == (0, 0, 1)
    waiting = ReceiptLine.objects.get(file=done.file)
    assert waiting.cause == Cause.ALIKE
    assert "请与银行核实" in waiting.sentence
    assert waiting.sentence in signed_in("accountant").get(f"/finance/reconciliation/?area={AREA}&period=2026-11").content.decode()
    decide_line(line_id=waiting.pk, is_booked=True, reason="与银行核实为另一笔", user=user("cashier"), today=city.TODAY)
    assert Receipt.objects.filter(account_no=account).count() == 2
    # All three at once: two are known by what tells them apart, one is new.
    every = take(told(account, line(12), line(11), line(10)))
    assert (every.new_rows, every.duplicates, len(every.waiting)) == (1, 2, 0)
    money.assert_agree()


def test_two_in_one_file_that_are_told_apart_are_two_and_the_first_alone_is_known(account: str) -> None:
    one, two = (entry("78.00", name="甲公司", text=text) for text in ("一", "二"))
    assert take(told(account, one, two)).new_rows == 2
    assert take(told(account, two)).duplicates == 1
    assert take(told(account, two, one)).duplicates == 2
    more = take(told(account, two, one, two))
    assert (more.new_rows, more.duplicates, len(more.waiting)) == (0, 2, 1)


def test_balances_that_show_the_money_came_let_the_line_wait_and_reconciliation_names_it(account: str) -> None:
    before = reconcile(areas=[AREA], period=PERIOD).outside_fen
    line = entry("526.43", name="乙公司", holder="62220009", text="社保费")
    first = take(of_day(account, line, opening=0, closing=52643))
    assert first.new_rows == 1
    again = take(of_day(account, line, opening=0, closing=52643) + b"\n")
    assert (again.duplicates, len(again.waiting)) == (1, 0)
    done = take(of_day(account, line, opening=52643, closing=105286))
    assert (done.new_rows, done.duplicates, len(done.waiting)) == (0, 0, 1)
    assert "两笔都已到账" in done.waiting[0][1]
    assert done.file is not None
    found = reconcile(areas=[AREA], period=PERIOD)
    assert found.outside_fen == before + 52643
    assert any(t.file_id == done.file.pk and t.amount_fen == 52643 for t in found.todos)
    waiting = ReceiptLine.objects.get(file=done.file)
    with pytest.raises(LineRefused, match="账上还没有这笔钱"):
        decide_line(line_id=waiting.pk, is_booked=False, reason="与银行核实是同一笔", user=user("cashier"), today=city.TODAY)
    decide_line(line_id=waiting.pk, is_booked=True, reason="与银行核实为另一笔", user=user("cashier"), today=city.TODAY)
    assert reconcile(areas=[AREA], period=PERIOD).outside_fen == before
    money.assert_agree()


def test_a_notification_speaks_for_one_statement_and_not_for_the_next(account: str) -> None:
    line = entry("526.46", name="乙公司", holder="62220009", text="社保费")
    assert take(told(account, line)).new_rows == 1
    assert take(of_day(account, line, opening=0, closing=52646)).duplicates == 1
    assert len(take(of_day(account, line, opening=52646, closing=105292)).waiting) == 1


def test_a_statement_of_the_same_day_that_goes_further_speaks_for_the_money_of_the_first(account: str) -> None:
    def line(text: str) -> str:
        return entry("526.47", name="乙公司", holder="62220009", text=text)

    assert take(of_day(account, line("社保费"), opening=0, closing=52647)).new_rows == 1
    done = take(of_day(account, line("社保费 补充信息"), entry("1.00", name="己公司"), opening=0, closing=52747))
    assert (done.new_rows, len(done.waiting)) == (1, 1)
    waiting = ReceiptLine.objects.get(file=done.file, fate="waiting")
    assert may_be_left_out([waiting.pk]) == {waiting.pk}
    # What the next statement brings is other money, whatever its text.
    later = take(of_day(account, line("社保费 十一月"), opening=52747, closing=105394))
    (other,) = ReceiptLine.objects.filter(file=later.file, fate="waiting")
    assert may_be_left_out([other.pk]) == set()


def test_rows_of_a_table_without_a_reference_are_told_apart_by_their_text() -> None:
    name = f"单位{money.reference()}"
    head = "交易流水号,交易日期,交易金额,付款户名,附言\r\n"

    def rows(*texts: str) -> bytes:
        return (head + "".join(f"-,2026-11-09,88.00,{name},{text}\r\n" for text in texts)).encode()

    def took(content: bytes) -> tuple[int, int, int]:
        done = import_receipts(
            content=content, file_name="a.csv", partner="bank", area_code=AREA, user=user("cashier"), today=city.TODAY
        )
        return done.new_rows, done.duplicates, len(done.waiting)

    assert took(rows("10月", "11月")) == (2, 0, 0)
    assert took(rows("12月")) == (0, 0, 1)
    assert took(rows("11月", "10月")) == (0, 2, 0)


_numbers = itertools.count(1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payments=st.lists(st.tuples(st.sampled_from([100, 200]), st.sampled_from(["", "甲", "乙"])), min_size=1, max_size=5),
    cut=st.integers(0, 5), is_reversed=st.booleans(),
)  # fmt: skip
def test_days_in_any_order_and_however_often_lose_nothing_and_book_nothing_twice(
    account: str, payments: list[tuple[int, str]], cut: int, is_reversed: bool
) -> None:
    own = f"{account}{next(_numbers)}"
    lines = [entry(plain_fen(fen), name="丁公司", text=text) for fen, text in payments]
    fens = [fen for fen, _ in payments]
    halves = [
        of_day(own, *lines[:cut], opening=0, closing=sum(fens[:cut])), of_day(own, *lines[cut:], opening=sum(fens[:cut]), closing=sum(fens)),
    ]  # fmt: skip
    for content in [*(reversed(halves) if is_reversed else halves), halves[0] + b"\n", halves[1] + b"\n"]:
        if b"<Ntry>" in content:
            take(content)
    booked = sum(Receipt.objects.filter(account_no=own).values_list("amount_fen", flat=True))
    waits = sum(ReceiptLine.objects.filter(account_no=own, fate="waiting").values_list("amount_fen", flat=True))
    assert booked + waits == sum(fens)
