"""Imports from partners, and accounts."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.casework.models import SamplingRule
from yigui.casework.sampling import add_sampling_rule, end_sampling_rule
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.texts import int_or_none
from yigui.common.workdays import announced_years
from yigui.exchange.import_records import DEATHS, LIFE_SIGNS, PRISON, import_records
from yigui.exchange.import_registrations import REGISTRATIONS
from yigui.exchange.models import InboundFile, Partner
from yigui.identity.models import UnitRequest
from yigui.identity.unit_logins import decide_request
from yigui.registry.models import CalendarDay
from yigui.registry.set_calendar_day import set_calendar_day
from yigui.shell.refused import refusal_said
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right

#: Files that are taken in on the page, by the kind of the form.
RECORD_FILES = {str(spec.kind): spec for spec in (REGISTRATIONS, DEATHS, LIFE_SIGNS, PRISON)}


@require_http_methods(["GET", "POST"])
@page_right("imports")
def imports(request: OfficerRequest) -> HttpResponse:
    """Take a partner's file in (registrations, deaths, traces of life); show the receipts of earlier ones."""
    if request.method == "POST":
        upload = request.FILES.get("file")
        partner = Partner.objects.filter(pk=request.POST.get("partner", ""), is_active=True).first()
        try:
            if upload is None or partner is None:
                raise YiguiError("请选择报送单位和文件。")
            if (upload.size or 0) > settings.FILE_SIZE_MAX:
                raise YiguiError(f"文件超过 {settings.FILE_SIZE_MAX // 1024 // 1024} MB 上限，请分成几个文件。")
            spec = RECORD_FILES.get(request.POST.get("kind", ""))
            if spec is None:
                raise YiguiError("请选择数据类别。")
            receipt = import_records(
                spec, content=upload.read(), file_name=str(upload.name), partner=partner, user=request.user, today=clock.today()
            )
            messages.success(
                request,
                f"回执 {receipt.pk} 号：{receipt.row_count} 行，入库 {receipt.accepted_count} 行，退回 {len(receipt.rejected)} 行。",
            )
            return redirect("backoffice:imports")
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
    context = {
        "receipts": InboundFile.objects.select_related("partner", "received_by").order_by("-id")[:30],
        "partners": Partner.objects.filter(is_active=True)[:50], "specs": list(RECORD_FILES.values()),
    }  # fmt: skip
    return render(request, "backoffice/imports.html", context)


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


class SamplingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A rule of random sampling."""

    class Meta:
        model = SamplingRule
        fields = ("item_group", "share", "to_class", "reason", "valid_from", "valid_to")
        widgets = {"valid_from": forms.DateInput(attrs={"type": "date"}), "valid_to": forms.DateInput(attrs={"type": "date"})}


@require_http_methods(["GET", "POST"])
@page_right("sampling")
def sampling(request: OfficerRequest) -> HttpResponse:
    """Rules by which a share of new cases is raised to a stricter class."""
    if request.method == "POST" and request.POST.get("end"):
        return _end_rule(request)
    form = SamplingForm(request.POST or None, initial={"item_group": "*", "share": "0.05", "to_class": 2})
    form.instance.set_by = request.user
    if request.method == "POST" and form.is_valid():
        try:
            add_sampling_rule(actor=request.user, rule=form.save(commit=False))
        except YiguiError as refused:
            form.add_error(refused.data.get("field", "valid_to"), refusal_said(request, refused))
        else:
            messages.success(request, "抽查规则已登记，对此后受理的办件生效。")
            return redirect("backoffice:sampling")
    rules = SamplingRule.objects.select_related("set_by", "ended_by").order_by("-id")[:50]
    return render(request, "backoffice/sampling.html", {"form": form, "rules": rules, "today": clock.today()})


def _end_rule(request: OfficerRequest) -> HttpResponse:
    try:
        rule = int_or_none(request.POST.get("end", ""))
        if rule is None:
            raise YiguiError("请从列表中选择要停用的抽查规则。")
        end_sampling_rule(actor=request.user, rule_id=rule)
        messages.success(request, "抽查规则已停用，对此后受理的办件不再抽查。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("backoffice:sampling")


@require_http_methods(["GET", "POST"])
@page_right("unit_requests")
def unit_requests(request: OfficerRequest) -> HttpResponse:
    """Employers that ask for a login; make sure by the phone on record, then open or refuse."""
    if request.method == "POST":
        number = int_or_none(request.POST.get("number", ""))
        if number is None:
            raise YiguiError("请从列表中选择要处理的申请。")
        decided = decide_request(
            number=number, by=request.user, is_granted=request.POST.get("grant") == "1",
            note=request.POST.get("note", ""),
        )  # fmt: skip
        messages.success(request, f"{decided.employer.name}：{'已开通' if decided.is_granted else '不予开通'}。")
        return redirect("backoffice:unit_requests")
    rows = UnitRequest.objects.select_related("employer", "decided_by").order_by("decided_at", "id")
    context = {"waiting": rows.filter(decided_at=None)[:200], "decided": rows.exclude(decided_at=None).order_by("-decided_at")[:50]}
    return render(request, "backoffice/unit_requests.html", context)
