"""Integrity: seals, verification, runs, and the log of refusals; for auditors."""

from itertools import islice

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.common.months import format_period, is_period
from yigui.integrity.models import Root, Seal
from yigui.integrity.verify import declared_parts, verify_all
from yigui.registry.models import Area
from yigui.runs.kinds import run_kinds
from yigui.runs.models import Run
from yigui.shell.refused import words_of
from yigui.staff.models import Refusal
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import is_at_city, own_areas

#: Faults a page shows at most; the command prints all.
FAULTS_MAX = 50
#: Runs that are no kind of batch, what is done with one, and what a run says of itself, in words.
_RUNS = {
    "opening": "期初装载",
    "verify": "数据核验",
    "backup": "备份",
    "backup-check": "备份核对",
    "earlier-promises": "既往承诺转为待办",
}
_DEEDS = {"plan": "生成", "execute": "执行", "close": "结账"}
_RESULTS = {
    "faults": "不符",
    "accounts": "账号",
    "areas": "地区",
    "persons": "人员",
    "employers": "单位",
    "papers": "材料",
    "damaged": "受损材料",
}


@require_http_methods(["GET", "POST"])
@page_right("integrity")
def integrity(request: HttpRequest) -> HttpResponse:
    """Seals and runs; POST recomputes everything and names what does not agree. Reads only."""
    faults = list(islice(verify_all(), FAULTS_MAX)) if request.method == "POST" else None
    names = _RUNS | {kind.code: kind.name for kind in run_kinds()}
    newest = list(Run.objects.order_by("-id")[:30])
    areas = dict(Area.objects.order_by("code").values_list("code", "name")[:500])
    runs = [(run, _what(run, names, areas), _result(run)) for run in newest]
    seals, roots = Seal.objects.order_by("-id")[:30], Root.objects.order_by("-number")[:30]
    parts = "、".join(dict.fromkeys(part.label for part in declared_parts()))
    context = {"seals": seals, "roots": roots, "runs": runs, "faults": faults, "most": FAULTS_MAX, "parts": parts}
    return render(request, "backoffice/integrity.html", context)


def _what(run: Run, names: dict[str, str], areas: dict[str, str]) -> str:
    """What a run was for, in words: its kind, the area and the period."""
    kind, _, deed = run.kind.rpartition("-")
    name = names.get(run.kind) or (f"{names[kind]}（{_DEEDS.get(deed, deed)}）" if kind in names else f"其他批处理 {run.kind}")
    period = format_period(int(run.period)) if run.period.isdigit() and is_period(int(run.period)) else run.period
    return " ".join(part for part in (name, areas.get(run.area_code, run.area_code), period if period != "0" else "") if part)


def _result(run: Run) -> str:
    """What a run says of itself, in words; "" where it says nothing."""
    if run.error:
        return run.error
    return "；".join(f"{_RESULTS[name]} {value}" for name, value in run.result.items() if name in _RESULTS)


@require_GET
@page_right("view_log")
def refusals(request: OfficerRequest) -> HttpResponse:
    """Who wanted to do what they may not, and why they were refused; newest first, of one person or case when asked for."""
    asked = request.GET.get("q", "").strip()[:40]
    # Of nobody's account (a name that nobody has): the city's to read.
    own = Q(user__agency__area_id__in=own_areas(request.user))
    rows = Refusal.objects.filter(own | Q(user=None) if is_at_city(request.user) else own).order_by("-id")
    if asked:
        rows = rows.filter(Q(case_no=asked) | Q(who__startswith=asked) | Q(user__username=asked))
    shown = [(row, words_of(row.deed)) for row in rows[:100]]
    return render(request, "backoffice/refusals.html", {"rows": shown, "q": asked})
