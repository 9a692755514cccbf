"""The organisation (组织机构): an agency's tree of sections, and the section chosen: its stages, people, changes."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.db.chosen import chosen_row
from yigui.registry.models import Agency
from yigui.shell.refused import refusal_said
from yigui.staff.edit_section import close_section, save_section
from yigui.staff.enums import Stage, UserKind
from yigui.staff.history import history_of
from yigui.staff.models import User
from yigui.staff.organisation import Section
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.scope import agencies_of, agency_for, refuse_organising
from yigui.staff.sections import chart_on

#: People of a section shown on its page.
PEOPLE_MAX = 200


class SectionForm(forms.Form):
    """A section, new or changed."""

    name = forms.CharField(label="科室名称", max_length=40)
    parent = forms.ModelChoiceField(Section.objects.none(), label="上级科室", required=False, empty_label="（最上级）")
    head = forms.ModelChoiceField(User.objects.none(), label="负责人", required=False, empty_label="（未定）")
    stages = forms.MultipleChoiceField(label="业务环节", choices=Stage.choices, required=False, widget=forms.CheckboxSelectMultiple)
    zones = forms.MultipleChoiceField(label="业务分区（不选为全部）", required=False, widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label="调整依据", max_length=200)

    def __init__(self, agency: Agency, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["parent"].queryset = Section.objects.filter(agency=agency, valid_to=None).order_by("pk")
        fields["head"].queryset = User.objects.filter(agency=agency, is_active=True, kind=UserKind.PERSON).order_by("full_name")
        fields["zones"].choices = list(catalogue().zones.items())


@require_http_methods(["GET", "POST"])
@page_right("organisation")
def organisation(request: OfficerRequest) -> HttpResponse:
    """The tree of an agency; the system administrator makes, changes, moves and closes sections."""
    agency = agency_for(request.user, request.GET.get("agency", ""))
    may_edit = has_page_right(request.user, "organisation_edit")
    chosen = _section(agency, request.GET.get("section", ""))
    form = SectionForm(agency, initial=_initial(chosen, request.GET))
    if request.method == "POST":
        refuse_organising(request.user, agency)
        form = SectionForm(agency, request.POST)
        done = _change(request, agency, chosen, form)
        if done is not None:
            return redirect(f"{reverse('backoffice:organisation')}?agency={agency.pk}&section={done.pk}")
    chart = chart_on(clock.today())
    context = {
        "agency": agency,
        "agencies": agencies_of(request.user)[:200],
        "tree": chart.tree_of(agency.pk),
        "gaps": [
            f"{stage.label}（{catalogue().zones[z]}）" for stage, z in chart.gaps_of(agency.pk, zones=list(catalogue().zones))
        ],
        "chosen": chosen,
        "form": form,
        "may_edit": may_edit,
        "is_new": "new" in request.GET,
        "facts": _facts(chosen) if chosen else None,
    }
    return render(request, "backoffice/organisation.html", context)


def _section(agency: Agency, number: str) -> Section | None:
    if not number:
        return None
    found = chosen_row(Section.objects.filter(agency=agency).select_related("head", "parent"), number)
    if found is None:
        raise NotFound(f"{agency.name}没有该科室，请从机构图中选择。")
    return found


def _initial(chosen: Section | None, asked: QueryDict) -> dict[str, Any]:
    if chosen is None:
        return {"parent": asked.get("parent", "")}
    return {
        "name": chosen.name, "parent": chosen.parent_id, "head": chosen.head_id, "stages": chosen.stages, "zones": chosen.zones,
    }  # fmt: skip


def _change(request: OfficerRequest, agency: Agency, chosen: Section | None, form: SectionForm) -> Section | None:
    try:
        if request.POST.get("verb") == "close":
            assert chosen is not None
            closed = close_section(
                actor=request.user, section=chosen, on=clock.today(), reason=request.POST.get("close_reason", "")
            )
            messages.success(request, f"科室“{closed.name}”已撤销。")
            return closed
        if not form.is_valid():
            return None
        saved = save_section(actor=request.user, agency=agency, section=chosen, on=clock.today(), **form.cleaned_data)
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return None
    messages.success(request, f"科室“{saved.name}”已保存。")
    return saved


def _facts(chosen: Section) -> dict[str, Any]:
    zones = [catalogue().zones.get(z, z) for z in chosen.zones]
    return {
        "zone_names": "、".join(zones) or "全部业务",
        "people": chosen.people.filter(is_active=True).select_related("desk").order_by("role", "full_name")[:PEOPLE_MAX],
        "managed": chosen.managed_people.filter(is_active=True).select_related("desk").order_by("role", "full_name")[:PEOPLE_MAX],
        "history": history_of(chosen, {"zones": catalogue().zones}),
    }
