"""Pages of batches: prepare, look at checks and differences, approve, execute, void."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db import Error
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from procrastinate.contrib.django import app

from yigui.accounts.interest import execute_interest, void_interest
from yigui.casework.finish_case import database_sentence
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.months import add_months, parse_period, period_of
from yigui.entitlement.certification import execute_match
from yigui.entitlement.models import Benefit
from yigui.exchange.money_formats import formats
from yigui.finance.choice import choice_of
from yigui.finance.jobs import KINDS, PREPARED_HERE
from yigui.ledger.close import execute_close
from yigui.ledger.queries import credited, vouchers_from
from yigui.ledger.reversal import execute_reversal
from yigui.ledger.transfer import execute_transfer
from yigui.levy.levy_run import DIFFERENCES, difference_rows, execute_levy, void_plan
from yigui.levy.tax_plan import HEAD, plan_lines
from yigui.payment.adjust_run import execute_adjust, void_adjust
from yigui.payment.bank_files import files_of
from yigui.payment.bank_results import standing
from yigui.payment.enums import Hold
from yigui.payment.pay_run import execute_pay, void_pay
from yigui.payment.recalculate_run import execute_recalculation
from yigui.registry.enums import Insurance, insurance_label
from yigui.registry.models import Area, Employer, Person
from yigui.registry.queries import area_name
from yigui.runs.batches import (
    APPROVERS,
    PREPARERS,
    approve_batch,
    batch_of,
    check_batch,
    require_executor,
    require_preparer,
    void_batch,
)
from yigui.runs.models import Batch, Run
from yigui.staff.models import User
from yigui.staff.rights import page_right

_VOID: dict[str, Any] = {"levy": void_plan, "interest": void_interest, "pay": void_pay, "adjust": void_adjust}
_EXECUTE: dict[str, Any] = {
    "levy": execute_levy, "interest": execute_interest, "close": execute_close, "transfer": execute_transfer, "reversal": execute_reversal,
    "pay": execute_pay, "adjust": execute_adjust, "recalculate": execute_recalculation, "certify": execute_match,
}  # fmt: skip


@require_http_methods(["GET", "POST"])
@page_right("finance")
def batches(request: HttpRequest) -> HttpResponse:
    """The batches of all kinds; POST has one prepared in the background."""
    assert isinstance(request.user, User)
    choice = choice_of(request)
    if request.method == "POST":
        newest = _latest_run()
        try:
            _ask_for(request)
        except YiguiError as refused:
            messages.error(request, refused.message)
            return redirect("finance:batches")
        return redirect(f"{reverse('finance:batches')}?after={newest.pk if newest else 0}")
    now = period_of(clock.today())
    context = {
        "choice": choice, "kinds": KINDS, "prepared_here": PREPARED_HERE,
        # Without what each batch would do: differences and sums are some hundred kilobytes.
        "rows": Batch.objects.select_related("prepared_by", "checked_by", "approved_by").defer("summary", "checks").order_by("-id")[:60],
        **_progress(request), "may_prepare": request.user.role in PREPARERS, "now": now, "last_month": add_months(now, -1),
    }  # fmt: skip
    return render(request, "finance/batches.html", context)


def _ask_for(request: HttpRequest) -> None:
    assert isinstance(request.user, User)
    require_preparer(request.user)
    kind, area = request.POST.get("kind", ""), request.POST.get("area", "")
    if kind not in PREPARED_HERE or not Area.objects.filter(pk=area).exists():
        raise YiguiError("请选择批次类别和地区。")
    try:
        period = parse_period(request.POST.get("period", ""))
    except ValueError as error:
        raise YiguiError("所属期应为年月，例如 2026-11。") from error
    app.configure_task("finance.prepare").defer(kind=kind, area_code=area, period=period, user_id=request.user.pk)
    messages.success(request, f"{KINDS[kind]} {period} 已开始生成，进度见下方。")


def _latest_run() -> Run | None:
    return Run.objects.filter(kind__in=[f"{kind}-plan" for kind in PREPARED_HERE]).order_by("-id").first()


def _progress(request: HttpRequest) -> dict[str, Any]:
    """The newest preparation; `after` is the one before the preparation asked for, until which the page waits."""
    run, text = _latest_run(), request.GET.get("after", "")
    after = int(text) if text.isdecimal() and len(text) < 18 else None
    waits = after is not None and (run is None or run.pk <= after)
    return {"run": None if waits else run, "after": text if after is not None else "", "waits": waits}


@require_GET
@page_right("finance")
def progress(request: HttpRequest) -> HttpResponse:
    """Progress of the newest preparation; asked for again while it runs."""
    return render(request, "finance/includes/progress.html", _progress(request))


@require_GET
@page_right("finance")
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: what it would do, its checks, differences to last month, who did what."""
    assert isinstance(request.user, User)
    found = batch_of(batch_id)
    sums = [row | {"area_name": area_name(row["area"])} for row in found.summary.get("sums", [])]
    by_insurance: dict[str, dict[str, int]] = {}
    for row in sums:
        total = by_insurance.setdefault(
            row["label"], {"people": 0, "employer_fen": 0, "person_fen": 0, "account_fen": 0, "bills": 0}
        )
        for key in total:
            total[key] += row[key]
    context = {
        "batch": found, "kind": KINDS.get(found.kind, found.kind), "area": area_name(found.area_code), "sums": sums,
        "by_insurance": by_insurance, "may_approve": request.user.role in APPROVERS and request.user.pk != found.prepared_by_id
        and (not found.needs_check or found.checked_by_id is not None),
        "may_check": found.needs_check and found.checked_by_id is None and request.user.role in PREPARERS
        and request.user.pk != found.prepared_by_id,
        "may_execute": request.user.role in PREPARERS | APPROVERS,
        "moves": [
            row | {"area": area_name(row["area"]), "party": area_name(row["party"]) if row["party"] else "", "fund": Insurance(row["fund"]).label}
            for row in found.summary.get("moves", [])
        ],
        "books": [
            row | {"area": area_name(row["area"]), "fund": Insurance(row["fund"]).label} for row in found.summary.get("books", [])
        ],
        "vouchers": vouchers_from("batch", found.pk),
    }  # fmt: skip
    if found.kind == "pay":
        context |= _pay_context(found)
    if found.kind == "adjust":
        context["bands"] = json.dumps({"bands": found.summary.get("bands", [])})
        context["adjust_rows"] = [r | {"area_name": area_name(r["area"])} for r in found.summary.get("adjust", [])]
    return render(request, "finance/batch.html", context)


