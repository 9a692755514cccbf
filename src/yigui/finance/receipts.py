"""Pages of money in: import, files, receipts with what became of them, suspense and its recognition, bills, tickets."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import Error
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yigui.casework.models import Case
from yigui.charges.models import Allocation
from yigui.charges.queries import bill_by_number, states_of
from yigui.charges.unit_bill import UnitBill, bill_sheet, unit_bill
from yigui.common import clock
from yigui.common.errors import Forbidden, NotFound, YiguiError
from yigui.common.months import is_period
from yigui.common.reasons import reason_of
from yigui.common.tables import XLSX_TYPE
from yigui.common.texts import int_or_none
from yigui.db.faults import database_sentence
from yigui.documents.models import IssuedDocument
from yigui.documents.render import render_content, render_pdf
from yigui.exchange.money_formats import formats, template_of
from yigui.finance.choice import choice_of, own_areas, refuse_foreign
from yigui.finance.lists import FILES
from yigui.finance.receipt_lines import file_of, first_lines
from yigui.ledger.models import BankLine
from yigui.ledger.queries import vouchers_from
from yigui.levy.models import Bill, LevyLine
from yigui.receipts.electronic_receipts import issue_electronic_receipt, void_electronic_receipt
from yigui.receipts.enums import Outcome
from yigui.receipts.errors import ClaimRefused
from yigui.receipts.files import import_receipts
from yigui.receipts.models import Claim, ElectronicReceipt, LineEnd, Receipt
from yigui.receipts.queries import claims_in_force, suspense, suspense_sums
from yigui.receipts.recognise import ASKED, TAKEN, look_at, recognise, undo_claim
from yigui.registry.enums import insurance_label
from yigui.registry.models import Employer, Person
from yigui.shell.list_pages import list_page
from yigui.shell.refused import refusal_said
from yigui.staff.enums import SERVING
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.same_person import accounts_of

ROWS_MAX = 300
SUSPENSE_PAGE = 100


def _doer(request: OfficerRequest) -> User:
    if not has_page_right(request.user, "money_in"):
        raise Forbidden("到账导入、认领和票据由出纳或会计办理。")
    return request.user


@require_http_methods(["GET", "POST"])
@page_right("finance")
def receipts(request: OfficerRequest) -> HttpResponse:
    """Files of money in; POST takes one in and settles it."""
    if request.method == "POST":
        try:
            return _import(request)
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
        except Error as error:
            messages.error(request, database_sentence(error))
    return list_page(request, FILES, "finance/receipts.html", lambda: _beside(request))


def _beside(request: OfficerRequest) -> dict[str, Any]:
    return {"choice": choice_of(request), "formats": formats().values(), "may_work": has_page_right(request.user, "money_in")}


@require_GET
@page_right("finance")
def receipts_template(request: OfficerRequest) -> HttpResponse:
    """An empty list of receipts of a partner to fill in."""
    form = formats().get(request.GET.get("partner", "bank"))
    if form is None:
        raise NotFound("没有这个报送单位的模板，请从到账导入页选择。")
    response = HttpResponse(template_of(form), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="receipts-{form.partner}.xlsx"'
    return response


def _import(request: OfficerRequest) -> HttpResponse:
    user = _doer(request)
    upload = request.FILES.get("file")
    if upload is None:
        raise YiguiError("请选择到账文件（CSV 或 camt.053）。")
    if (upload.size or 0) > settings.FILE_SIZE_MAX:
        raise YiguiError(f"文件超过 {settings.FILE_SIZE_MAX // 1024 // 1024} MB，请用命令 yigui receipts import 导入。")
    done = import_receipts(
        content=upload.read(), file_name=str(upload.name), partner=request.POST.get("partner", ""),
        area_code=request.POST.get("area", ""), user=user, today=clock.today(),
    )  # fmt: skip
    assert done.file is not None
    tell = messages.success if done.new_rows or done.debits else messages.warning
    tell(request, done.said)
    return redirect("finance:file", file_id=done.file.pk)


@require_GET
@page_right("finance")
def file(request: OfficerRequest, file_id: int) -> HttpResponse:
    """One file: its receipts, what each paid, the vouchers it made."""
    found = file_of(file_id, request.user)
    own = own_areas(request.user)
    rows = list(Receipt.objects.filter(file=found, area_code__in=own).order_by("row_no")[:ROWS_MAX])
    used: dict[int, list[Allocation]] = {}
    for allocation in Allocation.objects.filter(receipt_id__in=[r.pk for r in rows]).order_by("id")[:3000]:
        used.setdefault(allocation.receipt_id, []).append(allocation)
    bills = {b.id: b for b in Bill.objects.filter(id__in={a.bill_id for parts in used.values() for a in parts})}
    tickets = {t.receipt_id: t for t in ElectronicReceipt.objects.filter(receipt__in=rows, voided_at=None)}
    employers = Employer.objects.in_bulk({r.employer_id for r in rows if r.employer_id})
    persons = Person.objects.in_bulk({r.person_id for r in rows if r.person_id})
    claims = claims_in_force([r.pk for r in rows if not (r.employer_id or r.person_id)])
    shown = [
        {
            "receipt": r, "employer": employers.get(r.employer_id or 0), "person": persons.get(r.person_id or 0), "claim": claims.get(r.pk),
            "ticket": tickets.get(r.pk),
            "parts": [(a, bills.get(a.bill_id), insurance_label(bills[a.bill_id].insurance) if a.bill_id in bills else "") for a in used.get(r.pk, [])],
            "left_fen": r.amount_fen - sum(a.amount_fen for a in used.get(r.pk, [])),
        }
        for r in rows
    ]  # fmt: skip
    # What went out names payees, under no area of its own.
    moved = BankLine.objects.filter(file_id=found.pk if found.area_code in own else 0).order_by("seq", "id")
    undone = moved.exclude(note="").count()
    booked_from = LineEnd.objects.select_related("line").filter(outcome=Outcome.BOOKED, target_id=found.pk).first()
    context = {
        "file": found, "rows": shown, "moved": list(moved[:ROWS_MAX]), "undone": undone, "spent": found.debit_count - undone,
        "booked_from": booked_from, "vouchers": vouchers_from("receipt_file", found.pk),
        "may_work": has_page_right(request.user, "money_in"), "more": max(0, found.row_count - ROWS_MAX),
        "lines": first_lines(found, own), "statements": list(found.statements.order_by("number")[:50]),
    }  # fmt: skip
    return render(request, "finance/file.html", context)


@require_POST
@page_right("money_in")
def ticket(request: OfficerRequest, file_id: int, receipt_id: int) -> HttpResponse:
    """Issue the electronic receipt of one payment."""
    user = request.user
    receipt = Receipt.objects.filter(pk=receipt_id, file_id=file_id).first()
    if receipt is None:
        raise NotFound("没有该笔到账。")
    try:
        issued = issue_electronic_receipt(receipt=receipt, user=user, today=clock.today())
        messages.success(request, f"电子票据 {issued.number} 已开具。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("finance:file", file_id=file_id)


@require_GET
@page_right("finance")
def ticket_pdf(request: OfficerRequest, number: str) -> HttpResponse:
    """The electronic receipt as PDF."""
    found = ElectronicReceipt.objects.select_related("receipt").filter(number=number).first()
    if found is not None:
        refuse_foreign(request.user, found.receipt.area_code, "该电子票据")
    document = IssuedDocument.objects.filter(code=found.document_code).first() if found else None
    if found is None or document is None:
        raise NotFound(f"没有票据号为 {number[:20]} 的电子票据。")
    response = HttpResponse(render_pdf(document), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@require_POST
@page_right("finance")
def void(request: OfficerRequest, number: str) -> HttpResponse:
    """Void an electronic receipt with its reason."""
    user = _doer(request)
    try:
        done = void_electronic_receipt(number=number, reason=request.POST.get("reason", ""), user=user)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return redirect("finance:receipts")
    messages.success(request, f"电子票据 {number} 已作废。")
    return redirect("finance:file", file_id=done.receipt.file_id)


@require_GET
@page_right("finance")
def suspense_list(request: OfficerRequest) -> HttpResponse:
    """The matching work list: money no bill has taken, who might have paid it, and what to do next."""
    choice = choice_of(request)
    count, total = suspense_sums(choice.areas)
    last = max(1, -(-count // SUSPENSE_PAGE))
    page = min(max(int_or_none(request.GET.get("page", "")) or 1, 1), last)
    context = {
        "choice": choice, "rows": suspense(choice.areas, limit=SUSPENSE_PAGE, offset=(page - 1) * SUSPENSE_PAGE), "count": count, "total": total,
        "page": page, "last": last, "may_work": has_page_right(request.user, "money_in"), "own_accounts": accounts_of(request.user), "taken": TAKEN,
    }  # fmt: skip
    return render(request, "finance/suspense.html", context)


@require_POST
@page_right("finance")
def claim(request: OfficerRequest, receipt_id: int) -> HttpResponse:
    """Recognise (认领) whose money a receipt is, with the reason, once it was shown whose. Booked later by a settlement case (FND-001)."""
    user = _doer(request)
    given = {"unit_no": request.POST.get("unit_no", ""), "id_number": request.POST.get("id_number", "")}
    typed = {"reason": request.POST.get("reason", ""), "ground": request.POST.get("ground", "")}
    refuse_foreign(
        user, Receipt.objects.filter(pk=receipt_id).values_list("area_code", flat=True).first() or user.agency.area_id, "该笔到账"
    )
    try:
        found = look_at(receipt_id=receipt_id, **given)
        reason_of(typed["reason"], ASKED, ClaimRefused)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return redirect("finance:suspense")
    payer = found.employer or found.person
    assert payer is not None
    if request.POST.get("shown") == str(payer.pk):
        try:
            made = recognise(receipt_id=receipt_id, **given, **typed, user=user)
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
        else:
            messages.success(request, _claimed(made))
            return redirect("finance:suspense")
    return render(request, "finance/claim.html", {"found": found, "payer": payer, **given, **typed})


def _claimed(made: Claim) -> str:
    if made.employer:
        return f"已认领为 {made.employer.name}，请办理缴费结算与对账（FND-001）转入缴费。"
    return "已认领为个人缴费款：有未缴费用的办理缴费结算与对账（FND-001）抵缴，没有的本人可申请退费（LVY-011）。"


@require_POST
@page_right("money_in")
def undo(request: OfficerRequest, claim_id: int) -> HttpResponse:
    """Ask that a claim be undone, or confirm what another has asked for."""
    where = Claim.objects.filter(pk=claim_id).values_list("receipt__area_code", flat=True).first()
    refuse_foreign(request.user, where or request.user.agency.area_id, "该笔到账")
    try:
        done = undo_claim(claim_id=claim_id, reason=request.POST.get("reason", ""), user=request.user)
        messages.success(request, "认领已撤销。" if done.confirmed_by_id else "撤销认领已登记，待另一人确认。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("finance:suspense")


@require_GET
@page_right("bills")
def bill(request: OfficerRequest, number: int) -> HttpResponse:
    """One bill: where it comes from, its lines (masked), what paid it."""
    found = bill_by_number(number)
    if found is None:
        raise NotFound(f"没有缴费单号 {number}，请核对。")
    _refuse_foreign_bill(request.user, str(found.area), f"缴费单 {number} ")
    state = states_of([found])[0]
    lines = LevyLine.objects.filter(
        source_id=found.source_id, employer_id=found.employer_id, insurance=found.insurance, area=found.area
    )
    if found.person_id:
        lines = lines.filter(person_id=found.person_id)
    rows = list(lines.order_by("person_id", "owed_period")[:ROWS_MAX])
    people = Person.objects.in_bulk({r.person_id for r in rows})
    paid = list(Allocation.objects.filter(bill_id=found.id).order_by("id")[:200])
    # Who paid is shown where the money came in.
    receipts_ = Receipt.objects.filter(area_code__in=own_areas(request.user)).in_bulk([a.receipt_id for a in paid])
    context = {
        "bill": found, "state": state, "label": insurance_label(found.insurance), "rows": [(r, people.get(r.person_id)) for r in rows],
        "paid": [(a, receipts_.get(a.receipt_id)) for a in paid], "more": max(0, found.person_count - ROWS_MAX),
        "employer": Employer.objects.filter(pk=found.employer_id).first(), "person": Person.objects.filter(pk=found.person_id).first(),
        "case": Case.objects.filter(pk=-found.source_id).first() if -(10**15) < found.source_id < 0 else None,
    }  # fmt: skip
    return render(request, "finance/bill.html", context)


@require_GET
@page_right("bills")
def unit_month(request: OfficerRequest, unit_no: str, period: int) -> HttpResponse:
    """The one bill of a unit and month: all insurances with rate, rule and since when it holds; printed as it stands."""
    found = _unit_bill(request.user, unit_no, period)
    return render(request, "finance/unit_bill.html", {"found": found, "due": found.due_in_words})


@require_GET
@page_right("bills")
def unit_month_pdf(request: OfficerRequest, unit_no: str, period: int) -> HttpResponse:
    """The same bill as PDF, as it stands today."""
    response = HttpResponse(
        render_content(bill_sheet(_unit_bill(request.user, unit_no, period), clock.today())), content_type="application/pdf"
    )
    response["Content-Disposition"] = f'inline; filename="bill-{unit_no}-{period}.pdf"'
    return response


def _refuse_foreign_bill(user: User, area_code: str, what: str) -> None:
    """What is owed is told at every counter of the city (全市通办), and to who examines what was accepted there; else to the agency that answers for it.

    Raises:
        Forbidden: another agency's.
    """
    if user.role not in SERVING:
        refuse_foreign(user, area_code, what)


def _unit_bill(user: User, unit_no: str, period: int) -> UnitBill:
    employer = Employer.objects.filter(unit_no=unit_no).first()
    if employer is None or not is_period(period):
        raise NotFound(f"没有单位编号 {unit_no}，或 {period} 不是年月，请核对。")
    _refuse_foreign_bill(user, employer.area_id, f"单位 {unit_no} ")
    return unit_bill(employer, period)
