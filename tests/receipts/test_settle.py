"""Receipts: exact, by reference, by payer and amount, partial, over- and underpaid, several bills, unknown; duplicates."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import DatabaseError, Error, connection, connections, transaction

from tests import money
from tests.city import next_employee, next_person
from yigui.accounts.models import AccountEntry
from yigui.charges.case_bills import _surcharge_row
from yigui.charges.models import Allocation
from yigui.charges.queries import BillState, open_bills
from yigui.charges.verify import differing_open_bills
from yigui.ledger.models import Entry, Voucher
from yigui.levy.enums import BillKind
from yigui.levy.models import Bill
from yigui.receipts.errors import FileTwice
from yigui.receipts.files import Import
from yigui.receipts.models import Receipt
from yigui.receipts.queries import suspense
from yigui.receipts.verify import bills_of_files, bounds_of_receipts
from yigui.registry.models import Employer
from yigui.warrants.queries import open_warrant_id

#: Before anything was due: whatever other tests have levied, nothing is late.
EARLY = {"AAE079": "2025-08-01"}


def owed(unit: Employer) -> list[BillState]:
    """All open bills of the unit: other tests may have levied other months."""
    return open_bills(employer=unit)


def employer() -> Employer:
    """An employer nobody else of these tests uses, with bills of October only."""
    money.levied()
    while True:
        found = next_employee().employer
        states = money.bills(found)
        if states and all(s.paid_fen == 0 for s in states) and not Receipt.objects.filter(employer_id=found.pk).exists():
            return found


def test_a_payment_by_bill_number_pays_that_bill_and_credits_the_accounts() -> None:
    unit = employer()
    pension = next(s for s in money.bills(unit) if s.bill.insurance == 110)
    done = money.receive(money.row(pension.bill.total_fen, AAZ288=pension.bill.id))
    assert done.settlement is not None
    assert done.settlement.passes == {"reference": 1}
    assert (done.settlement.suspense_fen, done.settlement.entries) == (0, pension.bill.person_count)
    assert done.settlement.credited_fen == pension.bill.account_fen
    assert next(s for s in money.bills(unit) if s.bill.insurance == 110).left_fen == 0
    voucher = Voucher.objects.get(pk=done.settlement.vouchers[0])
    lines = {(e.account_id, e.side): e.amount_fen for e in voucher.entries.all()}
    assert lines == {("1005", "D"): pension.bill.total_fen, ("4001.01", "C"): pension.bill.total_fen}
    assert (voucher.fund, voucher.area_code, voucher.period) == ("employee_pension", str(pension.bill.area), 202611)
    money.assert_agree()


def test_one_payment_of_the_units_whole_bill_is_split_to_every_insurance() -> None:
    unit = employer()
    states = owed(unit)
    total = sum(s.left_fen for s in states)
    done = money.receive(money.row(total, AAB001=unit.unit_no, **EARLY), area=unit.area_id)
    assert done.settlement is not None
    assert done.settlement.allocated_fen == total
    assert owed(unit) == []
    assert done.settlement.credited_fen == sum(s.bill.account_fen for s in states)
    funds = set(Voucher.objects.filter(pk__in=done.settlement.vouchers).values_list("fund", flat=True))
    assert funds == {"employee_pension", "unemployment", "injury", "employee_medical"}
    medical = [s.bill for s in states if s.bill.insurance == 310]
    account, pool = (
        sum(e.amount_fen for e in Entry.objects.filter(voucher_id__in=done.settlement.vouchers, account=code))
        for code in ("4001.21", "4001.11")
    )
    assert (account, account + pool) == (sum(b.account_fen for b in medical), sum(b.total_fen for b in medical))
    money.assert_agree()


def test_a_part_is_allocated_and_credited_only_when_the_bill_is_whole() -> None:
    unit = employer()
    pension = next(s for s in money.bills(unit) if s.bill.insurance == 110)
    part = pension.bill.total_fen // 3
    first = money.receive(money.row(part, AAB001=unit.unit_no, AAE140="110", AAE003="202610"))
    assert first.settlement is not None
    assert (first.settlement.passes, first.settlement.entries) == ({"period": 1}, 0)
    assert next(s for s in money.bills(unit) if s.bill.insurance == 110).status == "部分缴纳"
    second = money.receive(money.row(pension.bill.total_fen - part, AAB001=unit.unit_no, AAE140="10210", AAE003="2026-10"))
    assert second.settlement is not None
    assert second.settlement.credited_fen == pension.bill.account_fen
    money.assert_agree()


def test_too_much_waits_as_the_payers_surplus_and_unknown_money_in_suspense() -> None:
    unit = employer()
    total = sum(s.left_fen for s in owed(unit))
    done = money.receive(
        money.row(total + 12_34, AAB001=unit.unit_no, **EARLY), money.row(55_55, AAB004="某某商店"), area=unit.area_id
    )
    assert done.settlement is not None
    assert done.settlement.suspense_fen == 12_34 + 55_55
    accounts = dict(
        Entry.objects.filter(voucher_id__in=done.settlement.vouchers, account__in=("2001.01", "2001.02")).values_list(
            "account", "amount_fen"
        )
    )
    assert accounts == {"2001.01": 55_55, "2001.02": 12_34}
    rows = {r.receipt.payer_name or r.payer: r.left_fen for r in suspense([unit.area_id], limit=300)}
    assert rows["某某商店"] == 55_55
    assert rows[unit.name] == 12_34
    money.assert_agree()


def test_the_same_file_and_the_same_line_change_nothing_and_say_so() -> None:
    unit = employer()
    bill = money.bills(unit)[0].bill
    line, fresh = money.row(bill.total_fen, AAZ288=bill.id), money.row(1_00, AAB004="无名")
    money.receive(line)
    before = money.assert_agree()
    with pytest.raises(FileTwice) as refused:
        money.receive(line)
    assert "未做任何改动" in refused.value.message
    again = money.receive(line, fresh)
    assert (again.new_rows, again.duplicates) == (1, 1)
    twice = money.row(2_00, AAB004="无名")
    doubled = money.receive(twice, twice | {"AAE019": "3.00"})
    assert (doubled.new_rows, doubled.duplicates, len(doubled.rejected)) == (0, 0, 2)
    assert all("内容不同" in sentence for _, sentence in doubled.rejected)
    after = money.assert_agree()
    assert after["received"] - before["received"] == 1_00
    assert after["allocated"] == before["allocated"]
    only_known = money.receive(line, fresh, line)
    assert (only_known.new_rows, only_known.duplicates, only_known.settlement) == (0, 3, None)


def test_bad_rows_come_back_with_a_sentence_and_good_rows_go_on() -> None:
    unit = employer()
    bill = money.bills(unit)[0].bill
    done = money.receive(
        money.row(bill.total_fen, AAZ288=bill.id), money.row(0), money.row(1, AAE079="2026-13-01"), money.row(1, AAE140="999"),
        money.row(1, AAE003="20261"), money.row(1, AAE079="2026-12-01"), money.row(1, AAA027="110101"), money.row(1, AAZ288="abc"),
        {"AAE086": "", "AAE079": "2026-11-01", "AAE019": "1"}, money.row(1) | {"AAE019": "一元"},
        encoding="gb18030",
    )  # fmt: skip
    assert done.new_rows == 1
    sentences = dict(done.rejected)
    assert sorted(sentences) == list(range(3, 12))
    words = ["没有可入账的金额", "日期", "险种代码", "所属期", "晚于今天", "不在本统筹区", "缴费单号", "为空", "金额"]
    assert all(word in sentences[number] for number, word in zip(range(3, 12), words, strict=True)), sentences


def test_late_payment_bears_surcharge_to_the_day_and_it_can_be_paid() -> None:
    unit = employer()
    october = next(s for s in money.bills(unit) if s.bill.insurance == 210)
    fen = october.bill.total_fen
    # Due on 15 November, paid on 10 December: 25 days at 0.05 percent.
    expected = (fen * 25 * 5 + 5000) // 10000
    later = dt.date(2026, 12, 20)
    done = money.receive(money.row(fen, AAZ288=october.bill.id, AAE079="2026-12-10"), today=later)
    assert done.settlement is not None
    assert done.settlement.surcharge_fen == expected
    late = Bill.objects.get(for_bill=october.bill.id)
    assert (late.kind, late.total_fen, late.insurance) == (BillKind.SURCHARGE, expected, 210)
    paid = money.receive(money.row(expected, AAZ288=late.id, AAE079="2026-12-10"), today=later)
    assert paid.settlement is not None
    entry = Entry.objects.get(voucher_id__in=paid.settlement.vouchers, side="C")
    assert (entry.account_id, entry.amount_fen) == ("4501.01", expected)
    assert Entry.objects.get(voucher_id__in=done.settlement.vouchers, side="C").account_id == "4001.03"
    money.assert_agree()


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": BillKind.LUMP_SUM}, {"employer_fen": -5, "total_fen": -5}, {"employer_fen": 10**9, "total_fen": 10**9}, {"source_id": -1},
        {"insurance": 410}, {"for_bill": None}, {"account_fen": 1}, {"start_period": 202501},
    ],
    ids=str,
)  # fmt: skip
def test_a_file_makes_no_debt_but_the_surcharge_of_what_it_paid_late(
    changed: dict[str, int | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = employer()
    october = next(s for s in money.bills(unit) if s.bill.insurance == 210)

    def other(*given: Any, **named: Any) -> Bill:
        row = _surcharge_row(*given, **named)
        for name, value in changed.items():
            setattr(row, name, value)
        return row

    monkeypatch.setattr("yigui.charges.case_bills._surcharge_row", other)
    with pytest.raises(Error, match="只能加收本文件逾期缴清部分的滞纳金") as error:
        money.receive(money.row(october.bill.total_fen, AAZ288=october.bill.id, AAE079="2026-12-10"), today=dt.date(2026, 12, 20))
    assert error.value.__cause__.sqlstate == "YG011"  # type: ignore[union-attr]


def test_verification_names_other_bills_of_a_file_and_what_it_sets_off_against_them() -> None:
    unit = employer()
    october = next(s for s in money.bills(unit) if s.bill.insurance == 210)
    money.receive(money.row(october.bill.total_fen, AAZ288=october.bill.id, AAE079="2026-12-10"), today=dt.date(2026, 12, 20))
    late = Bill.objects.get(for_bill=october.bill.id)
    assert list(bills_of_files("super")) == []
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE contributions_bill_case SET kind = 5 WHERE id = %s", [late.id])
        cursor.execute(
            "INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step) "
            "VALUES (%s, 0, %s, %s, 1, '2026-12-10', 'offset')",
            [late.warrant_id, late.id, late.source_id],
        )
        faults = list(bills_of_files("super"))
        transaction.set_rollback(True, using="super")
    assert [f"缴费单 {late.id}" in fault for fault in faults] == [True, True]
    assert "不是滞纳金" in faults[0]
    assert "抵缴" in faults[1]


def test_money_taken_in_one_county_for_another_is_the_others_income_and_sums_to_zero() -> None:
    unit = employer()
    state = money.bills(unit)[0]
    home = str(state.bill.area)
    taken = next(a for a in ("511111", "511112") if a != home)
    done = money.receive(money.row(state.bill.total_fen, AAZ288=state.bill.id), area=taken)
    assert done.settlement is not None
    books = {
        v.area_code: {(e.account_id, e.side, e.party) for e in v.entries.all()}
        for v in Voucher.objects.filter(pk__in=done.settlement.vouchers)
    }
    assert books[taken] == {("1005", "D", home), ("2001.03", "C", home)}
    assert books[home] == {("1101.01", "D", taken), ("4001.01", "C", taken)}
    sums = money.one(
        "SELECT coalesce(sum(CASE side WHEN 'D' THEN amount_fen ELSE -amount_fen END), 0)::bigint FROM ledger_entry "
        "WHERE account_id IN ('1101.01', '2001.03')"
    )
    assert sums == 0
    money.assert_agree()


def test_a_self_payers_bills_are_their_own() -> None:
    money.levied()
    person = next_person()
    states = money.bills(person=person)
    assert {s.bill.insurance for s in states} == {110, 310}
    rows = [money.row(s.bill.total_fen, AAC002=person.id_number, AAE140=s.bill.insurance, AAE003="202610") for s in states]
    done = money.receive(*rows, partner="bank")
    assert done.settlement is not None
    entries = list(AccountEntry.objects.filter(person_id=person.pk, source_id__gt=0))
    assert [(e.insurance, e.period, e.owed_period, e.amount_fen) for e in entries] == [
        (110, 202611, 202610, next(s.bill.account_fen for s in states if s.bill.insurance == 110))
    ]
    assert not [s for s in open_bills(person=person) if s.bill.start_period == 202610]


def test_allocations_never_exceed_a_bill_or_a_receipt() -> None:
    assert not Allocation.objects.filter(bill_id__gt=0, amount_fen=0).exists()
    over = money.one(
        "SELECT count(*) FROM (SELECT b.id FROM contributions_bill b JOIN contributions_allocation a ON a.bill_id = b.id "
        "WHERE b.total_fen > 0 GROUP BY b.id, b.total_fen HAVING sum(a.amount_fen) > b.total_fen) AS x"
    )
    assert over == 0
    spent = money.one(
        "SELECT count(*) FROM (SELECT r.id FROM contributions_receipt r JOIN contributions_allocation a ON a.receipt_id = r.id "
        "GROUP BY r.id, r.amount_fen HAVING sum(a.amount_fen) > r.amount_fen) AS x"
    )
    assert spent == 0


def test_the_day_of_a_voucher_is_the_day_of_the_money() -> None:
    unit = employer()
    bill = money.bills(unit)[0].bill
    done = money.receive(money.row(bill.total_fen, AAZ288=bill.id, AAE079="20261103"))
    assert done.settlement is not None
    assert Voucher.objects.get(pk=done.settlement.vouchers[0]).posted_on == dt.date(2026, 11, 3)


def test_two_payments_of_one_bill_at_once_pay_it_once_and_leave_the_rest_in_suspense() -> None:
    unit = employer()
    pension = next(s for s in money.bills(unit) if s.bill.insurance == 110)
    row = {"AAB001": unit.unit_no, "AAE140": "110", "AAE003": "202610"}

    def pay() -> Import:
        try:
            return money.receive(money.row(pension.bill.total_fen, **row))
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        done = [f.result() for f in [pool.submit(pay) for _ in range(4)]]
    settled = [d.settlement for d in done if d.settlement is not None]
    # Other insurances and months of the unit do not take money that names its insurance; other months of it do.
    paid = sum(a.amount_fen for a in Allocation.objects.filter(bill_id=pension.bill.id))
    assert paid == pension.bill.total_fen
    assert sum(s.allocated_fen + s.suspense_fen for s in settled) == 4 * pension.bill.total_fen
    assert list(differing_open_bills("default")) == []
    money.assert_agree()


def test_nothing_is_allocated_to_a_bill_beyond_what_is_left_of_it() -> None:
    unit = employer()
    bill = next(s.bill for s in money.bills(unit) if s.bill.insurance == 210)
    done = money.receive(money.row(bill.total_fen - 1, AAZ288=bill.id))
    assert done.file is not None
    unknown = money.receive(money.row(5, AAB004="不明")).file
    assert unknown is not None
    insert = (
        "INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step) "
        "VALUES (%s, %s, %s, %s, %s, '2026-11-09', 'period')"
    )
    for fen, code in ((2, "23514"), (1, None), (1, "YG006")):
        with transaction.atomic(), connection.cursor() as cursor:
            money.class_1_warrant()
            paid = [open_warrant_id(), unknown.receipts.get().pk, bill.id, bill.source_id, fen]
            if code == "YG006":
                cursor.execute(insert, paid)
            refused = None
            try:
                with transaction.atomic():
                    cursor.execute(insert, paid)
            except Error as error:
                refused = error.__cause__.sqlstate  # type: ignore[union-attr]
            transaction.set_rollback(True)
        assert refused == code


def test_a_receipt_that_is_shared_out_beyond_its_sum_is_refused_and_named() -> None:
    unknown = money.receive(money.row(5, AAB004="不明")).file
    assert unknown is not None
    receipt = unknown.receipts.get()
    insert = (
        "INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step) "
        "VALUES (%s, %s, 0, 0, %s, '2026-11-09', 'refund')"
    )
    with connections["super"].cursor() as cursor:
        for fen in (6, -1):
            cursor.execute("BEGIN")
            cursor.execute(
                "SELECT warrants_issue_v1('receipt', 9100000000 + %s, 'x', '', 3::smallint, '511102', NULL, '{}', '{}', '{}')",
                [fen],
            )
            (warrant,) = cursor.fetchone()
            with pytest.raises(DatabaseError) as refused:
                cursor.execute(insert, [warrant, receipt.pk, fen])
            cursor.execute("ROLLBACK")
            assert refused.value.__cause__.sqlstate == "YG006"  # type: ignore[union-attr]
        cursor.execute("BEGIN")
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(insert, [1, receipt.pk, 6])
        named = [s for s in bounds_of_receipts("super") if f"id={receipt.pk}：" in s]
        cursor.execute("ROLLBACK")
        assert named


def test_verification_names_a_bill_whose_open_amount_was_changed() -> None:
    unit = employer()
    bill = next(s.bill for s in money.bills(unit) if s.bill.insurance == 410)
    change = "UPDATE contributions_open_bill SET left_fen = left_fen + %s WHERE bill_id = %s"
    with pytest.raises(Error) as error, connections["default"].cursor() as cursor:
        cursor.execute(change, [-1, bill.id])
    assert error.value.__cause__.sqlstate == "42501"  # type: ignore[union-attr]
    with connections["super"].cursor() as cursor:
        cursor.execute(change, [-1, bill.id])
    try:
        assert any(str(bill.id) in fault for fault in differing_open_bills("default"))
    finally:
        with connections["super"].cursor() as cursor:
            cursor.execute(change, [1, bill.id])
