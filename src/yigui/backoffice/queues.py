"""Queues: what waits for me, what waits for a colleague's recheck, what is overdue."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.casework.queries import light_of, overdue_cases, stopped_cases
from yigui.casework.queues import QUEUE_MAX, my_queue
from yigui.casework.returns import second_returns, shares_of_second_returns
from yigui.common import clock
from yigui.staff.models import User
from yigui.staff.rights import page_right


def _queue(request: HttpRequest, template: str, steps: tuple[str, ...] = ()) -> HttpResponse:
    assert isinstance(request.user, User)
    today = clock.today()
    rows = my_queue(request.user, today, steps=steps)
    context = {"rows": [(s, light_of(s.case, today)) for s in rows[:QUEUE_MAX]], "has_more": len(rows) > QUEUE_MAX}
    return render(request, template, context)


@require_GET
@page_right("queue")
def queue(request: HttpRequest) -> HttpResponse:
    """Steps waiting for the signed-in person, by due date."""
    return _queue(request, "backoffice/queue.html")


@require_GET
@page_right("cross_check")
def cross_check(request: HttpRequest) -> HttpResponse:
    """Rechecks among tellers (交叉复核)."""
    return _queue(request, "backoffice/cross_check.html", steps=("recheck",))


@require_GET
@page_right("overdue")
def overdue(request: HttpRequest) -> HttpResponse:
    """Unfinished cases past their promised day."""
    today = clock.today()
    rows = list(overdue_cases(today)[: QUEUE_MAX + 1])
    return render(
        request, "backoffice/overdue.html", {"cases": rows[:QUEUE_MAX], "has_more": len(rows) > QUEUE_MAX, "today": today}
    )


@require_GET
@page_right("overdue")
def troubled(request: HttpRequest) -> HttpResponse:
    """What needs somebody's hand: effects that were refused, jobs that failed on a case, and returns that were our error."""
    context = {
        "stopped": list(stopped_cases()[:QUEUE_MAX]), "second_returns": list(second_returns()[:QUEUE_MAX]),
        "shares": shares_of_second_returns(clock.now() - dt.timedelta(days=90)),
    }  # fmt: skip
    return render(request, "backoffice/troubled.html", context)
