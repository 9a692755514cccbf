"""What a person sees of themselves. Everything is read with the person's own eyes."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.applying import own_cases
from yigui.applying.own_cases import own_case_in_full, own_cases_listed, own_open_cases
from yigui.applying.pages import offers_to_persons
from yigui.applying.papers import paper_pages
from yigui.applying.rating import rate_page
from yigui.casework.handlers import Offer, offered_for
from yigui.casework.models import Case
from yigui.common import clock
from yigui.common.months import period_of
from yigui.common.tables import XLSX_TYPE, Sheet, workbook
from yigui.entitlement.calculator import calculator
from yigui.entitlement.notices import notices_of
from yigui.entitlement.queries import assisted_task_of, benefits_of, certifications_of, certified_until, monthly_benefit
from yigui.entitlement.record_page import HEAD, PENSION, WIDTHS, first_of, insurances_of, labelled, record_page, rows_of_workbook
from yigui.identity.outside_pages import listed_sessions, person_page
from yigui.identity.outside_sessions import SESSIONS_MAX, end_one_session, sessions_of
from yigui.identity.places import channel_of, here, is_kiosk
from yigui.levy.models import LevyLine, OpenBill
from yigui.levy.own_months import shown_lines
from yigui.payment.overview import benefit_in_full
from yigui.payment.statements import statements_of
from yigui.receipts.dues import dues_of
from yigui.registry.enums import Insurance
from yigui.registry.models import Person
from yigui.registry.queries import coverages_of
from yigui.staff.models import FullView
from yigui.warrants.queries import own_history_of

PAGE = 30
#: What somebody without an employer pays for as a flexible worker.
_SELF_PAID = frozenset({Insurance.EMPLOYEE_PENSION.value, Insurance.EMPLOYEE_MEDICAL.value})
own_page = person_page()


@require_GET
@own_page
def home(request: HttpRequest, person: Person) -> HttpResponse:
    """Tiles to everything, and what is waiting."""
    today = clock.today()
    period = period_of(today)
    benefits = benefits_of(person)
    context = {
        "person": person, "today": today,
        "active": [c for c in coverages_of(person) if c.end_period is None or c.end_period >= period],
        "is_pensioner": any(b.status != "ended" for b in benefits), "until": certified_until(person.pk), "now": period,
        "task": assisted_task_of(person), "certify": offered_for(Offer.CERTIFY),
        "has_dues": OpenBill.objects.filter(employer_id=0, person_id=person.pk).exists(),
    }  # fmt: skip
    return render(request, "mobile/home.html", context | own_open_cases(today, most=5, person_id=person.pk))


@require_GET
@own_page
def months(request: HttpRequest, person: Person) -> HttpResponse:
    """What was levied by month, newest first, under the months of the pension that count."""
    rows = LevyLine.objects.filter(person_id=person.pk).order_by("-owed_period", "insurance", "source_id")
    page = Paginator(rows, PAGE * 2).get_page(request.GET.get("page"))
    context = {
        "person": person, "page": page, "rows": shown_lines(list(page)),
        "record": record_page(person, PENSION), "drawn": monthly_benefit(person),
    }  # fmt: skip
    return render(request, "mobile/months.html", context)


@require_GET
@own_page
def record(request: HttpRequest, person: Person) -> HttpResponse:
    """The record of a working life month by month, of the insurance asked for; a machine prints it, a phone takes it as a workbook."""
    coverages = coverages_of(person)
    insurances = insurances_of(person, coverages)
    asked = request.GET.get("insurance", "")
    context = {
        "person": person, "page": record_page(person, asked if asked in insurances else first_of(insurances), coverages),
        "insurances": labelled(insurances), "is_kiosk": is_kiosk(request),
    }  # fmt: skip
    return render(request, "mobile/record.html", context)


@require_GET
@own_page
def record_file(request: HttpRequest, person: Person) -> HttpResponse:
    """The same of all insurances as a workbook, for the person alone; a machine that others use after them keeps no file, its page is printed."""
    if is_kiosk(request):
        return redirect(here(request, "record"))
    note = f"{person.name} 本人于 {clock.local(clock.now()):%Y-%m-%d %H:%M} 下载，不作为缴费凭证；需要盖章的请办理 ENQ-003"
    content = workbook(Sheet("逐月缴费记录", HEAD, rows_of_workbook(person), widths=WIDTHS, note=note))
    answer = HttpResponse(content, content_type=XLSX_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="record-{clock.today():%Y%m%d}.xlsx"'
    return answer


@require_GET
@own_page
def dues(request: HttpRequest, person: Person) -> HttpResponse:
    """What a self-payer owes and paid, and the codes to pay by."""
    own = {c.insurance for c in coverages_of(person) if c.employer_id is None}
    wanted = (
        (Offer.PAY_SELF, "灵活就业缴费", bool(own & _SELF_PAID) and not person.is_retired),
        (Offer.PAY_RESIDENT, "城乡居民养老缴费", Insurance.RESIDENT_PENSION in own),
    )
    buttons = [{"item": code, "label": label} for offer, label, may in wanted if may and (code := offered_for(offer))]
    return render(request, "mobile/dues.html", dues_of(employer=None, person=person, today=clock.today()) | {"buttons": buttons})


@require_GET
@own_page
def account(request: HttpRequest, person: Person) -> HttpResponse:
    """Statements of the accounts."""
    return render(request, "mobile/account.html", {"person": person, "accounts": statements_of(person, clock.today())})


@require_GET
@own_page
def benefits(request: HttpRequest, person: Person) -> HttpResponse:
    """Benefits with their lines and payments."""
    context = {
        "person": person, "rows": [benefit_in_full(b) for b in benefits_of(person)], "until": certified_until(person.pk),
        "certifications": certifications_of(person.pk)[:5], "now": period_of(clock.today()), "notices": notices_of(person.pk)[:5],
    }  # fmt: skip
    return render(request, "mobile/benefits.html", context)


@require_GET
@own_page
def retirement(request: HttpRequest, person: Person) -> HttpResponse:
    """The retirement calculator, with every line."""
    asked = {name: request.GET.get(name, "") for name in ("group", "deemed", "month", "growth", "pause", "back", "base")}
    return render(request, "mobile/retirement.html", calculator(person, **asked, today=clock.today()))


@require_GET
@own_page
def cases(request: HttpRequest, person: Person) -> HttpResponse:
    """The person's cases through any channel, newest first, with their messages."""
    context = own_cases_listed(request, rows=PAGE, person_id=person.pk)
    return render(request, "mobile/cases.html", context | {"person": person})


