"""Persons and employers: search, one page with everything known, full view with a reason."""

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yigui.accounts.models import PersonalAccount
from yigui.applying.lists import list_items
from yigui.casework.queries import open_cases_of, recent_cases_of
from yigui.casework.who_may import is_deciding_about
from yigui.common import clock
from yigui.common.errors import Forbidden
from yigui.common.identifiers import is_permit_number, read_citizen_number
from yigui.common.months import period_of
from yigui.common.normalise import plain_identity
from yigui.counter.item_finder import ItemRow, items_about
from yigui.law.retirement_age import age_on, earliest_retirement_month, latest_retirement_month
from yigui.registry import queries as registry
from yigui.registry.enums import LifeStatus
from yigui.registry.errors import EmployerNotFound, PersonNotFound
from yigui.registry.models import Area, Employer, Person
from yigui.registry.search import search_employers, search_persons, told_apart
from yigui.staff.full_views import GROUNDS, stated
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.looks import employers_within, look, people_within
from yigui.warrants.queries import history_of


@require_GET
@page_right("persons")
def search(request: HttpRequest) -> HttpResponse:
    """The search page."""
    return render(request, "counter/search.html", {"q": "", "is_wrong": False, "persons": None, "employers": None})


def _is_wrong_number(text: str) -> bool:
    """Whether somebody typed a whole identity number that cannot be one."""
    plain = plain_identity(text)
    return (
        re.fullmatch(r"[0-9]{17}[0-9X]", plain) is not None and read_citizen_number(plain) is None and not is_permit_number(plain)
    )


def _only_hit(text: str, persons: list[Person], employers: list[Employer]) -> str | None:
    """The address of the one record that was asked for by a whole number of its own; None where it was a part of one, or a name."""
    number = plain_identity(text)
    own = [("counter:person", p.person_no) for p in persons if number in (p.id_number, p.person_no)]
    own += [("counter:employer", e.unit_no) for e in employers if number in (e.unit_no, e.credit_code)]
    return reverse(own[0][0], args=[own[0][1]]) if len(own) == 1 == len(persons) + len(employers) else None


@require_POST
@page_right("persons")
def results(request: OfficerRequest) -> HttpResponse:
    """Persons and employers for a text. By POST, so that numbers stay out of addresses and logs; writes nothing.

    Sent by Enter, the one record with just this number opens; while one types, what was found is listed.
    """
    text, today = request.POST.get("q", "")[:60], clock.today()
    persons = search_persons(text, people_within(request.user))
    employers = search_employers(text, employers_within(request.user))
    if not request.htmx and (hit := _only_hit(text, persons.rows, employers.rows)) is not None:
        return redirect(hit)
    told = told_apart(persons.rows, text, period_of(today))
    found = [{"person": p, "age": age_on(p.born_on, today), "told": told[p.pk]} for p in persons.rows]
    context = {
        "q": text, "is_wrong": _is_wrong_number(text),
        "persons": {"rows": found, "has_more": persons.has_more}, "employers": employers,
    }  # fmt: skip
    return render(request, "counter/includes/results.html" if request.htmx else "counter/search.html", context)


def person_of(person_no: str) -> Person:
    """The person with this number.

    Raises:
        PersonNotFound: there is none.
    """
    found = Person.objects.select_related("area", "merged_into").filter(person_no=person_no).first()
    if found is None:
        raise PersonNotFound(f"没有个人编号为 {person_no} 的参保人，请核对编号。")
    return found


def employer_of(unit_no: str) -> Employer:
    """The employer with this number.

    Raises:
        EmployerNotFound: there is none.
    """
    found = Employer.objects.select_related("area").filter(unit_no=unit_no).first()
    if found is None:
        raise EmployerNotFound(f"没有单位编号为 {unit_no} 的参保单位，请核对编号。")
    return found


def person_for(user: User, person_no: str) -> Person:
    """The person with this number, as somebody may look at them: who serves the city's counters (全市通办) at everybody; others at whom their agency
    answers for, by where they are registered, insured or paid, and at whom a case is about that they are deciding.

    Raises:
        PersonNotFound: there is none. Forbidden: another agency's.
    """
    found = person_of(person_no)
    if not is_own(user, found) and not is_deciding_about(user, found, clock.today()):
        raise _elsewhere(f"个人编号 {person_no} ", found.area, "由您审批的办件，领取后即可查看。")
    return found


def own_person_for(user: User, person_no: str) -> Person:
    """The same but for cases: what goes beyond looking (a list taken out, somebody told) is of whom the own agency answers for.

    Raises:
        PersonNotFound: there is none. Forbidden: another agency's.
    """
    found = person_of(person_no)
    if not is_own(user, found):
        raise _elsewhere(f"个人编号 {person_no} ", found.area)
    return found


