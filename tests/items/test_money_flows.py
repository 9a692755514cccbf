"""Items about money through their whole route: what they leave in bills, accounts and books, each row under its warrant."""

import csv
import datetime as dt
import io
from decimal import Decimal

import openpyxl
import pytest

from tests import city, money
from tests.items import money_forms as forms
from tests.pages import signed_in
from yigui.accounts.models import AccountEntry, EntryKind
from yigui.accounts.queries import balance_of
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, examine
from yigui.casework.errors import CaseRefused
from yigui.casework.finish_case import finish_approved
from yigui.casework.handlers import handler_of
from yigui.casework.meetings import record_meeting
from yigui.casework.models import Case
from yigui.catalogue.declarations import catalogue
from yigui.charges.case_bills import source_of_case
from yigui.charges.models import Deferral, PaymentOrder
from yigui.charges.queries import bills_of_payer, open_bills
from yigui.common.money import format_fen, parse_yuan, plain_fen
from yigui.documents.models import StoredFile
from yigui.documents.store import read_file
from yigui.integrity.verify import verify_all
from yigui.items.enquiry.employee_payment_export import ROWS_MAX
from yigui.ledger.models import Entry, Voucher
from yigui.levy.enums import BillKind
from yigui.levy.models import Bill, ContributionBase, InjuryRate, LevyLine
from yigui.receipts.models import Receipt, Refund
from yigui.receipts.pay_order import pay_order
from yigui.receipts.queries import surplus_of
from yigui.receipts.recognise import recognise
from yigui.registry.models import Employer, Person
from yigui.warrants.models import Warrant


def through_class2(item: str, about: str, today: dt.date = city.TODAY) -> Case:
    form, materials, _ = forms.FORMS[about]()
    case = accept_case(city.application(item, form, materials=materials, today=today))
    city.decide(case, "reviewer", today=today)
    return finished(city.decide(case, "rechecker", today=today))


def through_class1(item: str, form: dict[str, object], materials: list[str]) -> Case:
    case = accept_case(city.application(item, form, username="special", materials=materials))
    city.decide(case, "reviewer")
    city.decide(case, "rechecker")
    city.decide(case, "head", opinion="情况属实，拟同意办理")
    record_meeting(
        chair=city.user("director"), held_on=city.TODAY, attendees=[city.user(n) for n in ("director", "head2", "auditor")],
        minutes="逐件审议材料和测算，一致同意办理", verdicts={case.pk: ("passed", "")}, today=city.TODAY,
    )  # fmt: skip
    return finished(city.decide(case, "director2"))


def finished(case: Case) -> Case:
    case = Case.objects.get(pk=case.pk)
    if case.status == "approved":
        case = finish_approved(case_id=case.pk)
    assert (case.status, case.effect_error) == ("finished", "")
    assert Warrant.objects.filter(kind="case", subject_id=case.pk).exists()
    return case


def pay(case: Case, today: dt.date = city.TODAY) -> PaymentOrder:
    """Pay the case's order as a bank would, and find the same again when it is sent twice."""
    order = PaymentOrder.objects.get(case_id=case.pk)
    area = (order.employer or order.person).area_id  # type: ignore[union-attr]
    sent = {
        "code": order.code, "amount_fen": order.amount_fen, "reference": money.reference(), "partner": "bank", "area_code": area,
        "paid_on": today, "today": today,
    }  # fmt: skip
    paid, is_new = pay_order(**sent)
    assert (paid.status, is_new) == ("paid", True)
    before = money.assert_agree()
    again, is_new = pay_order(**sent)
    assert (again.status, is_new) == ("paid", False)
    assert money.assert_agree() == before
    return paid


def no_proof_before_payment(case: Case) -> bool:
    """What a case that asks for money hands out asks for it, and proves no payment."""
    document = Case.objects.get(pk=case.pk).document
    return document is not None and (document.kind, document.title) == ("payment_notice", "缴费通知单")


