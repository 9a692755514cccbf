"""Heads and lines of files of money that say nothing of the money (无关列登记): asked for by one of finance, confirmed by another, ended."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yigui.common.errors import NotFound, YiguiError
from yigui.exchange.harmless import KINDS, ROWS_MAX, SOURCES, ask, confirm, end
from yigui.exchange.models import Harmless, Partner
from yigui.exchange.money_formats import formats
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import is_at_city


@require_http_methods(["GET", "POST"])
@page_right("money_in")
def harmless(request: OfficerRequest) -> HttpResponse:
    """What is passed over of whose files, and what waits for a second person; POST asks for an entry. It is of files, and of no area."""
    typed = {name: request.POST.get(name, "") for name in ("partner", "source", "kind", "text", "reason")}
    status = 200
    if request.method == "POST":
        try:
            ask(user=request.user, **typed)
            messages.success(request, "已申请，待市级另一名出纳或会计确认后对以后的文件生效。")
            return redirect("finance:harmless")
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
            status = 422
    # What waits or holds before what has ended: of many only the first are on the page.
    in_order = (F("ended_at").desc(nulls_first=True), "-id")
    rows = Harmless.objects.select_related("partner", "asked_by", "confirmed_by", "ended_by").order_by(*in_order)
    context = {
        "rows": rows[:ROWS_MAX], "partners": Partner.objects.filter(pk__in=formats(), is_active=True).order_by("pk"), "sources": SOURCES, "kinds": KINDS,
        "typed": typed, "at_city": is_at_city(request.user),
    }  # fmt: skip
    return render(request, "finance/harmless.html", context, status=status)


def _moved(request: OfficerRequest, number: int, move: Callable[..., None], words: str) -> HttpResponse:
    if not Harmless.objects.filter(pk=number).exists():
        raise NotFound(f"没有编号为 {number} 的无关列登记。")
    try:
        move(user=request.user, number=number)
        messages.success(request, words)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("finance:harmless")


@require_POST
@page_right("money_in")
def harmless_confirm(request: OfficerRequest, number: int) -> HttpResponse:
    """Confirm an entry somebody else has asked for."""
    return _moved(request, number, confirm, "已确认，对该单位以后的文件生效。")


@require_POST
@page_right("money_in")
def harmless_end(request: OfficerRequest, number: int) -> HttpResponse:
    """End an entry, or take one's own request back."""
    return _moved(request, number, end, "已停用，以后的文件再有该列或说明将退回。")
