"""Refunds to be transferred (退费支付): what approved cases send back, to whom, as a page and as the cashier's list for the bank."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.casework.models import Case
from yigui.common.money import plain_fen
from yigui.finance.choice import choice_of
from yigui.ledger.models import Voucher
from yigui.receipts.models import Refund
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.exports import ExportKind, Listing, ask_export, register_export

ROWS_MAX = 2000
HEAD = ("记账日期", "办件编号", "退给", "户名", "账号", "金额（元）", "用途")


@dataclass(frozen=True)
class Row:
    """A refund, its case, and the vouchers of the month that took it out of the books."""

    refund: Refund
    case: Case
    posted_on: dt.date
    vouchers: list[int]


def refunds_of(areas: Sequence[str], period: int) -> list[Row]:
    """Refunds of cases of the areas that were booked in the month, the earliest first; at most `ROWS_MAX`."""
    booked: dict[int, list[Voucher]] = {}
    vouchers = Voucher.objects.filter(source_kind="case", source_id__in=Refund.objects.values("case_id"), period=period)
    for voucher in vouchers.order_by("id").only("id", "source_id", "posted_on")[: 10 * ROWS_MAX]:
        booked.setdefault(voucher.source_id, []).append(voucher)
    cases = Case.objects.filter(area_id__in=areas).only("id", "case_no", "subject_name").in_bulk(booked)
    found = Refund.objects.filter(case_id__in=cases).order_by("case_id")[:ROWS_MAX]
    return [
        Row(r, cases[r.case_id], booked[r.case_id][0].posted_on, [v.pk for v in booked[r.case_id]]) for r in found
    ]  # fmt: skip


@require_GET
@page_right("finance")
def refunds(request: HttpRequest) -> HttpResponse:
    """The month's refunds; whole account numbers for whoever transfers them."""
    choice = choice_of(request)
    rows = refunds_of(choice.areas, choice.period)
    context = {
        "choice": choice, "rows": rows, "total": sum(row.refund.amount_fen for row in rows), "most": ROWS_MAX,
        "may_work": has_page_right(request.user, "money_in"),
    }  # fmt: skip
    return render(request, "finance/refunds.html", context)


@require_POST
@page_right("money_in")
def refund_list(request: OfficerRequest) -> HttpResponse:
    """Ask for the month's refunds as a workbook for the bank; account numbers are text, so that no digit is lost."""
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
    ]  # fmt: skip
    return Listing("退费支付清单", HEAD, rows, widths=(12, 20, 20, 24, 24, 14, 28))


register_export(ExportKind("refunds", "退费支付清单", _listing))
