"""Pages of batches of every kind: prepare, look at checks and content, answer warnings, sign, execute, void.

What a kind shows of itself are templates and lists of the room that owns it; this room knows no kind by name.
"""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db import Error
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from procrastinate.contrib.django import app

from yigui.common import clock
from yigui.common.errors import Forbidden, NotFound, YiguiError
from yigui.common.months import add_months, format_period, is_period, parse_period, period_of
from yigui.common.texts import int_or_none
from yigui.db.faults import database_sentence
from yigui.finance.choice import choice_of, own_areas, refuse_foreign
from yigui.finance.lists import BATCHES
from yigui.ledger.queries import vouchers_from
from yigui.registry.models import Area
from yigui.registry.queries import area_name
from yigui.runs.batches import answers_of, batch_of
from yigui.runs.errors import AnswerMissing
from yigui.runs.in_the_way import in_the_way_of
from yigui.runs.inbox import period_label, waiting_for
from yigui.runs.jobs import PREPARE, order_for
from yigui.runs.kinds import RunKind, Unit, kind_of, may_prepare, name_of, run_kinds
from yigui.runs.models import Batch, BatchStatus, Run
from yigui.runs.schedule import dismiss_plan
from yigui.runs.signing import SIGNATURES, Deed, answers_for, why_not
from yigui.runs.staged import do
from yigui.shell.list_pages import list_page
from yigui.shell.refused import refusal_said
from yigui.shell.sure import Sure, asked, wants_asking, yuan
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.tasks.exports import ExportKind, Listing, note_taken, register_export

_DONE = {
    Deed.CONFIRM: "已确认，请继续办理。", Deed.CHECK: "已复核，可以审批。", Deed.APPROVE: "已审批，可以执行。", Deed.EXECUTE: "已执行。",
    Deed.VOID: "已作废。",
}  # fmt: skip


def _asked_for(user: User) -> list[RunKind]:
    """The kinds a person may have prepared from this page."""
    return [kind for kind in run_kinds() if kind.is_asked_for and may_prepare(kind, user)]


def _hints(user: User) -> list[str]:
    """What is to be known of the kinds that can be asked for, each sentence once."""
    return list(dict.fromkeys(kind.hint for kind in _asked_for(user) if kind.hint))


@require_http_methods(["GET", "POST"])
@page_right("finance")
def batches(request: OfficerRequest) -> HttpResponse:
    """The batches of all kinds; POST has one prepared in the background."""
    if request.method == "POST":
        newest = _latest_run(request.user)
        try:
            _ask_for(request)
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
            return redirect("finance:batches")
        return redirect(f"{reverse('finance:batches')}?after={newest.pk if newest else 0}")
    return list_page(request, BATCHES, "finance/batches.html", lambda: _beside(request))


def _beside(request: OfficerRequest) -> dict[str, Any]:
    """What stands on the page beside the list: what waits for this person, what they may have prepared, and how that goes."""
    now = period_of(clock.today())
    return {
        "choice": choice_of(request), "asked_for": _asked_for(request.user), "hints": _hints(request.user), "now": now, "last_month": add_months(now, -1),
        "waiting": [(entry, area_name(entry.area_code)) for entry in waiting_for(request.user)], **_progress(request),
    }  # fmt: skip


def _ask_for(request: OfficerRequest) -> None:
    kinds = {kind.code: kind for kind in _asked_for(request.user)}
    if not kinds:
        raise Forbidden("批次须由科室负责人或会计生成。", role=request.user.role)
    kind, area = kinds.get(request.POST.get("kind", "")), request.POST.get("area", "")
    if kind is None or not Area.objects.filter(pk=area).exists():
        raise YiguiError("请选择批次类别和地区。")
    period = 0
    if kind.unit != Unit.NONE:
        try:
            period = parse_period(request.POST.get("period", ""))
        except ValueError as error:
            raise YiguiError("所属期应为年月，例如 2026-11。") from error
    order = order_for(request.user, kind.code, area, period)
    app.configure_task(PREPARE).defer(kind=kind.code, area_code=area, period=period, user_id=request.user.pk, order=order)
    messages.success(request, f"{kind.name} {period or ''} 已开始生成，进度见下方。")


def _latest_run(user: User) -> Run | None:
    kinds = [f"{kind.code}-plan" for kind in run_kinds() if kind.is_asked_for]
    return Run.objects.filter(kind__in=kinds, area_code__in=own_areas(user)).order_by("-id").first()


