"""Pages of the books: vouchers, trial balance, general and subsidiary ledger. Every total opens to what is behind it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.casework.models import Case
from yigui.common.errors import NotFound, YiguiError
from yigui.finance.choice import choice_of, refuse_foreign
from yigui.finance.lists import SOURCES, VOUCHERS
from yigui.ledger.declarations import event_label
from yigui.ledger.models import LedgerAccount, Voucher
from yigui.ledger.queries import ledger_page, rolled_up, trial_balance
from yigui.ledger.reversal import REVERSAL, is_reversible, plan_reversal
from yigui.registry.queries import area_name
from yigui.runs.kinds import may_prepare
from yigui.shell.list_pages import list_page
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right


@require_GET
@page_right("books")
def vouchers(request: OfficerRequest) -> HttpResponse:
    """The vouchers of the books of one's own areas, newest first."""
    return list_page(request, VOUCHERS)


@require_GET
@page_right("books")
def voucher(request: OfficerRequest, voucher_id: int) -> HttpResponse:
    """One voucher: its entries, the rule it was posted by, and the business behind it."""
    found = Voucher.objects.filter(pk=voucher_id).select_related("vouchernumber", "reverses").first()
    if found is None:
        raise NotFound(f"没有凭证 记-{voucher_id}。")
    refuse_foreign(request.user, found.area_code, f"凭证 记-{voucher_id} ")
    context = {
        "voucher": found, "label": event_label(found.event), "area": area_name(found.area_code),
        "entries": list(found.entries.select_related("account").order_by("seq")),
        "source": SOURCES.get(found.source_kind, found.source_kind),
        "case": Case.objects.filter(pk=found.source_id).first() if found.source_kind == "case" else None,
        "reversed_by": Voucher.objects.filter(reverses=found).first(),
        "may_reverse": may_prepare(REVERSAL, request.user) and is_reversible(found),
    }  # fmt: skip
    return render(request, "finance/voucher.html", context)


@require_POST
@page_right("books")
def reverse(request: OfficerRequest, voucher_id: int) -> HttpResponse:
    """Ask for the reversal of a voucher, with the reason; it is posted when another person has approved it."""
    refuse_foreign(
        request.user,
        Voucher.objects.filter(pk=voucher_id).values_list("area_code", flat=True).first() or request.user.agency.area_id,
        "该凭证",
    )
    try:
        batch = plan_reversal(voucher_id=voucher_id, reason=request.POST.get("reason", ""), user=request.user)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return redirect("finance:voucher", voucher_id=voucher_id)
    messages.success(request, "已申请冲销，由分管领导审批后执行。")
    return redirect("finance:batch", batch_id=batch.pk)


@require_GET
@page_right("books")
def balances(request: OfficerRequest) -> HttpResponse:
    """Trial balance (科目余额表) of a book, or of several together; `detail=1` shows detail accounts."""
    choice = choice_of(request)
    rows = trial_balance(areas=choice.areas, fund=choice.fund, period=choice.period)
    shown = rows if request.GET.get("detail") else rolled_up(rows)
    context = {
        "choice": choice, "rows": shown, "detail": bool(request.GET.get("detail")), "debit": sum(r.debit_fen for r in rows),
        "credit": sum(r.credit_fen for r in rows),
    }  # fmt: skip
    return render(request, "finance/balances.html", context)


@require_GET
@page_right("books")
def account(request: OfficerRequest, account: str) -> HttpResponse:
    """Lines of an account and its details in a month, with the balance after each (明细账)."""
    choice = choice_of(request)
    found = LedgerAccount.objects.filter(pk=account).first()
    if found is None:
        raise NotFound(f"没有科目 {account}，请从科目余额表进入。")
    opening, lines, has_more = ledger_page(areas=choice.areas, fund=choice.fund, account=account, period=choice.period)
    context = {"choice": choice, "account": found, "opening": opening, "lines": lines, "has_more": has_more}
    return render(request, "finance/account.html", context)
