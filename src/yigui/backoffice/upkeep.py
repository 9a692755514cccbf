"""Backup and upkeep (备份与维护): when the last backup, drill, verification and seal were, what is overdue, and drills written down."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.common.errors import YiguiError
from yigui.common.reasons import REASON_MAX, REASON_MIN
from yigui.integrity.upkeep import BACKUP, CHECK, DRILL_RIGHT, MINUTES_MAX, note_drill, points
from yigui.runs.models import Drill, Run
from yigui.shell.refused import refusal_said
from yigui.staff.errors import NotAuthorised
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right

ROWS_MAX = 30
NAMES = {BACKUP: "备份", CHECK: "备份核对"}


class DrillForm(forms.Form):
    """A drill that was held."""

    held_on = forms.DateField(label="演练日期", widget=forms.DateInput(attrs={"type": "date"}))
    digest = forms.CharField(label="备份清单摘要", max_length=64, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    minutes = forms.IntegerField(label="用时（分钟）", min_value=1, max_value=MINUTES_MAX)
    succeeded = forms.TypedChoiceField(
        label="结果", choices=[("", "请选择"), ("yes", "恢复成功"), ("no", "未能恢复")], coerce=lambda value: value == "yes"
    )
    note = forms.CharField(label="经过", min_length=REASON_MIN, max_length=REASON_MAX, widget=forms.Textarea(attrs={"rows": 2}))


@require_http_methods(["GET", "POST"])
@page_right("upkeep")
def upkeep(request: OfficerRequest) -> HttpResponse:
    """How everything stands; POST writes a drill down."""
    may_note = has_page_right(request.user, DRILL_RIGHT)
    form = DrillForm(request.POST or None)
    if request.method == "POST":
        if not may_note:
            raise NotAuthorised("恢复演练由系统管理员登记。")
        if form.is_valid():
            try:
                note_drill(user=request.user, **form.cleaned_data)
            except YiguiError as refused:
                messages.error(request, refusal_said(request, refused))
            else:
                messages.success(request, "恢复演练已登记。")
                return redirect("backoffice:upkeep")
    runs = Run.objects.filter(kind__in=NAMES).order_by("-id")[:ROWS_MAX]
    context = {
        "points": points(), "form": form, "may_note": may_note,
        "runs": [(run, NAMES[run.kind]) for run in runs], "drills": Drill.objects.select_related("user").order_by("-id")[:ROWS_MAX],
    }  # fmt: skip
    return render(request, "backoffice/upkeep.html", context)
