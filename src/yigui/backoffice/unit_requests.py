"""Employers that ask for a login (网上开通): granted or refused."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.common.errors import YiguiError
from yigui.common.texts import int_or_none
from yigui.identity.unit_logins import decide_request, decides_for
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right


@require_http_methods(["GET", "POST"])
@page_right("unit_requests")
def unit_requests(request: OfficerRequest) -> HttpResponse:
    """Employers that ask for a login; make sure by the phone on record, then open or refuse."""
    if request.method == "POST":
        number = int_or_none(request.POST.get("number", ""))
        if number is None:
            raise YiguiError("请从列表中选择要处理的申请。")
        decided = decide_request(
            number=number, by=request.user, is_granted=request.POST.get("grant") == "1",
            note=request.POST.get("note", ""),
        )  # fmt: skip
        messages.success(request, f"{decided.employer.name}：{'已开通' if decided.is_granted else '不予开通'}。")
        return redirect("backoffice:unit_requests")
    rows = decides_for(request.user).select_related("decided_by").order_by("decided_at", "id")
    context = {"waiting": rows.filter(decided_at=None)[:200], "decided": rows.exclude(decided_at=None).order_by("-decided_at")[:50]}
    return render(request, "backoffice/unit_requests.html", context)
