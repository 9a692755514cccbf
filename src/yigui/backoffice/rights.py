"""Applications for authority: the section applies, a leader approves, the security administrator grants."""

import datetime as dt

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yigui.casework.handlers import open_codes
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.form_fields import MoneyField
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.registry.models import Area
from yigui.staff.enums import STEPS_OF_ROLE, Step
from yigui.staff.grant_rights import apply_for_rights, approve_rights, grant_rights
from yigui.staff.models import RightsRequest, User
from yigui.staff.rights import has_page_right, page_right


class RightsForm(forms.Form):
    """What is applied for."""

    user = forms.ModelChoiceField(User.objects.filter(role__in=STEPS_OF_ROLE), label="被授权人")
    steps = forms.MultipleChoiceField(
        choices=[(s.value, s.label) for s in Step if s != Step.FINISH], label="环节", widget=forms.CheckboxSelectMultiple
    )
    item_group = forms.ChoiceField(label="事项范围")
    area_code = forms.ChoiceField(label="地区范围")
    amount = MoneyField(label="金额上限（元，不限可空）", required=False)
    valid_to = forms.DateField(label="失效日期", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="申请理由", max_length=200)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        groups = sorted({code.split("-")[0] for code in catalogue().versions})
        choices = [("*", "全部事项"), *((g, f"{g} 类") for g in groups), *((c, c) for c in sorted(open_codes()))]
        self.fields["item_group"].choices = choices  # type: ignore[attr-defined]
        self.fields["area_code"].choices = [("*", "全市"), *Area.objects.values_list("code", "name")]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@page_right("rights")
def rights(request: HttpRequest) -> HttpResponse:
    """Applications and the form of a new one."""
    assert isinstance(request.user, User)
    form = RightsForm(request.POST or None)
    if request.method == "POST":
        if not has_page_right(request.user, "rights_apply"):
            raise NotFound("权限申请须由科室负责人或分管领导提出。")
        if form.is_valid():
            data = form.cleaned_data
            try:
                apply_for_rights(
                    applicant=request.user, user=data["user"], steps=data["steps"], item_group=data["item_group"],
                    area_code=data["area_code"], amount_fen_max=data["amount"], valid_from=clock.today(),
                    valid_to=data["valid_to"], reason=data["reason"],
                )  # fmt: skip
            except YiguiError as refused:
                messages.error(request, refused.message)
            else:
                messages.success(request, "权限申请已提交，待分管领导批准。")
                return redirect("backoffice:rights")
    rows = RightsRequest.objects.select_related("user", "applied_by", "approved_by", "granted_by").order_by("-id")[:50]
    context = {
        "form": form, "rows": [(r, "、".join(Step(s).label for s in r.steps)) for r in rows],
        "may_apply": has_page_right(request.user, "rights_apply"), "role": request.user.role, "default_end": dt.date(clock.today().year + 1, 12, 31),
    }  # fmt: skip
    return render(request, "backoffice/rights.html", context)


@require_POST
@page_right("rights")
def decide(request: HttpRequest, request_id: int, verb: str) -> HttpResponse:
    """Approve, refuse or grant an application."""
    assert isinstance(request.user, User)
    if verb in ("approve", "refuse"):
        done = approve_rights(request_id=request_id, leader=request.user, is_approved=verb == "approve")
    elif verb == "grant":
        done = grant_rights(request_id=request_id, administrator=request.user)
    else:
        raise NotFound("没有这种操作。")
    messages.success(request, f"权限申请 {done.pk} 号：{done.get_status_display()}。")
    return redirect("backoffice:rights")
