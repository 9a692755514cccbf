"""Applications for authority (岗位权限申请): apply, approve or refuse, grant."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction

from yigui.common import clock
from yigui.staff.enums import STEPS_OF_ROLE, RequestStatus, Role, Step
from yigui.staff.errors import NotAuthorised, RequestMoved, RightsRefused
from yigui.staff.models import Authority, RightsRequest, User


def apply_for_rights(
    *, applicant: User, user: User, steps: Sequence[str], item_group: str, area_code: str, valid_from: dt.date,
    valid_to: dt.date, reason: str, amount_fen_max: int | None = None,
) -> RightsRequest:  # fmt: skip
    """Apply for authority for a colleague.

    Raises:
        NotAuthorised: the applicant is no section head or director, or applies for himself.
        RightsRefused: the role of the colleague may not hold one of the steps, or the dates are wrong.
    """
    if applicant.role not in (Role.SECTION_HEAD, Role.DIRECTOR):
        raise NotAuthorised("权限申请须由科室负责人或分管领导提出。")
    if applicant.pk == user.pk:
        raise NotAuthorised("不能为本人申请权限，请由其他负责人提出。")
    wrong = [Step(s).label for s in steps if s not in STEPS_OF_ROLE.get(user.role, ())]
    if wrong or not steps:
        raise RightsRefused(f"{user} 的岗位不能持有“{'、'.join(wrong) or '未选环节'}”，请核对岗位或环节。", username=user.username)
    if valid_to < valid_from:
        raise RightsRefused("失效日期早于生效日期，请核对。")
    return RightsRequest.objects.create(
        user=user, steps=list(steps), item_group=item_group, area_code=area_code, amount_fen_max=amount_fen_max,
        valid_from=valid_from, valid_to=valid_to, reason=reason, applied_by=applicant,
    )  # fmt: skip


@transaction.atomic
def approve_rights(*, request_id: int, leader: User, is_approved: bool) -> RightsRequest:
    """A leader approves or refuses an application; not the one who applied, not the one who gets the right."""
    request = _locked(request_id, RequestStatus.APPLIED)
    if leader.role != Role.DIRECTOR or leader.pk in (request.applied_by_id, request.user_id):
        raise NotAuthorised("权限申请须由申请人和被授权人之外的分管领导批准。")
    request.status = RequestStatus.APPROVED if is_approved else RequestStatus.REFUSED
    request.approved_by, request.approved_at = leader, clock.now()
    request.save()
    return request


@transaction.atomic
def grant_rights(*, request_id: int, administrator: User) -> RightsRequest:
    """The security administrator grants an approved application: a warrant is issued and the authority written under it."""
    request = _locked(request_id, RequestStatus.APPROVED)
    if administrator.role != Role.SECURITY_ADMIN:
        raise NotAuthorised("授权须由安全保密管理员办理。")
    request.granted_by, request.granted_at = administrator, clock.now()
    request.save()
    with connection.cursor() as cursor:
        cursor.execute("SELECT staff_issue_warrant_v1(%s)", [request.pk])
    Authority.objects.bulk_create(
        Authority(
            user_id=request.user_id, step=step, item_group=request.item_group, area_code=request.area_code,
            amount_fen_max=request.amount_fen_max, valid_from=request.valid_from, valid_to=request.valid_to,
        )
        for step in request.steps
    )  # fmt: skip
    request.status = RequestStatus.GRANTED
    request.save()
    return request


def _locked(request_id: int, status: str) -> RightsRequest:
    request = RightsRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    if request is None or request.status != status:
        raise RequestMoved("该权限申请已由他人处理，请刷新后查看。", request_id=request_id)
    return request