def _progress(request: OfficerRequest) -> dict[str, Any]:
    """The newest preparation; `after` is the one before the preparation asked for, until which the page waits."""
    run, text = _latest_run(request.user), request.GET.get("after", "")
    after = int_or_none(text)
    waits = after is not None and (run is None or run.pk <= after)
    name = name_of(run.kind.removesuffix("-plan")) if run else ""
    number = int_or_none(run.period) if run else None
    period = format_period(number) if number is not None and is_period(number) else run.period if run else ""
    return {
        "run": None if waits else run,
        "run_name": name,
        "run_period": period,
        "after": text if after is not None else "",
        "waits": waits,
        "others": in_the_way_of(run.batch) if run and run.batch and not waits else [],
    }


@require_GET
@page_right("finance")
def progress(request: OfficerRequest) -> HttpResponse:
    """Progress of the newest preparation; asked for again while it runs."""
    return render(request, "finance/includes/progress.html", _progress(request))


@require_GET
@page_right("finance")
def batch(request: OfficerRequest, batch_id: int) -> HttpResponse:
    """One batch: what it would do, its checks with the answers to them, who did what, and what this person may do. Of one that another agency has
    executed and that holds one's own areas, what it holds of them."""
    found = batch_of(batch_id)
    own = sorted({*found.areas}.intersection(own_areas(request.user)))
    if own and found.status == BatchStatus.EXECUTED and not answers_for(request.user, found.area_code):
        return _part(request, found, own)
    return _page(request, _own_batch(batch_id, request.user))


def _part(request: OfficerRequest, found: Batch, own: list[str]) -> HttpResponse:
    kind = _kind_or_none(found.kind)
    context = {
        "batch": found, "kind": name_of(found.kind), "area": area_name(found.area_code), "period": period_label(found.kind, found.period),
        "own": "、".join(area_name(code) for code in own), "rows": kind.of_areas(found, own) if kind else [],
    }  # fmt: skip
    return render(request, "finance/batch_part.html", context)


def _own_batch(batch_id: int, user: User) -> Batch:
    """One whose area somebody's agency answers for.

    Raises:
        NotFound: there is none. Forbidden: another agency's.
    """
    found = batch_of(batch_id)
    refuse_foreign(user, found.area_code, f"第 {batch_id} 号批次")
    return found


def _page(request: OfficerRequest, found: Batch, *, typed: dict[str, str] | None = None, status: int = 200) -> HttpResponse:
    kind = _kind_or_none(found.kind)
    may = [deed for deed in Deed if why_not(found, request.user, deed) is None]
    signature = next((deed for deed in may if deed in SIGNATURES), None)
    signer = kind.signer(SIGNATURES[signature]) if kind and signature else None
    answers: dict[str, list[Any]] = {}
    for answer in answers_of(found):
        answers.setdefault(answer.check_id, []).append(answer)
    batch_url = reverse("finance:batch", args=[found.pk])
    # A part sees its batch and what its kind gives it, and nothing else of this page.
    given = {"batch": found, "batch_url": batch_url, **(kind.page(found) if kind else {})}
    context = {
        "batch": found, "batch_url": batch_url, "kind": name_of(found.kind), "area": area_name(found.area_code),
        "period": period_label(found.kind, found.period), "signature": signature or "", "says": signer.says if signer else "",
        "checks": [
            (check, check in found.warnings, answers.get(check["id"], []), given.get("check_notes", {}).get(check["id"], ""))
            for check in found.checks
        ],
        "questions": [(check, (typed or {}).get(check["id"], "")) for check in found.warnings] if signature else [],
        "replaced_by": found.replaced_by.order_by("id").values_list("pk", flat=True).first() if found.voided_at else None,
        "others": [(other, area_name(other.area_code)) for other in in_the_way_of(found)],
        "may_execute": Deed.EXECUTE in may, "may_void": Deed.VOID in may,
        "parts": [render_to_string(part, given, request) for part in kind.parts] if kind else [],
        "wide_parts": [render_to_string(part, given, request) for part in kind.wide_parts] if kind else [],
        "files": kind.files(found) if kind and found.status == "executed" else [], "vouchers": vouchers_from("batch", found.pk),
    }  # fmt: skip
    return render(request, "finance/batch.html", context, status=status)


def _kind_or_none(code: str) -> RunKind | None:
    """The kind of a batch; None for one that no room declares any more: its page still opens."""
    try:
        return kind_of(code)
    except NotFound:
        return None


@require_GET
@page_right("finance")
def differences(request: OfficerRequest, batch_id: int, reason: str) -> HttpResponse:
    """The rows behind a figure of a batch's page, masked."""
    found = _own_batch(batch_id, request.user)
    listing = kind_of(found.kind).listing(found, reason)
    if listing is None:
        raise NotFound(f"第 {batch_id} 号批次没有名为 {reason} 的明细，请返回批次页查看。")
    context = {"batch": found, "batch_url": reverse("finance:batch", args=[found.pk])}
    return render(request, listing.template, context | listing.context)


