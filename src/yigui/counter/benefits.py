"""Pages of a person's benefits: what is paid and why line by line, and the award desk with its what-if by month of retirement."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.months import period_of
from yigui.counter.subjects import own_person_for, person_for
from yigui.entitlement.calculator import calculator
from yigui.entitlement.enums import BenefitKind, BenefitStatus, NoticeWay
from yigui.entitlement.models import Benefit
from yigui.entitlement.notices import is_near_end, may_tell, named, notices_of, record_notice, to_be_certified, told
from yigui.entitlement.queries import assisted_task_of, benefits_of, certifications_of, certified_until, death_of
from yigui.payment.overview import benefit_in_full
from yigui.registry.models import Person
from yigui.registry.queries import numbers_of
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.death_conflicts import reports_of


def held_for_death(person: Person, found: Sequence[Benefit]) -> frozenset[int]:
    """Benefits that a reported death of their person holds back: monthly ones in payment, unless an heir draws them."""
    own = numbers_of(person)
    return frozenset(
        b.pk for b in found if b.status == BenefitStatus.ACTIVE and b.kind < BenefitKind.FUNERAL and b.payee_number in own
    )


@require_GET
@page_right("persons")
def benefits(request: OfficerRequest, person_no: str) -> HttpResponse:
    """The pensioner page: benefits, awards line by line, amounts, payments with the bank's word, certification, recoveries."""
    person = person_for(request.user, person_no)
    found, death = benefits_of(person), death_of(person)
    context = {
        "person": person, "rows": [benefit_in_full(b) for b in found], "held": held_for_death(person, found) if death else (),
        "certifications": certifications_of(person.pk)[:10],
        "until": certified_until(person.pk), "task": assisted_task_of(person), "death": death, "reports": reports_of(person),
        "now": period_of(clock.today()), "notices": _notices(request, person),
    }  # fmt: skip
    return render(request, "counter/benefits.html", context)


def _notices(request: OfficerRequest, person: Person) -> dict[str, Any] | None:
    """What a person was told before the benefit is held, and whether whoever looks may put down another; None where nothing is to be told."""
    benefit, today = to_be_certified(person), clock.today()
    if benefit is None:
        return None
    state = told(person.pk, benefit.area_id)
    if not is_near_end(state.valid_until, today):
        return None
    return {
        "state": state, "rows": named(notices_of(person.pk)), "ways": NoticeWay.choices, "today": today, "person_no": person.person_no,
        "may": has_page_right(request.user, "suspension_notices") and may_tell(request.user, benefit),
    }  # fmt: skip


@require_POST
@page_right("suspension_notices")
def tell(request: OfficerRequest, person_no: str) -> HttpResponse:
    """Put down that a pensioner was told before the benefit is held for want of a certification."""
    person = own_person_for(request.user, person_no)
    try:
        way, result = (request.POST.get(name, "") for name in ("way", "result"))
        record_notice(user=request.user, person=person, way=way, result=result, today=clock.today())
        messages.success(request, "已登记告知。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("counter:person_benefits", person_no)


@require_GET
@page_right("persons")
def retirement(request: OfficerRequest, person_no: str) -> HttpResponse:
    """The award desk: the record of years, the pension by month of retirement, and one month line by line."""
    person = person_for(request.user, person_no)
    asked = {name: request.GET.get(name, "") for name in ("group", "deemed", "month", "growth", "pause", "back", "base")}
    context = calculator(person, **asked, today=clock.today())
    return render(request, "counter/retirement.html", context)
