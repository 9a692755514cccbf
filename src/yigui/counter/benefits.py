"""Pages of a person's benefits: what is paid and why line by line, and the award desk with its what-if by month of retirement."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.common import clock
from yigui.common.months import period_of
from yigui.counter.subjects import person_of
from yigui.entitlement.calculator import calculator
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import assisted_task_of, benefits_of, certifications_of, certified_until, death_of
from yigui.payment.overview import benefit_in_full
from yigui.registry.models import Person
from yigui.registry.queries import numbers_of
from yigui.staff.rights import page_right
from yigui.tasks.death_conflicts import reports_of


def held_for_death(person: Person, found: Sequence[Benefit]) -> frozenset[int]:
    """Benefits that a reported death of their person holds back: monthly ones in payment, unless an heir draws them."""
    own = numbers_of(person)
    return frozenset(
        b.pk for b in found if b.status == BenefitStatus.ACTIVE and b.kind < BenefitKind.FUNERAL and b.payee_number in own
    )


@require_GET
@page_right("persons")
def benefits(request: HttpRequest, person_no: str) -> HttpResponse:
    """The pensioner page: benefits, awards line by line, amounts, payments with the bank's word, certification, recoveries."""
    person = person_of(person_no)
    found, death = benefits_of(person), death_of(person)
    context = {
        "person": person, "rows": [benefit_in_full(b) for b in found], "held": held_for_death(person, found) if death else (),
        "certifications": certifications_of(person.pk)[:10],
        "until": certified_until(person.pk), "task": assisted_task_of(person), "death": death, "reports": reports_of(person),
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
