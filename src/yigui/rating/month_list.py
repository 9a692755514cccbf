"""The list of the staff: satisfaction by month and place, of the areas one's agency answers for (R176). It says what the public page says."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_GET

from yigui.common.months import format_period, parse_period
from yigui.rating.enums import Scope
from yigui.rating.models import MonthSum
from yigui.shell.list_pages import list_page
from yigui.shell.lists import As, Chips, Column, Listing, Text
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import own_areas
from yigui.tasks.list_exports import declared


def _rows(user: User) -> "QuerySet[MonthSum]":
    return MonthSum.objects.filter(agency__area_id__in=own_areas(user)).select_related("agency", "hall", "desk")


def _of_month(rows: Any, text: str) -> Any:
    try:
        return rows.filter(month=parse_period(text))
    except ValueError as error:
        raise ValueError(f"“月份”应为年月，例如 2026-11；“{text[:20]}”未作为条件。") from error


MONTHS = declared(
    Listing(
        "satisfaction", "月满意度", "ratings", "rating:months", _rows,
        (
            Column("no", "编号", lambda m: m.pk, As.CODE, ("pk",), width=10),
            Column("month", "月份", lambda m: format_period(m.month), As.CODE, ("month",), width=10),
            Column("place", "地点", lambda m: m.place, note=lambda m: m.agency.name if m.scope != Scope.AGENCY else "", width=40),
            Column("ended", "办结", lambda m: m.ended, As.NUMBER, ("ended",), width=10),
            Column("unrated", "未评价", lambda m: m.unrated, As.NUMBER, ("unrated",), width=10),
            Column("rated", "评价", lambda m: m.rated, As.NUMBER, ("rated",), width=10),
            Column("share", "满意率", lambda m: m.good_share, width=10),
            Column("bad", "不满意", lambda m: m.bad, As.NUMBER, is_second=True, width=10),
            Column("very_bad", "非常不满意", lambda m: m.very_bad, As.NUMBER, is_second=True, width=10),
            Column("due", "差评到期", lambda m: m.due, As.NUMBER, is_second=True, width=10),
            Column("in_time", "按期答复", lambda m: m.in_time, As.NUMBER, is_second=True, width=10),
        ),
        ("-month", "agency", "pk"),
        conditions=(Text("month", "月份", _of_month, "例如 2026-11"),),
        chips=Chips("scope", "范围", "scope", lambda: {str(code): str(label) for code, label in Scope.choices}),
        nothing="还没有公布过满意度：每月初公布上一个月的。",
    )
)  # fmt: skip


@require_GET
@page_right("ratings")
def months(request: OfficerRequest) -> HttpResponse:
    """Sums of months, the newest first."""
    return list_page(request, MONTHS)
