"""Pages of money out: what the bank said about payments, the certification work list."""

import datetime as dt
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.common import clock
from yigui.common.errors import Forbidden, NotFound, YiguiError
from yigui.common.identifiers import mask_name
from yigui.common.months import add_months, period_of
from yigui.common.tables import XLSX_TYPE
from yigui.entitlement.certification import LIST_MAX, due_list, open_tasks, overdue_count
from yigui.entitlement.models import Benefit
from yigui.finance.choice import choice_of, own_areas, refuse_foreign
from yigui.payment.bank_files import payment_no
from yigui.payment.bank_results import confirm_results, decide_waiting, import_results, said_of
from yigui.payment.enums import ResultFinding
from yigui.payment.models import Reissue, ResultFile, WaitingResult
from yigui.payment.queries import (
    comparable,
    confirmed_of,
    files_shown,
    finding_in_words,
    heard_of,
    is_confirmed,
    returned_words,
    settled_returns,
    waiting_results,
    waiting_shown,
)
from yigui.payment.refund_files import refund_no
from yigui.payment.refunds import returned_refunds
from yigui.payment.reissue_withdrawal import REISSUE_WITHDRAWAL, plan_withdrawal, withdrawals_of
from yigui.payment.result_formats import BYTES_MAX, template
from yigui.runs.kinds import may_prepare
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.tasks.models import Task
from yigui.tasks.queries import open_and_overdue, tasks_about, tasks_of_origins

#: Kinds of the tasks of returned payments and refunds (退票清零).
_PAYMENT_TASK, _REFUND_TASK = "returned_payment", "refund_stuck"
#: Returned payments a page lists.
RETURNED_MAX = 100
#: Lines that wait for a person, and rejected lines, a page lists.
WAITING_MAX = 50
PAGE = 200
#: Files the page lists.
FILES_MAX = 20


@dataclass(frozen=True)
class ReturnedRow:
    """A payment the bank gave back (退票): whose (`subject_no`, with the page to look at), why, and how it stands; fen.

    `task`: who sees to it and until when; None where nobody has looked around yet.
    """

    number: str
    name: str
    subject_no: str
    url: str
    amount_fen: int
    reason: str
    booked_on: dt.date
    state: str
    is_owed: bool
    task: Task | None = None
    #: Where a decision to send it again that no run has sent can be taken back; "" where there is none.
    withdraw_url: str = ""


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
            messages.success(request, f"回执 {file.pk} 号：{said_of(file)}")
            return redirect("finance:result_file", file.pk) if file.rejected or file.waiting_count else redirect("finance:results")
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
    own = own_areas(request.user)
    files = files_shown(own, FILES_MAX)
    confirmed = confirmed_of(files)
    mine = comparable(request.user.pk, [file for file in files if file.pk not in confirmed])
    waiting = waiting_shown(own).order_by("id")[:WAITING_MAX]
    context = {
        "waiting": _waiting_rows(list(waiting), request.user.pk), "waiting_most": WAITING_MAX,
        "refunds": _returned_refunds(own), "files": [(file, file.pk in confirmed, file.pk in mine) for file in files],
        "returned": _returned_payments(own), "most": RETURNED_MAX, "today": clock.today(),
        "to_zero": open_and_overdue(_PAYMENT_TASK, clock.today(), own),
    }  # fmt: skip
    return render(request, "finance/results.html", context)


@require_GET
@page_right("finance")
def results_template(request: OfficerRequest) -> HttpResponse:
    """An empty list of results to fill in."""
    response = HttpResponse(template(), content_type=XLSX_TYPE)
    response["Content-Disposition"] = 'attachment; filename="results.xlsx"'
    return response


@dataclass(frozen=True)
class WaitingRow:
    """A line that contradicts what is on record of its payment, or whose payee cannot be compared, and whether whoever looks may find out about it;
    `is_heard`: something is on record that it may contradict."""

    waiting: WaitingResult
    may_decide: bool
    is_heard: bool

    @property
    def verdicts(self) -> list[tuple[str, str]]:
        """What may be found out about it, with the words."""
        return [(value, finding_in_words(value, is_heard=self.is_heard)) for value in ResultFinding.values]

    @property
    def finding(self) -> str:
        """What was found out about it."""
        return finding_in_words(self.waiting.decision.verdict, is_heard=self.is_heard)

    @property
    def number(self) -> str:
        w = self.waiting
        return payment_no(w.batch_id, w.subject_id, w.attempt) if w.series == "P" else refund_no(w.batch_id, w.subject_id)


