"""Places where business is done (办事场所): kinds, hosts, hours, days that are different; the desks of a hall."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.db.chosen import chosen_row
from yigui.registry.models import Agency
from yigui.shell.refused import refusal_said
from yigui.staff.edit_desk import save_desk
from yigui.staff.edit_location import close_location, save_location, say_exception, take_exception_back
from yigui.staff.enums import DeskKind, LocationKind
from yigui.staff.history import history_of
from yigui.staff.locations import Desk, Host, Location
from yigui.staff.opening import WEEKDAYS
from yigui.staff.opening_hours import LOCATIONS_MAX, openings
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of, agency_for, refuse_off_floor, runs_the_floor

#: Exceptions and desks of a place shown at most.
ROWS_MAX = 200


class WeekMixin(forms.Form):
    """Seven fields for the hours of a week."""

    def add_week(self) -> None:
        for number, name in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = forms.CharField(label=name, max_length=60, required=False)

    def week(self) -> list[str]:
        return [self.cleaned_data[f"day_{number}"] for number in range(7)]


def week_initial(hours: list[str]) -> dict[str, str]:
    """The hours of a week as initial values of the form."""
    return {f"day_{number}": text for number, text in enumerate(hours)}


class LocationForm(WeekMixin):
    """A place, new or changed."""

    kind = forms.ChoiceField(label="场所类别", choices=LocationKind.choices)
    name = forms.CharField(label="名称", max_length=60)
    address = forms.CharField(label="地址", max_length=120, required=False)
    phone = forms.CharField(label="咨询电话", max_length=30, required=False)
    host = forms.ModelChoiceField(
        Host.objects.order_by("name"), label="进驻单位（开放时间随其日历）", required=False, empty_label="（无，自定开放时间）"
    )
    stays_open_on_holidays = forms.BooleanField(label="节假日不休", required=False)
    reason = forms.CharField(label="依据", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_week()
        self.order_fields([*(f for f in self.fields if f != "reason"), "reason"])


class DeskForm(forms.Form):
    """A desk, new or changed."""

    number = forms.CharField(label="窗口号", max_length=8)
    kind = forms.ChoiceField(label="窗口类别", choices=DeskKind.choices)
    note = forms.CharField(label="说明", max_length=60, required=False)
    reason = forms.CharField(label="依据", max_length=200)


@require_http_methods(["GET", "POST"])
@page_right("locations")
def locations(request: OfficerRequest) -> HttpResponse:
    """The places of an agency; the one chosen with its hours and desks, to be changed by who runs the floor."""
    agency = agency_for(request.user, request.GET.get("agency", ""))
    chosen = _chosen(agency, request.GET.get("location", ""))
    may_edit = runs_the_floor(request.user)
    form = LocationForm(initial=_initial(chosen))
    desk_form = DeskForm()
    if request.method == "POST":
        refuse_off_floor(request.user, agency)
        form = LocationForm(request.POST) if request.POST.get("verb") == "save" else form
        desk_form = DeskForm(request.POST) if request.POST.get("verb") == "desk" else desk_form
        done = _change(request, agency, chosen, form, desk_form)
        if done is not None:
            return redirect(f"{reverse('backoffice:locations')}?agency={agency.pk}&location={done.pk}")
    rows = list(
        Location.objects.filter(agency=agency)
        .select_related("host", "agency")
        .order_by("closed_on", "kind", "name")[:LOCATIONS_MAX]
    )
    today = openings(rows, clock.today())
    context = {
        "agency": agency,
        "agencies": agencies_of(request.user)[:200],
        "rows": [(row, today[row.pk]) for row in rows],
        "chosen": chosen,
        "form": form,
        "desk_form": desk_form,
        "may_edit": may_edit,
        "can_change": may_edit and chosen is not None and chosen.closed_on is None,
        "is_new": "new" in request.GET,
        "facts": _facts(chosen) if chosen else None,
    }
    return render(request, "backoffice/locations.html", context)


def _chosen(agency: Agency, number: str) -> Location | None:
    if not number:
        return None
    found = chosen_row(Location.objects.filter(agency=agency).select_related("host", "agency"), number)
    if found is None:
        raise NotFound(f"{agency.name}没有该办事场所，请从列表中选择。")
    return found


def _initial(chosen: Location | None) -> dict[str, Any]:
    if chosen is None:
        return {}
    return {
        "kind": chosen.kind, "name": chosen.name, "address": chosen.address, "phone": chosen.phone, "host": chosen.host_id,
        "stays_open_on_holidays": chosen.stays_open_on_holidays, **week_initial(chosen.hours),
    }  # fmt: skip


def _change(
    request: OfficerRequest, agency: Agency, chosen: Location | None, form: LocationForm, desk_form: DeskForm
) -> Location | None:
    """Do what was asked for; gives the place when it was done."""
    verb, actor, today = request.POST.get("verb", ""), request.user, clock.today()
    try:
        if verb == "save":
            return _save(request, agency, chosen, form)
        if chosen is None:
            raise NotFound("请先选择办事场所。")
        if verb == "desk":
            return _add_desk(request, chosen, desk_form)
        if verb == "close":
            close_location(actor=actor, location=chosen, on=today, reason=request.POST.get("close_reason", ""))
            messages.success(request, f"“{chosen.name}”已停用。")
        elif verb == "except":
            said = say_exception(
                actor=actor, owner=chosen, day=read_day(request.POST.get("day", "")), hours=request.POST.get("hours", ""),
                reason=request.POST.get("why", ""), today=today,
            )  # fmt: skip
            messages.success(request, f"{said.day} 的开放时间已公布：{said.hours or '不开放'}。")
        else:
            take_back(request, chosen)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return None
    return chosen


def _save(request: OfficerRequest, agency: Agency, chosen: Location | None, form: LocationForm) -> Location | None:
    if not form.is_valid():
        return None
    data = {k: v for k, v in form.cleaned_data.items() if not k.startswith("day_")}
    saved = save_location(actor=request.user, agency=agency, location=chosen, week=form.week(), **data)
    messages.success(request, f"办事场所“{saved.name}”已保存。")
    return saved


def _add_desk(request: OfficerRequest, location: Location, form: DeskForm) -> Location | None:
    if not form.is_valid():
        return None
    made = save_desk(actor=request.user, location=location, **form.cleaned_data)
    messages.success(request, f"{made} 已设立。")
    return location


def read_day(text: str) -> Any:
    """A day out of a date field.

    Raises:
        YiguiError: it is no date.
    """
    try:
        return forms.DateField().clean(text)
    except forms.ValidationError as error:
        raise YiguiError("请填写日期，例如 2026-12-31。") from error


def take_back(request: OfficerRequest, owner: Location | Host) -> None:
    """Take back what was said about the day named in the request."""
    number = request.POST.get("exception", "")
    found = chosen_row(owner.exceptions.all(), number)
    if found is None:
        raise NotFound("没有该例外日，请刷新后重试。")
    take_exception_back(actor=request.user, exception=found, reason="恢复正常开放")
    messages.success(request, f"{found.day} 恢复按周开放。")


def _facts(chosen: Location) -> dict[str, Any]:
    hours = chosen.host.hours if chosen.host else chosen.hours
    desks = Desk.objects.filter(location=chosen).prefetch_related("people").order_by("closed_on", "kind", "number")
    return {
        "week": list(zip(WEEKDAYS, hours, strict=True)) if any(hours) else [],
        "exceptions": chosen.exceptions.filter(day__gte=clock.today()).order_by("day")[:ROWS_MAX],
        "host_said": chosen.host.exceptions.filter(day__gte=clock.today()).order_by("day")[:ROWS_MAX] if chosen.host else [],
        "desks": desks[:ROWS_MAX],
        "history": history_of(chosen),
    }
