"""Further inputs of the kinds F01 to F20 that are more than one file: what comes twice, later, under another number, or about a payment that was sent.

Files that stand alone are in `test_own_inputs`; `test_own_table` says which test belongs to which kind.
"""

import itertools

import pytest

from tests import city, money
from tests.city import TODAY, user
from tests.entitlement.people import pensioner
from tests.exchange.test_deaths import renumbered
from tests.items.money_forms import employer_with_staff, late_employer
from tests.payment.test_bank_results import counts, line, number, payments, report, state, suspense, text, took, tx
from tests.receipts.test_statements import take
from tests.statements import camt, detail, entry, statement
from yigui.common.money import plain_fen
from yigui.exchange.import_records import DEATHS, LIFE_SIGNS, PRISON, import_records
from yigui.exchange.models import InboundFile
from yigui.receipts.enums import Cause
from yigui.receipts.files import Import, import_receipts, import_rows
from yigui.receipts.models import Receipt, ReceiptLine
from yigui.registry.models import Person

_serial = itertools.count(1)


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> str:
    """An account nobody else in these tests has statements of."""
    monkeypatch.setattr("yigui.receipts.files.check_account", lambda **told: told["account_no"])
    return f"95588{money.reference()[1:]}"


def table(*lines: str, partner: str = "bank", name: str = "a.csv", encoding: str = "utf-8") -> Import:
    return import_receipts(
        content=("\n".join(lines) + "\n").encode(encoding),
        file_name=name,
        partner=partner,
        area_code="511102",
        user=user("cashier"),
        today=TODAY,
    )


# F02: the same batch from two messages of the bank.


@pytest.mark.parametrize("first", ["whole", "parts"])
def test_a_batch_told_whole_by_the_statement_and_in_parts_by_the_notice_is_booked_once(account: str, first: str) -> None:
    ref = money.reference()
    whole = camt(statement(entry("30.00", ref=ref, details=""), account=account))
    parts = camt(statement(
        entry("30.00", ref=ref, details=detail("10.00", name="甲公司", ref=f"{ref}x") + detail("20.00", name="乙公司", ref=f"{ref}y")),
        account=account, holder="Ntfctn",
    ), version="camt.054.001.04")  # fmt: skip
    one, two = (whole, parts) if first == "whole" else (parts, whole)
    done = take(one)
    again = take(two)
    assert done.new_rows + again.new_rows == done.new_rows
    assert again.waiting
    assert sum(Receipt.objects.filter(account_no=account).values_list("amount_fen", flat=True)) == 30_00


# F04: a reference that a spreadsheet has shortened, or that is written in other letters.


@pytest.mark.parametrize(("first", "second"), [("000{}", "{}"), ("a{}", "A{}")])
@pytest.mark.parametrize("partner", ["bank", "tax"])
def test_a_reference_whose_zeros_a_spreadsheet_has_cut_is_not_booked_again(partner: str, first: str, second: str) -> None:
    ref = f"81{next(_serial):06d}1"
    heads = "交易流水号,交易日期,交易金额,付款户名" if partner == "bank" else "税票号码,入库日期,实缴金额,缴费人名称"
    done = table(heads, f"{first.format(ref)},2026-11-09,77.01,甲公司", partner=partner)
    again = table(heads, f"{second.format(ref)},2026-11-09,77.01,甲公司", partner=partner)
    assert (done.new_rows, again.new_rows, len(again.waiting) + again.duplicates) == (1, 0, 1)
    other = table(heads, f"{second.format(ref)}8,2026-11-09,77.01,甲公司", partner=partner)
    assert other.new_rows == 1


# F06: several payments of one debt in one file.


def test_three_payments_of_one_bill_in_parts_settle_it_once() -> None:
    unit = late_employer()
    bill = money.bills(unit)[0].bill
    half, ref = bill.total_fen // 2, money.reference()
    e2e = str(bill.id)
    done = take(camt(statement(entry(
        plain_fen(half + 2 * bill.total_fen), ref=ref,
        details=detail(plain_fen(half), e2e=e2e) + detail(plain_fen(bill.total_fen), e2e=e2e) + detail(plain_fen(bill.total_fen), e2e=e2e),
    ), entry("5.00", ref=f"{ref}z", name="某某商店"))))  # fmt: skip
    assert done.new_rows == 4
    assert next(s for s in money.bills(unit) if s.bill.id == bill.id).left_fen == 0
    money.assert_agree()


