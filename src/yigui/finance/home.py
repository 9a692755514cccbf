"""The desk's first page: what waits, and how the month stands."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from yigui.finance.choice import choice_of
from yigui.finance.jobs import KINDS
from yigui.ledger.queries import rolled_up, trial_balance
from yigui.receipts.models import ReceiptFile
from yigui.receipts.queries import suspense
from yigui.runs.models import Batch
from yigui.staff.rights import page_right


@require_GET
@page_right("finance")
def home(request: HttpRequest) -> HttpResponse:
    """Batches waiting, suspense, last files, balances of the month."""
    choice = choice_of(request)
    context = {
        "choice": choice,
        "kinds": KINDS,
        "waiting": Batch.objects.filter(status__in=("draft", "prepared", "approved"))
        .select_related("prepared_by")
        .defer("summary", "checks")
        .order_by("-id")[:20],
        "suspense": suspense(choice.areas, limit=6),
        "files": ReceiptFile.objects.filter(area_code__in=choice.areas).order_by("-id")[:8],
        "balances": rolled_up(trial_balance(areas=choice.areas, fund="", period=choice.period)),
    }
    return render(request, "finance/home.html", context)
