"""What is overdue, and what needs somebody's hand. What waits for one person stands in the inbox (`backoffice.inbox`)."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.casework.queries import overdue_cases, stopped_cases
from yigui.casework.queues import QUEUE_MAX
from yigui.casework.returns import second_returns, shares_of_second_returns
from yigui.common import clock
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of


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
def troubled(request: OfficerRequest) -> HttpResponse:
    """What needs somebody's hand: effects that were refused, jobs that failed on a case, and returns that were our error."""
    context = {
        "stopped": list(stopped_cases()[:QUEUE_MAX]), "second_returns": list(second_returns()[:QUEUE_MAX]),
        "shares": shares_of_second_returns(clock.now() - dt.timedelta(days=90), agencies_of(request.user)),
    }  # fmt: skip
    return render(request, "backoffice/troubled.html", context)