def test_an_order_and_its_bill_paid_in_one_message_settle_it_once() -> None:
    unit = late_employer()
    bill = money.bills(unit)[0].bill
    order = money.ordered([(bill, bill.total_fen)], unit)
    amount = plain_fen(bill.total_fen)
    rows = [
        {"AAE086": money.reference(), "AAE079": "2026-11-09", "AAE019": amount} | more
        for more in ({"缴费码": order.code}, {"缴费码": order.code}, {"AAZ288": str(bill.id)}, {"AAB001": unit.unit_no})
    ]
    done = import_rows(rows=rows, message=money.reference(), partner="tax", area_code="511102", user=user("cashier"), today=TODAY)
    assert (done.new_rows, done.rejected, done.waiting) == (4, [], [])
    assert next(s for s in money.bills(unit) if s.bill.id == bill.id).left_fen == 0
    money.assert_agree()


# F07, F08, F19, F20: results of payments.


def test_a_block_in_process_is_pending_and_its_rejection_returns_what_it_named() -> None:
    one, two = payments(2)
    plain = tx(one, "", day="").replace("<TxSts></TxSts>", "")
    body = plain.replace("<OrgnlPmtInfAndSts>", "<OrgnlPmtInfAndSts><OrgnlPmtInfId>B</OrgnlPmtInfId>")
    assert counts(took(report(body, head="<OrgnlMsgId>X</OrgnlMsgId><GrpSts>ACSP</GrpSts>")))[:3] == (0, 0, 0)
    assert state(one) == ""
    assert counts(text(line(two, "已受理"), line(one, "处理中")))[3] == 2
    for word in ("受理成功", "银行受理", "提交成功"):
        assert counts(text(line(two, word))) == (0, 0, 0, 0, 0, 1)
    assert state(two) == ""
    assert counts(text(line(two, "退票", reason="账户不存在"))) == (0, 1, 0, 0, 0, 0)


def test_what_only_left_our_account_is_pending_until_it_comes_back() -> None:
    (one,) = payments(1)
    out = camt(statement(entry(plain_fen(one.amount_fen), ref="o", way="DBIT", e2e=number(one)), account="1"))
    assert counts(took(out)) == (0, 0, 0, 1, 0, 0)
    back = camt(statement(entry(plain_fen(one.amount_fen), ref="b", e2e=number(one), back="AC04"), account="1"))
    assert counts(took(back)) == (0, 1, 0, 0, 0, 0)


@pytest.mark.parametrize("how", ["xml", "camt", "undated"])
def test_a_return_after_success_is_taken_in_whatever_it_is_written_in(how: str) -> None:
    (one,) = payments(1)
    before = suspense()
    assert counts(took(report(tx(one, "ACSC", day="2026-11-08T10:00:00"))))[0] == 1
    later = {
        "xml": report(tx(one, "RJCT", day="2026-11-10T10:00:00")),
        "camt": camt(
            statement(entry(plain_fen(one.amount_fen), ref="b", e2e=number(one), back="AC04"), account="1", holder="Ntfctn"),
            version="camt.054.001.08",
        ),
        "undated": ("支付编号|处理结果|原因|金额|记账日期\n" + line(one, "退汇", "") + "\n").encode(),
    }[how]
    assert counts(took(later, "r.txt" if how == "undated" else "r.xml")) == (0, 1, 0, 0, 0, 0)
    assert (state(one), suspense() - before) == ("returned", one.amount_fen)


def test_a_rejected_file_named_in_small_letters_and_blanks_is_found() -> None:
    (one,) = payments(1)
    head = f"<OrgnlMsgId> yigui-{one.batch_id}-1 </OrgnlMsgId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AM04</Cd></Rsn></StsRsnInf>"
    file = took(report("", head=head))
    assert file.returned_count > 0
    assert state(one) == "returned"


def test_a_payment_the_bank_has_settled_in_a_file_it_rejects_counts_for_neither() -> None:
    one, two = payments(2)
    head = f"<OrgnlMsgId>YIGUI-{one.batch_id}-1</OrgnlMsgId><GrpSts>RJCT</GrpSts>"
    file = took(report(tx(one, "ACSC"), head=head))
    assert state(one) == ""
    assert any(number(one) in sentence and "矛盾" in sentence for _, sentence in file.rejected)
    assert two.batch_id != one.batch_id or state(two) in ("returned", "")


