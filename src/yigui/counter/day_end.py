"""The end of the day (日终轧账): a teller's own day with its differences, and the sheets that somebody else looks through (R315)."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.casework.day_end import check_sheet, close_day, day_of, may_check, open_day, sheets_for, why_closed, without_sheet
from yigui.casework.day_sheets import DaySheet
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.shell.refused import refusal_said
from yigui.staff.enums import Role
from yigui.staff.errors import NotAuthorised
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

#: Sheets a page lists.
SHEETS_MAX = 60


@require_http_methods(["GET", "POST"])
@page_right("counter")
def day_end(request: OfficerRequest) -> HttpResponse:
    """One's day: cases, papers, what is left open, the differences; closed here."""
    teller, today = request.user, clock.today()
    due = open_day(teller, today)
    bound = request.POST.getlist("bound")
    typed = request.POST.get("explanation", "")
    if request.method == "POST":
        try:
            if request.POST.get("day") != due.isoformat():
                raise YiguiError(f"应轧账的日期已变为 {due}，请核对后重新提交。")
            made = close_day(actor=teller, day=due, bound=bound, explanation=typed, today=today)
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
        else:
            messages.success(request, f"{made.day} 的业务已轧账，待复核。")
            return redirect("counter:day_sheet", sheet_id=made.pk)
    closed = DaySheet.objects.filter(user=teller, day=due).first()
    context = {
        "due": due,
        "is_today": due == today,
        "today": today,
        "closed": closed,
        "day": None if closed else day_of(teller, due, bound),
        "typed": typed,
        "why_closed": "" if closed else why_closed(teller, today),
        "sheets": sheets_for(teller)[:SHEETS_MAX],
    }
    return render(request, "counter/day_end.html", context)


@require_GET
@page_right("day_sheets")
def day_sheets(request: OfficerRequest) -> HttpResponse:
    """Sheets of those one answers for, the ones nobody has looked through first, and tellers without one."""
    context = {
        "sheets": sheets_for(request.user)[:SHEETS_MAX],
        "missing": [] if request.user.role == Role.TELLER else without_sheet(request.user, clock.today()),
        "max": SHEETS_MAX,
    }
    return render(request, "counter/day_sheets.html", context)


@require_http_methods(["GET", "POST"])
@page_right("day_sheets")
def day_sheet(request: OfficerRequest, sheet_id: int) -> HttpResponse:
    """One sheet as it was signed; whoever may looks it through here."""
    sheet = sheets_for(request.user).filter(pk=sheet_id).first()
    if sheet is None and DaySheet.objects.filter(pk=sheet_id).exists():
        raise NotAuthorised("日终轧账单由柜员本人，及其所在机构或市级的复核员、科室负责人、分管领导、稽核人员查看。")
    if sheet is None:
        raise NotFound(f"没有第 {sheet_id} 号日终轧账单，请从列表中选择。")
    if request.method == "POST":
        try:
            check_sheet(actor=request.user, sheet_id=sheet.pk, note=request.POST.get("note", ""))
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
        else:
            messages.success(request, f"{sheet.user.full_name} {sheet.day} 的轧账单已复核。")
            return redirect("counter:day_sheets")
    context = {"sheet": sheet, "may_check": may_check(request.user, sheet), "typed": request.POST.get("note", "")}
    return render(request, "counter/day_sheet.html", context)