@pytest.mark.parametrize(
    ("channel", "pay_channel", "outlet"),
    [("counter", "06", ""), ("kiosk", "05", ""), ("online", "03", ""), ("bank_outlet", "01", "C"), ("mobile", "04", "")],
)
def test_a_flexible_worker_pays_by_any_way_with_the_same_booking(channel: str, pay_channel: str, outlet: str) -> None:
    person = forms.new_flexible()
    form = forms.pay_form(person, pay_channel=pay_channel)
    case = finished(accept_case(city.application("LVY-007", form, channel=channel, materials=["id_card"], outlet_class=outlet)))
    assert no_proof_before_payment(case)
    order = pay(case)
    # 5000 yuan: pension 20 percent, medical 8.7 percent; 8 percent to the account.
    assert order.amount_fen == 1000_00 + 435_00
    entries = AccountEntry.objects.filter(person_id=person.pk)
    assert [(e.insurance, e.owed_period, e.amount_fen, e.base_fen) for e in entries] == [(110, 202611, 400_00, 5000_00)]
    vouchers = Voucher.objects.filter(source_kind="receipt_file", source_id=order.paid_receipt.file_id)  # type: ignore[union-attr]
    lines = sorted((e.account_id, e.side, e.amount_fen) for v in vouchers for e in v.entries.all())
    assert lines == [("1002", "D", 435_00), ("1002", "D", 1000_00), ("4001.01", "C", 1000_00), ("4001.11", "C", 435_00)]


def test_another_base_bills_the_difference_and_a_new_order_replaces_the_old_one() -> None:
    person = forms.new_flexible()
    first = finished(accept_case(city.application("LVY-007", forms.pay_form(person), materials=["id_card"])))
    higher = forms.pay_form(person, contribution_base="6000")
    second = finished(accept_case(city.application("LVY-007", higher, materials=["id_card"])))
    assert PaymentOrder.objects.get(case_id=first.pk).status == "cancelled"
    order = pay(second)
    assert order.amount_fen == 1200_00 + 522_00
    assert sum(e.amount_fen for e in AccountEntry.objects.filter(person_id=person.pk)) == 480_00


def test_a_lower_base_before_paying_asks_for_less_and_credits_the_lower_part() -> None:
    person = forms.new_flexible()
    finished(accept_case(city.application("LVY-007", forms.pay_form(person, contribution_base="6000"), materials=["id_card"])))
    lower = finished(accept_case(city.application("LVY-007", forms.pay_form(person), materials=["id_card"])))
    assert pay(lower).amount_fen == 1000_00 + 435_00
    assert sorted(e.amount_fen for e in AccountEntry.objects.filter(person_id=person.pk)) == [-80_00, 480_00]
    assert balance_of(person.pk, 110) == 400_00


def test_a_yearly_declaration_is_what_the_next_plan_uses() -> None:
    form, materials, _ = forms.FORMS["unit bases"]()
    case = finished(accept_case(city.application("LVY-001", form, materials=materials, today=dt.date(2026, 5, 11))))
    bases = ContributionBase.objects.filter(employer=case.employer, year=2026)
    assert {(b.declared_fen, b.start_period, b.end_period) for b in bases} == {(6000_00, 202607, 202706)}
    assert bases.count() == len(form["base_rows"])


def test_a_correction_bills_the_difference_of_levied_months() -> None:
    money.levied(202610)
    form, materials, _ = forms.FORMS["base correction"]()
    form |= {"start_month": "2026-10", "end_month": "2026-11", "new_value": "9999"}
    case = accept_case(city.application("LVY-002", form, materials=materials))
    city.decide(case, "reviewer")
    case = finished(city.decide(case, "rechecker"))
    bill = Bill.objects.get(source_id=source_of_case(case.pk), insurance=110)
    old = Decimal(form["old_value"])
    assert case.preview[0] == ["月缴费基数（元）", f"{old:,.2f}", "9,999.00"]
    base = max(old, Decimal(4588))
    assert bill.kind == BillKind.DIFFERENCE
    assert bill.total_fen == int((Decimal(9999) - base) * 24)
    assert ContributionBase.objects.get(person=case.person, reason="corrected").end_period == 202706


def test_a_lower_base_is_a_credit_that_is_set_off() -> None:
    money.levied(202610)
    while True:
        form, materials, _ = forms.FORMS["base correction"]()
        if Decimal(form["old_value"]) > Decimal(4588):
            break
    form |= {"start_month": "2026-10", "end_month": "2026-10", "new_value": "4588"}
    case = accept_case(city.application("LVY-002", form, materials=materials))
    city.decide(case, "reviewer")
    case = finished(city.decide(case, "rechecker"))
    unit = case.employer
    assert unit is not None
    assert Bill.objects.filter(source_id=source_of_case(case.pk), total_fen__lt=0).exists()
    owed = sum(s.left_fen for s in bills_of_payer(employer=unit) if s.bill.start_period == 202610)
    before = money.assert_agree()
    total = sum(s.left_fen for s in bills_of_payer(employer=unit))
    money.receive(money.row(total, AAB001=unit.unit_no, AAE079="2025-08-01"), area=unit.area_id)
    after = money.assert_agree()
    assert owed > 0
    assert [(s.label, s.kind_label, s.left_fen) for s in bills_of_payer(employer=unit) if s.left_fen] == []
    assert after["received"] - before["received"] == total


