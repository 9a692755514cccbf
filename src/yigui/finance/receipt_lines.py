"""Lines of a file that were not booked (未入账的行): the whole list page by page, what to do with those that wait, and the list as a file."""

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.money import plain_fen
from yigui.common.texts import int_or_none
from yigui.finance.choice import own_areas, refuse_foreign
from yigui.payment.bank_results import said_of
from yigui.payment.returned_lines import hand_over, may_be_handed_over
from yigui.receipts.enums import Cause, Fate, Outcome
from yigui.receipts.models import LineEnd, Receipt, ReceiptFile, ReceiptLine
from yigui.receipts.not_booked import hands_of, missed_among
from yigui.receipts.payouts import returned_among
from yigui.receipts.queries import rejected_of
from yigui.receipts.reversal_run import RECEIPT_REVERSAL, asked_in, plan_receipt_reversal
from yigui.receipts.waiting_lines import (
    AT_ONCE,
    answers_for,
    decide_line,
    has_brought,
    is_open,
    is_rejected,
    may_be_booked,
    settle_rejected,
    why_not_left_out,
)
from yigui.runs.kinds import may_prepare
from yigui.shell.refused import refusal_said
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.tasks.exports import ExportKind, Listing, ask_export, register_export

PAGE = 100
LINES_MAX = 50_000
HEAD = ("行号", "去向", "原因", "说明", "流水号", "日期", "收支", "金额（元）", "对方户名", "对方账号", "附言", "处理", "原文")


def file_of(file_id: int, user: User) -> ReceiptFile:
    """A file of money by its number, for somebody whose agency answers for its area, or for money or a line in it: a file of the city may have some of a county.

    Raises:
        NotFound: there is none. Forbidden: all of it is another agency's.
    """
    found = _file(file_id)
    own = {"file": found, "area_code__in": own_areas(user)}
    if not (Receipt.objects.filter(**own).exists() or ReceiptLine.objects.filter(**own).exists()):
        refuse_foreign(user, found.area_code, f"第 {found.pk} 号到账文件")
    return found


def _file(file_id: int) -> ReceiptFile:
    found = ReceiptFile.objects.filter(pk=file_id).first()
    if found is None:
        raise NotFound(f"没有第 {file_id} 号到账文件，请从到账文件的列表中选择。")
    return found


def _own_file(file_id: int, user: User) -> ReceiptFile:
    """One that somebody may work on: of an area their agency answers for.

    Raises:
        NotFound: there is none.
    """
    found = _file(file_id)
    if not answers_for(user, found.area_code):
        raise NotFound(f"第 {file_id} 号到账文件属收款地区 {found.area_code}，由该地区或其市级经办机构处理。")
    return found


def _own_line(file_id: int, line_id: int, user: User) -> ReceiptLine:
    """A line of a file that somebody may work on; a file of the city may have lines of a county.

    Raises:
        NotFound: there is none.
    """
    found = ReceiptLine.objects.select_related("file", "end").filter(pk=line_id, file=file_id).first()
    if found is None or not answers_for(user, found.area_code):
        raise NotFound(
            f"第 {file_id} 号到账文件没有编号为 {line_id} 的行，或该行由其他经办机构处理，请从文件的“未入账的行”页选择。"
        )
    return found


@require_GET
@page_right("finance")
def lines(request: OfficerRequest, file_id: int) -> HttpResponse:
    """The lines of a file that were not booked, page by page."""
    found = file_of(file_id, request.user)
    rows = ReceiptLine.objects.filter(file=found, area_code__in=own_areas(request.user)).select_related("end", "file")
    fate = request.GET.get("fate", "")
    if fate in Fate.values:
        rows = rows.filter(fate=fate)
    page = Paginator(rows.order_by("seq"), PAGE).get_page(request.GET.get("page"))
    may_work = has_page_right(request.user, "money_in")
    may_reverse = may_prepare(RECEIPT_REVERSAL, request.user)
    asked = asked_in(row.pk for row in page if row.cause == Cause.REVERSAL)
    own = {area for area in {row.area_code for row in page} if may_work and answers_for(request.user, area)}
    returned, hands, missed = (
        returned_among(page, clock.today(), request.user),
        hands_of(row.pk for row in page if is_open(row) or is_rejected(row)),
        missed_among(page),
    )
    brought_it = has_brought(request.user, found)
    why_not = {row.pk: why_not_left_out(row, hands[row.pk], brought_it=brought_it) for row in page if row.pk in hands}
    undone = Receipt.objects.in_bulk([row.receipt_id for row in page if row.receipt_id])
    shown = [
        {
            "line": row, "cause": Cause(row.cause).label if row.cause in Cause.values else row.cause, "end": getattr(row, "end", None),
            "is_open": row.area_code in own and (row.pk in hands or row.pk in missed),
            "may_book": may_be_booked(row, returned), "may_leave": why_not.get(row.pk) == "", "why_not": why_not.get(row.pk, ""),
            "is_missed": row.pk in missed, "can_decide": may_be_booked(row, returned) or why_not.get(row.pk) == "", "other": undone.get(row.receipt_id or 0),
            "is_returned": row.area_code in own and row.pk in returned and may_be_handed_over(row),
            "may_reverse": may_reverse and row.cause == Cause.REVERSAL and row.receipt_id is not None and not hasattr(row, "end"),
            "asked_in": asked.get(row.pk),
        }
        for row in page
    ]  # fmt: skip
    context = {
        "file": found, "rows": shown, "page": page, "fate": fate, "fates": Fate.choices, "may_work": may_work, "result": Outcome.RESULT,
        "at_once": AT_ONCE, "rejected": 0, "why_not": "",
    }  # fmt: skip
    rejected = rejected_of(found.pk)
    first = rejected.order_by("seq").first() if may_work and answers_for(request.user, found.area_code) else None
    if first is not None:
        context |= {
            "rejected": rejected.count(),
            "why_not": why_not_left_out(first, hands_of([first.pk])[first.pk], brought_it=brought_it),
        }
    return render(request, "finance/receipt_lines.html", context)


