"""Merging agencies (机构合并): looked at before it is asked for, asked by one, confirmed by another."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from yigui.backoffice.decide_cell import DecideCell, asked_back
from yigui.casework.merge_agencies import confirm_merge
from yigui.common.errors import NotFound, YiguiError
from yigui.registry.models import Agency
from yigui.shell.refused import refusal_said
from yigui.staff.enums import AccountStatus, Role
from yigui.staff.merge_agencies import ask_to_merge, counts_of, hindrances, may_decide_merge, refuse_merge, take_merge_back
from yigui.staff.models import AgencyMerge, User
from yigui.staff.requests import OfficerRequest
from yigui.staff.rights import page_right
from yigui.staff.scope import agencies_of, is_at_city

MERGES_MAX = 100
#: What moves, in words.
WORDS = {"people": "人员", "sections": "科室", "locations": "办事场所", "desks": "柜台", "machines": "自助终端"}


@require_http_methods(["GET", "POST"])
@page_right("merges")
def merges(request: OfficerRequest) -> HttpResponse:
    """Merges that wait and that were made; a look at what one would move and what stands in its way; the application for it."""
    asked = request.POST if request.method == "POST" else request.GET
    merged, into = _agency(request, asked.get("merged", "")), _agency(request, asked.get("into", ""))
    if request.method == "POST":
        if merged is None or into is None:
            raise NotFound("请选择被合并的机构和并入的机构。")
        try:
            made = ask_to_merge(actor=request.user, merged=merged, into=into, reason=request.POST.get("reason", ""))
        except YiguiError as refused:
            messages.error(request, refusal_said(request, refused))
        else:
            messages.success(request, f"已提交“{made}”，待安全保密管理员确认。")
            return redirect("backoffice:merges")
    rows = AgencyMerge.objects.select_related("merged", "into", "asked_by", "decided_by").order_by("-id")[:MERGES_MAX]
    context: dict[str, Any] = {
        "agencies": agencies_of(request.user)[:200], "merged": merged, "into": into, "reason": asked.get("reason", ""),
        "may_ask": request.user.role == Role.SYSTEM_ADMIN and is_at_city(request.user),
        "counts": [(WORDS[k], n) for k, n in counts_of(merged).items()] if merged and into else [],
        "hindrances": hindrances(merged, into) if merged and into else [],
        "rows": [
            (m, [(word, m.moved[k]) for k, word in WORDS.items() if k in m.moved], _deed(m, request.user)) for m in rows
        ],
    }  # fmt: skip
    return render(request, "backoffice/merges.html", context)


def _deed(merge: AgencyMerge, reader: User) -> DecideCell:
    return DecideCell(
        "backoffice:merge_decide", merge.pk, f"{merge.pk} 号合并", "confirm", "确认合并", no="不同意", is_turn=may_decide_merge(merge, reader), wants_code=True,
        may_take_back=merge.status == AccountStatus.ASKED and merge.asked_by_id == reader.pk,
    )  # fmt: skip


def _agency(request: OfficerRequest, code: str) -> Agency | None:
    return agencies_of(request.user).filter(pk=code).first() if code else None


def _ask_back(request: OfficerRequest, merge_id: int) -> HttpResponse | None:
    merge = AgencyMerge.objects.select_related("merged", "into").filter(pk=merge_id).first()
    if merge is None:
        return None
    may = _deed(merge, request.user).may_take_back
    return asked_back(request, may=may, what=f"机构合并 {merge.pk} 号", facts=[("合并", str(merge))], back="backoffice:merges")


@require_POST
@page_right("merges")
def decide_merge(request: OfficerRequest, merge_id: int, verb: str) -> HttpResponse:
    """Confirm, refuse, or take back."""
    if verb == "confirm":
        done, tasks = confirm_merge(merge_id=merge_id, administrator=request.user)
        messages.success(request, f"{done}已完成，转入任务 {tasks} 件。")
    elif verb == "refuse":
        messages.success(
            request, f"未同意：{refuse_merge(merge_id=merge_id, administrator=request.user, note=request.POST.get('note', ''))}。"
        )
    elif verb == "take-back":
        if question := _ask_back(request, merge_id):
            return question
        messages.success(request, f"已撤回：{take_merge_back(merge_id=merge_id, actor=request.user)}。")
    else:
        raise NotFound("没有这种操作。")
    return redirect("backoffice:merges")
