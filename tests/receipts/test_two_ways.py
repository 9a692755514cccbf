"""The same money by two ways: what two partners send at once, and what a bank reports by its interface and by its statement."""

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections

from tests import city, money
from tests.api.test_problems import token_of
from tests.api.test_receipt_rows import row, send
from tests.items.money_forms import employer_with_staff
from tests.receipts.test_statements import take
from tests.statements import OTHER_OURS, OURS, camt, entry, statement
from yigui.common.money import plain_fen
from yigui.receipts import files
from yigui.receipts.enums import Cause
from yigui.receipts.models import Receipt, ReceiptLine
from yigui.receipts.not_booked import may_be_left_out
from yigui.receipts.waiting_lines import decide_line
from yigui.registry.models import Employer


@pytest.fixture
def unit() -> Iterator[Employer]:
    money.levied()
    yield employer_with_staff()
    money.assert_agree()


def by_interface(fen: int, **told: str) -> tuple[int, int]:
    done = send(row(AAE019=plain_fen(fen), **told)).json()
    return done["new_rows"], len(done["waiting"])


def by_statement(*fens: int, name: str, account: str = OURS) -> tuple[int, int]:
    done = take(camt(statement(*(entry(plain_fen(fen), ref=money.reference(), name=name) for fen in fens), account=account)))
    return done.new_rows, len(done.waiting)


