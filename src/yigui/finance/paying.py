"""Pages of money out: what the bank said about payments, the certification work list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.months import add_months, period_of
from yigui.entitlement.certification import LIST_MAX, due_list, open_tasks, overdue_count
from yigui.entitlement.models import Benefit
from yigui.finance.choice import choice_of
from yigui.payment.bank_results import BYTES_MAX, confirm_results, import_results
from yigui.payment.models import PaymentResult, Reissue, ResultFile
from yigui.payment.queries import confirmed_of
from yigui.payment.refunds import returned_refunds
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right


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
    returned = list(PaymentResult.objects.filter(status="returned").order_by("-file_id", "benefit_id")[:100])
    again = set(
        Reissue.objects.filter(benefit_id__in=[r.benefit_id for r in returned]).values_list("batch_id", "benefit_id", "attempt")
    )
    people = Benefit.objects.select_related("person").in_bulk([r.benefit_id for r in returned])
    files = list(ResultFile.objects.order_by("-id")[:20])
    confirmed = confirmed_of(files)
    context = {
        "refunds": returned_refunds(100),
        "files": [(file, file.pk in confirmed, file.user_id == request.user.pk) for file in files],
        "returned": [(r, people.get(r.benefit_id), (r.batch_id, r.benefit_id, r.attempt + 1) in again) for r in returned],
    }  # fmt: skip
    return render(request, "finance/results.html", context)


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
