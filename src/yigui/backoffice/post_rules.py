"""Templates of authority (岗位权限模板): what each post holds at each level of agency; proposed, examined, approved, put in force."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yigui.backoffice.decide_cell import DecideCell, asked_back
from yigui.backoffice.rights import scope_choices
from yigui.catalogue.form_fields import MoneyField
from yigui.common.errors import NotFound, YiguiError
from yigui.registry.enums import AreaLevel
from yigui.shell.refused import refusal_said
from yigui.staff.enums import STEPS_OF_ROLE, AreaScope, RequestStatus, Role, StepKind
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import PostRule, User
from yigui.staff.post_rules import line_text
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.scope import is_at_city
from yigui.staff.set_post_rule import Line, may_move_rule, move_rule, propose_rule, refuse_rule, take_rule_back

RULES_MAX = 100
#: Lines the form offers.
LINES = 4
#: What the button of each status is called.
_DEEDS = {RequestStatus.APPLIED: "内控审核通过", RequestStatus.CHECKED: "批准", RequestStatus.APPROVED: "启用"}


class RuleForm(forms.Form):
    """A template: the post, the level, and up to `LINES` lines of step, items and amount."""

    post = forms.ChoiceField(label="岗位", choices=[("", "请选择"), *((r.value, r.label) for r in Role if r in STEPS_OF_ROLE)])
    level = forms.ChoiceField(label="机构级别", choices=AreaLevel.choices)
    area_scope = forms.ChoiceField(label="地区范围", choices=AreaScope.choices)
    reason = forms.CharField(label="依据", max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = [("", "（不用）"), *((s.value, s.label) for s in StepKind if s != StepKind.FINISH)]
        for n in range(1, LINES + 1):
            self.fields[f"step_{n}"] = forms.ChoiceField(label=f"第 {n} 项环节", choices=steps, required=n == 1)
            self.fields[f"items_{n}"] = forms.MultipleChoiceField(
                label=f"第 {n} 项事项（可多选）",
                choices=scope_choices(),
                required=n == 1,
                widget=forms.SelectMultiple(attrs={"size": 6}),
            )
            self.fields[f"amount_{n}"] = MoneyField(label=f"第 {n} 项金额上限（元，不限可空）", required=False)

    def lines(self) -> list[Line]:
        """The lines that were filled in."""
        data = self.cleaned_data
        return [
            Line(data[f"step_{n}"], tuple(data[f"items_{n}"]), data[f"amount_{n}"])
            for n in range(1, LINES + 1)
            if data[f"step_{n}"]
        ]

    def head(self) -> list[forms.BoundField]:
        """The fields about the template as a whole."""
        return [self[name] for name in ("post", "level", "area_scope", "reason")]

    def line_fields(self) -> list[list[forms.BoundField]]:
        """The fields of each line."""
        return [[self[f"{name}_{n}"] for name in ("step", "items", "amount")] for n in range(1, LINES + 1)]


@require_http_methods(["GET", "POST"])
@page_right("rights")
def post_rules(request: OfficerRequest) -> HttpResponse:
    """Templates in force, on their way and before; the form of a new one."""
    may_propose = has_page_right(request.user, "rights_apply") and is_at_city(request.user)
    form = RuleForm(request.POST or None)
    if request.method == "POST":
        if not may_propose:
            raise NotAuthorised("权限模板须由市级的科室负责人或分管领导提出。")
        if form.is_valid() and _propose(request, form):
            return redirect("backoffice:post_rules")
    people = ("applied_by", "checked_by", "approved_by", "granted_by", "refused_by")
    rows = list(PostRule.objects.select_related(*people).order_by("-id")[:RULES_MAX])
    in_force = list(PostRule.objects.in_force().select_related(*people))
    newest = {rule.pk for rule in in_force}
    named = {(rule.post, rule.level) for rule in in_force}
    context = {
        "form": form,
        "may_propose": may_propose,
        "in_force": [_row(rule, request.user) for rule in in_force],
        "waiting": [_row(rule, request.user) for rule in rows if rule.status in _DEEDS],
        "over": [_row(rule, request.user) for rule in rows if rule.pk not in newest and rule.status not in _DEEDS],
        "without": [
            f"{post.label}（{level.label}）"
            for post in Role
            if post in STEPS_OF_ROLE
            for level in AreaLevel
            if (post, level) not in named
        ],
    }
    return render(request, "backoffice/post_rules.html", context)


def _propose(request: OfficerRequest, form: RuleForm) -> bool:
    data = form.cleaned_data
    try:
        propose_rule(
            applicant=request.user, post=data["post"], level=data["level"], area_scope=data["area_scope"], lines=form.lines(),
            known_groups=[code for code, _ in scope_choices()], reason=data["reason"],
        )  # fmt: skip
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return False
    messages.success(request, "权限模板已提交，待内控审核。")
    return True


def _row(rule: PostRule, reader: User) -> dict[str, Any]:
    signed = [
        (label, person.full_name)
        for label, person in (
            ("提出", rule.applied_by),
            ("内控", rule.checked_by),
            ("批准", rule.approved_by),
            ("启用", rule.granted_by),
        )
        if person is not None
    ]
    return {
        "rule": rule,
        "lines": [line_text(line) for line in rule.lines],
        "signed": signed,
        "deed": DecideCell(
            "backoffice:post_rule_decide",
            rule.pk,
            f"{rule.pk} 号模板",
            "move",
            _DEEDS.get(RequestStatus(rule.status), ""),
            is_turn=may_move_rule(rule, reader),
            may_take_back=_may_take_back(rule, reader),
        ),
    }


def _may_take_back(rule: PostRule, reader: User) -> bool:
    return rule.status == RequestStatus.APPLIED and rule.applied_by_id == reader.pk


def _ask_back(request: OfficerRequest, rule_id: int) -> HttpResponse | None:
    rule = PostRule.objects.filter(pk=rule_id).first()
    if rule is None:
        return None
    facts = [("模板", str(rule)), ("权限", "；".join(line_text(line) for line in rule.lines))]
    return asked_back(
        request, may=_may_take_back(rule, request.user), what=f"权限模板 {rule.pk} 号", facts=facts, back="backoffice:post_rules"
    )


@require_POST
@page_right("rights")
def decide_rule(request: OfficerRequest, rule_id: int, verb: str) -> HttpResponse:
    """Move a template on, refuse it, or take it back."""
    if verb == "move":
        done = move_rule(rule_id=rule_id, person=request.user)
    elif verb == "refuse":
        done = refuse_rule(rule_id=rule_id, person=request.user, note=request.POST.get("note", ""))
    elif verb == "take-back":
        if question := _ask_back(request, rule_id):
            return question
        done = take_rule_back(rule_id=rule_id, applicant=request.user)
    else:
        raise NotFound("没有这种操作。")
    messages.success(request, f"{done}：{done.get_status_display()}。")
    return redirect("backoffice:post_rules")