def test_missed_months_are_reviewed_billed_with_surcharge_and_credited_when_paid() -> None:
    case = through_class2("LVY-003", "missed month")
    bills = Bill.objects.filter(source_id=source_of_case(case.pk))
    assert {b.insurance for b in bills.filter(kind=BillKind.BACK)} == {110, 210, 310, 410, 510}
    assert not bills.filter(kind=BillKind.SURCHARGE).exists()  # October is due on 15 November: not late yet
    pay(case)
    assert case.person is not None
    assert {(e.insurance, e.kind) for e in AccountEntry.objects.filter(person_id=case.person.pk, owed_period=202610)} == {
        (110, EntryKind.BACK_PAYMENT), (310, EntryKind.BACK_PAYMENT)}  # fmt: skip


def test_many_months_or_much_money_goes_the_class_1_route() -> None:
    form = forms.missed_month() | {"declared_wage": "22938"}
    case = accept_case(city.application("LVY-003", form, materials=["employment_registration", "wage_sheet"]))
    assert case.risk_class == 2
    from yigui.items.levy.individual_back_payment import IndividualBackPayment

    class Facts:
        months = list(range(10))
        area_code, today = "511102", city.TODAY
        employer = person = None

        class item:
            risk_class = 2

    assert IndividualBackPayment().risk(Facts())[0] == 1  # type: ignore[arg-type]


