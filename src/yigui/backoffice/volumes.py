"""Volumes of finished cases (案卷): found, looked at, checked; and what waits to be filed (待归档)."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.archive.check_volumes import check_now
from yigui.archive.enums import Period, Property, Result
from yigui.archive.file_cases import file_with_note
from yigui.archive.four_checks import CHECKS, material_name, name_of
from yigui.archive.models import Check, Due, Volume
from yigui.archive.queries import CHECKS_MAX, classes, volume_for, volumes_for, waiting_case, waiting_for, years
from yigui.backoffice.case_lists import WHO, grouped
from yigui.casework.rounds import by_round
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.identifiers import mask_name
from yigui.common.normalise import plain_code
from yigui.registry.models import Employer, Person
from yigui.registry.queries import records_of
from yigui.shell.list_pages import found_in, list_page
from yigui.shell.lists import As, Chips, Choice, Column, Day, Find, Listing, Text
from yigui.shell.refused import refusal_said
from yigui.staff.full_views import GROUNDS, has_stated_reason, record_case_view, record_full_view, stated
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.list_exports import declared
from yigui.ui.headers import show_papers_in
from yigui.warrants.enums import RiskClass

_CASE_NO_LENGTH = 22


def _found(user: User, text: str) -> Mapping[str, str] | str:
    """A volume's own page by its number or that of its case; else whom the text names."""
    number = plain_code(text)
    known = volumes_for(user).filter(Q(number=number) | Q(case_no=number)).first() if len(number) >= _CASE_NO_LENGTH else None
    if known is not None:
        return reverse("backoffice:volume", args=[known.number])
    said = WHO.found(user, text)
    return {"who": f"c{number}"} if isinstance(said, str) else said


def _about(rows: Any, value: str) -> Any:
    """Volumes of the people (under every record of theirs), employers and cases a parameter names."""
    parts = value.split(".")
    people = Person.objects.filter(person_no__in=[p[1:] for p in parts if p[:1] == "p"])
    units = Employer.objects.filter(unit_no__in=[p[1:] for p in parts if p[:1] == "u"])
    about = Q(person__in=[number for person in people[:20] for number in records_of(person)])
    about |= Q(employer__in=list(units.values_list("pk", flat=True)[:20]))
    for part in parts:
        if part[:1] == "c" and part[1:]:
            about |= Q(case_no__startswith=part[1:])
    return rows.filter(about)


def shown_subject(volume: Volume) -> str:
    """Whom a volume is about: people masked."""
    return volume.subject_name if volume.person_id is None and volume.employer_id is not None else mask_name(volume.subject_name)


def _items(user: User) -> list[tuple[str, str]]:
    return [(item.code, f"{item.code} {item.name}") for item in catalogue().items(clock.today())]


VOLUMES = declared(
    Listing(
        "volumes", "案卷查询", "archive", "backoffice:volumes", volumes_for,
        (
            Column("no", "档号", lambda v: v.number, As.CODE, ("pk",), link=lambda v: reverse("backoffice:volume", args=[v.number]), width=28),
            Column("item", "事项", lambda v: v.item_name, note=lambda v: v.item_code, width=30),
            Column("subject", "对象", shown_subject, width=26),
            Column("ended", "办结", lambda v: v.ended_on, As.DAY, width=12),
            Column("class", "类别", lambda v: v.class_name, width=14),
            Column("period", "保管期限", lambda v: v.period_words, width=12),
            Column("pieces", "件数", lambda v: v.pieces, As.NUMBER, width=8),
            Column("pages", "页数", lambda v: v.pages, As.NUMBER, width=8),
            Column("case", "办件编号", lambda v: grouped(v.case_no), As.CODE, is_second=True, width=26),
            Column("agency", "经办机构", lambda v: v.agency.name, is_second=True, width=30),
        ),
        ("-pk",),
        conditions=(
            Text("number", "档号", lambda rows, text: rows.filter(number__startswith=plain_code(text)), "档号的开头部分"),
            Choice("item", "事项", _items, lambda rows, code: rows.filter(item_code=code)),
            Choice("year", "年度", lambda user: years(), lambda rows, year: rows.filter(year=int(year))),
            Choice("class", "类别", lambda user: classes(), lambda rows, code: rows.filter(class_no=int(code))),
            Day("from", "办结自", "ended_on__gte"),
            Day("until", "办结至", "ended_on__lte"),
        ),
        find=Find(
            "who", "对象、档号或办件编号", "姓名、单位名称的部分文字、拼音或首字母；证件号码、个人编号、单位编号；档号、办件编号", _found, _about, WHO.said
        ),
        chips=Chips("period", "保管期限", "period", lambda: dict(Period.choices)), nothing="还没有案卷。办件办结后自动归档。",
    )
)  # fmt: skip

