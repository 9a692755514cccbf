"""The log of full views (查看记录) as somebody reads it: who looked at whom, why, for which case; a list like all others."""

from typing import Any

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import ExtractHour
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from yigui.common.identifiers import mask_name
from yigui.registry.models import Employer, Person
from yigui.shell.list_pages import list_page
from yigui.shell.lists import As, Chips, Choice, Column, Day, Listing, Text
from yigui.staff.enums import ViewGround
from yigui.staff.models import FullView, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.scope import agency_choices, own_areas
from yigui.tasks.list_exports import declared
from yigui.tasks.look_watch import WORK_BEGINS, WORK_ENDS

_KINDS = [("free", "无办件查看"), ("night", "无办件且在工作时间以外")]


def _rows(user: User) -> "QuerySet[FullView]":
    """The looks of officers of one's own areas."""
    rows = FullView.objects.filter(user__agency__area_id__in=own_areas(user)).select_related("user__agency")
    opens = {"opens_subjects": Value(has_page_right(user, "persons")), "opens_cases": Value(has_page_right(user, "cases"))}
    return rows.annotate(**opens)


def _about(rows: Any, number: str) -> Any:
    """By the number of a case, of a person or of an employer."""
    people = list(Person.objects.filter(person_no=number).values_list("pk", flat=True)[:2])
    employers = list(Employer.objects.filter(unit_no=number).values_list("pk", flat=True)[:2])
    return rows.filter(
        Q(case_no=number) | Q(subject="person", subject_id__in=people) | Q(subject="employer", subject_id__in=employers)
    )


def _of_kind(rows: Any, kind: str) -> Any:
    rows = rows.filter(case_no="").exclude(ground__in=("", ViewGround.WORK))
    if kind == "night":
        rows = rows.annotate(hour=ExtractHour("viewed_at")).filter(Q(hour__lt=WORK_BEGINS) | Q(hour__gte=WORK_ENDS))
    return rows


def _named(views: list[Any]) -> list[Any]:
    """Each look with whom it was about; persons masked: the log is read about the officers."""
    people = Person.objects.only("name", "person_no").in_bulk({v.subject_id for v in views if v.subject == "person"})
    employers = Employer.objects.only("name", "unit_no").in_bulk({v.subject_id for v in views if v.subject == "employer"})
    for view in views:
        person = people.get(view.subject_id) if view.subject == "person" else None
        employer = employers.get(view.subject_id) if view.subject == "employer" else None
        view.name, view.number, view.page = "未登记的办理对象", "", ""
        if person is not None:
            view.name, view.number, view.page = mask_name(person.name), person.person_no, "counter:person"
        elif employer is not None:
            view.name, view.number, view.page = employer.name, employer.unit_no, "counter:employer"
    return views


VIEW_LOG = declared(
    Listing(
        "views", "查看记录", "view_log", "backoffice:view_log", _rows,
        (
            Column("no", "编号", lambda v: str(v.pk), As.CODE, ("pk",), width=10),
            Column("at", "时间", lambda v: v.viewed_at, As.MOMENT, ("viewed_at",), width=20),
            Column("officer", "查看人", lambda v: str(v.user), sort=("user__full_name",), note=lambda v: v.user.agency.name, width=40),
            Column(
                "about", "对象", lambda v: v.name, note=lambda v: v.number,
                link=lambda v: reverse(v.page, args=[v.number]) if v.page and v.opens_subjects else "", width=30,
            ),
            Column("reason", "事由", lambda v: v.reason, width=40),
            Column(
                "case", "办件", lambda v: v.case_no, As.CODE, ("case_no",),
                link=lambda v: reverse("backoffice:case", args=[v.case_no]) if v.case_no and v.opens_cases else "", width=24,
            ),
        ),
        ("-pk",),
        conditions=(
            Text("officer", "查看人姓名或用户名", lambda rows, text: rows.filter(Q(user__username=text) | Q(user__full_name__startswith=text))),
            Text("about", "个人、单位或办件编号", _about),
            Choice("agency", "机构", agency_choices, lambda rows, code: rows.filter(user__agency=code)),
            Choice("kind", "类别", lambda user: _KINDS, _of_kind),
            Day("from", "查看自", "viewed_at__date__gte"),
            Day("until", "查看至", "viewed_at__date__lte"),
        ),
        chips=Chips("ground", "事由类别", "ground", lambda: dict(ViewGround.choices)),
        prepared=_named, nothing="还没有人查看过完整信息。", empty="没有符合条件的查看记录。",
    )
)  # fmt: skip


@require_GET
@page_right("view_log")
def view_log(request: OfficerRequest) -> HttpResponse:
    """Who saw whose data in full, and why; newest first."""
    return list_page(request, VIEW_LOG, "backoffice/view_log.html")
