"""The teller's calling (叫号): the page, and the strip on every page of the counter; both show the visit that is at the desk."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.normalise import plain_identity
from yigui.db.chosen import chosen_row
from yigui.registry.queries import person_by_number
from yigui.shell.refused import refusal_said
from yigui.staff.locations import Desk
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.visits import queries
from yigui.visits.desk_work import (
    MOVES,
    call_next,
    close_desk,
    hand_over_desk,
    identify,
    move_ticket,
    open_desk,
    pause_desk,
    transfer,
    typed_number,
)
from yigui.visits.enums import DeskStatus, PauseReason, Proof, TicketState
from yigui.visits.models import DeskState, Ticket
from yigui.visits.tickets import wait_again


def strip_of(user: User, message: str = "") -> dict[str, Any]:
    """What the strip shows: the desk, the ticket in hand, the visit so far, how many wait."""
    state = queries.at_work(user, clock.today())
    held = queries.in_hand(user) if state is not None else None
    visit = getattr(held, "visit", None)
    return {
        "state": state,
        "ticket": held,
        "visit": visit,
        "cases": queries.cases_of(visit) if visit is not None else [],
        "waiting": queries.waiting_for(state) if state is not None else 0,
        "message": message,
    }


@require_GET
@page_right("hall_desk")
def strip(request: OfficerRequest) -> HttpResponse:
    """The strip by itself."""
    return render(request, "hall/includes/strip.html", strip_of(request.user))


@require_GET
@page_right("hall_desk")
def desk(request: OfficerRequest) -> HttpResponse:
    """The desk, the ticket in hand and what can be done with it, who missed their call."""
    return render(request, "hall/desk.html", _page(request.user))


def _page(user: User, message: str = "") -> dict[str, Any]:
    today = clock.today()
    context = strip_of(user, message)
    state, held = context["state"], context["ticket"]
    hall = state.hall if state is not None else None
    desks = queries.desks_of(hall) if hall is not None else []
    return context | {
        "own": queries.may_open(user, today) if state is None else [],
        "typed": typed_number(user) if held is not None and held.state == TicketState.SERVING else "",
        "proofs": Proof.choices,
        "reasons": PauseReason.choices,
        "missed": queries.missed_of(hall, today) if hall is not None else [],
        "targets": [
            (d, k, _is_open(d, today)) for d in desks if state is None or d.pk != state.desk_id for k in queries.served_by(d, today)
        ],
        "relief": queries.relief_of(state) if state is not None else [],
    }


def _is_open(desk: Desk, today: dt.date) -> bool:
    state: DeskState | None = getattr(desk, "at_work", None)
    return state is not None and state.day == today and state.state == DeskStatus.OPEN


@require_POST
@page_right("hall_desk")
def act(request: OfficerRequest) -> HttpResponse:
    """One thing done at the desk. The strip asks by htmx and is given the strip again."""
    message = ""
    try:
        _do(request, request.user, request.POST.get("do", ""))
    except YiguiError as refused:
        message = refusal_said(request, refused)
    if request.htmx:
        answer = render(request, "hall/includes/strip.html", strip_of(request.user, message))
        if request.htmx.current_url_abs_path == reverse("hall:desk"):
            # Below the strip stands what it has changed.
            answer["HX-Refresh"] = "true"
        return answer
    if message:
        return render(request, "hall/desk.html", _page(request.user, message), status=422)
    return redirect("hall:desk")


def _do(request: OfficerRequest, user: User, deed: str) -> None:
    given, today = request.POST, clock.today()
    if deed in MOVES:
        move_ticket(teller=user, move=deed)
    elif deed in ("next", "finish_next"):
        if deed == "finish_next":
            move_ticket(teller=user, move="finish")
        if call_next(teller=user, today=today) is None:
            messages.info(request, "现在没有人等候，来人取号后会自动叫到本窗口。")
    elif deed == "open":
        open_desk(teller=user, desk=_chosen(Desk, given.get("desk", ""), "请选择要打开的窗口。"), today=today)
    elif deed == "pause":
        pause_desk(teller=user, reason=given.get("reason", ""), today=today)
    elif deed == "hand_over":
        hand_over_desk(teller=user, to=_chosen(User, given.get("to", ""), "请选择接班的柜员。"), today=today)
    elif deed == "close":
        close_desk(teller=user, today=today)
    elif deed == "back":
        wait_again(actor=user, ticket=_chosen(Ticket, given.get("ticket", ""), "没有这张号票，请刷新后核对。"), today=today)
    elif deed == "transfer":
        number, _, kind = given.get("to", "").partition(" ")
        target = _chosen(Desk, number, "请选择转到哪个窗口。")
        sent = transfer(teller=user, kind=kind, desk=target, reason=given.get("reason", ""))
        messages.info(request, _sent_words(sent, target))
    elif deed == "identify":
        _identify(user, given.get("id_number", ""), given.get("proof", ""))
    else:
        raise YiguiError("没有这项操作，请刷新后重试。")


def _sent_words(sent: Ticket, target: Desk) -> str:
    """Where whoever was sent on waits: at the desk, if it calls them; else any desk of the kind does."""
    if target.pk in (sent.bound_desk_id, sent.desk_id):
        return f"{sent} 已转到 {target.number} 号窗口，号码不变，请来人到该窗口等候。"
    return f"{sent} 已转出，号码不变；{target.number} 号窗口现在没有叫号，由可办的窗口叫号，请来人在大厅等候叫号。"


def _identify(user: User, number: str, proof: str) -> None:
    person = person_by_number(plain_identity(number))
    if person is None:
        raise YiguiError("登记库中没有该证件号码的人员，请核对号码；首次参保的来人在受理时登记，不必在此核验。")
    identify(teller=user, person=person, proof=proof)


def _chosen(model: Any, number: str, sentence: str) -> Any:
    found = chosen_row(model.objects.all(), number)
    if found is None:
        raise YiguiError(sentence)
    return found