def _waiting_rows(rows: list[WaitingResult], user_id: int) -> list[WaitingRow]:
    mine = set(waiting_results(user_id).filter(pk__in=[w.pk for w in rows]).values_list("pk", flat=True))
    heard = heard_of(rows)
    return [WaitingRow(w, w.pk in mine, w.pk in heard) for w in rows]


@require_GET
@page_right("money_in")
def result_file(request: OfficerRequest, file_id: int) -> HttpResponse:
    """A file of results: what became of its lines, every rejected one with its sentence, every one that waits or waited."""
    file = ResultFile.objects.filter(pk=file_id).first()
    if file is None:
        raise NotFound(f"没有 {file_id} 号发放结果回执。")
    if not files_shown(own_areas(request.user), 1, file_id):
        raise Forbidden(
            f"发放结果回执 {file_id} 号涉及其他经办机构的批次，由所涉批次的地区或其市级经办机构查看和办理。", file=file_id
        )
    waiting = list(file.waiting.select_related("decision").order_by("row_no")[:PAGE])
    rows = _waiting_rows(waiting, request.user.pk)
    context = {
        "file": file, "said": said_of(file), "page": Paginator(file.rejected, PAGE).get_page(request.GET.get("page")),
        "open": [row for row in rows if not hasattr(row.waiting, "decision")], "decided": [row for row in rows if hasattr(row.waiting, "decision")],
        "is_confirmed": is_confirmed(file), "may_compare": bool(comparable(request.user.pk, [file])),
    }  # fmt: skip
    return render(request, "finance/result_file.html", context)


@require_POST
@page_right("money_in")
def decide_result(request: OfficerRequest, waiting_id: int) -> HttpResponse:
    """Say what is right where a line of a file contradicts what is on record."""
    row = WaitingResult.objects.filter(pk=waiting_id).first()
    is_heard = row is not None and bool(heard_of([row]))
    try:
        verdict, words = request.POST.get("verdict", ""), request.POST.get("words", "")
        waiting = decide_waiting(waiting_id=waiting_id, verdict=verdict, words=words, today=clock.today(), user=request.user)
        messages.success(
            request, f"回执 {waiting.file_id} 号第 {waiting.row_no} 行已核实：{finding_in_words(verdict, is_heard=is_heard)}。"
        )
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("finance:result_file", row.file_id) if row is not None else redirect("finance:results")


def _returned_payments(areas: list[str]) -> list[ReturnedRow]:
    """The newest payments of benefits the bank gave back, and whether they are to be sent again."""
    returned = returned_words(RETURNED_MAX, areas)
    settled = settled_returns(returned)
    decided = Reissue.objects.standing().filter(benefit_id__in=[r.benefit_id for r in returned])
    again = {(r.batch_id, r.benefit_id, r.attempt): r for r in decided}
    asked = withdrawals_of([r.pk for r in again.values() if r.sent_batch is None])
    benefits = Benefit.objects.select_related("person").in_bulk([r.benefit_id for r in returned])
    confirmed = confirmed_of(list(ResultFile.objects.filter(pk__in={r.file_id for r in returned})))
    # By payment: a batch may have more returned payments than the page has rows.
    origins = [(r.batch_id, f"{r.benefit_id}-{r.attempt}") for r in returned]
    tasks = {(t.origin_id, t.origin_no): t for t in tasks_of_origins(_PAYMENT_TASK, origins)}
    rows = []
    for result in returned:
        person, key = benefits[result.benefit_id].person, (result.batch_id, result.benefit_id, result.attempt)
        resent, is_settled = again.get((*key[:2], result.attempt + 1)), settled.get(key, 0) >= result.amount_fen
        is_again = resent is not None
        waits = "待重发" if result.file_id in confirmed else "待核对"
        rows.append(
            ReturnedRow(
                number=payment_no(result.batch_id, result.benefit_id, result.attempt), name=mask_name(person.name),
                subject_no=person.person_no, url=reverse("counter:person_benefits", args=[person.person_no]),
                amount_fen=result.amount_fen, reason=result.reason, booked_on=result.booked_on,
                state="已冲减多领追回" if is_settled else _state_of(resent, asked) if resent else waits, is_owed=not is_again and not is_settled,
                task=tasks.get((result.batch_id, f"{result.benefit_id}-{result.attempt}")),
                withdraw_url=reverse("finance:withdraw_reissue", args=[resent.pk]) if resent and resent.sent_batch is None else "",
            )
        )  # fmt: skip
    return rows


