"""Pages of a person's benefits: what is paid and why line by line, and the award desk with its what-if by month of retirement."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.common import clock
from yigui.common.months import period_of
from yigui.counter.subjects import person_of
from yigui.entitlement.calculator import calculator
from yigui.entitlement.queries import assisted_task_of, benefits_of, certifications_of, certified_until, death_of
from yigui.payment.overview import benefit_in_full
from yigui.staff.rights import page_right
from yigui.tasks.death_conflicts import reports_of


@require_GET
@page_right("persons")
def benefits(request: HttpRequest, person_no: str) -> HttpResponse:
    """The pensioner page: benefits, awards line by line, amounts, payments with the bank's word, certification, recoveries."""
    person = person_of(person_no)
    context = {
        "person": person, "rows": [benefit_in_full(b) for b in benefits_of(person)], "certifications": certifications_of(person.pk)[:10],
        "until": certified_until(person.pk), "task": assisted_task_of(person), "death": death_of(person), "reports": reports_of(person),
        "now": period_of(clock.today()),
    }  # fmt: skip
    return render(request, "counter/benefits.html", context)


@require_GET
@page_right("persons")
def retirement(request: HttpRequest, person_no: str) -> HttpResponse:
    """The award desk: the record of years, the pension by month of retirement, and one month line by line."""
    person = person_of(person_no)
    asked = {name: request.GET.get(name, "") for name in ("group", "deemed", "month")}
    context = calculator(person, **asked, today=clock.today())
    return render(request, "counter/retirement.html", context)
