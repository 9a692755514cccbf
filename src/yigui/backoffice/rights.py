"""Applications for authority: the section applies, internal control examines, a leader approves, the city's administrator sets."""

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yigui.backoffice.decide_cell import DecideCell, asked_back
from yigui.casework.handlers import open_codes
from yigui.casework.lost_claims import release_lost_claims
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.form_fields import MoneyField
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.item_codes import prefix_of, scope_words
from yigui.registry.models import Area
from yigui.shell.refused import refusal_said
from yigui.staff.enums import STEPS_OF_ROLE, StepKind
from yigui.staff.errors import NotAuthorised
from yigui.staff.grant_rights import (
    apply_by_rule,
    apply_for_rights,
    approve_rights,
    check_rights,
    grant_rights,
    last_day,
    may_move,
    refuse_rights,
    take_back,
)
from yigui.staff.models import RightsRequest, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.scope import agencies_of

#: Applications shown at most.
REQUESTS_MAX = 100
#: What the button of each status is called.
_DEEDS = {"applied": ("check", "内控审核通过"), "checked": ("approve", "批准"), "approved": ("grant", "授权")}


def scope_choices() -> list[tuple[str, str]]:
    """Everything, groups and single items a right may be for."""
    groups = sorted({prefix_of(code) for code in catalogue().versions})
    return [("*", "全部事项"), *((g, scope_words(g)) for g in groups), *((c, c) for c in sorted(open_codes()))]


def grantable(applicant: User) -> QuerySet[User]:
    """Colleagues somebody may apply for, by agency, post and name."""
    people = User.objects.filter(role__in=STEPS_OF_ROLE, is_active=True, agency__in=agencies_of(applicant)).exclude(pk=applicant.pk)
    return people.select_related("agency__area").order_by("agency_id", "role", "full_name")


