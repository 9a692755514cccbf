"""Working and free days of the house itself (工作日历)."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.workdays import announced_years
from yigui.registry.models import CalendarDay
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import is_at_city
from yigui.staff.set_calendar_day import set_calendar_day


class CalendarForm(forms.Form):
    """A day of the house's own list."""

    day = forms.DateField(label="日期", widget=forms.DateInput(attrs={"type": "date"}))
    is_workday = forms.BooleanField(label="工作日", required=False)
    reason = forms.CharField(label="依据", max_length=100)


@require_http_methods(["GET", "POST"])
@page_right("calendar")
def calendar(request: OfficerRequest) -> HttpResponse:
    """The house's own working and free days; they go before the announced calendar for cases accepted from now on."""
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            day = set_calendar_day(actor=request.user, today=clock.today(), **form.cleaned_data)
            messages.success(request, f"{day.day} 已定为{'工作日' if day.is_workday else '休息日'}。")
            return redirect("backoffice:calendar")
        except YiguiError as refused:
            form.add_error(None, refusal_said(request, refused))
    context = {
        "form": form, "days": CalendarDay.objects.order_by("-day")[:100], "announced": max(announced_years()), "may_set": is_at_city(request.user),
    }  # fmt: skip
    return render(request, "backoffice/calendar.html", context)