@require_POST
@page_right("money_in")
def decide(request: OfficerRequest, file_id: int, line_id: int) -> HttpResponse:
    """Book a line that was set aside, or leave it out, with the reason."""
    _own_line(file_id, line_id, request.user)
    try:
        done = decide_line(
            line_id=line_id, is_booked=request.POST.get("outcome") == "booked", reason=request.POST.get("reason", ""), user=request.user,
            today=clock.today(),
        )  # fmt: skip
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return redirect("finance:receipt_lines", file_id=file_id)
    if done is None or done.file is None:
        messages.success(request, "该行已按不入账处理。")
    else:
        messages.success(request, f"该行已入账，见第 {done.file.pk} 号到账文件。")
    return redirect("finance:receipt_lines", file_id=file_id)


@require_POST
@page_right("money_in")
def settle(request: OfficerRequest, file_id: int) -> HttpResponse:
    """Settle the rejected lines of a file together, with one reason."""
    _own_file(file_id, request.user)
    try:
        count = settle_rejected(file_id=file_id, reason=request.POST.get("reason", ""), user=request.user)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return redirect("finance:receipt_lines", file_id=file_id)
    messages.success(request, f"已按不入账处理 {count} 行。")
    return redirect("finance:receipt_lines", file_id=file_id)


@require_POST
@page_right("money_in")
def returned(request: OfficerRequest, file_id: int, line_id: int) -> HttpResponse:
    """Make the line of a payment of ours that came back the result of that payment."""
    _own_line(file_id, line_id, request.user)
    try:
        file = hand_over(line_id=line_id, user=request.user, today=clock.today())
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return redirect("finance:receipt_lines", file_id=file_id)
    messages.success(
        request, f"回执 {file.pk} 号：{said_of(file)}{'退票待另一人与银行对账单核对。' if file.returned_count else ''}"
    )
    return redirect("finance:result_file", file.pk)


@require_POST
@page_right("finance_deeds")
def reverse(request: OfficerRequest, file_id: int, line_id: int) -> HttpResponse:
    """Ask that the receipt a reversal names be undone; the batch waits for two others."""
    _own_line(file_id, line_id, request.user)
    try:
        batch = plan_receipt_reversal(line_id=line_id, user=request.user)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return redirect("finance:receipt_lines", file_id=file_id)
    messages.success(request, f"第 {batch.pk} 号批次已生成，待复核和审批。")
    return redirect("finance:batch", batch_id=batch.pk)


@require_POST
@page_right("money_in")
def export(request: OfficerRequest, file_id: int) -> HttpResponse:
    """Ask for the list as a file, for the partner to put right what was rejected."""
    found = _own_file(file_id, request.user)
    made = ask_export(
        user=request.user,
        kind="receipt_lines",
        parameters={"file": str(found.pk)},
        reason=f"第 {found.pk} 号到账文件未入账的行，交报送单位更正",
    )
    messages.success(request, f"已登记导出编号 {made.pk}，共 {made.rows} 行。")
    return redirect("backoffice:exports")


def _listing(user: User, parameters: Mapping[str, str]) -> Listing:
    if not has_page_right(user, "money_in"):
        raise NotAuthorised("未入账的行由出纳或会计导出。")
    number = int_or_none(parameters.get("file", ""))
    if number is None:
        raise NotFound("导出申请没有写明到账文件的编号，请从该文件的“未入账的行”页面重新导出。")
    found = list(ReceiptLine.objects.filter(file=number).select_related("end").order_by("seq")[:LINES_MAX])
    rows = [
        (
            row.row_no, Fate(row.fate).label, Cause(row.cause).label if row.cause in Cause.values else row.cause, row.sentence, row.reference,
            row.received_on.isoformat() if row.received_on else "", ("支出" if row.is_debit else "收入") if row.received_on else "",
            plain_fen(row.amount_fen) if row.amount_fen is not None else "", row.payer_name, row.payer_account, row.text, _ended(row), row.raw,
        )
        for row in found
    ]  # fmt: skip
    return Listing("未入账的行", HEAD, rows, widths=(8, 8, 14, 60, 20, 12, 6, 14, 24, 22, 30, 20, 60))


def _ended(row: ReceiptLine) -> str:
    end: LineEnd | None = getattr(row, "end", None)
    return f"{end.get_outcome_display()}：{end.reason}" if end else ""


register_export(ExportKind("receipt_lines", "未入账的行", _listing))


def first_lines(file: ReceiptFile, areas: Sequence[str], limit: int = 20) -> list[ReceiptLine]:
    """The first lines of a file, of some areas, that need somebody: rejected and waiting ones."""
    return list(ReceiptLine.objects.filter(file=file, area_code__in=areas).exclude(fate=Fate.KNOWN).order_by("seq")[:limit])
