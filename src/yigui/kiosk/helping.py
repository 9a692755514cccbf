"""Helpers (自助区指导人员、远程柜员): calls of the machines, the visitor's form beside them, a note. The visitor hands it in."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.applying.door import Door, names_in
from yigui.applying.pages import channel_operator, form_pages
from yigui.kiosk.calls import CallMoved, draft_of, helped_call, join, leave_note, waiting_calls
from yigui.kiosk.models import HelpCall
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

CHANNEL = "kiosk"
NAMES = names_in("kiosk", case="backoffice:case", home="kiosk:calls")


@require_GET
@page_right("help")
def calls(request: OfficerRequest) -> HttpResponse:
    """Who is waiting, where, since when."""
    return render(request, "kiosk/calls.html", {"calls": waiting_calls(request.user)})


@require_POST
@page_right("help")
def join_call(request: OfficerRequest, number: int) -> HttpResponse:
    """Come to the visitor's side."""
    join(number=number, helper=request.user)
    return redirect("kiosk:call", number=number)


@require_GET
@page_right("help")
def call(request: OfficerRequest, number: int) -> HttpResponse:
    """The visitor's form and a note for them."""
    found = helped_call(number=number, helper=request.user)
    return render(request, "kiosk/call.html", {"call": found, "draft": draft_of(found)})


@require_POST
@page_right("help")
def note(request: OfficerRequest, number: int) -> HttpResponse:
    """Leave a note; end the help."""
    is_end = request.POST.get("end") == "1"
    leave_note(number=number, helper=request.user, note=request.POST.get("note", "").strip(), is_end=is_end)
    messages.success(request, "协助已结束。" if is_end else "留言已显示给办事人。")
    return redirect("kiosk:calls") if is_end else redirect("kiosk:call", number=number)


def door_of(request: OfficerRequest) -> Door:
    """The visitor's door, with the helper at it: they fill in, the visitor hands in.

    Raises:
        CallMoved: the helper is with nobody.
    """
    found = HelpCall.objects.filter(helper=request.user, ended_at=None).select_related("login__employer", "applicant").first()
    if found is None:
        raise CallMoved("您没有正在协助的办事人，协助可能已经结束。")
    return Door(
        channel=CHANNEL,
        names=NAMES,
        operator=channel_operator(CHANNEL),
        login=found.login,
        applicant=found.applicant,
        helper=request.user,
        may_submit=False,
    )


form_urls = form_pages("help/drafts/", page_right("help"), door_of)
