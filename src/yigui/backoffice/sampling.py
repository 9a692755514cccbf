"""Rules of random sampling (抽查规则): made, and ended."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yigui.casework.models import SamplingRule
from yigui.casework.sampling import add_sampling_rule, end_sampling_rule
from yigui.common import clock
from yigui.common.errors import YiguiError
from yigui.common.item_codes import scope_words
from yigui.common.texts import int_or_none
from yigui.shell.refused import refusal_said
from yigui.shell.sure import Sure, asked, wants_asking
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right


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


def _sure(rule: SamplingRule) -> Sure:
    facts = [
        ("事项范围", scope_words(rule.item_group)), ("抽查比例", f"{rule.share:.2%}"), ("升至等级", rule.get_to_class_display()),
        ("依据", rule.reason), ("有效期", f"{rule.valid_from} 至 {rule.valid_to}"),
    ]  # fmt: skip
    warning = "停用后此后受理的办件不再按本规则抽查，不能恢复；需要时须重新登记。"
    return Sure("停用抽查规则？", facts, warning, "确认停用", reverse("backoffice:sampling"))


def _end_rule(request: OfficerRequest) -> HttpResponse:
    rule = int_or_none(request.POST.get("end", ""))
    found = SamplingRule.objects.filter(pk=rule, ended_at=None).first() if rule is not None else None
    if found is not None and wants_asking(request):
        return asked(request, _sure(found))
    try:
        if rule is None:
            raise YiguiError("请从列表中选择要停用的抽查规则。")
        end_sampling_rule(actor=request.user, rule_id=rule)
        messages.success(request, "抽查规则已停用，对此后受理的办件不再抽查。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("backoffice:sampling")
