"""Who holds what (岗位权限一览): authority by agency, post, step, item and day; one person's rights on any day, and their withdrawal."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from yigui.backoffice.rights import scope_choices
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.item_codes import scopes_of
from yigui.common.normalise import read_day
from yigui.common.texts import int_or_none
from yigui.shell.refused import refusal_said
from yigui.staff.enums import STEPS_OF_ROLE, Role, StepKind
from yigui.staff.errors import NotAuthorised
from yigui.staff.grant_rights import apply_to_withdraw
from yigui.staff.models import Authority, RightsRequest, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import has_page_right, page_right
from yigui.staff.rights_differences import posts_on
from yigui.staff.scope import agencies_of, agency_choices, refuse_elsewhere
from yigui.warrants.models import Signature

#: Rights a page shows at most; the filters narrow them.
RIGHTS_MAX = 500


@require_GET
@page_right("rights_held")
def holders(request: OfficerRequest) -> HttpResponse:
    """Rights held on a day (权限台账): person, post, step, items, area, amount, from, to; by whom they were given (R013, R314)."""
    asked = {name: request.GET.get(name, "") for name in ("agency", "role", "step", "item", "name")}
    on = _day(request.GET.get("on", ""))
    rows = list(
        _filtered(Authority.objects.held_on(on).filter(user__agency__in=agencies_of(request.user)), asked)[: RIGHTS_MAX + 1]
    )
    shown = rows[:RIGHTS_MAX]
    signed = _signers([r.warrant_id for r in shown])
    posts = posts_on({r.user_id for r in shown}, on)
    context = {
        "rows": [
            (
                r,
                "、".join(signed.get(r.warrant_id, [])) or "期初装载",
                r.user.post_text if r.user.is_door else posts.get(r.user_id, "未记录"),
            )
            for r in shown
        ],
        "has_more": len(rows) > RIGHTS_MAX,
        "max": RIGHTS_MAX,
        "asked": asked,
        "on": on,
        "agencies": agency_choices(request.user),
        "roles": [(r.value, r.label) for r in Role if r in STEPS_OF_ROLE],
        "steps": [(s.value, s.label) for s in StepKind if s != StepKind.FINISH],
        "items": scope_choices(),
    }
    return render(request, "backoffice/holders.html", context)


def _day(text: str) -> dt.date:
    try:
        return read_day(text)
    except ValueError:
        return clock.today()


def _filtered(rows: QuerySet[Authority], asked: dict[str, str]) -> QuerySet[Authority]:
    if asked["agency"]:
        rows = rows.filter(user__agency=asked["agency"])
    if asked["role"]:
        rows = rows.filter(user__role=asked["role"])
    if asked["step"]:
        rows = rows.filter(step=asked["step"])
    if asked["name"]:
        rows = rows.filter(Q(user__full_name__contains=asked["name"]) | Q(user__username__contains=asked["name"]))
    if asked["item"] and asked["item"] != "*":
        # Whoever holds the item: by itself, with its group, or with everything.
        rows = rows.filter(item_group__in=scopes_of(asked["item"]))
    return rows.select_related("user", "user__agency", "user__section").order_by(
        "user__agency_id", "user__full_name", "step", "item_group"
    )


def _signers(warrants: list[int]) -> dict[int, list[str]]:
    signed: dict[int, list[str]] = {}
    rows = list(Signature.objects.filter(warrant_id__in=set(warrants)).order_by("warrant_id", "seq"))
    names = dict(User.objects.filter(pk__in={s.user_id for s in rows}).values_list("pk", "full_name"))
    for row in rows:
        signed.setdefault(row.warrant_id, []).append(names.get(row.user_id, ""))
    return signed


@require_http_methods(["GET", "POST"])
@page_right("rights_held")
def person(request: OfficerRequest, user_id: int) -> HttpResponse:
    """One person's rights on a day, everything ever held, and the applications about it; withdrawal is asked for here."""
    found = User.objects.filter(pk=user_id).select_related("agency", "section", "desk").first()
    if found is None:
        raise NotFound("没有该人员，请从列表中选择。")
    refuse_elsewhere(request.user, found.agency, "该人员")
    may_withdraw = has_page_right(request.user, "rights_withdraw") and found.pk != request.user.pk
    if request.method == "POST":
        if not may_withdraw:
            raise NotAuthorised("收回权限须由科室负责人、分管领导或内控人员提出，且不能为本人提出。")
        if _withdraw(request, found):
            return redirect("backoffice:rights_of", user_id=found.pk)
    on = _day(request.GET.get("on", ""))
    today = clock.today()
    history = list(Authority.objects.filter(user=found).order_by("-id")[:RIGHTS_MAX])
    signed = _signers([r.warrant_id for r in history])
    context: dict[str, Any] = {
        "person": found,
        "on": on,
        "post": posts_on([found.pk], on).get(found.pk, "没有岗位记录"),
        "held": Authority.objects.held_on(on).filter(user=found).order_by("step", "item_group")[:RIGHTS_MAX],
        "history": [(r, "、".join(signed.get(r.warrant_id, [])) or "期初装载") for r in history],
        "may_withdraw": may_withdraw and on == today,
        "requests": RightsRequest.objects.filter(user=found).select_related("applied_by").order_by("-id")[:50],
        "is_today": on == today,
    }
    return render(request, "backoffice/rights_of.html", context)


def _withdraw(request: OfficerRequest, found: User) -> bool:
    chosen = [n for k in request.POST.getlist("authority") if (n := int_or_none(k)) is not None]
    try:
        apply_to_withdraw(
            applicant=request.user, user=found, authority_ids=chosen, reason=request.POST.get("reason", ""), today=clock.today()
        )
    except YiguiError as refused:
        messages.error(request, refusal_said(request, refused))
        return False
    messages.success(request, "收回申请已提交，待安全保密管理员当日确认。")
    return True
