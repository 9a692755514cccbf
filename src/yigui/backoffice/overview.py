"""How things stand today (今日概况): figures of cases and money for who leads and who audits. Each is the count of a list, and opens it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yigui.backoffice.case_lists import CASES, OVERDUE
from yigui.common import clock
from yigui.common.inbox import Tally
from yigui.shell.inbox import tallies
from yigui.shell.lists import COUNT_MAX, Listing, listing_of, narrowed
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.warrants.enums import RiskClass


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, the list it counts, and the money in it (fen; None where there is none)."""

    label: str
    number: str
    url: str
    is_urgent: bool = False
    amount_fen: int | None = None


@dataclass(frozen=True)
class Share:
    """A class of risk among the cases of the month: how many, and of a hundred."""

    label: str
    number: int
    percent: float
    url: str


def _address(listing: Listing, asked: Mapping[str, str]) -> str:
    return f"{reverse(listing.page)}?{urlencode(asked)}" if asked else reverse(listing.page)


def _figure(
    user: User, label: str, listing: Listing, asked: Mapping[str, str], *, is_urgent: bool = False, money: str = ""
) -> Figure:
    rows = narrowed(listing, user, asked)
    amount = None
    if money:
        found = rows.order_by().aggregate(amount=Sum(money), number=Count("pk"))
        number, amount = found["number"], found["amount"] or 0
    else:
        number = rows.order_by()[: COUNT_MAX + 1].count()
    said = f"{COUNT_MAX:,}+" if number > COUNT_MAX and not money else f"{number:,}"
    return Figure(label, said, _address(listing, asked), is_urgent and number > 0, amount)


def _shares(user: User, since: str) -> list[Share]:
    """The classes of the cases accepted since a day; of the newest `COUNT_MAX`."""
    rows = narrowed(CASES, user, {"from": since}).order_by("-pk").values("pk")[:COUNT_MAX]
    counted: dict[int, int] = dict(
        CASES.rows(user).filter(pk__in=rows).order_by().values_list("risk_class").annotate(n=Count("pk"))
    )
    total = sum(counted.values())
    return [
        Share(label, n := counted.get(value, 0), round(100 * n / total, 1) if total else 0.0, _address(CASES, {"from": since, "class": str(value)}))
        for value, label in RiskClass.choices
    ]  # fmt: skip


@require_GET
@page_right("overview")
def overview(request: OfficerRequest) -> HttpResponse:
    """What waits for me, how the cases stand, what money waits and came."""
    user, today = request.user, clock.today()
    month, day = today.replace(day=1).isoformat(), today.isoformat()
    mine = sum(tallies(user, today).values(), Tally())
    cases = [
        _figure(user, "今日受理", CASES, {"from": day, "until": day}),
        _figure(user, "本月受理", CASES, {"from": month}),
        _figure(user, "办理中", CASES, {"status": "open"}),
        _figure(user, "待部门核验", CASES, {"status": "waiting"}),
        _figure(user, "退回补正", CASES, {"status": "returned"}),
        _figure(user, "已超时", OVERDUE, {}, is_urgent=True),
    ]
    batches, files = listing_of("batches"), listing_of("receipt-files")
    money = []
    if batches is not None and files is not None and has_page_right(user, batches.right):
        money = [
            _figure(user, "批次待确认、复核、审批", batches, {"status": "prepared"}, is_urgent=True, money="total_fen"),
            _figure(user, "批次待执行", batches, {"status": "approved"}, is_urgent=True, money="total_fen"),
            _figure(user, "本月到账文件", files, {"from": month}, money="total_fen"),
        ]
    context: dict[str, Any] = {"today": today, "mine": mine, "cases": cases, "money": money, "shares": _shares(user, month)}
    return render(request, "backoffice/overview.html", context)
