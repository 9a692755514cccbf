"""The page of a claim (认领): what came with the money, who claimed it and why, what bills have taken of it, and both ways to take a wrong one back."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.common.errors import NotFound, YiguiError
from yigui.finance.choice import own_areas
from yigui.receipts.claim_reversal import CLAIM_REVERSAL, plan_claim_reversal, take_backs_of
from yigui.receipts.models import Claim
from yigui.receipts.queries import left_of
from yigui.receipts.reversal_run import bill_labels, paid_by
from yigui.runs.kinds import may_prepare
from yigui.runs.models import Batch, BatchStatus
from yigui.shell.refused import refusal_said
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.same_person import accounts_of


def _own_claim(claim_id: int, user: User) -> Claim:
    """One of money that came in at an area somebody's agency answers for.

    Raises:
        NotFound: there is none.
    """
    rows = Claim.objects.select_related("receipt", "employer", "person", "undo")
    found = rows.filter(pk=claim_id, receipt__area_code__in=own_areas(user)).first()
    if found is None:
        raise NotFound(f"没有编号为 {claim_id} 的认领，或该笔到账由其他经办机构处理，请从“暂收款待认定”或到账文件页进入。")
    return found


@require_GET
@page_right("finance")
def record(request: OfficerRequest, claim_id: int) -> HttpResponse:
    """One claim."""
    found = _own_claim(claim_id, request.user)
    paid = paid_by(found.receipt)
    undo = getattr(found, "undo", None)
    names = dict(
        User.objects.filter(
            Q(pk=found.claimed_by_id) | Q(pk__in=[undo.asked_by_id, undo.confirmed_by_id or 0] if undo else [])
        ).values_list("pk", "full_name")
    )
    in_force = undo is None or undo.confirmed_by_id is None
    done = Batch.objects.filter(kind=CLAIM_REVERSAL.code, status=BatchStatus.EXECUTED, summary__claim=found.pk).first()
    context = {
        "claim": found, "receipt": found.receipt, "undo": undo, "names": names, "in_force": in_force, "bills": bill_labels(paid),
        "paid_fen": sum(fen for _, fen in paid), "left_fen": left_of([found.receipt])[found.receipt_id], "done": done,
        "asked": take_backs_of([found.pk]).get(found.pk), "may_ask": may_prepare(CLAIM_REVERSAL, request.user),
        "may_undo": has_page_right(request.user, "money_in"), "own_accounts": accounts_of(request.user),
    }  # fmt: skip
    return render(request, "finance/claim_record.html", context)


@require_POST
@page_right("finance_deeds")
def take_back(request: OfficerRequest, claim_id: int) -> HttpResponse:
    """Ask that what bills have taken of a wrong claim be taken back; the batch waits for two others."""
    _own_claim(claim_id, request.user)
    try:
        batch = plan_claim_reversal(claim_id=claim_id, reason=request.POST.get("reason", ""), user=request.user)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return redirect("finance:claim_record", claim_id=claim_id)
    messages.success(request, f"第 {batch.pk} 号批次已生成，待复核和审批。")
    return redirect("finance:batch", batch_id=batch.pk)
