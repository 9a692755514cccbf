"""What an employer sees: the day's desk, dues, staff, cases and their results. Everything is read with the employer's own eyes."""

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.applying.linked import linked_items
from yigui.applying.papers import paper_pages
from yigui.casework.enums import Verb
from yigui.casework.handlers import Offer, offered_for
from yigui.casework.models import Case
from yigui.casework.progress import progress_of
from yigui.casework.queries import cases_of, open_cases_of, own_case_of, results_for, results_of, steps_of_round
from yigui.casework.who_may import applicant_may
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.forms import shown_values
from yigui.catalogue.intake import change_intake
from yigui.charges.queries import dues_left
from yigui.charges.unit_bill import UnitBill, bill_sheet, unit_bill
from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.common.months import is_period
from yigui.documents.render import render_content
from yigui.identity.models import UnitLogin
from yigui.identity.outside_pages import unit_page
from yigui.identity.places import channel_of
from yigui.portal.offers import offers_to
from yigui.receipts.dues import dues_of
from yigui.registry.models import Employment, Person
from yigui.registry.queries import staff_count

PAGE = 50
own_page = unit_page()


@require_GET
@own_page
def home(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """What is owed, who is insured, what is open, and what came back."""
    today = clock.today()
    context = {
        "login": login, "dues": dues_left(employer=login.employer, today=today), "staff_count": staff_count(login.employer),
        "open_cases": [progress_of(c, today) for c in open_cases_of(employer_id=login.employer_id)],
        "feedback": results_for(employer_id=login.employer_id, limit=10),
        "change_intake": change_intake(channel_of(request), today), "today": today,
    }  # fmt: skip
    return render(request, "portal/home.html", context)


@require_GET
@own_page
def dues(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """Payments and arrears by month; the bills that are open or of late, all of them when asked for."""
    is_all = request.GET.get("all") == "1"
    context = dues_of(employer=login.employer, person=None, today=clock.today(), is_all=is_all)
    return render(request, "portal/dues.html", context | {"login": login})


@require_GET
@own_page
def unit_month(request: HttpRequest, login: UnitLogin, period: int) -> HttpResponse:
    """The one bill of a month: all insurances with rate, rule and since when it holds."""
    found = own_bill(login, period)
    return render(request, "portal/unit_bill.html", {"login": login, "found": found, "due_on": found.due_on})


@require_GET
@own_page
def unit_month_pdf(request: HttpRequest, login: UnitLogin, period: int) -> HttpResponse:
    """The same bill as PDF, as it stands today."""
    response = HttpResponse(render_content(bill_sheet(own_bill(login, period), clock.today())), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="bill-{period}.pdf"'
    return response


def own_bill(login: UnitLogin, period: int) -> UnitBill:
    """The bill of the operator's own employer.

    Raises:
        NotFound: not a month.
    """
    if not is_period(period):
        raise NotFound(f"{period} 不是年月，请在“应缴与实缴”中选择所属期。")
    return unit_bill(login.employer, period)


@require_GET
@own_page
def staff(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """The employees, present first; by name or number."""
    text = request.GET.get("q", "").strip()[:40]
    rows = Employment.objects.filter(employer=login.employer).select_related("person")
    if text:
        rows = rows.filter(Q(person__name__startswith=text) | Q(person__id_number=text.upper()) | Q(person__person_no=text))
    if request.GET.get("all") != "1":
        rows = rows.filter(end_period=None)
    page = Paginator(rows.order_by("person__name", "id"), PAGE).get_page(request.GET.get("page"))
    context = {"login": login, "page": page, "q": text, "all": request.GET.get("all") == "1", "leave": offered_for(Offer.LEAVE)}
    return render(request, "portal/staff.html", context)


@require_GET
@own_page
def cases(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """The employer's cases through any channel, newest first."""
    page = Paginator(cases_of(employer_id=login.employer_id), PAGE).get_page(request.GET.get("page"))
    return render(request, "portal/cases.html", {"login": login, "page": page, "channels": catalogue().channels})


@require_GET
@own_page
def case(request: HttpRequest, login: UnitLogin, case_no: str) -> HttpResponse:
    """One case: where it stands, what was asked, what came of it."""
    found = own_case(login, case_no)
    item = catalogue().version(found.item_code, found.item_version)
    # Somebody who has left is not read with the employer's eyes any more.
    person = Person.objects.filter(pk=found.person_id).first() if found.person_id else None
    context = {
        "login": login, "case": found, "item": item, "progress": progress_of(found, clock.today()),
        "answers": [(field.label, text) for field, text in shown_values(item, found.form)], "feedback": results_of(found),
        "steps": steps_of_round(found),
        "may_correct": applicant_may(found, Verb.RESUBMIT, clock.today(), login=login),
        "may_withdraw": applicant_may(found, Verb.WITHDRAW, clock.today(), login=login),
        "linked": linked_items(
            item, channel=channel_of(request), offers=offers_to(login, channel_of(request)), today=clock.today(), person=person
        ),
    }  # fmt: skip
    return render(request, "portal/case.html", context)


def own_case(login: UnitLogin, case_no: str) -> Case:
    """A case of the operator's employer.

    Raises:
        NotFound: there is none of this number.
    """
    found = own_case_of(case_no, employer_id=login.employer_id)
    if found is None:
        raise NotFound("没有这件业务，请在“我的办件”中查看本单位的办件。")
    return found


# A document is kept apart from its case; it is read with the application's rights, for the employer's own case only.
paper_urls = paper_pages(unit_page(own_eyes=False), own_case)
