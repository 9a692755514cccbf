"""Check of rights (权限检查): rights against the rules of the posts, unused, ending, left over; and the yearly check by the level above."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.casework.rights_use import ENDING_DAYS, UNUSED_DAYS, check_year, may_check_year, report
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.texts import int_or_none
from yigui.shell.refused import refusal_said
from yigui.staff.enums import DifferenceKind
from yigui.staff.models import RightsCheck
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.scope import agencies_of, agency_for

#: Differences one page shows; the counts are of all of them.
ROWS_MAX = 500


@require_http_methods(["GET", "POST"])
@page_right("rights_held")
def rights_report(request: OfficerRequest) -> HttpResponse:
    """The report of one agency on today, and its yearly checks; internal control of the city records one here."""
    asked = request.POST if request.method == "POST" else request.GET
    agency, today = agency_for(request.user, asked.get("agency", "")), clock.today()
    if request.method == "POST":
        year = int_or_none(request.POST.get("year", ""))
        try:
            if year is None:
                raise YiguiError("请填写检查的年度，例如 2026。")
            made = check_year(
                actor=request.user, agency=agency, year=year,
                conclusion=request.POST.get("conclusion", ""), today=today,
            )  # fmt: skip
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
        else:
            messages.success(request, f"{agency.name} {made.year} 年度权限检查已登记；须整改的已列为任务。")
            return redirect(f"{request.path}?agency={agency.pk}")
    found = report([agency.pk], today)
    kind = asked.get("kind", "")
    counts = Counter(str(d.kind) for d in found)
    rows = [d for d in found if not kind or d.kind == kind]
    last = max(1, -(-len(rows) // ROWS_MAX))
    page = min(max(int_or_none(asked.get("page", "")) or 1, 1), last)
    context: dict[str, Any] = {
        "agency": agency, "agencies": agencies_of(request.user)[:200], "today": today,
        "kind": kind if kind in DifferenceKind.values else "", "total": len(found),
        "kinds": [(k.value, k.label, counts[k.value]) for k in DifferenceKind],
        "rows": rows[(page - 1) * ROWS_MAX : page * ROWS_MAX], "page": page, "last": last, "unused_days": UNUSED_DAYS, "ending_days": ENDING_DAYS,
        "may_check": may_check_year(request.user, agency), "may_withdraw": has_page_right(request.user, "rights_withdraw"),
        "years": [today.year, today.year - 1], "typed": request.POST.get("conclusion", ""),
        "checks": [_check(c) for c in RightsCheck.objects.filter(agency=agency).select_related("checked_by").order_by("-year", "-id")[:20]],
    }  # fmt: skip
    return render(request, "backoffice/rights_report.html", context)


def _check(check: RightsCheck) -> dict[str, Any]:
    counts = [(k.label, check.counts[k.value]) for k in DifferenceKind if check.counts.get(k.value)]
    return {"check": check, "counts": counts, "findings": check.findings[:ROWS_MAX]}
