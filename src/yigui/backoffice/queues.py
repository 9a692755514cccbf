"""Queues: what waits for me, what waits for a colleague's recheck, what is overdue."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.casework.queries import QUEUE_MAX, light_of, my_queue, overdue_cases
from yigui.common import clock
from yigui.staff.models import User
from yigui.staff.rights import page_right


def _queue(request: HttpRequest, template: str, steps: tuple[str, ...] = ()) -> HttpResponse:
    assert isinstance(request.user, User)
    today = clock.today()
    rows = list(my_queue(request.user, today, steps=steps)[: QUEUE_MAX + 1])
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
