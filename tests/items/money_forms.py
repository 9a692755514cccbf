"""Ordinary forms of the items about money, each about somebody of the generated city."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from tests import city, money
from yigui.casework.accept_case import accept_case
from yigui.charges.models import PaymentOrder
from yigui.charges.queries import open_bills
from yigui.common.identifiers import read_citizen_number
from yigui.common.money import plain_fen
from yigui.law.contribution import base_year_months, injury_rate
from yigui.levy.enums import BillKind
from yigui.levy.models import ContributionBase
from yigui.receipts.pay_order import pay_order
from yigui.registry.enums import AAE140
from yigui.registry.models import Employer, Employment, Person

Ordinary = tuple[dict[str, Any], list[str], dict[str, Any]]
TWO = ["employee_pension", "employee_medical"]
#: A day on which the bills of October, due on 15 November, are overdue.
LATE_DAY = dt.date(2026, 11, 20)


def flexible_form(**changed: Any) -> dict[str, Any]:
    """Enrolment of a person not known yet as a flexible worker."""
    seeker = city.next_seeker()
    citizen = read_citizen_number(seeker.id_number)
    assert citizen is not None
    return {
        "id_number": seeker.id_number, "person_name": seeker.name, "gender": citizen.gender, "birth_date": citizen.born_on.isoformat(),
        "household_type": "01", "mobile": "13812345678", "insurances": TWO, "contribution_base": "5000", "enrol_date": "2026-11-10",
        "pay_channel": "04",
    } | changed  # fmt: skip


def new_flexible() -> Person:
    """A person enrolled as a flexible worker from November, who owes nothing yet."""
    case = accept_case(city.application("REG-007", flexible_form(), materials=["id_card", "application_form"]))
    assert case.status == "finished", case.effect_error
    assert case.person is not None
    return case.person


def pay_form(person: Person, **changed: Any) -> dict[str, Any]:
    return {
        "id_number": person.id_number, "person_name": person.name, "insurances": TWO, "start_month": "2026-11", "end_month": "2026-11",
        "contribution_base": "5000", "pay_channel": "04",
    } | changed  # fmt: skip


def paid_flexible() -> tuple[Person, int]:
    """A flexible worker who has paid November, and how much (fen)."""
    person = new_flexible()
    case = accept_case(city.application("LVY-007", pay_form(person), materials=["id_card"]))
    order = PaymentOrder.objects.get(case_id=case.pk)
    pay_order(
        code=order.code, amount_fen=order.amount_fen, reference=money.reference(), partner="bank", area_code=person.area_id,
        paid_on=city.TODAY, today=city.TODAY,
    )  # fmt: skip
    return person, order.amount_fen


def employer_with_staff() -> Employer:
    return city.next_employee().employer


def base_rows(employer: Employer) -> list[dict[str, str]]:
    """A row for everybody who is at work in the employer, or was in the base year: other tests of the file may have ended it since."""
    start, _ = base_year_months(employer.area_id, 2026)
    worked = Employment.objects.filter(employer=employer).exclude(end_period__lt=start).select_related("person").order_by("id")
    names = {e.person.id_number: e.person.name for e in worked}
    return [{"id_number": number, "person_name": name, "declared_wage": "6000.00"} for number, name in names.items()]


def late_employer() -> Employer:
    """An employer whose October bills are wholly unpaid."""
    money.levied(202610)
    while True:
        found = city.next_employee().employer
        states = money.bills(found)
        if states and all(s.paid_fen == 0 for s in states):
            break
    # What other tests have levied before October is paid in time, so that October is the oldest debt.
    for state in open_bills(employer=found):
        if state.bill.start_period < 202610:
            money.receive(money.row(state.left_fen, AAZ288=state.bill.id, AAE079="2025-08-01"), area=found.area_id)
    return found


def _bases() -> Ordinary:
    unit = next(
        u
        for u in iter(employer_with_staff, None)
        if not ContributionBase.objects.filter(employer=u, year=2026, reason="declared").exists()
    )
    form = {"unit_no": unit.unit_no, "year": "2026", "base_rows": base_rows(unit), "contact_name": "李晓春", "phone": "13900001111"}
    return form, ["base_declaration_form"], {}


def _correction() -> Ordinary:
    e = city.next_employee()
    form = {
        "unit_no": e.employer.unit_no, "id_number": e.person.id_number, "person_name": e.person.name, "start_month": "2026-11",
        "end_month": "2026-11", "old_value": plain_fen(e.declared_wage_fen), "new_value": "6543.21", "change_reason": "01",
    }  # fmt: skip
    return form, ["application_form", "wage_sheet"], {}


def missed_month() -> dict[str, Any]:
    """Back payment of October for somebody registered as employed in October and not enrolled yet."""
    while True:
        stopped = city.next_stopped()
        if stopped.registered_on.month == 10:
            break
    return {
        "unit_no": city.unit(stopped.credit_code).unit_no, "id_number": stopped.id_number, "person_name": stopped.name,
        "insurances": city.FIVE, "start_month": "2026-10", "end_month": "2026-10", "declared_wage": "6000", "reason": "单位漏报",
    }  # fmt: skip


def _history() -> Ordinary:
    e = city.next_employee()
    form = {
        "unit_no": e.employer.unit_no, "id_number": e.person.id_number, "person_name": e.person.name,
        "insurances": ["employee_pension", "unemployment"], "start_month": "2025-03", "end_month": "2025-05", "contribution_base": "5000",
        "evidence_no": "乐劳人仲案〔2026〕12号", "reason": "仲裁裁决补缴",
    }  # fmt: skip
    return form, ["application_form", "back_pay_evidence", "employment_contract", "wage_sheet"], {}


def _arrears() -> Ordinary:
    unit = late_employer()
    left = sum(s.left_fen for s in money.bills(unit) if s.bill.insurance == 110)
    form = {
        "unit_no": unit.unit_no, "insurances": ["employee_pension"], "start_month": "2026-10", "end_month": "2026-10",
        "amount": plain_fen(left), "pay_channel": "02",
    }  # fmt: skip
    return form, ["application_form", "unit_bank_account"], {}


def _deferral() -> Ordinary:
    unit = late_employer()
    # Three months, none of which is paid: as the newest one levied.
    rows = [s.bill for s in money.bills(unit) if s.bill.insurance == 110 and s.bill.kind == BillKind.CURRENT]
    month = max(bill.start_period for bill in rows)
    amount = 3 * sum(bill.total_fen for bill in rows if bill.start_period == month)
    form = {
        "unit_no": unit.unit_no, "insurances": ["employee_pension"], "start_month": "2026-11", "end_month": "2027-01", "amount": plain_fen(amount),
        "guarantee_kind": "01", "reason": "生产经营严重困难",
    }  # fmt: skip
    return form, ["application_form", "financial_statement", "guarantee_document"], {}


def _resident() -> Ordinary:
    residents = Person.objects.filter(coverages__insurance="resident_pension", retired_on=None, born_on__year__gt=1968).order_by(
        "id"
    )
    person = next(city.of_city("residents", lambda: iter(residents)))
    form = {"id_number": person.id_number, "person_name": person.name, "year": "2026", "grade_amount": "500", "pay_channel": "07"}
    return form, ["id_card"], {}


def refund_form(person: Person, fen: int) -> dict[str, Any]:
    return {
        "id_number": person.id_number, "person_name": person.name, "insurances": TWO, "start_month": "2026-11", "end_month": "2026-11",
        "amount": plain_fen(fen), "reason": "重复缴费", "account_name": person.name, "account_no": "6222123456789012",
    }  # fmt: skip


def _refund() -> Ordinary:
    person, fen = paid_flexible()
    return refund_form(person, fen), ["application_form", "refund_statement", "payment_receipt", "bank_card"], {}


def _rate() -> Ordinary:
    while True:
        unit = employer_with_staff()
        if unit.industry_risk != "1":
            break
    benchmark = injury_rate(unit.area_id, 202612, unit.industry_risk)
    form = {
        "unit_no": unit.unit_no, "industry_risk": unit.industry_risk, "cost_ratio": "0.3", "old_rate": str(benchmark),
        "new_rate": str(benchmark * 80 / 100), "start_month": "2026-12",
    }  # fmt: skip
    return form, ["injury_rate_data"], {}


def _lump_sum() -> Ordinary:
    retired = Person.objects.exclude(retired_on=None).order_by("id")
    person = next(city.of_city("retired", lambda: iter(retired)))
    required = 360 if person.gender == "1" else 300
    form = {
        "id_number": person.id_number, "person_name": person.name, "retire_date": person.retired_on.isoformat() if person.retired_on else "",
        "actual_months": str(required - 12), "deemed_months": "0", "months": "12", "contribution_base": "5000", "amount": "5220.00",
    }  # fmt: skip
    return form, ["application_form", "retirement_form", "id_card"], {}


def _account() -> Ordinary:
    e = city.next_employee()
    form = {
        "id_number": e.person.id_number, "person_name": e.person.name, "start_month": "2026-01", "end_month": "2026-02", "old_value": "0",
        "new_value": "5000", "reason": "漏记两个月",
    }  # fmt: skip
    return form, ["application_form", "payment_receipt", "id_card"], {}


def _unit_enquiry() -> Ordinary:
    unit = employer_with_staff()
    return {"unit_no": unit.unit_no, "start_month": "2026-01", "end_month": "2026-11"}, ["id_card"], {}


def _export() -> Ordinary:
    form, materials, words = _unit_enquiry()
    return form | {"print_format": "03"}, materials, words


def _settlement() -> Ordinary:
    unit = late_employer()
    due = sum(s.bill.total_fen for s in money.bills(unit) if s.bill.insurance == AAE140["employee_pension"])
    form = {
        "unit_no": unit.unit_no, "start_month": "2026-10", "end_month": "2026-10", "insurances": ["employee_pension"],
        "bill_total": plain_fen(due), "paid_total": "0.00", "difference": plain_fen(due), "note": "资金周转困难，下月补缴",
    }  # fmt: skip
    return form, ["reconciliation_sheet"], {}


FORMS: dict[str, Callable[[], Ordinary]] = {
    "new flexible": lambda: (flexible_form(), ["id_card", "application_form"], {}),
    "flexible stop": lambda: (
        {"id_number": (p := new_flexible()).id_number, "person_name": p.name, "insurances": TWO, "change_reason": "02", "settle_period": "2026-12"},
        ["id_card"], {},
    ),
    "flexible pay": lambda: (pay_form(new_flexible()), ["id_card"], {}),
    "unit bases": _bases, "base correction": _correction,
    "missed month": lambda: (missed_month(), ["employment_registration", "wage_sheet"], {}),
    "history": _history, "arrears": _arrears, "deferral": _deferral, "resident": _resident, "refund": _refund, "rate": _rate,
    "lump sum": _lump_sum, "account": _account, "unit enquiry": _unit_enquiry, "export": _export, "settlement": _settlement,
}  # fmt: skip
