"""The log of full views (查看记录) as somebody reads it: who looked at whom, why, for which case; filtered, page by page."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.db.models.functions import ExtractHour
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from yigui.common import clock
from yigui.common.identifiers import mask_name
from yigui.common.normalise import read_day
from yigui.registry.models import Employer, Person
from yigui.staff.enums import ViewGround
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import FullView, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.scope import own_areas
from yigui.tasks.look_watch import WORK_BEGINS, WORK_ENDS

PAGE = 100
#: Without other days asked for, the log of so many days is read.
DAYS = 30
#: Rows of the log that are read for a list at most; one more is refused.
EXPORT_MAX = 20_000
#: Kinds of looks that are asked for together.
KINDS = {"": "全部", "free": "无办件查看", "night": "工作时间以外"}


@dataclass(frozen=True)
class Asked:
    """What of the log is asked for; every part may be empty."""

    officer: str
    about: str
    ground: str
    kind: str
    first: dt.date
    last: dt.date

    @property
    def query(self) -> dict[str, str]:
        """The same as parameters of an address."""
        return {
            "officer": self.officer, "about": self.about, "ground": self.ground, "kind": self.kind, "first": self.first.isoformat(),
            "last": self.last.isoformat(),
        }  # fmt: skip


@dataclass(frozen=True)
class Row:
    """One look: its record, whom it was about (masked), and the page of it ("" where there is none)."""

    view: FullView
    name: str
    number: str
    kind: str

    @property
    def is_person(self) -> bool:
        return self.kind == "person"


def asked_from(given: Mapping[str, str]) -> Asked:
    """What is asked for, from parameters of an address or of an export."""
    texts = {name: given.get(name, "").strip()[:40] for name in ("officer", "about", "ground", "kind")}
    last = _day(given.get("last", ""), max(clock.today(), timezone.localdate()))
    return Asked(**texts, first=_day(given.get("first", ""), last - dt.timedelta(days=DAYS)), last=last)


def _day(text: str, otherwise: dt.date) -> dt.date:
    try:
        return read_day(text)
    except ValueError:
        return otherwise


def views_of(user: User, asked: Asked) -> QuerySet[FullView]:
    """The looks of officers of one's own areas that are asked for, newest first."""
    rows = (
        FullView.objects.filter(user__agency__area_id__in=own_areas(user))
        .filter(viewed_at__date__range=(asked.first, asked.last))
        .select_related("user", "user__agency")
    )
    if asked.officer:
        rows = rows.filter(Q(user__username=asked.officer) | Q(user__full_name__startswith=asked.officer))
    if asked.about:
        rows = rows.filter(_about(asked.about))
    if asked.ground:
        rows = rows.filter(ground=asked.ground)
    if asked.kind in ("free", "night"):
        rows = rows.filter(case_no="").exclude(ground__in=("", ViewGround.WORK))
    if asked.kind == "night":
        rows = rows.annotate(hour=ExtractHour("viewed_at")).filter(Q(hour__lt=WORK_BEGINS) | Q(hour__gte=WORK_ENDS))
    return rows.order_by("-id")


def _about(number: str) -> Q:
    """By the number of a case, of a person or of an employer."""
    people = list(Person.objects.filter(person_no=number).values_list("pk", flat=True)[:2])
    employers = list(Employer.objects.filter(unit_no=number).values_list("pk", flat=True)[:2])
    return Q(case_no=number) | Q(subject="person", subject_id__in=people) | Q(subject="employer", subject_id__in=employers)


def readable(views: list[FullView]) -> list[Row]:
    """Looks with the names of whom they were about; persons masked: the log is read about the officers."""
    people = Person.objects.only("name", "person_no").in_bulk({v.subject_id for v in views if v.subject == "person"})
    employers = Employer.objects.only("name", "unit_no").in_bulk({v.subject_id for v in views if v.subject == "employer"})
    rows = []
    for view in views:
        person = people.get(view.subject_id) if view.subject == "person" else None
        employer = employers.get(view.subject_id) if view.subject == "employer" else None
        if person is not None:
            rows.append(Row(view, mask_name(person.name), person.person_no, view.subject))
        elif employer is not None:
            rows.append(Row(view, employer.name, employer.unit_no, view.subject))
        else:
            rows.append(Row(view, "未登记的办理对象", "", view.subject))
    return rows


def export_rows(user: User, asked: Asked) -> list[tuple[Any, ...]]:
    """The same as rows of a list to take along.

    Raises:
        NotAuthorised: the log is not theirs to read.
    """
    if not has_page_right(user, "view_log"):
        raise NotAuthorised("查看记录由稽核和安全审计人员导出。")
    return [
        (
            timezone.localtime(row.view.viewed_at).strftime("%Y-%m-%d %H:%M:%S"), f"{row.view.user.full_name}（{row.view.user.username}）",
            row.view.user.agency.name, row.name, row.number, row.view.reason, row.view.case_no,
        )
        for row in readable(list(views_of(user, asked)[: EXPORT_MAX + 1]))
    ]  # fmt: skip


@require_GET
@page_right("view_log")
def view_log(request: OfficerRequest) -> HttpResponse:
    """Who saw whose data in full, and why; newest first."""
    asked = asked_from(request.GET.dict())
    page = Paginator(views_of(request.user, asked), PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "asked": asked, "page": page, "rows": readable(list(page)), "grounds": ViewGround.choices, "kinds": list(KINDS.items()),
        "may_open": has_page_right(request.user, "persons"),
    }  # fmt: skip
    return render(request, "backoffice/view_log.html", context)
