"""One desk (柜台): its kind, who sits there, closing it."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from yigui.backoffice.locations import DeskForm
from yigui.casework.lost_claims import release_lost_claims
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.db.chosen import chosen_row
from yigui.shell.refused import refusal_said
from yigui.staff.edit_desk import SEATED_ROLES, close_desk, give_desk, save_desk
from yigui.staff.enums import UserKind
from yigui.staff.errors import OrganisationRefused
from yigui.staff.history import history_of_desk
from yigui.staff.locations import Desk
from yigui.staff.models import User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import refuse_elsewhere, refuse_off_floor, runs_the_floor

#: People who may be seated, shown at most.
PEOPLE_MAX = 300


class SeatForm(forms.Form):
    """Who is to sit at the desk."""

    person = forms.ModelChoiceField(User.objects.none(), label="人员", empty_label="请选择")
    seat_reason = forms.CharField(label="分配依据", max_length=200)

    def __init__(self, desk: Desk, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        people = User.objects.filter(agency=desk.agency, is_active=True, role__in=SEATED_ROLES, kind=UserKind.PERSON)
        if desk.is_special:
            people = people.filter(is_trainee=False)
        self.fields["person"].queryset = people.exclude(desk=desk).order_by("full_name")  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@page_right("locations")
def desk(request: OfficerRequest, desk_id: int) -> HttpResponse:
    """A desk's facts, people and changes; whoever runs the floor changes it."""
    found = _of(request.user, desk_id)
    may_edit = runs_the_floor(request.user) and found.closed_on is None
    initial = {"number": found.number, "kind": found.kind, "note": found.note}
    form, seat_form = DeskForm(initial=initial), SeatForm(found)
    if request.method == "POST":
        refuse_off_floor(request.user, found.agency)
        if found.closed_on is not None:
            raise OrganisationRefused(f"{found} 已于 {found.closed_on} 撤销，不能再调整；人员请分配到在用的柜台。")
        form = DeskForm(request.POST) if request.POST.get("verb") == "save" else form
        seat_form = SeatForm(found, request.POST) if request.POST.get("verb") == "seat" else seat_form
        if _change(request, found, form, seat_form):
            return redirect("backoffice:desk", desk_id=found.pk)
        found = _of(request.user, desk_id)
    context = {
        "desk": found,
        "people": found.people.order_by("full_name")[:PEOPLE_MAX],
        "form": form,
        "seat_form": seat_form,
        "may_edit": may_edit,
        "back": f"{reverse('backoffice:locations')}?agency={found.agency_id}&location={found.location_id or ''}",
        "history": history_of_desk(found),
    }
    return render(request, "backoffice/desk.html", context)


def _of(user: User, desk_id: int) -> Desk:
    found = Desk.objects.filter(pk=desk_id).select_related("location__agency", "agency").first()
    if found is None:
        raise NotFound("没有该柜台，请从办事场所中选择。")
    refuse_elsewhere(user, found.agency, f"{found.number} 号柜台")
    return found


def _change(request: OfficerRequest, desk: Desk, form: DeskForm, seat_form: SeatForm) -> bool:
    """Do what was asked for; gives whether it was done."""
    verb, actor = request.POST.get("verb", ""), request.user
    try:
        if verb == "save":
            if not form.is_valid() or desk.location is None:
                return False
            saved = save_desk(actor=actor, location=desk.location, desk=desk, **form.cleaned_data)
            messages.success(request, f"{saved} 已保存。")
        elif verb == "seat":
            if not seat_form.is_valid():
                return False
            person = give_desk(
                actor=actor, person=seat_form.cleaned_data["person"], desk=desk, reason=seat_form.cleaned_data["seat_reason"]
            )
            release_lost_claims(clock.today(), of=person)
            messages.success(request, f"{person.full_name} 已分配到 {desk}。")
        elif verb == "free":
            number = request.POST.get("person", "")
            seated = chosen_row(desk.people.all(), number)
            if seated is None:
                raise NotFound("该人员已不在本柜台，请刷新后查看。")
            give_desk(actor=actor, person=seated, desk=None, reason="离开柜台")
            messages.success(request, f"{seated.full_name} 已离开 {desk}。")
        else:
            people = close_desk(actor=actor, desk=desk, on=clock.today(), reason=request.POST.get("close_reason", ""))
            freed = "、".join(p.full_name for p in people)
            messages.success(
                request, f"{desk} 已撤销。{f'{freed} 在分配新柜台之前不能受理业务，请尽快重新分配。' if freed else ''}"
            )
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return False
    return True
