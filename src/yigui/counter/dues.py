"""Dues of an employer or a person by month as a chart and a table; the statement of a personal account."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.common import clock
from yigui.counter.subjects import employer_for, person_for
from yigui.payment.statements import statements_of
from yigui.receipts.dues import dues_of
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right


@require_GET
@page_right("persons")
def employer_dues(request: OfficerRequest, unit_no: str) -> HttpResponse:
    """What an employer owes and paid, by month."""
    context = dues_of(employer=employer_for(request.user, unit_no), person=None, today=clock.today(), is_claimed_too=True)
    return render(request, "counter/dues.html", context)


@require_GET
@page_right("persons")
def person_dues(request: OfficerRequest, person_no: str) -> HttpResponse:
    """What a self-payer owes and paid, by month."""
    context = dues_of(employer=None, person=person_for(request.user, person_no), today=clock.today(), is_claimed_too=True)
    return render(request, "counter/dues.html", context)


@require_GET
@page_right("persons")
def account(request: OfficerRequest, person_no: str) -> HttpResponse:
    """Statement of the person's accounts (权益记录单): years, entries, interest with its calculation."""
    person = person_for(request.user, person_no)
    accounts = statements_of(person, clock.today())
    return render(request, "counter/account.html", {"person": person, "accounts": accounts})
