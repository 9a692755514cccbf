"""A person's record month by month, and the same as a workbook by the rules of exports (R310)."""

from collections.abc import Mapping

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.common.errors import YiguiError
from yigui.counter.subjects import is_own, own_person_for, person_for
from yigui.entitlement.record_page import HEAD, WIDTHS, first_of, insurances_of, labelled, record_page, rows_of_workbook
from yigui.registry.models import Person
from yigui.registry.queries import coverages_of
from yigui.shell.refused import refusal_said
from yigui.staff.enums import ViewGround
from yigui.staff.errors import NotAuthorised
from yigui.staff.full_views import record_full_view
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.exports import ExportKind, Listing, ask_export, register_export
from yigui.tasks.looks import refuse_spent

KIND = "person_record"


@require_GET
@page_right("persons")
def person_record(request: OfficerRequest, person_no: str) -> HttpResponse:
    """The record of a working life month by month, of the insurance asked for."""
    return render(request, "counter/record.html", _context(request, request.user, person_for(request.user, person_no)))


def _context(request: HttpRequest, user: User, person: Person) -> dict[str, object]:
    coverages = coverages_of(person)
    insurances = insurances_of(person, coverages)
    asked = request.GET.get("insurance", "")
    return {
        "page": record_page(person, asked if asked in insurances else first_of(insurances), coverages),
        "insurances": labelled(insurances),
        "months": range(1, 13),
        "may_export": has_page_right(user, "exports") and is_own(user, person),
        "typed": request.POST.get("reason", ""),
    }


@require_POST
@page_right("persons")
def person_record_export(request: OfficerRequest, person_no: str) -> HttpResponse:
    """Ask for the record of all insurances as a workbook; a long one waits for a head. The person finds it among those who looked, and it counts as a
    look without a case: beyond a day's the head is asked."""
    person, user = own_person_for(request.user, person_no), request.user
    try:
        refuse_spent(user, person)
        with transaction.atomic():
            made = ask_export(user=user, kind=KIND, parameters={"person_no": person_no}, reason=request.POST.get("reason", ""))
            record_full_view(user=user, subject=person, reason=f"导出逐月缴费记录：{made.reason}", ground=ViewGround.OTHER)
    except NotAuthorised:
        raise
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return render(request, "counter/record.html", _context(request, request.user, person), status=422)
    messages.success(request, f"已登记导出编号 {made.pk}，共 {made.rows} 行。")
    return redirect("backoffice:exports")


def _listing(user: User, parameters: Mapping[str, str]) -> Listing:
    if not (has_page_right(user, "persons") and has_page_right(user, "exports")):
        raise NotAuthorised("逐月缴费记录由审核、复核、科室负责人、稽核和财务人员导出；窗口请为来人办理参保缴费证明（ENQ-003）。")
    person = own_person_for(user, parameters["person_no"])
    rows = [(person.person_no, person.name, *row) for row in rows_of_workbook(person)]
    return Listing("逐月缴费记录", ("个人编号", "姓名", *HEAD), rows, widths=(16, 12, *WIDTHS))


register_export(ExportKind(KIND, "逐月缴费记录", _listing, is_of_one=True))