WAITING = declared(
    Listing(
        "archive-due", "待归档", "archive_due", "backoffice:archive_due", waiting_for,
        (
            Column("no", "办件编号", lambda d: grouped(d.case.case_no), As.CODE, ("pk",), width=26,
                   link=lambda d: reverse("backoffice:archive_due_case", args=[d.case.case_no])),
            Column("item", "事项", lambda d: d.case.item_name, note=lambda d: d.case.item_code, width=30),
            Column("subject", "对象", lambda d: d.case.shown_subject, width=26),
            Column("since", "办结", lambda d: d.since, As.MOMENT, ("since",), width=18),
            Column("reason", "未归档原因", lambda d: d.reason, width=60),
            Column("agency", "经办机构", lambda d: d.case.agency.name, is_second=True, width=30),
        ),
        ("since", "pk"),
        conditions=(Choice("item", "事项", _items, lambda rows, code: rows.filter(case__item_code=code)),),
        chips=Chips("risk", "风险等级", "case__risk_class", lambda: {str(value): str(label) for value, label in RiskClass.choices}),
        nothing="没有因缺漏而未归档的办件。",
    )
)  # fmt: skip


@require_http_methods(["GET", "POST"])
@page_right("archive")
def search(request: OfficerRequest) -> HttpResponse:
    """Volumes, found by whom they are about, by number, item, year, class; POST has what is typed in the box looked up."""
    return found_in(request, VOLUMES) if request.method == "POST" else list_page(request, VOLUMES)


@require_GET
@page_right("archive_due")
def due(request: OfficerRequest) -> HttpResponse:
    """Finished cases that were not filed, each with what it lacks."""
    return list_page(request, WAITING)


def _results(check: Check) -> list[tuple[str, list[dict[str, Any]]]]:
    """What a test found, by property."""
    rows: dict[str, list[dict[str, Any]]] = {str(p.label): [] for p in Property}
    for found in check.results:
        words = CHECKS[found["check"]][1] if found["check"] in CHECKS else found["check"]
        rows[str(Property(found["property"]).label)].append(found | {"name": words, "said": Result(found["result"]).label})
    return list(rows.items())


def _page(request: OfficerRequest, found: Volume, *, refused: str = "", status: int = 200) -> HttpResponse:
    is_full = has_stated_reason(user=request.user, case_no=found.case_no)
    if is_full:
        show_papers_in(request)
    checks = list(found.checks.select_related("by").order_by("-id")[:CHECKS_MAX])
    papers = [(m, material_name(m.material_code), n) for m, n in by_round(found.case) if m.paper is not None] if is_full else []
    context = {
        "volume": found, "case": found.case, "subject": found.subject_name if is_full else shown_subject(found), "is_full": is_full,
        "pieces": [(piece, name_of(piece)) for piece in found.listed.order_by("seq")[:200]],
        "checks": [(check, _results(check)) for check in checks], "papers": papers, "grounds": GROUNDS, "refused": refused,
        "typed": request.POST.get("reason", ""), "may_check": has_page_right(request.user, "archive_check"),
    }  # fmt: skip
    return render(request, "backoffice/volume.html", context, status=status)


@require_GET
@page_right("archive")
def volume(request: OfficerRequest, number: str) -> HttpResponse:
    """A volume: its list, checks and, for whoever has stated a reason today, its papers."""
    return _page(request, volume_for(request.user, number))


@require_POST
@page_right("archive")
def look(request: OfficerRequest, number: str) -> HttpResponse:
    """Open a volume in full for the rest of the day, for a stated reason; it stands in the view log."""
    found = volume_for(request.user, number)
    try:
        ground, words = stated(request.POST.get("ground", ""), request.POST.get("reason", ""))
    except YiguiError as error:
        return _page(request, found, refused=refusal_said(request, error), status=error.http_status)
    words = f"查阅案卷 {found.number}，{words}"
    about = [subject for subject in (found.person, found.employer) if subject is not None]
    for subject in about:
        record_full_view(user=request.user, subject=subject, reason=words, case_no=found.case_no, ground=ground)
    if not about:
        record_case_view(user=request.user, case_id=found.case_id, case_no=found.case_no, reason=words, ground=ground)
    return redirect("backoffice:volume", number=found.number)


@require_POST
@page_right("archive_check")
def check(request: OfficerRequest, number: str) -> HttpResponse:
    """Test a volume now."""
    found = volume_for(request.user, number)
    made = check_now(volume=found, actor=request.user)
    if made.is_sound:
        messages.success(request, "四性检测完成，各项合格。")
    else:
        messages.error(request, "四性检测发现问题，已转为任务，详见下方检测结果。")
    return redirect("backoffice:volume", number=found.number)


def _due_page(request: OfficerRequest, found: Due, *, refused: str = "", status: int = 200) -> HttpResponse:
    context = {
        "due": found, "case": found.case, "refused": refused, "typed": request.POST.get("note", ""),
        "may_note": has_page_right(request.user, "archive_note"),
    }  # fmt: skip
    return render(request, "backoffice/archive_due_case.html", context, status=status)


@require_GET
@page_right("archive_due")
def due_case(request: OfficerRequest, case_no: str) -> HttpResponse:
    """Why a case was not filed, and the way on."""
    return _due_page(request, waiting_case(request.user, case_no))


@require_POST
@page_right("archive_note")
def note(request: OfficerRequest, case_no: str) -> HttpResponse:
    """File a case with what is missing, with the reason."""
    found = waiting_case(request.user, case_no)
    try:
        made = file_with_note(actor=request.user, case=found.case, note=request.POST.get("note", ""))
    except YiguiError as error:
        return _due_page(request, found, refused=refusal_said(request, error), status=error.http_status)
    messages.success(request, f"已写明情况后归档，档号 {made.number}。")
    return redirect("backoffice:volume", number=made.number)