def _pay_context(found: Batch) -> dict[str, Any]:
    """What a pay run pays and holds, by kind and reason; of an executed one its files and what bank and books say."""
    rows: dict[tuple[int, int, int], dict[str, Any]] = {}
    for row in found.summary.get("pay", []):
        total = rows.setdefault((row["hold"], row["kind"], row["reason"]), row | {"lines": 0, "people": 0, "amount_fen": 0})
        for key in ("lines", "people", "amount_fen"):
            total[key] += row[key]
    held: dict[int, int] = {}
    for (hold, _, _), row in rows.items():
        if hold:
            held[hold] = held.get(hold, 0) + row["lines"]
    context: dict[str, Any] = {
        "pay_rows": [rows[key] for key in sorted(rows)],
        "held": [(f"hold-{hold}", Hold(hold).label, count) for hold, count in sorted(held.items())],
        "files": [], "standing": None, "posted_fen": None,
    }  # fmt: skip
    if found.status == "executed":
        vouchers = vouchers_from("batch", found.pk)
        context |= {
            "files": files_of(found), "standing": standing(found.pk),
            "posted_fen": credited([v.pk for v in vouchers if v.event == "benefit_payment"], "1004"),
        }  # fmt: skip
    return context


@require_GET
@page_right("finance")
def differences(request: HttpRequest, batch_id: int, reason: str) -> HttpResponse:
    """Lines that differ from last month for one reason, masked; of a pay run also what it holds or flags."""
    found = batch_of(batch_id)
    if found.kind in ("pay", "adjust", "recalculate"):
        return _pay_differences(request, found, reason)
    rows = difference_rows(found, reason)
    people = Person.objects.in_bulk([r.person_id for r in rows])
    units = Employer.objects.in_bulk([e for r in rows for e in (r.old_employer, r.new_employer) if e])
    shown = [
        {
            "line": r, "person": people.get(r.person_id), "insurance": insurance_label(r.insurance),
            "old_unit": units.get(r.old_employer or 0), "new_unit": units.get(r.new_employer or 0),
        }
        for r in rows
    ]  # fmt: skip
    return render(request, "finance/differences.html", {"batch": found, "label": DIFFERENCES.get(reason, ""), "rows": shown})