class RightsForm(forms.Form):
    """What is applied for: each step for each of the items."""

    user = forms.ModelChoiceField(User.objects.none(), label="被授权人", empty_label="请选择")
    steps = forms.MultipleChoiceField(
        choices=[(s.value, s.label) for s in StepKind if s != StepKind.FINISH], label="环节", widget=forms.CheckboxSelectMultiple
    )
    item_groups = forms.MultipleChoiceField(label="事项范围（可多选）", widget=forms.SelectMultiple(attrs={"size": 8}))
    area_code = forms.ChoiceField(label="地区范围")
    amount = MoneyField(label="金额上限（元，不限可空）", required=False)
    valid_to = forms.DateField(label="失效日期", widget=forms.DateInput(attrs={"type": "date"}))
    is_temporary = forms.BooleanField(label="临时授权（顶岗、培训，到期自动失效）", required=False)
    reason = forms.CharField(label="申请理由", max_length=200)

    def __init__(self, applicant: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["user"].queryset = grantable(applicant)  # type: ignore[attr-defined]
        self.fields["item_groups"].choices = scope_choices()  # type: ignore[attr-defined]
        self.fields["area_code"].choices = [("*", "全市"), *Area.objects.values_list("code", "name")]  # type: ignore[attr-defined]


class ByRuleForm(forms.Form):
    """Rights by the template of the post, for one or several colleagues: an application each."""

    people = forms.ModelMultipleChoiceField(
        User.objects.none(), label="被授权人（可多选）", widget=forms.SelectMultiple(attrs={"size": 8})
    )
    until = forms.DateField(label="失效日期", widget=forms.DateInput(attrs={"type": "date"}))
    why = forms.CharField(label="申请理由", max_length=200)

    def __init__(self, applicant: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["people"].queryset = grantable(applicant)  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@page_right("rights")
def rights(request: OfficerRequest) -> HttpResponse:
    """Applications and the form of a new one."""
    may_apply = has_page_right(request.user, "rights_apply")
    is_by_rule = request.POST.get("verb") == "by_rule"
    form = RightsForm(request.user, None if is_by_rule else request.POST or None)
    by_rule = ByRuleForm(request.user, request.POST if is_by_rule else None)
    if request.method == "POST":
        if not may_apply:
            raise NotAuthorised("权限申请须由科室负责人或分管领导提出。")
        if _apply_by_rule(request, by_rule) if is_by_rule else form.is_valid() and _apply(request, form):
            return redirect("backoffice:rights")
    people = ("user", "post_rule", "applied_by", "checked_by", "approved_by", "granted_by", "refused_by")
    rows = RightsRequest.objects.filter(user__agency__in=agencies_of(request.user)).select_related(*people, "user__agency__area")
    context = {
        "form": form,
        "by_rule": by_rule,
        "rows": [_row(r, request.user) for r in rows.order_by("-id")[:REQUESTS_MAX]],
        "may_apply": may_apply,
        "default_end": last_day(clock.today()),
    }
    return render(request, "backoffice/rights.html", context)


def _apply_by_rule(request: OfficerRequest, form: ByRuleForm) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        with transaction.atomic():
            for person in data["people"]:
                apply_by_rule(
                    applicant=request.user, user=person, valid_from=clock.today(), valid_to=data["until"], reason=data["why"]
                )
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return False
    messages.success(request, f"已按岗位权限模板提交 {len(data['people'])} 份申请，待内控审核。")
    return True


def _apply(request: OfficerRequest, form: RightsForm) -> bool:
    data = form.cleaned_data
    try:
        apply_for_rights(
            applicant=request.user, user=data["user"], steps=data["steps"], item_groups=data["item_groups"],
            area_code=data["area_code"], amount_fen_max=data["amount"], valid_from=clock.today(), valid_to=data["valid_to"],
            reason=data["reason"], is_temporary=data["is_temporary"],
        )  # fmt: skip
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return False
    messages.success(request, "权限申请已提交，待内控审核。")
    return True


def _row(row: RightsRequest, reader: User) -> dict[str, object]:
    is_withdrawal = row.kind == "withdraw"
    verb, label = ("grant", "收回") if is_withdrawal else _DEEDS.get(row.status, ("", ""))
    return {
        "request": row,
        "steps": "、".join(StepKind(s).label for s in row.steps),
        "scope": row.scope_text,
        "deed": DecideCell(
            "backoffice:rights_decide",
            row.pk,
            f"{row.pk} 号",
            verb,
            label,
            is_turn=may_move(row, reader),
            wants_code=verb == "grant",
            may_take_back=_may_take_back(row, reader),
        ),
    }


def _may_take_back(row: RightsRequest, reader: User) -> bool:
    return row.status == "applied" and row.applied_by_id == reader.pk


def _ask_back(request: OfficerRequest, request_id: int) -> HttpResponse | None:
    row = RightsRequest.objects.select_related("user", "post_rule").filter(pk=request_id).first()
    if row is None:
        return None
    facts = [
        ("人员", row.user.full_name), ("类别", row.get_kind_display()), ("环节", "、".join(StepKind(s).label for s in row.steps)),
        ("权限范围", row.scope_text), ("申请理由", row.reason),
    ]  # fmt: skip
    return asked_back(
        request,
        may=_may_take_back(row, request.user),
        what=f"权限申请 {row.pk} 号",
        facts=[f for f in facts if f[1]],
        back="backoffice:rights",
    )


@require_POST
@page_right("rights")
def decide(request: OfficerRequest, request_id: int, verb: str) -> HttpResponse:
    """Examine, approve, refuse, carry out or take back an application."""
    if verb == "take-back" and (question := _ask_back(request, request_id)):
        return question
    if verb == "check":
        done = check_rights(request_id=request_id, controller=request.user)
    elif verb == "approve":
        done = approve_rights(request_id=request_id, leader=request.user)
    elif verb == "grant":
        done = grant_rights(request_id=request_id, administrator=request.user)
        release_lost_claims(clock.today(), of=done.user)
    elif verb == "refuse":
        done = refuse_rights(request_id=request_id, person=request.user, note=request.POST.get("note", ""))
    elif verb == "take-back":
        done = take_back(request_id=request_id, applicant=request.user)
    else:
        raise NotFound("没有这种操作。")
    messages.success(request, f"权限申请 {done.pk} 号：{done.get_status_display()}。")
    return redirect("backoffice:rights")
