"""How things stand today (今日概况), where the day of a post begins: what waits, what is due, what money waits, which classes the cases are of.

Each figure and each bar is the count of a list that whoever looks may open, read by the list's own rows and conditions, and leads to it.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from yigui.backoffice.case_lists import CASES, DUE, MINE
from yigui.common import clock
from yigui.common.inbox import Tally
from yigui.shell.inbox import OVERDUE, TODAY, sources_for, tallies
from yigui.shell.list_pages import count_words
from yigui.shell.lists import COUNT_MAX, Listing, Words, listing_of, narrowed
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.warrants.enums import RiskClass

#: Days that the chart of accepted cases shows, today included.
_DAYS = 7


@dataclass(frozen=True)
class Figure:
    """A number, what it counts, the list it leads to, and the money in it (fen; None where there is none)."""

    label: str
    number: str
    url: str
    is_urgent: bool = False
    amount_fen: int | None = None


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: how many, of the longest a hundred, the list it leads to, and what stands behind the number."""

    label: str
    number: str
    percent: str
    url: str
    is_urgent: bool = False
    note: str = ""


@dataclass(frozen=True)
class Chart:
    """Bars under a title, as a table."""

    code: str
    title: str
    bars: list[Bar]
    note: str = ""


class Counted:
    """A list as somebody may see it, to be counted by its own conditions; its rows and words are asked for once."""

    def __init__(self, listing: Listing, user: User) -> None:
        self._listing, self._user = listing, user
        self._rows, self._words = listing.rows(user), Words(user)

    def rows(self, asked: Mapping[str, str]) -> "QuerySet[Any]":
        """The rows of the list for these conditions."""
        return narrowed(self._listing, self._user, asked, rows=self._rows, words=self._words)

    def number(self, asked: Mapping[str, str]) -> int:
        """How many, at most `COUNT_MAX` + 1: what the list says of itself."""
        return int(self.rows(asked).order_by()[: COUNT_MAX + 1].count())

    def address(self, asked: Mapping[str, str]) -> str:
        return f"{reverse(self._listing.page)}?{urlencode(asked)}" if asked else reverse(self._listing.page)

    def figure(self, label: str, asked: Mapping[str, str], *, is_urgent: bool = False) -> Figure:
        number = self.number(asked)
        return Figure(label, count_words(number), self.address(asked), is_urgent and number > 0)

    def money(self, label: str, asked: Mapping[str, str], field: str, *, is_urgent: bool = False) -> Figure:
        """How many, and what they come to; of the newest `COUNT_MAX` + 1."""
        found = self.rows(asked).order_by("-pk")[: COUNT_MAX + 1].aggregate(amount=Sum(field), number=Count("pk"))
        number = found["number"]
        return Figure(label, count_words(number), self.address(asked), is_urgent and number > 0, found["amount"] or 0)

    def newest_by(self, asked: Mapping[str, str], field: str) -> dict[Any, int]:
        """Of the newest `COUNT_MAX` how many have which value of a field."""
        rows = self.rows(asked)
        newest = rows.order_by("-pk").values("pk")[:COUNT_MAX]
        return dict(rows.model._default_manager.filter(pk__in=newest).order_by().values_list(field).annotate(n=Count("pk")))

    def chart(self, code: str, title: str, bars: Mapping[str, Mapping[str, str]], *, urgent: str = "", note: str = "") -> Chart:
        """A bar for each label with its conditions; `urgent` is the label of the one that must not be."""
        numbers = {label: self.number(asked) for label, asked in bars.items()}
        longest = max(numbers.values())
        return Chart(
            code, title,
            [
                Bar(label, count_words(n), _percent(n, longest), self.address(bars[label]), label == urgent and n > 0)
                for label, n in numbers.items()
            ],
            note,
        )  # fmt: skip


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "0.0"


