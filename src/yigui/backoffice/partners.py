"""Partners (部门共享): who is connected, how they answered lately, what waits to be sent, which cases wait for them."""

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yigui.casework.enums import CaseStatus
from yigui.casework.models import Case
from yigui.casework.queries import own_cases
from yigui.exchange.asking import connect_partner
from yigui.exchange.contracts import contracts
from yigui.exchange.models import AskOutcome, InMessage, OutMessage, Partner, PartnerAnswer
from yigui.exchange.outbox import drop, send_again
from yigui.exchange.queries import standing_messages_of
from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right

ROWS_MAX = 100
_LATELY = 200


@require_http_methods(["GET", "POST"])
@page_right("partners")
def partners(request: OfficerRequest) -> HttpResponse:
    """The partners and their state; POST sets the address and key of one."""
    if request.method == "POST":
        _connect(request, request.user)
        return redirect("backoffice:partners")
    rows = []
    agreed = {s.department for s in contracts().services.values()} | {t.department for t in contracts().tells}
    waits = (
        OutMessage.objects.filter(taken_at=None, dropped_at=None)
        .values("partner")
        .annotate(waiting=Count("id", filter=Q(refused="")), refused=Count("id", filter=~Q(refused="")), attempts=Max("attempts"))
    )
    outs = {row["partner"]: row for row in waits}
    none = {"waiting": 0, "refused": 0, "attempts": None}
    taken_in = dict(InMessage.objects.values_list("partner").annotate(Count("id")))
    for partner in Partner.objects.order_by("code")[:ROWS_MAX]:
        # Of whom nothing is agreed nothing is asked.
        answers = PartnerAnswer.objects.filter(partner=partner).order_by("-id").values_list("outcome", "took_ms", "asked_at")
        lately = list(answers[:_LATELY]) if partner.code in agreed else []
        good = [took for outcome, took, _ in lately if outcome in (AskOutcome.FOUND, AskOutcome.MISSING)]
        out = outs.get(partner.code, none)
        rows.append({
            "partner": partner, "is_agreed": partner.code in agreed, "asked": len(lately), "answered": len(good),
            "median_ms": sorted(good)[len(good) // 2] if good else None, "last": lately[0] if lately else None, "out": out,
            "last_label": AskOutcome(lately[0][0]).label if lately else "",
            "taken_in": taken_in.get(partner.code, 0),
        })  # fmt: skip
    waiting = Case.objects.filter(own_cases(request.user), status=CaseStatus.WAITING).order_by("id")
    context = {
        "rows": rows, "waiting": waiting[:ROWS_MAX], "waiting_count": waiting.count(), "refused": standing_messages_of(request.user)[:ROWS_MAX],
        "may_connect": request.user.role == Role.SYSTEM_ADMIN, "may_send": has_page_right(request.user, "partners_send"),
    }  # fmt: skip
    return render(request, "backoffice/partners.html", context)


def _connect(request: HttpRequest, user: User) -> None:
    if user.role != Role.SYSTEM_ADMIN:
        raise NotAuthorised("服务地址和密钥由系统管理员登记。")
    partner = connect_partner(
        code=request.POST.get("code", ""), address=request.POST.get("base_url", "").strip(),
        key=request.POST.get("key", "").strip(), user=user,
    )  # fmt: skip
    messages.success(request, f"已保存，{partner.name}{'可以实时核验' if partner.base_url else '已断开'}，五秒内生效。")


@require_POST
@page_right("partners_send")
def resend(request: OfficerRequest, number: int) -> HttpResponse:
    """Put a message that stands still in line again."""
    send_again(number, user=request.user)
    messages.success(request, "已重新排队，一分钟内发送。")
    return redirect("backoffice:partners")


@require_POST
@page_right("partners_send")
def drop_message(request: OfficerRequest, number: int) -> HttpResponse:
    """Give up a message that stands still, with a reason."""
    drop(number, user=request.user, reason=request.POST.get("reason", ""))
    messages.success(request, f"第 {number} 号报文不再发送，原因已留存。")
    return redirect("backoffice:partners")