def test_historical_back_payment_takes_the_law_of_each_month_and_the_whole_class_1_route() -> None:
    form, materials, _ = forms.FORMS["history"]()
    case = through_class1("LVY-004", form, materials)
    assert case.risk_class == 1
    bills = list(Bill.objects.filter(source_id=source_of_case(case.pk)).order_by("kind", "insurance"))
    assert [(b.insurance, b.kind, b.total_fen) for b in bills[:2]] == [
        (110, BillKind.BACK, 3 * 1200_00),
        (210, BillKind.BACK, 3 * 50_00),
    ]
    late = [b for b in bills if b.kind == BillKind.SURCHARGE]
    assert late
    assert all(b.for_bill is None for b in late)
    # March was due on 15 April 2025: 574 days at 0.05 percent to 10 November 2026.
    days = [(city.TODAY - d).days for d in (city.TODAY.replace(2025, m, 15) for m in (4, 5, 6))]
    expected = sum((1200_00 * d * 5 + 5000) // 10000 for d in days)
    assert next(b for b in late if b.insurance == 110).total_fen == expected
    order = pay(case)
    income = Entry.objects.filter(
        voucher__source_kind="receipt_file", voucher__source_id=order.paid_receipt.file_id, account="4501.01"
    )  # type: ignore[union-attr]
    assert sum(e.amount_fen for e in income) == sum(b.total_fen for b in late)


def test_arrears_are_asked_for_with_surcharge_to_the_day_and_not_twice() -> None:
    case = through_class2("LVY-005", "arrears", forms.LATE_DAY)
    order = pay(case, forms.LATE_DAY)
    employer = case.employer
    assert employer is not None
    states = [s for s in bills_of_payer(employer=employer) if s.bill.insurance == 110 and s.bill.start_period == 202610]
    principal = next(s for s in states if s.bill.kind == BillKind.CURRENT)
    late = [s for s in states if s.bill.kind == BillKind.SURCHARGE]
    assert principal.left_fen == 0
    assert [s.bill.total_fen for s in late] == [(principal.bill.total_fen * 5 * 5 + 5000) // 10000]
    assert all(s.left_fen == 0 for s in late)
    assert order.amount_fen == principal.bill.total_fen + late[0].bill.total_fen


def test_a_deferral_moves_the_day_due_and_bears_no_surcharge() -> None:
    form, materials, _ = forms.FORMS["deferral"]()
    case = through_class1("LVY-006", form, materials)
    deferral = Deferral.objects.get(employer=case.employer)
    assert (deferral.start_period, deferral.end_period, deferral.due_on.isoformat()) == (202611, 202701, "2027-02-15")
    due = money.one("SELECT contributions_due_on_v1(%s, 110::smallint, 202611, '2026-12-15')", case.employer_id)
    assert due.isoformat() == "2027-02-15"


def test_a_resident_pays_a_grade_once_a_year() -> None:
    form, materials, _ = forms.FORMS["resident"]()
    case = finished(accept_case(city.application("LVY-008", form, materials=materials)))
    changed = finished(accept_case(city.application("LVY-008", form | {"grade_amount": "1000"}, materials=materials)))
    assert PaymentOrder.objects.get(case_id=case.pk).status == "cancelled"
    assert no_proof_before_payment(changed)
    order = pay(changed)
    assert order.amount_fen == 1000_00
    assert case.person is not None
    assert balance_of(case.person.pk, 170) == 1000_00


def test_a_refund_takes_the_months_back_and_the_money_waits_for_its_batch() -> None:
    person, fen = forms.paid_flexible()
    case = through_class1(
        "LVY-011", forms.refund_form(person, fen), ["application_form", "refund_statement", "payment_receipt", "bank_card"]
    )
    assert Refund.objects.get(case_id=case.pk).amount_fen == fen
    kinds = {(e.kind, e.amount_fen) for e in AccountEntry.objects.filter(person_id=person.pk)}
    assert kinds == {(EntryKind.CONTRIBUTION, 400_00), (EntryKind.REFUND, -400_00)}
    assert balance_of(person.pk, 110) == 0
    entries = Entry.objects.filter(voucher__source_kind="case", voucher__source_id=case.pk)
    assert sorted((e.account_id, e.side, e.amount_fen) for e in entries) == [
        ("2001.04", "C", 435_00), ("2001.04", "C", 1000_00), ("4001.01", "D", 1000_00), ("4001.11", "D", 435_00)]  # fmt: skip
    money.assert_agree()


def test_an_injury_rate_is_kept_as_a_step_from_its_month() -> None:
    case = through_class2("LVY-012", "rate")
    rate = InjuryRate.objects.get(employer=case.employer)
    assert (rate.floating_percent, rate.start_period) == (Decimal(80), 202612)


def test_a_lump_sum_is_paid_at_once() -> None:
    form, materials, _ = forms.FORMS["lump sum"]()
    case = through_class1("LVY-013", form, materials)
    assert pay(case).amount_fen == 5220_00
    assert Bill.objects.get(source_id=source_of_case(case.pk)).kind == BillKind.LUMP_SUM


def test_an_account_is_corrected_by_opposite_entries_in_a_class_1_case() -> None:
    form, materials, _ = forms.FORMS["account"]()
    person = Person.objects.get(id_number=form["id_number"])
    before = balance_of(person.pk, 110)
    through_class1("ACC-001", form, materials)
    assert balance_of(person.pk, 110) - before == 2 * 400_00
    again = form | {"new_value": "6000", "start_month": "2026-02"}
    through_class1("ACC-001", again, materials)
    entries = AccountEntry.objects.filter(person_id=person.pk, owed_period=202602).order_by("source_id")
    assert sorted(e.amount_fen for e in entries) == [-400_00, 400_00, 480_00]
    assert balance_of(person.pk, 110) - before == 400_00 + 480_00


def test_suspense_is_recognised_and_settled_in_a_class_2_case() -> None:
    form, materials, _ = forms.FORMS["settlement"]()
    unit = Employer.objects.get(unit_no=form["unit_no"])
    pension = next(s for s in money.bills(unit) if s.bill.insurance == 110)
    taken = money.receive(money.row(pension.left_fen, AAB004="说不清的付款人"), area=unit.area_id, partner="bank")
    assert taken.settlement is not None
    assert taken.settlement.suspense_fen == pension.left_fen
    receipt = Receipt.objects.get(file=taken.file)
    recognise(
        receipt_id=receipt.pk,
        unit_no=unit.unit_no,
        reason="单位出示汇款凭证",
        ground="付款人为其代缴，已核对委托书",
        user=city.user("cashier"),
    )
    case = accept_case(city.application("FND-001", form, materials=materials))
    city.decide(case, "reviewer")
    case = finished(city.decide(case, "rechecker"))
    assert "暂收款转入" in case.outcome["summary"]
    assert next(s for s in money.bills(unit) if s.bill.insurance == 110).left_fen <= 0 or pension.left_fen
    accounts = {e.account_id for e in Entry.objects.filter(voucher__source_kind="case", voucher__source_id=case.pk)}
    assert {"2001.01", "1002"} <= accounts
    money.assert_agree()


def test_a_person_settles_with_money_that_was_recognised_as_theirs() -> None:
    person = forms.new_flexible()
    accept_case(city.application("LVY-007", forms.pay_form(person), materials=["id_card"]))
    states = open_bills(person=person)
    due = sum(s.left_fen for s in states)
    assert due > 0
    taken = money.receive(money.row(due + 100, AAB004="说不清的付款人"), area=person.area_id, partner="bank")
    receipt = Receipt.objects.get(file=taken.file)
    recognise(
        receipt_id=receipt.pk,
        id_number=person.id_number,
        reason="本人出示汇款凭证",
        ground="付款人为其代缴，已核对委托书",
        user=city.user("cashier"),
    )
    form = {
        "id_number": person.id_number, "person_name": person.name, "start_month": "2026-11", "end_month": "2026-11",
        "insurances": forms.TWO, "bill_total": plain_fen(due), "paid_total": "0.00", "difference": plain_fen(due), "note": "款项已到账，请认定",
    }  # fmt: skip
    for changed, says in (
        ({"person_name": "另一个人"}, "姓名与参保登记不一致"), ({"unit_no": city.next_employee().employer.unit_no}, "两者填写一项"),
        ({"id_number": None, "person_name": None}, "两者填写一项"), ({"bill_total": "1.00"}, "系统应缴"),
    ):  # fmt: skip
        with pytest.raises(CaseRefused) as refused:
            accept_case(city.application("FND-001", form | changed, materials=["reconciliation_sheet"]))
        assert says in str(refused.value.data)
    # The sheet is the system's: nobody hands one in.
    shown = examine(city.application("FND-001", form)).facts
    lines = {line.label: line for line in handler_of(catalogue().item("FND-001", city.TODAY)).preview(shown)}
    assert f"以下列到账 {format_fen(due + 100)} 元抵缴" in lines["所选月份"].after
    case = accept_case(city.application("FND-001", form))
    assert (case.person_id, case.employer_id, case.amount_fen) == (person.pk, None, due + 100)
    city.decide(case, "reviewer")
    assert sum(s.left_fen for s in open_bills(person=person)) == due
    case = finished(city.decide(case, "rechecker"))
    assert f"暂收款转入 {format_fen(due)} 元" in case.outcome["summary"]
    assert f"实缴 {format_fen(due)} 元，未缴 0.00 元" in case.outcome["summary"]
    assert case.document is not None
    assert (case.document.kind, case.document.title) == ("settlement_sheet", "缴费结算单")
    sheet, used = case.document.content["sections"][:2]
    assert {(row[5], row[7]) for row in sheet["rows"]} == {("0.00", "0.00")}
    assert sum(parse_yuan(row[6]) for row in sheet["rows"]) == due
    assert [row[0] for row in used["rows"]] == [receipt.reference]
    assert signed_in("teller").get(f"/cases/{case.case_no}/receipt.pdf").content[:4] == b"%PDF"
    assert [s for s in open_bills(person=person) if s.left_fen > 0] == []
    assert surplus_of(person=person) == [(receipt, 100)]
    assert AccountEntry.objects.filter(person_id=person.pk, source_id__in=[s.bill.id for s in states]).exists()
    money.assert_agree()


def settled(unit: Employer) -> None:
    """All the unit owes is paid, in time."""
    for state in open_bills(employer=unit):
        if state.left_fen > 0:
            money.receive(money.row(state.left_fen, AAZ288=state.bill.id, AAE079="2024-01-05"), area=unit.area_id)


def test_enquiries_equal_the_plan_and_the_export_is_a_file() -> None:
    money.levied(202610)
    form, materials, _ = forms.FORMS["unit enquiry"]()
    case = finished(accept_case(city.application("ENQ-001", form, materials=materials)))
    assert case.employer is not None
    due = sum(s.bill.total_fen for s in bills_of_payer(employer=case.employer, start=202601, end=202611))
    assert format_fen(due) in case.outcome["summary"]
    line = LevyLine.objects.filter(employer_id=case.employer.pk).order_by("person_id", "owed_period", "insurance").first()
    assert line is not None
    unpaid = {(b.bill.source_id, b.bill.insurance) for b in open_bills(employer=case.employer) if b.left_fen > 0}
    before = finished(accept_case(city.application("ENQ-004", form | {"print_format": "03"}, channel="kiosk", materials=materials)))
    listed = list(
        csv.reader(io.StringIO(read_file(StoredFile.objects.get(pk=next(iter(before.result.files)))).decode("utf-8-sig")))
    )
    lines = LevyLine.objects.filter(employer_id=case.employer.pk, owed_period__range=(202601, 202611))
    paid_lines = [row for row in lines if (row.source_id, row.insurance) not in unpaid]
    assert len(listed) - 2 == len(paid_lines) < len(lines)
    settled(case.employer)
    contents = {}
    for code in ("01", "02", "03"):
        exported = finished(
            accept_case(city.application("ENQ-004", form | {"print_format": code}, channel="kiosk", materials=materials))
        )
        digest = next(iter(exported.result.files), "")
        contents[code] = (
            read_file(StoredFile.objects.get(pk=digest)) if digest else exported.document.content["sections"][0]["rows"]
        )
    assert contents["01"][0][5] == plain_fen(line.base_fen)
    sheet = openpyxl.load_workbook(io.BytesIO(contents["02"])).active
    assert sheet["F3"].value == line.base_fen / 100
    rows = list(csv.reader(io.StringIO(contents["03"].decode("utf-8-sig"))))
    # Above the head stands who took it.
    assert f"导出编号 {exported.case_no}" in rows[0][0]
    assert len(rows) - 2 == len(contents["01"]) == sheet.max_row - 2
    assert rows[2][5] == contents["01"][0][5]


def test_an_export_names_the_people_it_is_for_and_nobody_of_others() -> None:
    money.levied(202610)
    form, materials, _ = forms.FORMS["unit enquiry"]()
    unit = Employer.objects.get(unit_no=form["unit_no"])
    settled(unit)
    lines = LevyLine.objects.filter(employer_id=unit.pk, owed_period__range=(202601, 202611))
    two = list(Person.objects.filter(pk__in=lines.values("person_id")).order_by("pk")[:2])
    assert len(two) == 2

    def asked(text: str) -> Application:
        return city.application(
            "ENQ-004", form | {"print_format": "01", "chosen_people": text}, channel="kiosk", materials=materials
        )

    case = finished(accept_case(asked(f"{two[0].id_number.lower()}，{two[1].id_number}\n{two[0].id_number}")))
    rows = case.document.content["sections"][0]["rows"]
    assert {row[0] for row in rows} == {p.id_number for p in two}
    assert len(rows) == lines.filter(person_id__in=[p.pk for p in two]).count()
    whole = finished(accept_case(asked("")))
    assert len(whole.document.content["sections"][0]["rows"]) == lines.count() > len(rows)
    # A number nobody has and one of somebody else's employee are refused with the same words.
    other = Person.objects.exclude(pk__in=lines.values("person_id")).order_by("pk").first()
    assert other is not None
    said = []
    for number in (other.id_number, "110101199001011237"):
        with pytest.raises(CaseRefused) as refused:
            accept_case(asked(f"{two[0].id_number} {number}"))
        said.append(str(refused.value).replace(number, ""))
    assert "在本单位没有缴费记录" in said[0]
    assert said[0] == said[1]
    with pytest.raises(CaseRefused, match="一次最多选择 50 人"):
        accept_case(asked(" ".join(f"11010119900101{n:04d}" for n in range(51))))


def test_a_statement_too_long_for_paper_says_which_format_to_choose(monkeypatch: pytest.MonkeyPatch) -> None:
    money.levied(202610)
    monkeypatch.setitem(ROWS_MAX, "01", 3)
    form, materials, _ = forms.FORMS["unit enquiry"]()
    settled(Employer.objects.get(unit_no=form["unit_no"]))
    with pytest.raises(CaseRefused) as refused:
        accept_case(city.application("ENQ-004", form | {"print_format": "01"}, channel="kiosk", materials=materials))
    assert "请改选 XLSX 或 CSV" in str(refused.value)


def test_everything_above_verifies() -> None:
    assert list(verify_all()) == []
