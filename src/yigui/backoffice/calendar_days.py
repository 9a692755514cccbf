"""Working and free days of the agency itself (工作日历)."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.common.workdays import announced_years
from yigui.registry.models import CalendarDay
from yigui.registry.set_calendar_day import set_calendar_day
from yigui.staff.rights import page_right


class CalendarForm(forms.ModelForm):  # type: ignore[type-arg]
    """A day of the agency's own list."""

    class Meta:
        model = CalendarDay
        fields = ("day", "is_workday", "reason")
        widgets = {"day": forms.DateInput(attrs={"type": "date"})}


@require_http_methods(["GET", "POST"])
@page_right("calendar")
def calendar(request: HttpRequest) -> HttpResponse:
    """The agency's own working and free days; they go before the announced calendar for cases accepted from now on."""
    form = CalendarForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        day = set_calendar_day(form.save(commit=False))
        messages.success(request, f"{day.day} 已定为{'工作日' if day.is_workday else '休息日'}。")
        return redirect("backoffice:calendar")
    context = {"form": form, "days": CalendarDay.objects.order_by("-day")[:100], "announced": max(announced_years())}
    return render(request, "backoffice/calendar.html", context)
