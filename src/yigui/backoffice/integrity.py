"""Integrity: seals, verification, runs, and the log of refusals; for auditors."""

from itertools import islice

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.integrity.models import Seal
from yigui.integrity.verify import verify_all
from yigui.runs.models import Run
from yigui.staff.models import Refusal
from yigui.staff.rights import page_right

#: Faults a page shows at most; the command prints all.
FAULTS_MAX = 50


@require_http_methods(["GET", "POST"])
@page_right("integrity")
def integrity(request: HttpRequest) -> HttpResponse:
    """Seals and runs; POST recomputes everything and names what does not agree. Reads only."""
    faults = list(islice(verify_all(), FAULTS_MAX)) if request.method == "POST" else None
    context = {"seals": Seal.objects.order_by("-id")[:30], "runs": Run.objects.order_by("-id")[:30], "faults": faults}
    return render(request, "backoffice/integrity.html", context)


@require_GET
@page_right("view_log")
def refusals(request: HttpRequest) -> HttpResponse:
    """Who wanted to do what they may not, and why they were refused; newest first, of one person or case when asked for."""
    asked = request.GET.get("q", "").strip()[:40]
    rows = Refusal.objects.order_by("-id")
    if asked:
        rows = rows.filter(Q(case_no=asked) | Q(who__startswith=asked) | Q(user__username=asked))
    return render(request, "backoffice/refusals.html", {"rows": rows[:100], "q": asked})
