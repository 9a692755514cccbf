"""Changes of items (事项变更): what differs from the files, with reason and signatures; applying, examining, approving, carrying in."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yigui.backoffice.decide_cell import DecideCell, asked_back
from yigui.catalogue.change_item import (
    apply_for_change,
    approve_change,
    check_change,
    drop_change,
    effect_change,
    may_apply,
    may_move,
    refuse_change,
    take_back_change,
)  # fmt: skip
from yigui.catalogue.declarations import catalogue, declared
from yigui.catalogue.differences import FINISH_SITES, REVIEW_SITES
from yigui.catalogue.models import ChangeStatus, ItemChange, ItemVersion, Source
from yigui.catalogue.routes import Record
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.shell.refused import refusal_said
from yigui.staff.enums import StepKind
from yigui.staff.errors import NotAuthorised
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.warrants.enums import RiskClass

SHOWN = 100
_ALWAYS = (StepKind.ACCEPT, StepKind.FINISH)


class ChangeForm(forms.Form):
    """What is applied for. Acceptance and finishing belong to every route and are not asked for."""

    code = forms.ChoiceField(label="事项")
    risk_class = forms.TypedChoiceField(label="风险等级", choices=RiskClass.choices, coerce=int)
    steps = forms.MultipleChoiceField(
        label="受理与办结之间的环节", required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(s.value, s.label) for s in StepKind if s not in _ALWAYS],
    )  # fmt: skip
    review_site = forms.ChoiceField(label="审核地点", choices=list(REVIEW_SITES.items()))
    finish_site = forms.ChoiceField(label="办结地点", choices=list(FINISH_SITES.items()))
    valid_from = forms.DateField(label="生效日期", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="变更理由", max_length=400, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(i.code, f"{i.code} {i.name}") for i in catalogue().items(clock.today())]
        self.fields["code"].choices = choices  # type: ignore[attr-defined]

    @property
    def record(self) -> Record:
        """The record applied for, its steps in the order of a route."""
        data = self.cleaned_data
        chosen = tuple(str(s) for s in StepKind if s in _ALWAYS or s.value in data["steps"])
        return Record(data["risk_class"], chosen, data["review_site"], data["finish_site"])


@require_http_methods(["GET", "POST"])
@page_right("item_changes")
def item_changes(request: OfficerRequest) -> HttpResponse:
    """Changes under way and done, versions that wait for a signature, and the form of a new change (`?code=` fills it in)."""
    is_applying = may_apply(request.user)
    form = ChangeForm(request.POST or None, initial=_initial(request.GET.get("code", ""), request.GET.get("from", "")))
    if request.method == "POST":
        if not is_applying:
            raise NotAuthorised("事项变更须由市级科室负责人或分管领导申请，县区不得自行变更。")
        if form.is_valid():
            data = form.cleaned_data
            try:
                apply_for_change(
                    applicant=request.user, code=data["code"], record=form.record, valid_from=data["valid_from"], reason=data["reason"],
                    today=clock.today(),
                )  # fmt: skip
            except YiguiError as refused:
                messages.error(request, refusal_said(request, refused))
            else:
                messages.success(request, f"事项 {data['code']} 的变更申请已提交，待内控（稽核）人员审核。")
                return redirect("backoffice:item_changes")
    changes = ItemChange.objects.select_related("applied_by", "checked_by", "approved_by", "effected_by", "refused_by").order_by(
        "-id"
    )[:SHOWN]
    chosen = request.POST.get("code", "") or str(form.initial.get("code", ""))
    context = {
        "chosen": chosen, "present": _present(chosen),
        "form": form, "may_apply": is_applying,
        "rows": [(c, _words(c.before), _words(_of(c).as_dict()), _deed(c, request.user)) for c in changes], "unsigned": _unsigned(),
    }  # fmt: skip
    return render(request, "backoffice/item_changes.html", context)


#: What whoever's turn it is does, by the status: verb and button.
_DEEDS = {
    ChangeStatus.APPLIED: ("check", "审核通过"), ChangeStatus.CHECKED: ("approve", "批准"), ChangeStatus.APPROVED: ("effect", "办理生效"),
}  # fmt: skip


def _deed(change: ItemChange, reader: User) -> DecideCell:
    """What somebody may do with a change: carry it on or refuse it, drop it when its day has come, take it back."""
    verb, label = _DEEDS.get(ChangeStatus(change.status), ("", ""))
    is_turn = may_move(change, reader)
    return DecideCell(
        "backoffice:item_change_decide", change.pk, f"{change.pk} 号变更", verb, label, is_turn=is_turn,
        wants_code=verb == "effect", is_late=is_turn and verb == "effect" and change.valid_from <= clock.today(),
        may_take_back=change.status == ChangeStatus.APPLIED and change.applied_by_id == reader.pk,
    )  # fmt: skip


def _ask_back(request: OfficerRequest, change_id: int) -> HttpResponse | None:
    change = ItemChange.objects.filter(pk=change_id).first()
    if change is None:
        return None
    facts = [
        ("事项", change.code), ("变更前", _words(change.before)), ("变更后", _words(_of(change).as_dict())),
        ("生效日期", change.valid_from.isoformat()), ("变更理由", change.reason),
    ]  # fmt: skip
    may = _deed(change, request.user).may_take_back
    return asked_back(request, may=may, what=f"事项变更 {change.pk} 号", facts=facts, back="backoffice:item_changes")


@require_POST
@page_right("item_changes")
def decide(request: OfficerRequest, change_id: int, verb: str) -> HttpResponse:
    """Examine, approve, refuse, take back, carry in, or drop a change."""
    if verb == "check":
        done = check_change(change_id=change_id, controller=request.user)
    elif verb == "approve":
        done = approve_change(change_id=change_id, leader=request.user)
    elif verb == "refuse":
        done = refuse_change(change_id=change_id, person=request.user, note=request.POST.get("note", ""))
    elif verb == "take-back":
        if question := _ask_back(request, change_id):
            return question
        done = take_back_change(change_id=change_id, applicant=request.user)
    elif verb == "effect":
        done = effect_change(change_id=change_id, administrator=request.user, today=clock.today())
    elif verb == "drop":
        done = drop_change(change_id=change_id, administrator=request.user, today=clock.today())
    else:
        raise NotFound("没有这种操作。")
    messages.success(request, f"事项 {done.code} 的变更：{done.get_status_display()}。")
    return redirect("backoffice:item_changes")


def _initial(code: str, day: str) -> dict[str, Any]:
    """The record of an item as the form begins with it; of a version that waits for its signature, as its file says it."""
    if code not in catalogue().versions:
        return {}
    versions = declared().versions.get(code, ())
    wanted = next((i for i in versions if i.valid_from.isoformat() == day), None) or catalogue().item(code, clock.today())
    return {
        "code": code, "risk_class": wanted.risk_class, "steps": [s for s in wanted.route if s not in _ALWAYS],
        "review_site": wanted.review_site, "finish_site": wanted.finish_site, "valid_from": day or None,
    }  # fmt: skip


def _present(code: str) -> str:
    """The record an item is worked by today, in words; "" where there is no such item."""
    if code not in {i.code for i in catalogue().items(clock.today())}:
        return ""
    return _words(catalogue().item(code, clock.today()).record.as_dict())


def _of(change: ItemChange) -> Record:
    return Record(change.risk_class, tuple(change.route), change.review_site, change.finish_site)


def _words(record: dict[str, Any]) -> str:
    """A record in words: class, steps, places."""
    steps = "—".join(StepKind(s).label for s in record["route"])
    sites = REVIEW_SITES[record["review_site"]], FINISH_SITES[record["finish_site"]]
    return f"{record['risk_class']} 类：{steps}；审核{sites[0]}，办结{sites[1]}"


def _unsigned() -> list[tuple[str, dt.date, str, str]]:
    """Versions of later days whose file asks for another record than the one kept: code, day, kept, asked for."""
    rows = ItemVersion.objects.filter(source=Source.KEPT, valid_from__gt=clock.today()).order_by("code", "valid_from")[:SHOWN]
    found = []
    for row in rows:
        asked = next((i for i in declared().versions.get(row.code, ()) if i.valid_from == row.valid_from), None)
        kept = Record(row.risk_class, tuple(row.route), row.review_site, row.finish_site)
        if asked is not None and asked.record != kept:
            found.append((row.code, row.valid_from, _words(kept.as_dict()), _words(asked.record.as_dict())))
    return found