def test_a_rejected_block_without_its_name_or_with_another_number_of_payments_returns_nothing() -> None:
    one, _ = payments(2)
    named = f"<OrgnlMsgId>YIGUI-{one.batch_id}-1</OrgnlMsgId>"
    block = took(report("<OrgnlPmtInfAndSts><PmtInfSts>RJCT</PmtInfSts></OrgnlPmtInfAndSts>", head=f"{named}<GrpSts>PART</GrpSts>"))
    assert (counts(block), state(one)) == ((0, 0, 0, 0, 0, 1), "")
    other = took(report("", head=f"{named}<OrgnlNbOfTxs>1</OrgnlNbOfTxs><GrpSts>RJCT</GrpSts>"))
    assert (counts(other), state(one)) == ((0, 0, 0, 0, 0, 1), "")
    assert "写明 1 笔" in other.rejected[0][1]


# F11, F12: former numbers and numbers of 15 places, in every feed.


def short(person: Person) -> str:
    """The number of 15 places of somebody born in the last century."""
    return person.id_number[:6] + person.id_number[8:17]


def old_pensioner() -> Person:
    return next(p for p in (pensioner().person for _ in range(80)) if p.id_number[6:8] == "19")


def records(spec: object, *rows: str) -> InboundFile:
    content = "\n".join(
        [",".join(spec.columns), *rows, f"511102194001010000,第{next(_serial)}行,2020-01-01{',' if spec is PRISON else ''}"]
    )  # type: ignore[attr-defined]
    return import_records(
        spec,
        content=content.encode(),
        file_name="x.csv",
        partner=city.sender_of(str(spec.kind)),  # type: ignore[attr-defined]
        user=user("head"),
        today=TODAY,
    )  # type: ignore[arg-type]


@pytest.mark.parametrize("how", ["former", "short", "former short"])
@pytest.mark.parametrize("spec", [DEATHS, LIFE_SIGNS, PRISON], ids=lambda spec: spec.kind)
def test_every_feed_finds_a_person_by_what_their_number_was(spec: object, how: str) -> None:
    person = old_pensioner()
    number_told = short(person)
    if "former" in how:
        former = renumbered(person)
        number_told = former if how == "former" else former[:6] + former[8:17]
    file = records(spec, f"{number_told},{person.name},2026-10-03{',' if spec is PRISON else ''}")
    assert (file.matched_count, file.waiting_count, file.unmatched_count) == (1, 0, 0)


@pytest.mark.parametrize("partner", ["bank", "tax"])
@pytest.mark.parametrize("how", ["former", "short", "lower"])
def test_money_of_a_person_is_found_by_what_their_number_was(partner: str, how: str) -> None:
    person = old_pensioner()
    former = renumbered(person) if how == "former" else person.id_number
    told = {"former": former, "short": short(person), "lower": former.lower()}[how]
    heads = (
        "交易流水号,交易日期,交易金额,证件号码,付款户名" if partner == "bank" else "税票号码,入库日期,实缴金额,证件号码,缴费人名称"
    )
    ref = money.reference()
    assert table(heads, f"{ref},2026-11-09,3.00,{told},{person.name}", partner=partner).new_rows == 1
    assert Receipt.objects.get(reference=ref).person_id == person.pk


# F14: reports that contradict the record or each other.


@pytest.mark.parametrize(
    ("name", "day", "waits"),
    [("{}", "2026-10-03", 0), (" {} ", "2026/10/3", 0), ("王某某", "2026-10-03", 1), ("{}", "1899-12-31", 1)],
)
def test_a_report_of_a_death_is_compared_in_name_and_day(name: str, day: str, waits: int) -> None:
    person = pensioner().person
    spaced = " ".join(person.name) if name == " {} " else name.format(person.name)
    file = records(DEATHS, f"{person.id_number},{spaced},{day}")
    assert (file.matched_count, file.waiting_count) == (1 - waits, waits)


