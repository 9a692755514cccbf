"""Accounts (账号管理): the list, and one account: edited here, its post and sign-in by request of two people."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yigui.casework.hand_over import leave, suspend
from yigui.casework.lost_claims import release_lost_claims
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.identity.proof import issue_password
from yigui.registry.models import Agency
from yigui.shell.list_pages import list_page
from yigui.shell.lists import As, Chips, Choice, Column, Listing, Text, Tone
from yigui.shell.refused import refusal_said
from yigui.shell.sure import Sure, asked, wants_asking
from yigui.staff.account_requests import ask_about_account
from yigui.staff.edit_account import edit_account, make_account, switch_account
from yigui.staff.enums import AccountKind, Role, UserKind
from yigui.staff.history import history_of
from yigui.staff.locations import Location
from yigui.staff.models import AccountRequest, Authority, User
from yigui.staff.organisation import Section
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of, agency_choices, refuse_elsewhere
from yigui.tasks.list_exports import declared

#: What is asked for on the page of an account; a leave is filed by itself.
_ASKED = [(k.value, k.label) for k in AccountKind if k != AccountKind.LEAVE]
_NO_ROLE = "none"

ACCOUNTS = declared(
    Listing(
        "accounts", "账号管理", "accounts", "backoffice:accounts",
        lambda user: User.objects.filter(agency__in=agencies_of(user)).select_related("agency", "desk__location", "section"),
        (
            Column("username", "用户名", lambda u: u.username, As.CODE, ("username",), link=lambda u: reverse("backoffice:account_of", args=[u.pk])),
            Column("name", "姓名", lambda u: u.full_name, sort=("full_name",), note=lambda u: "见习" if u.is_trainee else ""),
            Column("role", "岗位", lambda u: u.post_text, sort=("role",)),
            Column("agency", "机构与科室", lambda u: u.agency.name, sort=("agency",), note=lambda u: u.section.name if u.section else "", width=40),
            Column("desk", "柜台", lambda u: f"{u.desk}{'（已撤销）' if u.desk.closed_on else ''}" if u.desk else "", is_second=True, width=26),
            Column("seen", "最近登录", lambda u: u.last_login, As.MOMENT, ("last_login",), is_second=True),
            Column(
                "state", "状态", lambda u: "启用" if u.is_active else "停用", As.STATE, tone=lambda u: Tone.DONE if u.is_active else Tone.OVER, width=10
            ),
        ),
        ("agency_id", "role", "username"),
        conditions=(
            Choice("agency", "机构", agency_choices, lambda rows, code: rows.filter(agency=code)),
            Choice(
                "role", "岗位", lambda user: [*Role.choices, (_NO_ROLE, "未定岗")],
                lambda rows, code: rows.filter(role="" if code == _NO_ROLE else code),
            ),
            Text("name", "姓名或用户名", lambda rows, text: rows.filter(Q(full_name__contains=text) | Q(username__contains=text))),
        ),
        chips=Chips("state", "状态", "is_active", lambda: {"True": "启用", "False": "停用"}),
        nothing="没有账号。", empty="没有符合条件的账号，请放宽条件。",
    )
)  # fmt: skip


class NewAccountForm(forms.Form):
    """A new account, without a post."""

    kind = forms.ChoiceField(
        label="账号类别",
        choices=[(UserKind.PERSON, "人员账号"), (UserKind.PROGRAM, "接口账号（协作单位的程序使用，不能登录）")],
    )
    username = forms.CharField(label="用户名", max_length=40)
    full_name = forms.CharField(label="姓名", max_length=60)
    id_number = forms.CharField(label="身份证号", max_length=18, required=False)
    agency = forms.ModelChoiceField(Agency.objects.none(), label="所在机构", empty_label="请选择")
    section = forms.ModelChoiceField(Section.objects.none(), label="科室（业务指导）", required=False, empty_label="（未定）")
    managing_department = forms.ModelChoiceField(
        Section.objects.none(), label="日常管理部门", required=False, empty_label="（未定）"
    )
    is_trainee = forms.BooleanField(label="见习", required=False)

    def __init__(self, actor: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["agency"].queryset = agencies_of(actor)
        sections = Section.objects.filter(agency__in=agencies_of(actor), valid_to=None).order_by("agency_id", "pk")
        fields["section"].queryset = fields["managing_department"].queryset = sections


class EditAccountForm(forms.Form):
    """An account as it may be changed by one person."""

    full_name = forms.CharField(label="姓名", max_length=60)
    id_number = forms.CharField(label="身份证号", max_length=18, required=False)
    section = forms.ModelChoiceField(Section.objects.none(), label="科室（业务指导）", required=False, empty_label="（未定）")
    managing_department = forms.ModelChoiceField(
        Section.objects.none(), label="日常管理部门", required=False, empty_label="（未定）"
    )
    location = forms.ModelChoiceField(Location.objects.none(), label="办公场所", required=False, empty_label="（未定）")
    is_trainee = forms.BooleanField(label="见习", required=False)
    reason = forms.CharField(label="修改依据", max_length=200)

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        sections = Section.objects.filter(agency=user.agency_id, valid_to=None).order_by("pk")
        fields["section"].queryset = fields["managing_department"].queryset = sections
        fields["location"].queryset = Location.objects.in_use(clock.today()).filter(agency=user.agency_id).order_by("kind", "name")


class AskForm(forms.Form):
    """What two people are to do to the account."""

    kind = forms.ChoiceField(label="办理事项", choices=_ASKED)
    role = forms.ChoiceField(label="新岗位（调整岗位时）", choices=[("", "（免去岗位）"), *Role.choices], required=False)
    to_agency = forms.ModelChoiceField(
        Agency.objects.order_by("code"), label="调往机构（调动时）", required=False, empty_label="请选择"
    )
    ask_reason = forms.CharField(label="原因", max_length=200)


@require_http_methods(["GET", "POST"])
@page_right("accounts")
def accounts(request: OfficerRequest) -> HttpResponse:
    """Accounts by agency, post, state and name; a new one without a post."""
    form = NewAccountForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                made, password = make_account(actor=request.user, **form.cleaned_data)
                if not made.is_door:
                    issue_password(request.user, made.pk, password)
                    # The device is enrolled with what a second person hands over: a first password alone enrols none.
                    ask_about_account(actor=request.user, user=made, kind=AccountKind.DEVICE, reason="新账号启用动态口令")
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
        else:
            if made.is_door:
                messages.success(
                    request, f"接口账号 {made.username} 已建立。任岗、授权后，由运维人员用 yigui token 为协作单位的程序生成令牌。"
                )
                return redirect("backoffice:account_of", user_id=made.pk)
            return _account_page(request, made, password=password)
    return list_page(request, ACCOUNTS, "backoffice/accounts.html", lambda: {"form": form})


@require_http_methods(["GET", "POST"])
@page_right("accounts")
def account(request: OfficerRequest, user_id: int) -> HttpResponse:
    """One account: facts, changes, requests; edited, switched, asked about, left."""
    found = _of(request.user, user_id)
    if request.method == "GET":
        return _account_page(request, found)
    verb = request.POST.get("verb", "")
    form = EditAccountForm(found, request.POST) if verb == "edit" else None
    ask = AskForm(request.POST) if verb == "ask" else None
    if wants_asking(request) and verb in _SURE:
        return asked(request, _sure(found, verb, request.POST.get(_SURE[verb][1], "")))
    try:
        if _change(request, found, verb, form, ask):
            return redirect("backoffice:account_of", user_id=found.pk)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return _account_page(request, _of(request.user, user_id), form=form, ask=ask)


#: What is asked about first: the deed, the field of its reason, and what it leads to.
_SURE = {
    "switch-off": ("暂时停用账号", "switch_reason", "停用后立即不能登录，在办工作退回待办由他人领取；重新启用后不自动收回。"),
    "leave": ("办理离岗", "leave_reason", "离岗后账号立即停用，在办工作退回待办，岗位和权限由安全保密管理员确认收回，不能撤销。"),
}


def _sure(found: User, verb: str, reason: str) -> Sure:
    deed, _, warning = _SURE[verb]
    facts = [
        ("用户名", found.username),
        ("姓名", found.full_name),
        ("岗位", found.post_text),
        ("机构", found.agency.name),
        ("原因", reason),
    ]
    return Sure(f"{deed}？", [f for f in facts if f[1]], warning, f"确认{deed}", reverse("backoffice:account_of", args=[found.pk]))


def _of(actor: User, user_id: int) -> User:
    rows = User.objects.select_related("agency", "desk", "section", "managing_department", "location")
    found = rows.filter(pk=user_id).first()
    if found is None:
        raise NotFound("没有该账号，请从账号列表中选择。")
    refuse_elsewhere(actor, found.agency, "该账号")
    return found


def _change(request: OfficerRequest, found: User, verb: str, form: EditAccountForm | None, ask: AskForm | None) -> bool:
    actor = request.user
    if form is not None:
        if not form.is_valid():
            return False
        edit_account(actor=actor, user=found, **form.cleaned_data)
        release_lost_claims(clock.today(), of=found)
        messages.success(request, f"{found.full_name} 的账号已修改。")
    elif ask is not None:
        if not ask.is_valid():
            return False
        data = ask.cleaned_data
        filed = ask_about_account(
            actor=actor, user=found, kind=data["kind"], role=data["role"], to_agency=data["to_agency"], reason=data["ask_reason"]
        )
        messages.success(request, f"已提交“{filed.what}”，待安全保密管理员确认。")
    elif verb == "leave":
        _, left = leave(actor=actor, user=found, reason=request.POST.get("leave_reason", ""))
        messages.success(
            request,
            f"{found.full_name} 已离岗，账号即时停用；退回待办 {left.counts['released']} 件、任务 {left.counts['tasks']} 件（清单见下）。"
            "岗位和权限待安全保密管理员确认收回。",
        )
    elif verb == "switch-off":
        suspend(actor=actor, user=found, reason=request.POST.get("switch_reason", ""))
        messages.success(request, f"账号 {found.username} 已停用，在办工作已退回待办（清单见下）。")
    elif verb == "switch-on":
        switch_account(actor=actor, user=found, is_active=True, reason=request.POST.get("switch_reason", ""))
        messages.success(request, f"账号 {found.username} 已启用。")
    else:
        raise NotFound("没有这种操作。")
    return True


def _account_page(
    request: OfficerRequest, found: User, *, password: str = "", form: EditAccountForm | None = None, ask: AskForm | None = None
) -> HttpResponse:
    initial = {
        "full_name": found.full_name, "id_number": found.id_number, "section": found.section_id, "location": found.location_id,
        "managing_department": found.managing_department_id, "is_trainee": found.is_trainee,
    }  # fmt: skip
    history = history_of(found)
    context = {
        "person": found,
        "password": password,
        "form": form or EditAccountForm(found, initial=initial),
        "ask": ask or AskForm(),
        "rights": Authority.objects.in_force(clock.today()).filter(user=found).order_by("step", "item_group")[:200],
        "holdings": found.holdings.select_related("agency").order_by("-id")[:50],
        "requests": AccountRequest.objects.filter(user=found)
        .select_related("asked_by", "decided_by", "to_agency")
        .order_by("-id")[:30],
        "history": history,
        "handed_over": next((row.event.details for row in history if "released" in row.event.details), None),
    }
    return render(request, "backoffice/account.html", context)
