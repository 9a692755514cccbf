"""The desk's first page: what waits, and how the month stands."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.finance.choice import choice_of, own_areas
from yigui.ledger.queries import rolled_up, trial_balance
from yigui.receipts.models import ReceiptFile
from yigui.receipts.queries import suspense
from yigui.runs.inbox import period_label
from yigui.runs.kinds import name_of
from yigui.runs.models import Batch
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right


@require_GET
@page_right("finance")
def home(request: OfficerRequest) -> HttpResponse:
    """Batches waiting, suspense, last files, balances of the month."""
    choice = choice_of(request)
    waiting = (
        Batch.objects.filter(status__in=("draft", "prepared", "approved"), area_code__in=own_areas(request.user))
        .select_related("prepared_by")
        .defer("summary")
        .order_by("-id")
    )
    context = {
        "choice": choice,
        "waiting": [(batch, name_of(batch.kind), period_label(batch.kind, batch.period)) for batch in waiting[:20]],
        "suspense": suspense(choice.areas, limit=6),
        "files": ReceiptFile.objects.filter(area_code__in=choice.areas).order_by("-id")[:8],
        "balances": rolled_up(trial_balance(areas=choice.areas, fund="", period=choice.period)),
    }
    return render(request, "finance/home.html", context)