def test_two_days_in_one_file_and_in_the_next_are_a_conflict() -> None:
    one, two = pensioner().person, pensioner().person
    file = records(DEATHS, f"{one.id_number},{one.name},2026-10-03", f"{one.id_number},{one.name},2026-10-04")
    assert file.waiting_count == 2 or (file.matched_count, file.waiting_count) == (1, 1)
    assert any("日期不同" in sentence for _, _, sentence in file.noted)
    records(DEATHS, f"{two.id_number},{two.name},2026-10-03")
    assert records(DEATHS, f"{two.id_number},{two.name},2026-10-05").waiting_count == 1


# F17: what the bank or the tax office takes back, and payments of ours that come back, in tables and notices.


@pytest.mark.parametrize("how", ["notice", "red table", "negative", "flag"])
def test_what_the_bank_takes_back_of_an_earlier_file_leads_to_its_receipt(how: str) -> None:
    ref = money.reference()
    heads, payer = "交易流水号,交易日期,交易金额,借贷标志,付款户名,附言,冲正标志", f"冲正{next(_serial)}公司"
    fen = plain_fen(700_00 + next(_serial))
    table(heads, f"{ref},2026-11-09,{fen},贷,{payer},社保,否")
    if how == "notice":
        done = take(camt(statement(
            entry(fen, ref=f"{ref}r", way="DBIT", reversal=True, name="", text=f"reversal of {ref}"), holder="Ntfctn",
        ), version="camt.054.001.02"))  # fmt: skip
    else:
        row = {
            "red table": f"{ref}r,2026-11-10,-{fen},贷,{payer},红字 {ref},", "negative": f"{ref}r,2026-11-10,{fen},借,{payer},冲正{ref},",
            "flag": f"{ref}r,2026-11-10,{fen},借,{payer},,是",
        }  # fmt: skip
        done = table(heads, row[how])
    assert (done.new_rows, len(done.waiting)) == (0, 1)
    taken_back = ReceiptLine.objects.get(file=done.file)
    assert (taken_back.cause, taken_back.is_debit) == (Cause.REVERSAL, True)
    assert taken_back.receipt_id == Receipt.objects.get(reference=ref).pk


@pytest.mark.parametrize("how", ["红冲标志", "negative", "冲销状态"])
def test_what_the_tax_office_takes_back_leads_to_its_receipt(how: str) -> None:
    unit, ref = employer_with_staff(), money.reference()
    heads = "税票号码,入库日期,实缴金额,单位编号,备注"
    table(heads, f"{ref},2026-11-09,526.40,{unit.unit_no},", partner="tax")
    if how == "negative":
        done = table(heads, f"{ref}r,2026-11-10,-526.40,{unit.unit_no},红冲 {ref}", partner="tax")
    else:
        word = "是" if how == "红冲标志" else "冲销"
        done = table(f"{heads},{how}", f"{ref}r,2026-11-10,-526.40,{unit.unit_no},红冲 {ref},{word}", partner="tax")
    assert (done.new_rows, len(done.waiting), done.rejected) == (0, 1, [])
    taken_back = ReceiptLine.objects.get(file=done.file)
    assert (taken_back.cause, taken_back.receipt_id) == (Cause.REVERSAL, Receipt.objects.get(reference=ref).pk)


@pytest.mark.parametrize("how", ["table", "notice", "structured"])
def test_a_payment_of_ours_that_comes_back_is_no_contribution(how: str) -> None:
    (one,) = payments(1)
    amount, ref = plain_fen(one.amount_fen), money.reference()
    if how == "table":
        done = table(
            "交易流水号,交易日期,贷方发生额,借方发生额,对方户名,摘要",
            f"{ref},{TODAY},{amount},,某银行清算户,退汇{number(one)}账户不存在",
        )
    elif how == "notice":
        done = take(
            camt(
                statement(entry(amount, ref=ref, e2e=number(one), back="AC01", day=f"<Dt>{TODAY}</Dt>"), holder="Ntfctn"),
                version="camt.054.001.02",
            )
        )
    else:
        strd = f"<TxDtls><Refs></Refs><RmtInf><Strd><CdtrRefInf><Ref>{number(one)}</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>"
        done = take(camt(statement(entry(amount, ref=ref, details=strd, day=f"<Dt>{TODAY}</Dt>"))))
    assert (done.new_rows, len(done.waiting)) == (0, 1)
    assert ReceiptLine.objects.get(file=done.file).cause == Cause.RETURNED_PAYOUT
