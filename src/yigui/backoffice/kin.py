"""Whose business officers keep away from (亲属回避): declared by oneself, or for a colleague with a reason; ended by somebody else."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from yigui.common.errors import YiguiError
from yigui.common.texts import int_or_none
from yigui.shell.refused import refusal_said
from yigui.staff.declared_kin import Relation
from yigui.staff.kin import LOOKS_AFTER, declare_kin, declared_to, end_kin, looks_after
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of

#: Declarations a page shows, at most.
SHOWN = 200


class KinForm(forms.Form):
    """Somebody whose business the officer keeps away from; who looks after others chooses whose, and says why."""

    user = forms.ModelChoiceField(User.objects.none(), label="工作人员", empty_label="（本人）", required=False)
    full_name = forms.CharField(label="回避对象姓名", max_length=60)
    id_number = forms.CharField(label="回避对象身份证号", max_length=18)
    relation = forms.ChoiceField(label="关系", choices=Relation.choices)
    reason = forms.CharField(label="代为登记的原因", max_length=200, required=False)

    def __init__(self, actor: User, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if actor.role not in LOOKS_AFTER:
            del self.fields["user"], self.fields["reason"]
            return
        colleagues: forms.ModelChoiceField[User] = self.fields["user"]  # type: ignore[assignment]
        colleagues.queryset = (
            User.objects.filter(agency__in=agencies_of(actor), is_active=True).exclude(role="").exclude(pk=actor.pk).order_by("pk")
        )


@require_http_methods(["GET", "POST"])
@page_right("kin")
def kin(request: OfficerRequest) -> HttpResponse:
    """One's own declarations, and those of whom one looks after; a new one, and the end of one."""
    if request.method == "POST" and request.POST.get("end"):
        return _end(request)
    form = KinForm(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        user = data.get("user") or request.user
        try:
            made = declare_kin(
                actor=request.user, user=user, id_number=data["id_number"], full_name=data["full_name"], relation=data["relation"],
                reason=data.get("reason", ""),
            )  # fmt: skip
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
        else:
            messages.success(request, f"已登记：{user.full_name} 回避 {made.full_name}（{made.get_relation_display()}）的业务。")
            return redirect("backoffice:kin")
    rows = [(row, row.ended_at is None and looks_after(request.user, row.user)) for row in declared_to(request.user)[:SHOWN]]
    return render(request, "backoffice/kin.html", {"form": form, "rows": rows})


def _end(request: OfficerRequest) -> HttpResponse:
    try:
        number = int_or_none(request.POST.get("end", ""))
        if number is None:
            raise YiguiError("请从列表中选择要解除的回避申报。")
        ended = end_kin(actor=request.user, kin_id=number, reason=request.POST.get("end_reason", ""))
        messages.success(request, f"已解除：{ended.user.full_name} 不再回避 {ended.full_name} 的业务。")
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
    return redirect("backoffice:kin")
