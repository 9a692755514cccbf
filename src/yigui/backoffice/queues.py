"""What is overdue, and what needs somebody's hand. What waits for one person stands in the inbox (`backoffice.inbox`)."""

import datetime as dt

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.backoffice.case_lists import OVERDUE
from yigui.casework.queries import own_cases, stopped_cases
from yigui.casework.queues import QUEUE_MAX
from yigui.casework.returns import second_returns, shares_of_second_returns
from yigui.common import clock
from yigui.shell.list_pages import found_in, list_page
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of


@require_http_methods(["GET", "POST"])
@page_right("overdue")
def overdue(request: OfficerRequest) -> HttpResponse:
    """Unfinished cases past their promised day, the oldest first."""
    return found_in(request, OVERDUE) if request.method == "POST" else list_page(request, OVERDUE)


@require_GET
@page_right("overdue")
def troubled(request: OfficerRequest) -> HttpResponse:
    """What needs somebody's hand in one's own areas: effects that were refused, jobs that failed on a case, and returns that were our error."""
    context = {
        "stopped": list(stopped_cases().filter(own_cases(request.user))[:QUEUE_MAX]),
        "second_returns": list(second_returns().filter(own_cases(request.user, "case__"))[:QUEUE_MAX]),
        "shares": shares_of_second_returns(clock.now() - dt.timedelta(days=90), agencies_of(request.user)),
    }  # fmt: skip
    return render(request, "backoffice/troubled.html", context)
