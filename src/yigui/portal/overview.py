"""What an employer sees: the day's desk, dues, staff, cases and their results. Everything is read with the employer's own eyes."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.applying import own_cases
from yigui.applying.own_cases import own_case_in_full, own_cases_listed, own_open_cases
from yigui.applying.papers import paper_pages
from yigui.applying.rating import rate_page
from yigui.casework.handlers import Offer, offered_for
from yigui.casework.models import Case
from yigui.catalogue.intake import change_intake
from yigui.charges.queries import dues_left
from yigui.charges.unit_bill import UnitBill, bill_sheet, unit_bill
from yigui.common import clock
from yigui.common.errors import NotFound
from yigui.common.months import is_period, period_of
from yigui.documents.render import render_content
from yigui.identity.models import UnitLogin
from yigui.identity.outside_pages import unit_page
from yigui.identity.places import channel_of
from yigui.levy.declare import newest_bases
from yigui.portal.offers import offers_to
from yigui.receipts.dues import dues_of
from yigui.receipts.own_accounts import collecting_accounts
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
        "change_intake": change_intake(channel_of(request), today), "today": today,
    }  # fmt: skip
    return render(request, "portal/home.html", context | own_open_cases(today, most=10, employer_id=login.employer_id))


@require_GET
@own_page
def dues(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """Payments and arrears by month; the bills that are open or of late, all of them when asked for."""
    is_all = request.GET.get("all") == "1"
    context = dues_of(employer=login.employer, person=None, today=clock.today(), is_all=is_all)
    return render(request, "portal/dues.html", context | _payable(login))


@require_GET
@own_page
def unit_month(request: HttpRequest, login: UnitLogin, period: int) -> HttpResponse:
    """The one bill of a month: all insurances with rate, rule and since when it holds."""
    found = own_bill(login, period)
    return render(request, "portal/unit_bill.html", {"found": found, "due": found.due_in_words} | _payable(login))


def _payable(login: UnitLogin) -> dict[str, Any]:
    """Who pays, and the accounts their transfers are booked from (收入户), as the collecting declarations say."""
    return {"login": login, "collecting": list(collecting_accounts(login.employer.area_id, clock.today()))}


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
    bases = newest_bases(login.employer, [row.person_id for row in page], period_of(clock.today()))
    rows_shown = [(row, bases.get(row.person_id)) for row in page]
    context = {
        "login": login,
        "page": page,
        "rows": rows_shown,
        "q": text,
        "all": request.GET.get("all") == "1",
        "leave": offered_for(Offer.LEAVE),
    }
    return render(request, "portal/staff.html", context)


@require_GET
@own_page
def cases(request: HttpRequest, login: UnitLogin) -> HttpResponse:
    """The employer's cases through any channel, newest first."""
    context = own_cases_listed(request, rows=PAGE, employer_id=login.employer_id)
    return render(request, "portal/cases.html", context | {"login": login})


@require_GET
@own_page
def case(request: HttpRequest, login: UnitLogin, case_no: str) -> HttpResponse:
    """One case: where it stands, what was asked, what came of it."""
    found, channel = own_case(login, case_no), channel_of(request)
    # Somebody who has left is not read with the employer's eyes any more.
    about = Person.objects.filter(pk=found.person_id).first() if found.person_id else None
    context = own_case_in_full(found, clock.today(), channel=channel, offers=offers_to(login, channel), reader=login, about=about)
    return render(request, "portal/case.html", context | {"login": login})


@require_http_methods(["GET", "POST"])
@own_page
def rate(request: HttpRequest, login: UnitLogin, case_no: str) -> HttpResponse:
    """Say how an own case was served."""
    return rate_page(request, login, own_case(login, case_no), base="portal/base.html", who="login")


def own_case(login: UnitLogin, case_no: str) -> Case:
    """A case of the operator's employer.

    Raises:
        NotFound: there is none of this number.
    """
    return own_cases.own_case(case_no, employer_id=login.employer_id)


# A document is kept apart from its case; it is read with the application's rights, for the employer's own case only.
paper_urls = paper_pages(unit_page(own_eyes=False), own_case)
