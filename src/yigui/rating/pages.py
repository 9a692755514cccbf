"""What came of a rating, for whoever has its receipt; and the page of whoever looks into a bad one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.common import clock
from yigui.common.addresses import source_of
from yigui.common.errors import YiguiError
from yigui.common.normalise import plain_code, plain_text
from yigui.common.texts import int_or_none
from yigui.identity.limits import PROGRESS_SOURCE, give_back, spend
from yigui.identity.sign_in import address_of
from yigui.rating.bad_ratings import BadRating, bad_rating_of, repair
from yigui.rating.enums import Call, Door, Finding, Opinion
from yigui.rating.months import published_of
from yigui.rating.queries import followed
from yigui.rating.rate import rate_again
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right, public_page

_NOT_FOUND = "没有这个评价回执号，请核对后重新输入。"
#: What is registered about a bad rating.
_FIELDS = ("finding", "call", "said", "answer")
_TOO_OFTEN = "本网络地址查询过于频繁，请十分钟后再试。"


def _receipt(typed: str) -> str:
    """A receipt as it is kept: the number, a hyphen, eight letters and digits."""
    number, _, code = plain_code(typed)[:40].replace(" ", "").partition("-")
    return f"{number}-{code.replace('-', '')}"


@public_page
@require_http_methods(["GET", "POST"])
def follow(request: HttpRequest) -> HttpResponse:
    """What was said, the answer, and the question whether it contents. A link brings the receipt; what is typed comes by POST and is counted."""
    typed = (request.POST if request.method == "POST" else request.GET).get("receipt", "")
    if not typed:
        return render(request, "rating/follow.html", _page("", ""))
    receipt = _receipt(typed)
    if request.method == "POST" and not _may_try(request, receipt):
        return render(request, "rating/follow.html", _page("", _TOO_OFTEN), status=429)
    context = _page(receipt, "")
    if not context["rounds"]:
        return render(request, "rating/follow.html", context | {"message": _NOT_FOUND}, status=404)
    return render(request, "rating/follow.html", context)


def _may_try(request: HttpRequest, receipt: str) -> bool:
    """Count a try of whoever asks; a receipt that exists counts for nothing."""
    source = source_of(address_of(request))
    is_within = spend(PROGRESS_SOURCE, source)
    if is_within and followed(receipt):
        give_back(PROGRESS_SOURCE, source)
    return is_within


def _page(receipt: str, message: str) -> dict[str, Any]:
    rounds = followed(receipt) if receipt else []
    return {
        "receipt": receipt, "rounds": rounds, "opinions": Opinion.choices, "message": message, "words": "", "is_said": False,
    }  # fmt: skip


@public_page
@require_POST
def second(request: HttpRequest) -> HttpResponse:
    """Say whether the answer contents."""
    receipt = _receipt(request.POST.get("receipt", ""))
    if not _may_try(request, receipt):
        return render(request, "rating/follow.html", _page("", _TOO_OFTEN), status=429)
    words = plain_text(request.POST.get("words", ""))[:500]
    try:
        rate_again(receipt=receipt, opinion=request.POST.get("opinion", ""), words=words, today=clock.today())
    except YiguiError as refused:
        context = _page(receipt, refusal_said(request, refused))
        return render(request, "rating/follow.html", context | {"words": words}, status=422)
    return render(request, "rating/follow.html", _page(receipt, "") | {"is_said": True})


@public_page
@require_GET
def published(request: HttpRequest) -> HttpResponse:
    """Satisfaction of a month, for everybody: of every agency, and of the halls and desks of the one that was chosen."""
    given = request.GET
    context = published_of(int_or_none(given.get("month", "")), given.get("agency", "")[:20])
    return render(request, "rating/published.html", context)


@require_GET
@page_right("bad_ratings")
def handle(request: OfficerRequest, service: int) -> HttpResponse:
    """A bad rating, for whoever has taken its task.

    Raises:
        NotAuthorised: nobody else reads it.
    """
    return render(request, "rating/handle.html", _handled(request, service))


def _calls(rating: BadRating) -> tuple[Call, ...]:
    """What can have come of the call back; the database refuses any other."""
    if not rating.wants_call:
        return (Call.NOT_WANTED,)
    return (Call.REACHED, Call.NOT_REACHED) if rating.phone else (Call.NO_NUMBER,)


def _handled(request: OfficerRequest, service: int) -> dict[str, Any]:
    rating = bad_rating_of(officer=request.user, service=service)
    return {
        "service": service, "rating": rating, "door": Door(rating.door).label, "findings": Finding.choices,
        "calls": [(call, call.label) for call in _calls(rating)],
        "given": {name: request.POST.get(name, "") for name in _FIELDS}, "message": "",
    }  # fmt: skip


@require_POST
@page_right("bad_ratings")
def repair_page(request: OfficerRequest, service: int) -> HttpResponse:
    """Register what was found, the call back and the answer; the task ends with it."""
    given = {name: plain_text(request.POST.get(name, "")) for name in _FIELDS}
    try:
        task = repair(officer=request.user, service=service, today=clock.today(), **given)
    except YiguiError as refused:
        message = refusal_said(request, refused)
        return render(request, "rating/handle.html", _handled(request, service) | {"message": message}, status=422)
    messages.success(request, f"任务 {task.pk} 号已办结，答复已登记，评价人凭评价回执号或在本人办件页查看，并可以再作评价。")
    return redirect("backoffice:inbox")
