"""Dues of an employer or a person by month as a chart and a table; the statement of a personal account."""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.accounts.queries import balance_of, statement
from yigui.common import clock
from yigui.common.months import format_period
from yigui.contributions.enums import AAE140, insurance_label
from yigui.contributions.queries import BillState, bills_of_payer, dues_by_month, orders_of, receipts_of
from yigui.counter.subjects import employer_of, person_of
from yigui.registry.enums import Insurance
from yigui.registry.models import Employer, Person
from yigui.staff.rights import page_right

MONTHS = 24
_ACCOUNTS = (Insurance.EMPLOYEE_PENSION, Insurance.EMPLOYEE_MEDICAL, Insurance.RESIDENT_PENSION)


def _chart(states: list[BillState]) -> str:
    """Paid, waiting and overdue per month, in yuan, for the chart."""
    months = dues_by_month(states, clock.today())[-MONTHS:]
    return json.dumps({
        "months": [format_period(m.period) for m in months],
        "paid": [m.paid_fen / 100 for m in months],
        "waiting": [max(0, m.left_fen - m.overdue_fen) / 100 for m in months],
        "overdue": [m.overdue_fen / 100 for m in months],
    })  # fmt: skip


def _page(request: HttpRequest, *, employer: Employer | None, person: Person | None) -> HttpResponse:
    today = clock.today()
    states = bills_of_payer(employer=employer, person=person)
    overdue = [s for s in states if s.is_overdue(today)]
    context = {
        "employer": employer, "person": person, "states": states[:200], "chart": _chart(states),
        "months": list(reversed(dues_by_month(states, today)))[:MONTHS], "due_fen": sum(s.bill.total_fen for s in states),
        "paid_fen": sum(s.paid_fen for s in states), "left_fen": sum(s.left_fen for s in states), "overdue_fen": sum(s.left_fen for s in overdue),
        "late_fen": sum(s.surcharge(today).amount_fen for s in overdue), "orders": orders_of(employer=employer, person=person, limit=10),
        "receipts": receipts_of(employer=employer, person=person, limit=20), "today": today,
    }  # fmt: skip
    return render(request, "counter/dues.html", context)


@require_GET
@page_right("persons")
def employer_dues(request: HttpRequest, unit_no: str) -> HttpResponse:
    """What an employer owes and paid, by month."""
    return _page(request, employer=employer_of(unit_no), person=None)


@require_GET
@page_right("persons")
def person_dues(request: HttpRequest, person_no: str) -> HttpResponse:
    """What a self-payer owes and paid, by month."""
    return _page(request, employer=None, person=person_of(person_no))


@require_GET
@page_right("persons")
def account(request: HttpRequest, person_no: str) -> HttpResponse:
    """Statement of the person's accounts (权益记录单): years, entries, interest with its calculation."""
    person = person_of(person_no)
    year = clock.today().year
    accounts = []
    for insurance in _ACCOUNTS:
        number = AAE140[insurance.value]
        years = statement(
            person.pk, number, insurance_name=insurance.value, area=person.area_id, start_year=year - 9, end_year=year
        )
        if years:
            accounts.append((insurance_label(number), balance_of(person.pk, number), list(reversed(years))))
    return render(request, "counter/account.html", {"person": person, "accounts": accounts})