def test_two_partners_who_send_the_same_money_at_once_book_it_once(unit: Employer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are held where they would be written: without one lock for all both have judged by then."""
    both = threading.Barrier(2, timeout=4)
    keep = files._keep

    def held(*given: Any) -> None:
        with contextlib.suppress(threading.BrokenBarrierError):
            both.wait()
        keep(*given)

    monkeypatch.setattr(files, "_keep", held)
    for partner in ("bank", "tax"):
        token_of(partner)

    def told(partner: str) -> tuple[int, int]:
        try:
            done = send(row(AAB001=unit.unit_no, AAE019="7801.13"), partner=partner).json()
            return done["new_rows"], len(done["waiting"])
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(told, ("bank", "tax"))) == [(0, 1), (1, 0)]
    assert Receipt.objects.filter(amount_fen=780113, employer_id=unit.pk).count() == 1


@pytest.mark.parametrize("is_statement_first", [True, False])
@pytest.mark.parametrize("who", ["name", "number", "both", "stranger"])
@pytest.mark.parametrize("account", ["", OURS])
def test_interface_and_statement_with_two_references_book_money_once(
    unit: Employer, who: str, account: str, is_statement_first: bool
) -> None:
    name = f"某单位{money.reference()}" if who == "stranger" else unit.name
    fen = 812_00 + int(money.reference()[1:])
    told = {"AAB001": unit.unit_no} if who in ("number", "both") else {}
    told |= {} if who == "number" else {"AAB004": name}
    told |= {"本方账号": account} if account else {}
    ways = [lambda: by_interface(fen, **told), lambda: by_statement(fen, name=name)]
    assert [way() for way in (reversed(ways) if is_statement_first else ways)] == [(1, 0), (0, 1)]
    (receipt,) = Receipt.objects.filter(amount_fen=fen)
    waiting = ReceiptLine.objects.get(amount_fen=fen)
    assert (waiting.cause, waiting.receipt_id) == (Cause.ALIKE, receipt.pk)
    assert "请与银行核实" in waiting.sentence
    assert may_be_left_out([waiting.pk]) == {waiting.pk}
    decide_line(line_id=waiting.pk, is_booked=True, reason="与银行核实为另一笔", user=city.user("cashier"), today=city.TODAY)
    assert Receipt.objects.filter(amount_fen=fen).count() == 2


def test_one_row_of_the_interface_speaks_for_one_line_of_the_statement(unit: Employer) -> None:
    fen = 813_00 + int(money.reference()[1:])
    assert by_interface(fen, AAB004=unit.name) == (1, 0)
    assert by_statement(fen, fen, name=unit.name) == (1, 1)


def test_another_payer_day_amount_or_account_is_other_money(unit: Employer) -> None:
    fen = 900_000_00 + 10 * int(money.reference()[1:])
    assert by_interface(fen, AAB004="某单位甲", 本方账号=OURS) == (1, 0)
    assert by_statement(fen, name="某单位乙") == (1, 0)
    assert by_statement(fen + 1, name="某单位甲") == (1, 0)
    assert by_statement(fen, name="某单位甲", account=OTHER_OURS) == (1, 0)
    assert by_interface(fen, AAB004="某单位乙", AAE079="2026-11-07") == (1, 0)


WRITTEN = ["a person by number", "a person by number, after", "the day before", "brackets", "a masked account"]


@pytest.mark.parametrize("how", WRITTEN)
def test_one_payer_in_two_writings_is_asked_about(unit: Employer, how: str) -> None:
    """What the interface and the statement say of one payment differs in how it is written: the second waits, it is neither booked nor lost."""
    fen = 940_000_00 + 100 * int(money.reference()[1:]) + WRITTEN.index(how)
    person = city.next_person()
    told = {
        "the day before": {"AAB001": unit.unit_no, "AAB004": unit.name, "本方账号": OURS, "AAE079": "2026-11-08"},
        "brackets": {"AAB004": "某某（乐山）有限公司", "本方账号": OURS},
        "a masked account": {"AAB001": unit.unit_no, "AAB004": unit.name, "对方账号": "6222****1234"},
    }.get(how, {"AAC002": person.id_number})
    name = {"brackets": "某某(乐山)有限公司"}.get(how, person.name if "AAC002" in told else unit.name)
    holder = {"holder": "6222000011111234"} if how == "a masked account" else {}

    def stated() -> tuple[int, int]:
        done = take(camt(statement(entry(plain_fen(fen), ref=money.reference(), name=name, **holder))))
        return done.new_rows, len(done.waiting)

    ways = [lambda: by_interface(fen, **told), stated]
    assert [way() for way in (reversed(ways) if how.endswith("after") else ways)] == [(1, 0), (0, 1)]
    assert "请与银行核实" in ReceiptLine.objects.get(amount_fen=fen, fate="waiting").sentence


def test_another_account_of_the_payers_is_another_payment_as_far_as_it_is_seen(unit: Employer) -> None:
    fen = 950_000_00 + 100 * int(money.reference()[1:])
    assert by_interface(fen, AAB001=unit.unit_no, AAB004=unit.name, 对方账号="6222****9999") == (1, 0)
    line = entry(plain_fen(fen), ref=money.reference(), name=unit.name, holder="6222000011111234")
    assert take(camt(statement(line))).new_rows == 1


@pytest.mark.parametrize("who", ["unit", "person"])
def test_two_channels_that_name_one_payer_by_number_and_by_name(unit: Employer, who: str) -> None:
    fen = 960_000_00 + 100 * int(money.reference()[1:])
    person = city.next_person()
    told = {"AAB001": unit.unit_no} if who == "unit" else {"AAC002": person.id_number}
    assert send(row(AAE019=plain_fen(fen), **told), partner="tax").json()["new_rows"] == 1
    assert by_statement(fen, name=unit.name if who == "unit" else person.name) == (0, 1)
    assert ReceiptLine.objects.get(amount_fen=fen).cause == Cause.TWO_SOURCES
    # Somebody else's money of the same amount is theirs.
    assert by_statement(fen, name="某单位丙") == (1, 0)


def test_the_name_of_a_payment_house_makes_no_two_payments_one(unit: Employer) -> None:
    fen = 970_000_00 + 100 * int(money.reference()[1:])
    assert send(row(AAE019=plain_fen(fen), AAB001=unit.unit_no, AAB004="某支付有限公司"), partner="tax").json()["new_rows"] == 1
    assert by_statement(fen, name="某支付有限公司") == (1, 0)


@pytest.mark.parametrize("is_number_first", [True, False])
@pytest.mark.parametrize("how", ["社保专户", "(工会)", "公司", "代付", "nobody"])
def test_two_channels_that_write_the_payer_otherwise(unit: Employer, how: str, is_number_first: bool) -> None:
    """One knows the payer by number, the other writes more or less than the name, or nobody's: the second waits in doubt."""
    fen = 980_000_00 + 100 * int(money.reference()[1:])
    name = {
        "公司": unit.name.replace("有限公司", "公司"), "代付": f"代付-{unit.name}", "nobody": ""
    }.get(how, f"{unit.name}{how}")  # fmt: skip
    ways = [
        lambda: send(row(AAE019=plain_fen(fen), AAB001=unit.unit_no), partner="tax").json()["new_rows"],
        lambda: money.receive(money.row(fen, AAB004=name, AAE079="2026-11-09"), partner="bank").new_rows,
    ]
    assert [way() for way in (ways if is_number_first else reversed(ways))] == [1, 0]
    waiting = ReceiptLine.objects.get(amount_fen=fen)
    assert (waiting.cause, waiting.fate) == (Cause.TWO_SOURCES, "waiting")
    # Other money of another name, day or amount is booked.
    assert money.receive(money.row(fen, AAB004="某某另一家商行", AAE079="2026-11-09"), partner="bank").new_rows == 1
    assert money.receive(money.row(fen + 1, AAB004=name, AAE079="2026-11-09"), partner="bank").new_rows == 1


@pytest.mark.parametrize("is_statement_first", [True, False])
def test_interface_and_statement_that_write_the_payer_otherwise(unit: Employer, is_statement_first: bool) -> None:
    fen = 990_000_00 + 100 * int(money.reference()[1:])
    ways = [lambda: by_interface(fen, AAB001=unit.unit_no, 本方账号=OURS), lambda: by_statement(fen, name=f"{unit.name}社保专户")]
    assert [way() for way in (reversed(ways) if is_statement_first else ways)] == [(1, 0), (0, 1)]
