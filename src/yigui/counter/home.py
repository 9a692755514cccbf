"""Where a day begins (首页): the page of each post; the teller's workbench (柜员工作台), to find somebody, find an item, go on with what is open."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.backoffice.case_lists import MINE
from yigui.casework.drafts import my_drafts
from yigui.casework.hand_over_draft import handed_to
from yigui.casework.models import Case
from yigui.casework.queries import lights
from yigui.casework.queues import returned_to
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.intake import change_intake
from yigui.common import clock
from yigui.counter.item_finder import items_of_teller
from yigui.shell.list_pages import found_in, list_page
from yigui.shell.menu import home_of
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right


@require_GET
@page_right("account")
def home(request: HttpRequest) -> HttpResponse:
    """Send each role to the page its day begins with."""
    return redirect(home_of(request.user))


@require_GET
@page_right("counter")
def workbench(request: OfficerRequest) -> HttpResponse:
    """One box for persons and employers, the items, open drafts, and what came back."""
    today = clock.today()
    light = lights(today)
    mine = Case.objects.filter(accepted_by=request.user)
    context: dict[str, Any] = {
        "today": today,
        "drafts": [(d, catalogue().item(d.item_code, today)) for d in my_drafts(request.user)],
        "handed": [(d, catalogue().item(d.item_code, today)) for d in handed_to(request.user)],
        "returned": returned_to(request.user),
        "open_cases": [(c, light(c)) for c in mine.filter(status__in=("open", "approved")).order_by("due_on")[:10]],
        "items": items_of_teller(request.user, today),
        "done_today": mine.filter(accepted_on=today, status="finished").count(),
        "change_intake": change_intake("counter", today),
    }
    return render(request, "counter/workbench.html", context)


@require_http_methods(["GET", "POST"])
@page_right("counter")
def my_cases(request: OfficerRequest) -> HttpResponse:
    """Cases the teller accepted, newest first."""
    return found_in(request, MINE) if request.method == "POST" else list_page(request, MINE)
