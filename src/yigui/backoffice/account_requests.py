"""Requests about accounts (账号办理): the system administrator asks, the security administrator confirms or refuses."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.backoffice.decide_cell import DecideCell, asked_back
from yigui.casework.hand_over import confirm
from yigui.common.errors import NotFound
from yigui.staff.account_requests import UNDER_WARRANT, may_decide, refuse_request, take_request_back
from yigui.staff.models import AccountRequest, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of

REQUESTS_MAX = 100


@require_GET
@page_right("account_requests")
def requests(request: OfficerRequest) -> HttpResponse:
    """Requests, those that wait first."""
    return _page(request)


def _page(request: OfficerRequest, *, password: str = "", enrolment: str = "", of: str = "") -> HttpResponse:
    rows = AccountRequest.objects.filter(user__agency__in=agencies_of(request.user))
    rows = rows.select_related("user__agency__area", "asked_by", "decided_by", "to_agency").order_by("decided_at", "-id")
    waiting = list(rows.filter(status="asked")[:REQUESTS_MAX])
    decided = list(rows.exclude(status="asked").order_by("-id")[:REQUESTS_MAX])
    context = {
        "waiting": [(r, _deed(r, request.user)) for r in waiting],
        "decided": decided,
        "password": password,
        "enrolment": enrolment,
        "of": of,
    }
    return render(request, "backoffice/account_requests.html", context)


def _deed(row: AccountRequest, reader: User) -> DecideCell:
    return DecideCell(
        "backoffice:account_decide", row.pk, f"{row.pk} 号", "confirm", "确认办理", no="不同意",
        is_turn=may_decide(row, reader), wants_code=row.kind in UNDER_WARRANT,
        may_take_back=row.asked_by_id == reader.pk,
    )  # fmt: skip


def _ask_back(request: OfficerRequest, request_id: int) -> HttpResponse | None:
    row = AccountRequest.objects.select_related("user__agency__area", "to_agency").filter(pk=request_id, status="asked").first()
    if row is None:
        return None
    facts = [("人员", row.user.full_name), ("办理事项", row.what)]
    may = row.asked_by_id == request.user.pk
    return asked_back(request, may=may, what=f"账号申请 {row.pk} 号", facts=facts, back="backoffice:account_requests")


@require_POST
@page_right("account_requests")
def decide(request: OfficerRequest, request_id: int, verb: str) -> HttpResponse:
    """Confirm, refuse, or take back; a new first password or a code of enrolment is shown on the answer and nowhere else."""
    if verb == "confirm":
        done = confirm(request_id=request_id, administrator=request.user)
        messages.success(request, f"已办理：{done.request.user.full_name}，{done.request.what}。")
        if done.password or done.enrolment:
            return _page(request, password=done.password, enrolment=done.enrolment, of=done.request.user.full_name)
    elif verb == "refuse":
        refused = refuse_request(request_id=request_id, administrator=request.user, note=request.POST.get("note", ""))
        messages.success(request, f"未同意：{refused.user.full_name}，{refused.what}。")
    elif verb == "take-back":
        if question := _ask_back(request, request_id):
            return question
        take_request_back(request_id=request_id, actor=request.user)
        messages.success(request, "申请已撤回。")
    else:
        raise NotFound("没有这种操作。")
    return redirect("backoffice:account_requests")