@require_POST
@page_right("finance_deeds")
def decide(request: OfficerRequest, batch_id: int, verb: str) -> HttpResponse:
    """Confirm, check, approve, execute or void a batch; a signature takes the written answers to its warnings along."""
    if verb not in list(Deed):
        raise Http404
    own = _own_batch(batch_id, request.user)
    answers = {name.removeprefix("answer-"): str(text) for name, text in request.POST.items() if name.startswith("answer-")}
    if wants_asking(request) and _is_asked(own, request.user, Deed(verb), request.POST.get("reason", "")):
        return asked(request, _sure(own, Deed(verb), request.POST.get("reason", "")))
    try:
        do(batch_id=batch_id, user=request.user, deed=Deed(verb), answers=answers, reason=request.POST.get("reason", ""))
        messages.success(request, _DONE[Deed(verb)])
    except AnswerMissing as refused:
        messages.error(request, refusal_said(request, refused))
        # What was typed stays where it was typed.
        return _page(request, batch_of(batch_id), typed=answers, status=422)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    except Error as error:
        messages.error(request, database_sentence(error))
    return redirect("finance:batch", batch_id=batch_id)


#: What is asked about first: its button, and what it leads to.
_SURE = {
    Deed.EXECUTE: ("执行", "执行后按批次内容写入账务，不能撤销。"),
    Deed.VOID: ("作废", "作废后本批次不能再签署和执行，不能撤销；需要时须重新生成。"),
}


def _is_asked(found: Batch, user: User, deed: Deed, reason: str) -> bool:
    """Whether somebody is asked first: who may do it, and voids it for a reason. All others are refused by the deed itself."""
    return deed in _SURE and (deed != Deed.VOID or bool(reason.strip())) and why_not(found, user, deed) is None


def _sure(found: Batch, deed: Deed, reason: str) -> Sure:
    verb, warning = _SURE[deed]
    facts = [
        ("批次", f"第 {found.pk} 号 {name_of(found.kind)}"), ("地区、期间", f"{area_name(found.area_code)} {period_label(found.kind, found.period)}".strip()),
        ("行数", f"{found.row_count:,} 行"), ("金额", yuan(found.total_fen)),
        *([("审批", found.approved_by.full_name)] if found.approved_by else []), *([("原因", reason)] if reason.strip() else []),
    ]  # fmt: skip
    button = f"确认{verb}，{yuan(found.total_fen)}" if found.total_fen else f"确认{verb}"
    return Sure(f"{verb}第 {found.pk} 号批次？", facts, warning, button, reverse("finance:batch", args=[found.pk]))


@require_POST
@page_right("finance_deeds")
def dismiss(request: OfficerRequest, planned_id: int) -> HttpResponse:
    """Decide that a plan which could not be made by itself is not to be made, with the reason."""
    try:
        dismiss_plan(planned_id=planned_id, user=request.user, reason=request.POST.get("reason", ""))
        messages.success(request, "已记录：该计划不再生成。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("finance:batches")


@require_POST
@page_right("finance_deeds")
def file(request: OfficerRequest, batch_id: int, name: str) -> StreamingHttpResponse:
    """An executed batch as a file for whoever needs it: the partner that collects, the bank. It names people and accounts in full, so it is taken by
    the agency that answers for the batch, and every time is on record (数据导出)."""
    found = batch_of(batch_id)
    if not answers_for(request.user, found.area_code):
        raise Forbidden(
            f"第 {batch_id} 号批次的文件由该批次所属地区（{area_name(found.area_code)}）或其市级经办机构的人员下载。",
            batch=batch_id,
        )
    if found.status != "executed":
        raise YiguiError("只有已执行的批次可以导出。", batch=batch_id)
    content = kind_of(found.kind).file(found, name)
    note_taken(
        user=request.user, kind=BATCH_FILE, parameters={"batch": str(found.pk), "file": name[:100]}, rows=found.row_count,
        reason=f"第 {found.pk} 号批次“{name_of(found.kind)}”已签批执行，文件 {content.file_name} 提交对方单位",
    )  # fmt: skip
    pieces = (piece.encode(content.encoding, "replace") for piece in content.pieces)
    response = StreamingHttpResponse(pieces, content_type=content.content_type)
    response["Content-Disposition"] = f'attachment; filename="{content.file_name}"'
    return response


#: Files of executed batches among the lists that left the house.
BATCH_FILE = "batch_file"


def _not_again(user: User, parameters: Mapping[str, str]) -> Listing:
    raise YiguiError(f"批次文件请在第 {parameters.get('batch', '')} 号批次的页面下载。")


register_export(ExportKind(BATCH_FILE, "批次报送文件", _not_again))