def _waiting(user: User, today: dt.date) -> tuple[list[Figure], Chart | None]:
    """What waits for somebody, and of which kinds."""
    counts = tallies(user, today)
    total, inbox = sum(counts.values(), Tally()), reverse("backoffice:inbox")
    # What lies behind those that were looked at may be late too.
    more = "+" if total.is_cut else ""
    figures = [
        Figure("待我办理", f"{total.total}{more}", f"{inbox}?own=1"),
        Figure("其中已超期", f"{total.overdue}{more}", f"{inbox}?urgency={OVERDUE}&own=1", total.overdue > 0),
        Figure("其中今日到期", f"{total.today}{more}", f"{inbox}?urgency={TODAY}&own=1"),
    ]
    kinds = [(source, counts[source.code]) for source in sources_for(user) if counts[source.code].total]
    longest = max((tally.total for _, tally in kinds), default=0)
    bars = [
        Bar(
            source.label, f"{tally.total}{'+' if tally.is_cut else ''}", _percent(tally.total, longest),
            f"{inbox}?kind={source.code}&own=1", tally.overdue > 0, f"超期 {tally.overdue}" if tally.overdue else "",
        )
        for source, tally in kinds
    ]  # fmt: skip
    return figures, Chart("kinds", "待我办理，按类别", bars) if bars else None


def _cases(cases: Counted, today: dt.date) -> tuple[list[Figure], list[Chart]]:
    """How the cases of a list stand: of today, of the month, by due day and class."""
    month, day = today.replace(day=1).isoformat(), today.isoformat()
    figures = [
        cases.figure("今日受理", {"from": day, "until": day}),
        cases.figure("本月受理", {"from": month}),
        cases.figure("办理中", {"status": "open"}),
        cases.figure("待部门核验", {"status": "waiting"}),
        cases.figure("退回补正", {"status": "returned"}),
    ]
    due = {words: {"due": code} for code, (words, _, _) in DUE.items()}
    days = [today - dt.timedelta(days=back) for back in reversed(range(_DAYS))]
    accepted = {f"{d:%m-%d}": {"from": d.isoformat(), "until": d.isoformat()} for d in days}
    return figures, [
        cases.chart("due", "在办办件，按承诺办结日", due, urgent=DUE["overdue"][0], note="退回补正的不计，时限已停。"),
        _classes(cases, month),
        cases.chart("days", "近七日受理", accepted),
    ]


def _classes(cases: Counted, month: str) -> Chart:
    """The classes of the cases of the month, and their shares: of the newest `COUNT_MAX`, where there are more."""
    counted = cases.newest_by({"from": month}, "risk_class")
    total = sum(counted.values())
    bars = []
    for value, label in RiskClass.choices:
        asked = {"from": month, "class": str(value)}
        share = _percent(counted.get(value, 0), total)
        bars.append(Bar(label, count_words(cases.number(asked)), share, cases.address(asked), note=f"{share}%"))
    return Chart("classes", "本月受理，按风险等级", bars, f"占比按最新受理的 {COUNT_MAX:,} 件计。" if total == COUNT_MAX else "")


def _money(user: User, today: dt.date) -> list[Figure]:
    """What money waits to be decided and came; for whom the finance desk is open."""
    batches, files = listing_of("batches"), listing_of("receipt-files")
    if batches is None or files is None or not has_page_right(user, batches.right):
        return []
    waiting, came = Counted(batches, user), Counted(files, user)
    return [
        waiting.money("待确认、复核、审批的批次", {"status": "prepared"}, "done_fen", is_urgent=True),
        waiting.money("待执行的批次", {"status": "approved"}, "done_fen", is_urgent=True),
        came.money("本月到账文件", {"from": today.replace(day=1).isoformat()}, "total_fen"),
    ]


@require_GET
@page_right("overview")
def overview(request: OfficerRequest) -> HttpResponse:
    """What waits for me, how the cases stand, what money waits and came."""
    user, today = request.user, clock.today()
    waiting, kinds = _waiting(user, today)
    listing = MINE if has_page_right(user, MINE.right) else CASES
    figures, charts = _cases(Counted(listing, user), today) if has_page_right(user, listing.right) else ([], [])
    context = {
        "today": today, "waiting": waiting, "may_take": bool(kinds) and has_page_right(user, "queue"),
        "cases": figures, "cases_title": "我的办件" if listing is MINE else "办件", "money": _money(user, today),
        "charts": [chart for chart in (kinds, *charts) if chart is not None],
    }  # fmt: skip
    return render(request, "backoffice/overview.html", context)