def _pay_differences(request: HttpRequest, found: Batch, reason: str) -> HttpResponse:
    """Benefits of a pay run that are new, stopped, changed, held or flagged: who, before and now."""
    rows: list[list[Any]] = found.summary.get("samples", [])
    label = "逐人差额" if rows else ""
    for difference in found.summary.get("differences", []):
        if difference["reason"] == reason:
            rows, label = difference["samples"], difference["label"]
    for flag in found.summary.get("flags", []):
        if flag["flag"] == reason:
            rows, label = [[benefit, None, None] for benefit in flag["benefits"]], flag["label"]
    if reason.startswith("hold-") and reason[5:].isdecimal():
        hold = int(reason[5:])
        label = Hold(hold).label if hold in Hold.values else ""
        rows = [[benefit, None, fen] for kind, benefit, _, fen in found.summary.get("held", []) if kind == hold]
    known = Benefit.objects.select_related("person").in_bulk([r[0] for r in rows])
    shown = [(known.get(r[0]), r[1], r[2]) for r in rows]
    return render(request, "finance/pay_differences.html", {"batch": found, "label": label, "rows": shown})


@require_POST
@page_right("finance")
def decide(request: HttpRequest, batch_id: int, verb: str) -> HttpResponse:
    """Check, approve, execute or void a batch."""
    assert isinstance(request.user, User)
    found = batch_of(batch_id)
    try:
        if verb == "approve":
            approve_batch(batch_id=batch_id, user=request.user)
            messages.success(request, "已审批，可以执行。")
        elif verb == "check":
            check_batch(batch_id=batch_id, user=request.user)
            messages.success(request, "已复核，可以审批。")
        elif verb == "execute":
            require_executor(request.user)
            _EXECUTE[found.kind](batch_id=batch_id)
            messages.success(request, "已执行。")
        elif verb == "void":
            _VOID.get(found.kind, void_batch)(batch_id=batch_id, user=request.user)
            messages.success(request, "已作废。")
        else:
            raise Http404
    except YiguiError as refused:
        messages.error(request, refused.message)
    except Error as error:
        messages.error(request, database_sentence(error))
    return redirect("finance:batch", batch_id=batch_id)


class _Echo:
    """A file whose `write` hands the text back: csv rows are streamed, never collected."""

    def write(self, text: str) -> str:
        return text


@require_GET
@page_right("finance")
def plan_file(request: HttpRequest, batch_id: int) -> HttpResponse | StreamingHttpResponse:
    """The levy plan as a file for the partner that collects (征缴计划传递文件)."""
    found = batch_of(batch_id)
    form = formats().get(request.GET.get("partner", "tax"))
    if found.kind != "levy" or found.status != "executed" or form is None:
        raise YiguiError("只有已执行的征缴计划可以导出，协作单位须为已约定格式的单位。")

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + writer.writerow(HEAD)  # type: ignore[operator]
        for row in plan_lines(areas=found.areas, period=found.period, form=form):
            yield writer.writerow(row)  # type: ignore[misc]

    response = StreamingHttpResponse(lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="levy-{found.period}-{found.area_code}.csv"'
    return response
