"""Text messages to people (短信发送): results that were sent, wait or failed, with masked numbers; and one sent again."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.casework.sent_messages import AGAIN_RIGHT, STATES, readable, results_in, send_again
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right

PAGE = 50


@require_GET
@page_right("sent_messages")
def sent_messages(request: OfficerRequest) -> HttpResponse:
    """Results by state, page by page; those that did not arrive first asked for."""
    state = request.GET.get("state", "failed")
    state = state if state in STATES or state == "" else "failed"
    page = Paginator(results_in(state, request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "state": state, "states": list(STATES.items()), "page": page, "rows": readable(list(page)),
        "may_send": has_page_right(request.user, AGAIN_RIGHT), "may_open": has_page_right(request.user, "cases"),
    }  # fmt: skip
    return render(request, "backoffice/sent_messages.html", context)


@require_POST
@page_right(AGAIN_RIGHT)
def again(request: OfficerRequest, number: int) -> HttpResponse:
    """Send a result again, with a reason."""
    if send_again(number, user=request.user, reason=request.POST.get("reason", "")):
        messages.success(request, f"第 {number} 号办理结果已再次发送，原因已留存。")
    else:
        messages.error(request, f"短信网关没有接收第 {number} 号办理结果，已留存。请系统管理员检查网关后再次发送。")
    return redirect("backoffice:sent_messages")