@require_GET
@own_page
def case(request: HttpRequest, person: Person, case_no: str) -> HttpResponse:
    """One case: where it stands, what was asked, what came of it."""
    channel = channel_of(request)
    context = own_case_in_full(
        own_case(person, case_no), clock.today(), channel=channel, offers=offers_to_persons(channel), reader=person
    )
    return render(request, "mobile/case.html", context | {"person": person})


@require_GET
@own_page
def views(request: HttpRequest, person: Person) -> HttpResponse:
    """Who looked at the person's record in full, and every change of it."""
    looked = FullView.objects.filter(subject="person", subject_id=person.pk).order_by("-id")
    rows = looked.values("viewed_at", "reason", "user__full_name", "user__agency__name")[:100]
    return render(
        request, "mobile/views.html", {"person": person, "rows": rows, "history": own_history_of("registry_person", person.pk)}
    )


@require_http_methods(["GET", "POST"])
@person_page(own_eyes=False)
def sessions(request: HttpRequest, person: Person) -> HttpResponse:
    """Where the person is signed in, and ending it there."""
    if request.method == "POST":
        end_one_session(request.POST.get("end", ""), person=person)
        messages.success(request, "已退出该处登录。")
        return redirect(here(request, "sessions"))
    rows = listed_sessions(request, sessions_of(person=person)[:SESSIONS_MAX])
    return render(request, "mobile/sessions.html", {"person": person, "sessions": rows})


@require_http_methods(["GET", "POST"])
@own_page
def rate(request: HttpRequest, person: Person, case_no: str) -> HttpResponse:
    """Say how an own case was served."""
    return rate_page(request, person, own_case(person, case_no), base="mobile/base.html", who="person")


def own_case(person: Person, case_no: str) -> Case:
    """A case about the person.

    Raises:
        NotFound: there is none of this number.
    """
    return own_cases.own_case(case_no, person_id=person.pk)


# A document is kept apart from its case; it is read with the application's rights, for the person's own case only.
paper_urls = paper_pages(person_page(own_eyes=False), own_case)
