"""Rating an own case (评价本人、本单位的办件): one page behind every door of people outside."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from yigui.casework.models import Case
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.identity.places import space_of
from yigui.rating.errors import NothingToRate
from yigui.rating.given import Given, given_in
from yigui.rating.queries import choices_on, of_own_case, site_of_case
from yigui.rating.rate import rate_own
from yigui.shell.refused import refusal_said

THANKS = "谢谢您的评价。"


def rate_page(request: HttpRequest, holder: Any, case: Case, *, base: str, who: str) -> HttpResponse:
    """The level that was chosen, with its tags; sent, it is the rating of whoever has signed in.

    Args:
        who: what the place's frame calls them.

    Raises:
        NothingToRate: the case has not ended.
    """
    space, today = space_of(request), clock.today()
    site = site_of_case(case)
    if site is None:
        raise NothingToRate(f"办件 {case.case_no} 没有可以评价的服务：办结后才能评价。")
    # Read with the holder's eyes, as a page that is only looked at is.
    stands = of_own_case(case, today) if request.method != "POST" else None
    if stands is not None and (stands.rating is not None or stands.refusal):
        # It was rated at another door, or cannot be any more: the page of the case says so.
        return redirect(f"{space}:case", case_no=case.case_no)
    given = given_in(request.POST if request.method == "POST" else request.GET)
    message = ""
    if request.method == "POST":
        try:
            rate_own(holder=holder, case_no=case.case_no, given=given, today=today)
        except YiguiError as refused:
            message = refusal_said(request, refused)
        else:
            messages.success(request, THANKS)
            return redirect(f"{space}:case", case_no=case.case_no)
    context = rating_form(given, site) | {"base": base, "case": case, "space": space, "message": message, who: holder}
    return render(request, "applying/rate.html", context, status=422 if message else 200)


def rating_form(given: Given, site: str) -> dict[str, Any]:
    """What a form of a rating shows: the levels, the one that was chosen, and what was typed."""
    choices = choices_on(clock.today(), site)
    return {
        "choices": choices, "given": given, "chosen": next((choice for choice in choices if choice.level.code == given.level), None),
    }  # fmt: skip
