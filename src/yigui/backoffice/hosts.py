"""Hosts of places (进驻单位): a government service centre and its calendar, which the places it houses follow (R019)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yigui.backoffice.locations import WeekMixin, read_day, take_back, week_initial
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.db.chosen import chosen_row
from yigui.shell.refused import refusal_said
from yigui.staff.edit_location import save_host, say_exception
from yigui.staff.history import history_of
from yigui.staff.locations import Host
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import refuse_off_floor, runs_the_floor

HOSTS_MAX = 200


class HostForm(WeekMixin):
    """A host, new or changed."""

    name = forms.CharField(label="名称", max_length=60)
    address = forms.CharField(label="地址", max_length=120, required=False)
    reason = forms.CharField(label="依据", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_week()
        self.order_fields([*(f for f in self.fields if f != "reason"), "reason"])


@require_http_methods(["GET", "POST"])
@page_right("locations")
def hosts(request: OfficerRequest) -> HttpResponse:
    """The hosts, and the one chosen with its week and the days that are different."""
    chosen = _chosen(request.GET.get("host", ""))
    may_edit = runs_the_floor(request.user)
    initial = {"name": chosen.name, "address": chosen.address, **week_initial(chosen.hours)} if chosen else {}
    form = HostForm(initial=initial)
    if request.method == "POST":
        refuse_off_floor(request.user)
        form = HostForm(request.POST) if request.POST.get("verb") == "save" else form
        done = _change(request, chosen, form)
        if done is not None:
            return redirect(f"{reverse('backoffice:hosts')}?host={done.pk}")
    context = {
        "rows": Host.objects.order_by("name")[:HOSTS_MAX],
        "chosen": chosen,
        "form": form,
        "may_edit": may_edit,
        "exceptions": chosen.exceptions.filter(day__gte=clock.today()).order_by("day")[:HOSTS_MAX] if chosen else [],
        "history": history_of(chosen) if chosen else [],
    }
    return render(request, "backoffice/hosts.html", context)


def _chosen(number: str) -> Host | None:
    if not number:
        return None
    found = chosen_row(Host.objects.all(), number)
    if found is None:
        raise NotFound("没有该进驻单位，请从列表中选择。")
    return found


def _change(request: OfficerRequest, chosen: Host | None, form: HostForm) -> Host | None:
    verb = request.POST.get("verb", "")
    try:
        if verb == "save":
            if not form.is_valid():
                return None
            data = {k: form.cleaned_data[k] for k in ("name", "address", "reason")}
            saved = save_host(actor=request.user, host=chosen, week=form.week(), **data)
            messages.success(request, f"进驻单位“{saved.name}”已保存。")
            return saved
        if chosen is None:
            raise NotFound("请先选择进驻单位。")
        if verb == "except":
            said = say_exception(
                actor=request.user, owner=chosen, day=read_day(request.POST.get("day", "")), hours=request.POST.get("hours", ""),
                reason=request.POST.get("why", ""), today=clock.today(),
            )  # fmt: skip
            messages.success(request, f"{said.day} 的开放时间已公布：{said.hours or '不开放'}。")
        else:
            take_back(request, chosen)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return None
    return chosen