def is_own(user: User, person: Person) -> bool:
    within = people_within(user)
    return within is None or Person.objects.filter(within, pk=person.pk).exists()


def employer_for(user: User, unit_no: str) -> Employer:
    """The employer with this number, likewise: by where it is registered, or insures somebody; or in whose own case they are deciding.

    Raises:
        EmployerNotFound: there is none. Forbidden: another agency's.
    """
    found, within = employer_of(unit_no), employers_within(user)
    is_within = within is None or Employer.objects.filter(within, pk=found.pk).exists()
    if not is_within and not is_deciding_about(user, found, clock.today()):
        raise _elsewhere(f"单位编号 {unit_no} ", found.area, "该单位自身的办件由您审批的，领取后即可查看。")
    return found


def _elsewhere(what: str, area: Area, way: str = "") -> Forbidden:
    words = f"{what}的参保归属地为{area.name}，由该地区或其市级经办机构的人员查看；需要办理的，请在窗口受理。"
    return Forbidden(words + way, area=area.pk)


@require_GET
@page_right("persons")
def person(request: OfficerRequest, person_no: str) -> HttpResponse:
    """Everything known about a person, personal data masked."""
    return render(request, "counter/person.html", _person_page(request, person_for(request.user, person_no)))


def _person_page(request: HttpRequest, found: Person) -> dict[str, object]:
    today = clock.today()
    period = period_of(today)
    coverages = registry.coverages_of(found)
    return {
        "person": found,
        "reason": "",
        "grounds": GROUNDS,
        "age": age_on(found.born_on, today),
        "stated_dead": registry.stated_dead(coverages) if found.life_status == LifeStatus.ALIVE else None,
        "coverages": coverages,
        "active": [c for c in coverages if c.end_period is None or c.end_period >= period],
        "timeline": registry.coverage_timeline(coverages, period),
        "employments": registry.employments_of(found),
        "accounts": list(PersonalAccount.objects.filter(person=found).order_by("id")[:10]),
        "open_cases": open_cases_of(person_id=found.pk),
        "cases": recent_cases_of(person_id=found.pk),
        "retirement": (
            earliest_retirement_month(found.gender, found.born_on),
            latest_retirement_month(found.gender, found.born_on),
        ),
        "items": _items_for(request, found),
        "may_accept": has_page_right(request.user, "counter"),
    }


def _items_for(request: HttpRequest, subject: Person | Employer) -> list[ItemRow]:
    user = request.user
    return items_about(user, subject, clock.today()) if isinstance(user, User) and has_page_right(user, "counter") else []


@require_POST
@page_right("persons")
def person_in_full(request: OfficerRequest, person_no: str) -> HttpResponse:
    """The person's data in full and the history of the record, for a stated reason; recorded."""
    found = person_for(request.user, person_no)
    ground, reason = stated(request.POST.get("ground", ""), request.POST.get("reason", ""))
    look(user=request.user, subject=found, ground=ground, words=reason)
    context = {"person": found, "reason": reason, "history": history_of("registry_person", found.pk)}
    if request.htmx:
        return render(request, "counter/includes/person_in_full.html", context)
    return render(request, "counter/person.html", _person_page(request, found) | context)


@require_GET
@page_right("persons")
def employer(request: OfficerRequest, unit_no: str) -> HttpResponse:
    """Everything known about an employer; staff masked, at most one page of them."""
    return render(request, "counter/employer.html", _employer_page(request, employer_for(request.user, unit_no)))


def _employer_page(request: HttpRequest, found: Employer) -> dict[str, object]:
    return {
        "employer": found,
        "reason": "",
        "grounds": GROUNDS,
        "enrolments": list(found.enrolments.order_by("id")[:20]),
        "staff": registry.staff_of(found),
        "staff_count": registry.staff_count(found),
        "open_cases": open_cases_of(employer_id=found.pk),
        "cases": recent_cases_of(employer_id=found.pk),
        "items": _items_for(request, found),
        "lists": list_items("counter", clock.today()) if has_page_right(request.user, "counter") else [],
        "may_accept": has_page_right(request.user, "counter"),
    }


@require_POST
@page_right("persons")
def employer_in_full(request: OfficerRequest, unit_no: str) -> HttpResponse:
    """The employer's bank account and contacts in full, for a stated reason; recorded."""
    found = employer_for(request.user, unit_no)
    ground, reason = stated(request.POST.get("ground", ""), request.POST.get("reason", ""))
    look(user=request.user, subject=found, ground=ground, words=reason)
    context = {"employer": found, "reason": reason, "history": history_of("registry_employer", found.pk)}
    if request.htmx:
        return render(request, "counter/includes/employer_in_full.html", context)
    return render(request, "counter/employer.html", _employer_page(request, found) | context)