def _state_of(resent: Reissue, asked: dict[int, int]) -> str:
    """How a returned payment that was decided to be sent again stands."""
    if resent.sent_batch is not None:
        return "已重发"
    return "已申请撤回重发" if resent.pk in asked else "已安排重发"


@require_http_methods(["GET", "POST"])
@page_right("finance_deeds")
def withdraw_reissue(request: OfficerRequest, reissue_id: int) -> HttpResponse:
    """Ask that a decision to send a returned payment again be taken back; the batch waits for a director."""
    reissue = Reissue.objects.select_related("benefit__person").filter(pk=reissue_id).first()
    if reissue is None:
        raise NotFound(f"没有编号为 {reissue_id} 的退票重发，请从“发放结果”页选择。", reissue=reissue_id)
    number = payment_no(reissue.batch_id, reissue.benefit_id, reissue.attempt)
    refuse_foreign(request.user, reissue.benefit.area_id, f"支付 {number}")
    typed, status = request.POST.get("reason", ""), 200
    if request.method == "POST":
        try:
            batch = plan_withdrawal(reissue_id=reissue_id, reason=typed, user=request.user)
            messages.success(request, f"第 {batch.pk} 号批次已生成，待分管领导审批。")
            return redirect("finance:batch", batch_id=batch.pk)
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
            status = 422
    context = {
        "reissue": reissue, "number": number, "asked_in": withdrawals_of([reissue_id]).get(reissue_id), "typed": typed,
        "may_ask": may_prepare(REISSUE_WITHDRAWAL, request.user),
    }  # fmt: skip
    return render(request, "finance/reissue_withdrawal.html", context, status=status)


def _returned_refunds(areas: list[str]) -> list[ReturnedRow]:
    """The newest refunds the bank gave back, and how what they were to pay stands now."""
    rows, found = [], returned_refunds(RETURNED_MAX, areas)
    tasks = {(t.origin_id, t.part): t for t in tasks_about(_REFUND_TASK, {result.due_id for result, _, _ in found})}
    for result, refund, standing in found:
        employer, person = refund.employer, refund.person
        rows.append(
            ReturnedRow(
                number=refund_no(result.batch_id, result.due_id),
                name=employer.name if employer else mask_name(person.name) if person else refund.account_name,
                subject_no=employer.unit_no if employer else person.person_no if person else "",
                url=reverse("finance:refund_payee", args=[refund.pk]), amount_fen=result.amount_fen, reason=result.reason,
                booked_on=result.booked_on, state=standing.state_label, is_owed=standing.is_owed,
                task=tasks.get((result.due_id, str(result.batch_id))),
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
        return redirect("finance:result_file", file_id)
    return redirect("finance:results")


@require_GET
@page_right("finance")
def certification(request: OfficerRequest) -> HttpResponse:
    """Who must be certified: overdue, due within two months, and those who are being helped."""
    choice = choice_of(request)
    now = period_of(clock.today())
    context = {
        "choice": choice, "now": now, "overdue": due_list(choice.areas, low=0, high=add_months(now, -1)),
        "due": due_list(choice.areas, low=now, high=add_months(now, 1)), "tasks": open_tasks(choice.areas),
        "overdue_count": overdue_count(choice.areas, now), "most": LIST_MAX,
    }  # fmt: skip
    return render(request, "finance/certification.html", context)
