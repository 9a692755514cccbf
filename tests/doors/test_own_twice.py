"""What is told twice in one file: two lines nothing tells apart, one number with two contents, one ticket with several lines. No order of rows matters."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import city, money
from tests.statements import balance, camt, entry, statement
from yigui.common.money import plain_fen
from yigui.receipts.files import Import, import_receipts
from yigui.receipts.models import Receipt, ReceiptLine
from yigui.receipts.waiting_lines import decide_line

BANK = "交易流水号,交易日期,交易金额,付款户名,附言"
TAX = "税票号码,入库日期,实缴金额,缴费人名称,征收品目,费款所属期"


def take(content: bytes | str, partner: str = "bank") -> Import:
    raw = content if isinstance(content, bytes) else content.encode()
    name = "a.xml" if raw.startswith(b"<?xml") else "a.csv"
    return import_receipts(
        content=raw, file_name=name, partner=partner, area_code="511102", user=city.user("cashier"), today=city.TODAY
    )


def table(head: str, *rows: str) -> str:
    return "".join(f"{line}\r\n" for line in (head, *rows))


def counts(done: Import) -> tuple[int, int, int, int]:
    return done.new_rows, done.duplicates, len(done.rejected), len(done.waiting)


@pytest.mark.parametrize("number", ["0", "NOTPROVIDED", "无"])
def test_a_row_without_a_number_that_stands_twice_is_booked_once_and_waits_once(number: str) -> None:
    row = f"{number},2026-11-09,513.11,单位{money.reference()},社保费"
    done = take(table(BANK, row, row))
    assert counts(done) == (1, 0, 0, 1)
    assert "与本文件第 2 行日期、金额、对方、附言都相同" in done.waiting[0][1]
    # Told again in another file, none of the two is new.
    assert counts(take(table(BANK, row, row, f"{money.reference()},2026-11-09,1.00,乙,"))) == (1, 2, 0, 0)
    (line,) = ReceiptLine.objects.filter(file=done.file, fate="waiting")
    booked = decide_line(line_id=line.pk, is_booked=True, reason="银行确认为两笔", user=city.user("accountant"), today=city.TODAY)
    assert booked is not None
    assert booked.new_rows == 1


def test_what_balances_tell_apart_is_two_payments() -> None:
    name = f"单位{money.reference()}"
    done = take(table(f"{BANK},余额", f"0,2026-11-09,5.00,{name},社保费,15.00", f"0,2026-11-09,5.00,{name},社保费,20.00"))
    assert counts(done) == (2, 0, 0, 0)
    twice = entry("7.00", name=f"单位{money.reference()}", text="社保费")
    assert counts(take(camt(statement(twice, twice), version="camt.054.001.08"))) == (1, 0, 0, 1)


def test_a_statement_whose_balances_agree_holds_two_payments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    twice = entry("7.00", name=f"单位{money.reference()}", text="社保费")
    own = f"95588{money.reference()[1:]}"
    done = take(camt(statement(twice, twice, account=own, balances=balance("OPBD", "0.00") + balance("CLBD", "14.00"))))
    assert counts(done) == (2, 0, 0, 0)


def test_an_entry_whose_bank_does_not_say_that_it_is_booked_is_not() -> None:
    own = camt(statement(entry("608.00", ref=money.reference(), status=""), entry("1.00", ref=money.reference())))
    done = take(own)
    assert counts(done) == (1, 0, 1, 0)
    assert "没有记账状态（Sts）" in done.rejected[0][1]


def test_of_one_number_with_two_contents_no_line_is_booked_whatever_the_order() -> None:
    for rows in permutations(["107273.77,甲", "199288.98,甲", "107273.77,甲"]):
        number = money.reference()
        done = take(table("交易流水号,交易日期,交易金额,付款户名", *(f"{number},2026-11-09,{row}" for row in rows)))
        assert counts(done) == (0, 0, 3, 0)
        assert all("都未入账" in sentence for _, sentence in done.rejected)
        assert not Receipt.objects.filter(reference=number).exists()


def test_a_number_booked_before_stays_known_beside_its_contradiction() -> None:
    number = money.reference()
    first = f"{number},2026-11-09,10.00,甲,"
    assert counts(take(table(BANK, first))) == (1, 0, 0, 0)
    assert counts(take(table(BANK, first, f"{number},2026-11-09,20.00,甲,"))) == (0, 1, 1, 0)


def test_a_ticket_of_the_tax_office_has_a_line_for_each_item_and_month() -> None:
    ticket = f"35111{money.reference()[1:]}"
    rows = [f"{ticket},2026-11-09,{rest}" for rest in (
        "701.01,某公司,养老,202610", "70.02,某公司,失业,202610", "7.03,某公司,工伤,202610", "7.03,某公司,工伤,202609",
    )]  # fmt: skip
    rows = [
        row.replace("养老", "企业职工基本养老保险费").replace("失业", "失业保险费").replace("工伤", "工伤保险费") for row in rows
    ]
    assert counts(take(table(TAX, *rows[:2]), "tax")) == (2, 0, 0, 0)
    assert counts(take(table(TAX, *reversed(rows)), "tax")) == (2, 2, 0, 0)
    # One item with two amounts contradicts itself; the amount of one item under another may be the same money.
    assert counts(take(table(TAX, rows[0].replace("701.01", "702.01")), "tax")) == (0, 0, 1, 0)
    assert counts(take(table(TAX, rows[0].replace("企业职工基本养老保险费", "生育保险费")), "tax")) == (0, 0, 1, 0)


@settings(max_examples=25, deadline=None)
@given(
    told=st.lists(st.tuples(st.integers(0, 3), st.sampled_from([100, 200]), st.sampled_from(["甲", "乙"])), min_size=1, max_size=7),
    data=st.data(),
)
def test_the_order_of_rows_changes_no_sum_and_a_row_told_again_none(told: list[tuple[int, int, str]], data: st.DataObject) -> None:
    def booked(rows: list[tuple[int, int, str]]) -> int:
        own, name = money.reference(), money.reference()
        lines = [
            f"{f'{own}N{number}' if number else '0'},2026-11-09,{plain_fen(fen)},{name}{party}," for number, fen, party in rows
        ]
        done = take(table(BANK, *lines))
        assert sum(counts(done)) == len(rows)
        return sum(Receipt.objects.filter(file=done.file).values_list("amount_fen", flat=True))

    expected = booked(told)
    assert booked(data.draw(st.permutations(told))) == expected
    assert booked([*told, data.draw(st.sampled_from(told))]) == expected
