"""Rating at the screen of a window (窗口评价): asked of the visitor who sits there; it goes back by itself when nobody answers."""

from typing import Any

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.texts import int_or_none
from yigui.hall.devices import device_here, secret_of
from yigui.rating.given import Given, given_in
from yigui.rating.queries import Asked, asked_at_window, choices_on
from yigui.rating.rate import rate_at_window
from yigui.shell.refused import refusal_said
from yigui.staff.rights import public_page
from yigui.visits.enums import DeviceKind

#: The ticket whose visitor does not want to be asked at this screen.
SKIPPED = "yigui_not_rated"
_NOTHING = "现在没有可以评价的服务"


def asked_here(request: HttpRequest) -> Asked | None:
    """What this screen asks the visitor about now; None: nothing, or they would rather not."""
    found = asked_at_window(secret_of(request), clock.today())
    skipped = int_or_none(request.COOKIES.get(SKIPPED, ""))
    return next((row for row in found if row.ticket != skipped), None)


@public_page
@require_http_methods(["GET", "POST"])
def rate(request: HttpRequest) -> HttpResponse:
    """The level that was touched, with its tags; sent, it is the visitor's rating."""
    device = device_here(request, DeviceKind.WINDOW)
    form = request.POST if request.method == "POST" else request.GET
    today, number = clock.today(), int_or_none(form.get("service", ""))
    asked = next((row for row in asked_at_window(secret_of(request), today, is_typing=True) if row.service == number), None)
    given = given_in(form)
    if request.method == "POST" and number is not None:
        try:
            receipt = rate_at_window(secret=secret_of(request), service=number, given=given, today=today)
        except YiguiError as refused:
            if asked is None:
                return render(
                    request,
                    "hall/rated.html",
                    {"device": device, "message": refusal_said(request, refused), "receipt": "", "qr": ""},
                    status=422,
                )
            return render(request, "hall/rate.html", _page(device, asked, given, refusal_said(request, refused)), status=422)
        messages.success(request, receipt)
        return redirect("hall:rated")
    context = _page(device, asked, given, "") if asked is not None else {}
    if asked is None or context["chosen"] is None:
        return render(request, "hall/rated.html", {"device": device, "message": _NOTHING, "receipt": "", "qr": ""})
    return render(request, "hall/rate.html", context)


def _page(device: Any, asked: Asked, given: Given, message: str) -> dict[str, Any]:
    choices = choices_on(clock.today(), asked.site)
    chosen = next((choice for choice in choices if choice.level.code == given.level), None)
    return {"device": device, "asked": asked, "choices": choices, "chosen": chosen, "given": given, "message": message}


@public_page
@require_GET
def rated(request: HttpRequest) -> HttpResponse:
    """Thanks, and the receipt with which one follows what came of it; after a while the page goes back by itself."""
    device = device_here(request, DeviceKind.WINDOW)
    receipt = next((str(message) for message in messages.get_messages(request)), "")
    follow = f"{settings.PUBLIC_URL}{reverse('rating:follow')}?receipt={receipt}"
    qr = mark_safe(segno.make(follow, error="m").svg_inline(scale=6, border=2)) if receipt else ""
    return render(request, "hall/rated.html", {"device": device, "message": "", "receipt": receipt, "qr": qr})


@public_page
@require_POST
def not_now(request: HttpRequest) -> HttpResponse:
    """The visitor would rather not: this ticket is asked no more here."""
    device_here(request, DeviceKind.WINDOW)
    response = redirect("hall:window")
    ticket = int_or_none(request.POST.get("ticket", ""))
    if ticket is not None:
        response.set_cookie(SKIPPED, str(ticket), max_age=86400, httponly=True, samesite="Strict", secure=request.is_secure())
    return response
