"""Pages of reconciliation and of settlement between areas."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.finance.choice import choice_of
from yigui.ledger.queries import balances_between_areas
from yigui.payment.reconcile_all import reconcile_all
from yigui.registry.enums import Insurance
from yigui.registry.queries import area_name
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right


@require_GET
@page_right("books")
def reconciliation(request: OfficerRequest) -> HttpResponse:
    """Plan, bank and books of a month side by side, with the work list."""
    choice = choice_of(request)
    found = reconcile_all(areas=choice.areas, period=choice.period)
    context = {"choice": choice, "found": found, "may_work": has_page_right(request.user, "money_in")}
    return render(request, "finance/reconciliation.html", context)


@require_GET
@page_right("books")
def settlement(request: OfficerRequest) -> HttpResponse:
    """What areas owe each other for money taken for people insured elsewhere; sums to zero over all areas."""
    choice = choice_of(request)
    rows = [
        (Insurance(fund).label, area_name(area), area_name(other) if other else "", fen)
        for fund, area, other, fen in balances_between_areas(choice.areas)
        if not choice.fund or fund == choice.fund
    ]
    return render(request, "finance/settlement.html", {"choice": choice, "rows": rows, "total": sum(r[3] for r in rows)})
