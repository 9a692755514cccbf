"""One inbox (待办) for everybody of the staff: what waits for me, of every kind, by due day, with a look at each; and the next one."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yigui.backoffice.case_deeds import take_step
from yigui.backoffice.tasks import Pane, pane_of
from yigui.casework.models import Step
from yigui.common import clock
from yigui.common.errors import Conflict, Forbidden
from yigui.common.inbox import Tally
from yigui.common.texts import int_or_none
from yigui.shell.inbox import NEWS_MAX, URGENCIES, InboxPage, Waiting, inbox_page, news_of, source_of, sources_for, tallies, to_take
from yigui.shell.refused import refusal_said
from yigui.staff.inbox_looks import last_look, look_now
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.tasks.models import Task
from yigui.tasks.work_on import take

#: Things that are tried by "the next one" until one is still there.
_TRIES = 10


@dataclass(frozen=True)
class Filter:
    """What of the inbox is shown, as its address says it; unknown values show all."""

    kind: str
    urgency: str
    number: int
    #: Without what is a colleague's turn: what the numbers count.
    is_own: bool = False

    def address(self, **changed: object) -> str:
        """The inbox with this filter, one part of it changed; the first page when the filter is."""
        values = {"kind": self.kind, "urgency": self.urgency, "own": "1" if self.is_own else ""} | changed
        kept = {name: str(value) for name, value in values.items() if value}
        return reverse("backoffice:inbox") + (f"?{urlencode(kept)}" if kept else "")

    @property
    def with_colleagues(self) -> str:
        return self.address(own="")

    @property
    def here(self) -> str:
        return self.address(page=self.number if self.number > 1 else "")


@dataclass(frozen=True)
class Shown:
    """The thing beside the list: its row, where it stands, what there is to say about it, and for a task its deeds."""

    waiting: Waiting
    #: The inbox with this thing chosen: where a deed on it leads back to.
    address: str
    lines: list[tuple[str, str]]
    pane: Pane | None


def _filter(request: HttpRequest, user: User) -> Filter:
    asked = request.GET if request.method == "GET" else request.POST
    kind, urgency, page = asked.get("kind", ""), asked.get("urgency", ""), asked.get("page", "")
    return Filter(
        kind=kind if source_of(user, kind) else "", urgency=urgency if urgency in URGENCIES else "",
        number=int_or_none(page) or 1, is_own=asked.get("own", "") == "1",
    )  # fmt: skip


@require_GET
@page_right("inbox")
def inbox(request: OfficerRequest) -> HttpResponse:
    """What waits for the signed-in person."""
    user, today = request.user, clock.today()
    chosen = _filter(request, user)
    page = inbox_page(user, today, code=chosen.kind, urgency=chosen.urgency, number=chosen.number, is_own=chosen.is_own)
    counts = tallies(user, today)
    of_kind = counts.get(chosen.kind) or sum(counts.values(), Tally())
    by_urgency = {"overdue": of_kind.overdue, "today": of_kind.today, "later": of_kind.later}
    context = {
        "kinds": [(s, counts[s.code], chosen.address(kind=s.code, urgency=""), s.code == chosen.kind) for s in sources_for(user)],
        "total": sum(counts.values(), Tally()), "all": chosen.address(kind="", urgency=""), "is_all": not chosen.kind,
        "urgencies": [
            (code, label, by_urgency[code], chosen.address(urgency="" if code == chosen.urgency else code), code == chosen.urgency)
            for code, label in URGENCIES.items()
        ],
        "filter": chosen, "page": page, "rows": [(w, _due(w, today), _at(chosen, w)) for w in page.rows],
        "shown": _shown(request, user, page, chosen, today), "can_take": any(w.row.can_take for w in page.rows),
        "before": chosen.address(page=page.number - 1 if page.number > 2 else "") if page.number > 1 else "",
        "after": chosen.address(page=page.number + 1) if page.has_more else "",
    }  # fmt: skip
    return render(request, "backoffice/inbox.html", context)


def _at(chosen: Filter, waiting: Waiting) -> str:
    """The inbox as it is filtered, with one thing chosen."""
    return chosen.address(page=chosen.number if chosen.number > 1 else "", at=waiting.at)


def _due(waiting: Waiting, today: dt.date) -> tuple[str, str]:
    """How the due day of a row is said, and how it is marked."""
    day = waiting.row.due_on
    if day is None:
        since = waiting.row.since
        begun = clock.local(since) if isinstance(since, dt.datetime) else since
        return (f"{begun:%m-%d} 起" if begun else "", "")
    if day < today:
        return f"超 {(today - day).days} 天", "bad"
    if day == today:
        return "今日", "warn"
    return (f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"), ""


def _shown(request: HttpRequest, user: User, page: InboxPage, chosen: Filter, today: dt.date) -> Shown | None:
    """The row the address names, else the first of the page."""
    at = request.GET.get("at", "")
    waiting = next((w for w in page.rows if w.at == at), page.rows[0] if page.rows else None)
    if waiting is None:
        return None
    lines = waiting.source.lines(user, today, waiting.row.key) or []
    pane = None
    if waiting.source.code == "task":
        pane = pane_of(user, Task.objects.get(pk=waiting.row.key), today)
    return Shown(waiting, _at(chosen, waiting), lines, pane)


@require_GET
@page_right("inbox")
def count(request: OfficerRequest) -> HttpResponse:
    """How many things wait, for the menu; a browser may keep it for some seconds."""
    total = sum(tallies(request.user, clock.today()).values(), Tally())
    answer = render(request, "backoffice/includes/inbox_count.html", {"total": total})
    answer["Cache-Control"] = "private, max-age=10"
    return answer


@require_GET
@page_right("inbox")
def news(request: OfficerRequest) -> HttpResponse:
    """How many things are new since somebody looked last, for the bell."""
    number = news_of(request.user, clock.today(), last_look(request.user))
    answer = render(request, "backoffice/includes/inbox_news.html", {"number": number, "most": NEWS_MAX})
    answer["Cache-Control"] = "private, max-age=10"
    return answer


@require_POST
@page_right("inbox")
def look(request: OfficerRequest) -> HttpResponse:
    """Somebody looks at what is new: the bell begins anew, and the inbox opens."""
    look_now(user=request.user, today=clock.today())
    return redirect("backoffice:inbox")


@require_POST
@page_right("inbox")
def take_next(request: OfficerRequest) -> HttpResponse:
    """Take the most urgent thing nobody has yet, one's own turn first, and open it; what a colleague was faster at is left out."""
    user = request.user
    chosen = _filter(request, user)
    for waiting in to_take(user, clock.today(), code=chosen.kind, urgency=chosen.urgency, is_own=chosen.is_own)[:_TRIES]:
        try:
            if waiting.source.code == "step":
                take_step(user, Step.objects.select_related("case").get(pk=waiting.row.key))
            else:
                take(task_id=int(waiting.row.key), actor=user)
        except (Conflict, Forbidden):
            continue
        return redirect(waiting.url)
    messages.info(request, "没有可领取的待办了。")
    return redirect(chosen.address())


@require_POST
@page_right("inbox")
def settle(request: OfficerRequest) -> HttpResponse:
    """Be done with a thing that is settled in the inbox itself."""
    chosen = _filter(request, request.user)
    code, _, key = request.POST.get("at", "").partition(":")
    source = source_of(request.user, code)
    if source is None or source.settle is None:
        raise Conflict("该待办不能在此办结，请打开后办理。")
    try:
        source.settle(request.user, key)
    except Conflict as refused:
        messages.error(request, refusal_said(request, refused))
    else:
        messages.success(request, f"已办结：{source.settled_by}。")
    return redirect(chosen.address())


@require_GET
@page_right("inbox")
def steps(request: HttpRequest) -> HttpResponse:
    """The queue of steps is the inbox, filtered."""
    return redirect(f"{reverse('backoffice:inbox')}?kind=step")
