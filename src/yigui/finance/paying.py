"""Pages of money out: what the bank said about payments, the certification work list."""

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.identifiers import mask_name
from yigui.common.months import add_months, period_of
from yigui.entitlement.certification import LIST_MAX, due_list, open_tasks, overdue_count
from yigui.entitlement.models import Benefit
from yigui.finance.choice import choice_of
from yigui.payment.bank_files import payment_no
from yigui.payment.bank_results import BYTES_MAX, confirm_results, import_results
from yigui.payment.models import PaymentResult, Reissue, ResultFile
from yigui.payment.queries import confirmed_of
from yigui.payment.refund_files import refund_no
from yigui.payment.refunds import returned_refunds
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

#: Returned payments a page lists.
RETURNED_MAX = 100


@dataclass(frozen=True)
class ReturnedRow:
    """A payment the bank gave back (退票): whose (`subject_no`, with the page to look at), why, and how it stands; fen."""

    number: str
    name: str
    subject_no: str
    url: str
    amount_fen: int
    reason: str
    booked_on: dt.date
    state: str
    is_owed: bool


@require_http_methods(["GET", "POST"])
@page_right("money_in")
def results(request: OfficerRequest) -> HttpResponse:
    """Take the bank's results in; the last files, and returned payments that wait to be sent again."""
    if request.method == "POST":
        upload = request.FILES.get("file")
        try:
            if upload is None:
                raise YiguiError("请选择银行返回的结果文件。")
            if (upload.size or 0) > BYTES_MAX:
                raise YiguiError(f"文件超过 {BYTES_MAX // 1_000_000} MB，请分成几个文件。")
            file = import_results(content=upload.read(), file_name=str(upload.name), today=clock.today(), user=request.user)
            messages.success(
                request,
                f"回执 {file.pk} 号：到账 {file.paid_count} 笔，退票 {file.returned_count} 笔，退回 {len(file.rejected)} 行。",
            )
            return redirect("finance:results")
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
    files = list(ResultFile.objects.order_by("-id")[:20])
    confirmed = confirmed_of(files)
    context = {
        "refunds": _returned_refunds(), "files": [(file, file.pk in confirmed, file.user_id == request.user.pk) for file in files],
        "returned": _returned_payments(), "most": RETURNED_MAX,
    }  # fmt: skip
    return render(request, "finance/results.html", context)


def _returned_payments() -> list[ReturnedRow]:
    """The newest payments of benefits the bank gave back, and whether they are to be sent again."""
    returned = list(PaymentResult.objects.filter(status="returned").order_by("-file_id", "benefit_id")[:RETURNED_MAX])
    again = set(
        Reissue.objects.filter(benefit_id__in=[r.benefit_id for r in returned]).values_list("batch_id", "benefit_id", "attempt")
    )
    benefits = Benefit.objects.select_related("person").in_bulk([r.benefit_id for r in returned])
    confirmed = confirmed_of(list(ResultFile.objects.filter(pk__in={r.file_id for r in returned})))
    rows = []
    for result in returned:
        person, is_again = benefits[result.benefit_id].person, (result.batch_id, result.benefit_id, result.attempt + 1) in again
        rows.append(
            ReturnedRow(
                number=payment_no(result.batch_id, result.benefit_id, result.attempt), name=mask_name(person.name),
                subject_no=person.person_no, url=reverse("counter:person_benefits", args=[person.person_no]),
                amount_fen=result.amount_fen, reason=result.reason, booked_on=result.booked_on,
                state="已安排重发" if is_again else "待重发" if result.file_id in confirmed else "待核对", is_owed=not is_again,
            )
        )  # fmt: skip
    return rows


def _returned_refunds() -> list[ReturnedRow]:
    """The newest refunds the bank gave back, and how what they were to pay stands now."""
    rows = []
    for result, refund, standing in returned_refunds(RETURNED_MAX):
        employer, person = refund.employer, refund.person
        rows.append(
            ReturnedRow(
                number=refund_no(result.batch_id, result.due_id),
                name=employer.name if employer else mask_name(person.name) if person else refund.account_name,
                subject_no=employer.unit_no if employer else person.person_no if person else "",
                url=reverse("finance:refund_payee", args=[refund.pk]), amount_fen=result.amount_fen, reason=result.reason,
                booked_on=result.booked_on, state=standing.state_label, is_owed=standing.is_owed,
            )
        )  # fmt: skip
    return rows


@require_POST
@page_right("money_in")
def confirm(request: OfficerRequest, file_id: int) -> HttpResponse:
    """Compare a file with the bank's statement: what it gives back is due again then."""
    try:
        confirm_results(file_id=file_id, statement=request.POST.get("statement", ""), user=request.user)
        messages.success(request, f"回执 {file_id} 号的退票已核对，可以重发或再付。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("finance:results")


@require_GET
@page_right("finance")
def certification(request: HttpRequest) -> HttpResponse:
    """Who must be certified: overdue, due within two months, and those who are being helped."""
    choice = choice_of(request)
    now = period_of(clock.today())
    context = {
        "choice": choice, "now": now, "overdue": due_list(choice.areas, low=0, high=add_months(now, -1)),
        "due": due_list(choice.areas, low=now, high=add_months(now, 1)), "tasks": open_tasks(choice.areas),
        "overdue_count": overdue_count(choice.areas, now), "most": LIST_MAX,
    }  # fmt: skip
    return render(request, "finance/certification.html", context)
