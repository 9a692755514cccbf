"""Refunds (退费支付): what decisions owe and how each stands, another account for one, and those of the months before there were batches.

What was decided before 2026-11 was booked as paid at the decision and is transferred by the cashier from a list for the bank; it ends that
way. What was decided since waits in the books for a batch, and never stands on that list: nothing is paid twice.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.casework.models import Case
from yigui.common.errors import NotFound, YiguiError
from yigui.common.money import plain_fen
from yigui.finance.choice import choice_of, own_areas, refuse_foreign
from yigui.ledger.models import Voucher
from yigui.payment.refund_payee_run import REFUND_PAYEE, asked_in, owed_of, plan_payee
from yigui.payment.refunds import Standing, standings, waiting
from yigui.receipts.models import Refund, RefundDue
from yigui.runs.kinds import may_prepare
from yigui.shell.refused import refusal_said
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.exports import ExportKind, Listing, ask_export, register_export

ROWS_MAX = 2000
HEAD = ("记账日期", "办件编号", "退给", "户名", "账号", "金额（元）", "用途")


@dataclass(frozen=True)
class Row:
    """A refund, its case, the vouchers of the month that decided it, and how what is owed of it stands; none is owed of an old one."""

    refund: Refund
    case: Case
    posted_on: dt.date
    vouchers: list[int]
    standings: list[Standing]

    @property
    def is_listed(self) -> bool:
        """Whether it was booked as paid at the decision, and is transferred from the cashier's list."""
        return not self.standings

    @property
    def may_be_moved(self) -> bool:
        return any(s.is_owed for s in self.standings)


def refunds_of(areas: Sequence[str], period: int) -> list[Row]:
    """Refunds of cases of the areas that were booked in the month, the earliest first; at most `ROWS_MAX`."""
    booked: dict[int, list[Voucher]] = {}
    vouchers = Voucher.objects.filter(source_kind="case", source_id__in=Refund.objects.values("case_id"), period=period)
    for voucher in vouchers.order_by("id").only("id", "source_id", "posted_on")[: 10 * ROWS_MAX]:
        booked.setdefault(voucher.source_id, []).append(voucher)
    cases = Case.objects.filter(area_id__in=areas).only("id", "case_no", "subject_name").in_bulk(booked)
    found = list(Refund.objects.filter(case_id__in=cases).order_by("case_id")[:ROWS_MAX])
    stands: dict[int, list[Standing]] = {}
    # What is owed may lie in another area than the case: where the money was taken.
    dues = RefundDue.objects.filter(refund__in=found)
    where = sorted(set(dues.values_list("area_code", flat=True)))
    for standing in standings(where, refund_ids=[r.pk for r in found], most=10 * ROWS_MAX) if where else ():
        stands.setdefault(standing.refund_id, []).append(standing)
    return [
        Row(r, cases[r.case_id], booked[r.case_id][0].posted_on, [v.pk for v in booked[r.case_id]], stands.get(r.pk, [])) for r in found
    ]  # fmt: skip


@require_GET
@page_right("finance")
def refunds(request: OfficerRequest) -> HttpResponse:
    """The month's refunds with how each stands; whole account numbers for whoever transfers them."""
    choice = choice_of(request)
    rows = refunds_of(choice.areas, choice.period)
    listed = [row for row in rows if row.is_listed]
    context = {
        "choice": choice, "rows": rows, "total": sum(row.refund.amount_fen for row in rows), "most": ROWS_MAX,
        "listed": len(listed), "listed_fen": sum(row.refund.amount_fen for row in listed), "waiting": waiting(choice.areas),
        "may_work": has_page_right(request.user, "money_in"), "may_move": may_prepare(REFUND_PAYEE, request.user),
    }  # fmt: skip
    return render(request, "finance/refunds.html", context)


@require_http_methods(["GET", "POST"])
@page_right("finance_deeds")
def refund_payee(request: OfficerRequest, refund_id: int) -> HttpResponse:
    """Ask for another account of a refund that is still owed; the batch waits for a director."""
    refund = Refund.objects.select_related("employer", "person").filter(pk=refund_id).first()
    if refund is None:
        raise NotFound(f"没有编号为 {refund_id} 的退费，请从“退费支付”页选择。", refund=refund_id)
    # Whose case decided it, and whoever answers for the books that owe it.
    dues = set(RefundDue.objects.filter(refund=refund).values_list("area_code", flat=True))
    if not dues or not dues.issubset(own_areas(request.user)):
        refuse_foreign(
            request.user, Case.objects.values_list("area_id", flat=True).get(pk=refund.case_id), f"第 {refund_id} 号退费"
        )
    typed = {key: request.POST.get(key, "") for key in ("bank_code", "account_name", "account_no", "payee_number", "reason")}
    status = 200
    if request.method == "POST":
        try:
            batch = plan_payee(refund_id=refund_id, user=request.user, **typed)
            messages.success(request, f"第 {batch.pk} 号批次已生成，待分管领导审批。")
            return redirect("finance:batch", batch_id=batch.pk)
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
            status = 422
    owed = owed_of(refund_id)
    context = {
        "refund": refund, "asked_in": asked_in(refund_id), "owed": owed,
        "case_no": Case.objects.values_list("case_no", flat=True).get(pk=refund.case_id), "owed_fen": sum(row.amount_fen for row in owed), "typed": typed,
        "may_move": bool(owed) and may_prepare(REFUND_PAYEE, request.user),
    }  # fmt: skip
    return render(request, "finance/refund_payee.html", context, status=status)


@require_POST
@page_right("money_in")
def refund_list(request: OfficerRequest) -> HttpResponse:
    """Ask for the month's refunds of before there were batches as a workbook for the bank; account numbers are text."""
    choice = choice_of(request)
    parameters = {"period": str(choice.period), "areas": ",".join(choice.areas)}
    made = ask_export(user=request.user, kind="refunds", parameters=parameters, reason=f"{choice.period} 退费支付，提交银行")
    messages.success(request, f"已登记导出编号 {made.pk}，共 {made.rows} 行。")
    return redirect("backoffice:exports")


def _listing(user: User, parameters: Mapping[str, str]) -> Listing:
    if not has_page_right(user, "money_in"):
        raise NotAuthorised("退费支付清单由出纳或会计导出。")
    rows = [
        (
            row.posted_on.isoformat(), row.case.case_no, row.case.subject_name, row.refund.account_name, row.refund.account_no,
            plain_fen(row.refund.amount_fen), f"退费 {row.case.case_no}",
        )
        for row in refunds_of(parameters["areas"].split(","), int(parameters["period"]))
        if row.is_listed
    ]  # fmt: skip
    return Listing("退费支付清单", HEAD, rows, widths=(12, 20, 20, 24, 24, 14, 28))


register_export(ExportKind("refunds", "退费支付清单", _listing))
