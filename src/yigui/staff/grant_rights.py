"""Applications for authority (岗位权限申请): apply, examine, approve, grant; withdraw; refuse or take back."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction

from yigui.common import clock
from yigui.db.presence import act_as, code_of, proof_of, signed
from yigui.staff.enums import STEPS_OF_ROLE, AreaScope, RequestKind, RequestStatus, Role, StepKind
from yigui.staff.errors import NotAuthorised, RequestMoved, RightsRefused
from yigui.staff.models import Authority, PostRule, RightsRequest, User
from yigui.staff.same_person import is_one_of
from yigui.staff.scope import agencies_of, is_at_city

#: Temporary authority (临时授权) lasts so many days at most. ASSUMPTION: no rule names a figure; a month covers leave and training.
TEMPORARY_DAYS_MAX = 31


def last_day(valid_from: dt.date) -> dt.date:
    """The last day authority may be asked for: the end of the year after the one it begins in, so that the yearly check (R314) meets each
    right at least once before it is asked for anew."""
    return dt.date(valid_from.year + 1, 12, 31)


def _refuse_term(valid_from: dt.date, valid_to: dt.date) -> None:
    if valid_to < valid_from:
        raise RightsRefused("失效日期早于生效日期，请核对。")
    if valid_to > last_day(valid_from):
        raise RightsRefused(f"权限最长至次年年末（{last_day(valid_from)}），到期前可重新申请；请更正失效日期 {valid_to}。")


@transaction.atomic
def apply_for_rights(
    *, applicant: User, user: User, steps: Sequence[str], item_groups: Sequence[str], area_code: str, valid_from: dt.date,
    valid_to: dt.date, reason: str, amount_fen_max: int | None = None, is_temporary: bool = False,
) -> RightsRequest:  # fmt: skip
    """Apply for authority for a colleague: each step for each of the items or groups.

    Raises:
        NotAuthorised: the applicant is no section head or director who answers for the colleague, or applies for himself.
        RightsRefused: the role of the colleague may not hold one of the steps, nothing was chosen, or the dates are wrong.
    """
    _answers_for(applicant, user, (Role.SECTION_HEAD, Role.DIRECTOR), "权限申请须由科室负责人或分管领导提出。")
    wrong = [StepKind(s).label for s in steps if s not in STEPS_OF_ROLE.get(user.role, ())]
    if wrong or not steps or not item_groups:
        raise RightsRefused(
            f"{user} 的岗位不能持有“{'、'.join(wrong) or '未选环节或事项'}”，请核对岗位、环节和事项。", username=user.username
        )
    _refuse_term(valid_from, valid_to)
    if amount_fen_max is not None and amount_fen_max <= 0:
        raise RightsRefused("金额上限须大于 0 元；不限金额的请留空。")
    if is_temporary and (valid_to - valid_from).days >= TEMPORARY_DAYS_MAX:
        raise RightsRefused(f"临时授权最长 {TEMPORARY_DAYS_MAX} 天，请缩短期限或按长期授权申请。")
    act_as(applicant)
    return RightsRequest.objects.create(
        user=user, steps=list(steps), item_groups=list(item_groups), area_code=area_code, amount_fen_max=amount_fen_max,
        valid_from=valid_from, valid_to=valid_to, reason=reason, applied_by=applicant, is_temporary=is_temporary,
    )  # fmt: skip


@transaction.atomic
def apply_by_rule(*, applicant: User, user: User, valid_from: dt.date, valid_to: dt.date, reason: str) -> RightsRequest:
    """Apply for all rights of the template of a colleague's post (按岗位权限模板申请): one request, signed by the same four.

    Raises:
        NotAuthorised: see `apply_for_rights`. RightsRefused: the post has no template in force, or the dates are wrong.
    """
    _answers_for(applicant, user, (Role.SECTION_HEAD, Role.DIRECTOR), "权限申请须由科室负责人或分管领导提出。")
    rule = PostRule.objects.in_force().filter(post=user.role, level=user.agency.area.level).first()
    if rule is None:
        raise RightsRefused(f"{user} 的岗位没有启用的权限模板，请先提出模板，或逐项申请。", username=user.username)
    _refuse_term(valid_from, valid_to)
    if not reason.strip():
        raise RightsRefused("请填写申请理由。")
    area = "*" if rule.area_scope == AreaScope.ALL else user.agency.area_id
    act_as(applicant)
    return RightsRequest.objects.create(
        user=user, post_rule=rule, steps=[], item_groups=[], area_code=area, valid_from=valid_from, valid_to=valid_to,
        reason=reason.strip(), applied_by=applicant,
    )  # fmt: skip


@transaction.atomic
def apply_to_withdraw(*, applicant: User, user: User, authority_ids: Collection[int], reason: str, today: dt.date) -> RightsRequest:
    """Ask that authority of a colleague ends before its day; the security administrator confirms it the same day (R314).

    Raises:
        NotAuthorised: nobody who answers for the colleague and not internal control, or for himself.
        RightsRefused: no reason, nothing chosen, or what was chosen is not the colleague's or has ended.
    """
    answering = (Role.SECTION_HEAD, Role.DIRECTOR, Role.AUDITOR)
    _answers_for(applicant, user, answering, "收回权限须由科室负责人、分管领导或内控人员提出。")
    held = set(Authority.objects.filter(user=user, withdrawn_at=None, valid_to__gte=today).values_list("pk", flat=True))
    chosen = sorted(set(authority_ids))
    if not reason.strip() or not chosen or not set(chosen) <= held:
        raise RightsRefused(
            f"请选择 {user.full_name} 现有的权限并写明收回原因；已到期或已收回的不必再收回。", username=user.username
        )
    act_as(applicant)
    return RightsRequest.objects.create(
        kind=RequestKind.WITHDRAW, user=user, withdraws=chosen, area_code="*", valid_from=today, valid_to=today, reason=reason.strip(),
        applied_by=applicant,
    )  # fmt: skip


@transaction.atomic
def check_rights(*, request_id: int, controller: User) -> RightsRequest:
    """Internal control (内控) examines an application: neither who applied nor who gets the right."""
    request = _locked(request_id, RequestKind.GRANT, RequestStatus.APPLIED)
    _turn_of(controller, request, (Role.AUDITOR,), "权限申请须由申请人和被授权人之外的内控（稽核）人员审核。")
    act_as(controller)
    return _move(request, RequestStatus.CHECKED, checked_by=controller, checked_at=clock.now())


@transaction.atomic
def approve_rights(*, request_id: int, leader: User) -> RightsRequest:
    """A leader approves an examined application; not the one who applied, examined or gets the right."""
    request = _locked(request_id, RequestKind.GRANT, RequestStatus.CHECKED)
    _turn_of(leader, request, (Role.DIRECTOR,), "权限申请须由申请人和被授权人之外的分管领导批准。")
    act_as(leader)
    return _move(request, RequestStatus.APPROVED, approved_by=leader, approved_at=clock.now())


@transaction.atomic
def grant_rights(*, request_id: int, administrator: User) -> RightsRequest:
    """The security administrator of the city carries an application out: grants what was approved, or withdraws what was asked.

    The database issues the warrant and writes the authority by itself; it takes the number of the application, and what shows that the
    administrator is there: their sign-in and a one-time code.

    Raises:
        NotAuthorised, RequestMoved: see there. NotSeen, CodeWrong: not signed in, or not confirmed with a one-time code.
    """
    request = RightsRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    wanted = RequestStatus.APPLIED if request and request.kind == RequestKind.WITHDRAW else RequestStatus.APPROVED
    if request is None or request.status != wanted:
        raise RequestMoved("该权限申请已由他人处理或尚未批准，请刷新后查看。", request_id=request_id)
    if administrator.role != Role.SECURITY_ADMIN or not is_at_city(administrator):
        raise NotAuthorised("授权和收回须由市级安全保密管理员办理，县区不得自行设置权限。")
    _refuse_party(administrator, request)
    function = "staff_withdraw_v1" if request.kind == RequestKind.WITHDRAW else "staff_grant_v1"
    signed(f"SELECT {function}(%s, %s, %s)", proof_of(administrator), code_of(administrator), request.pk)
    request.refresh_from_db()
    return request


@transaction.atomic
def refuse_rights(*, request_id: int, person: User, note: str) -> RightsRequest:
    """Whoever's turn it is refuses an application, with the reason; that is its end."""
    request = RightsRequest.objects.select_for_update(of=("self",)).filter(pk=request_id).first()
    role = turn_of(request) if request else None
    if request is None or role is None:
        raise RequestMoved("该权限申请已由他人处理，请刷新后查看。", request_id=request_id)
    if not note.strip():
        raise RightsRefused("请写明不予批准的原因。")
    _turn_of(person, request, (role,), "现在不由您处理该权限申请。")
    act_as(person)
    return _move(request, RequestStatus.REFUSED, refused_by=person, note=note.strip()[:200])


@transaction.atomic
def take_back(*, request_id: int, applicant: User) -> RightsRequest:
    """The applicant takes an application back before anybody has examined it."""
    request = RightsRequest.objects.select_for_update(of=("self",)).filter(pk=request_id, applied_by=applicant).first()
    if request is None or request.status != RequestStatus.APPLIED:
        raise RequestMoved("该权限申请已由他人处理，或不是您提出的，不能撤回。", request_id=request_id)
    act_as(applicant)
    return _move(request, RequestStatus.TAKEN_BACK)


def turn_of(request: RightsRequest) -> Role | None:
    """The post whose turn it is; None when the application is over."""
    if request.kind == RequestKind.WITHDRAW:
        return Role.SECURITY_ADMIN if request.status == RequestStatus.APPLIED else None
    return {
        RequestStatus.APPLIED: Role.AUDITOR, RequestStatus.CHECKED: Role.DIRECTOR, RequestStatus.APPROVED: Role.SECURITY_ADMIN,
    }.get(request.status)  # type: ignore[call-overload,no-any-return]  # fmt: skip


def may_move(request: RightsRequest, person: User) -> bool:
    """Whether it is this person's turn: the button and the refusal read the same answer."""
    role = turn_of(request)
    if role is None or person.role != role or not _covers(person, request.user):
        return False
    if role == Role.SECURITY_ADMIN and not is_at_city(person):
        return False
    return not is_one_of(person, _parties(request))


def _parties(request: RightsRequest) -> tuple[int | None, ...]:
    return (request.user_id, request.applied_by_id, request.checked_by_id, request.approved_by_id)


def _covers(person: User, other: User) -> bool:
    return agencies_of(person).filter(pk=other.agency_id).exists()


def _answers_for(person: User, user: User, roles: Collection[str], sentence: str) -> None:
    if person.role not in roles or not _covers(person, user):
        raise NotAuthorised(sentence)
    if is_one_of(person, [user.pk]):
        raise NotAuthorised("不能为本人申请权限，请由其他负责人提出。")


def _refuse_party(person: User, request: RightsRequest) -> None:
    if is_one_of(person, _parties(request)):
        raise NotAuthorised("您已参与该权限申请的其他环节，或为被授权人，请由他人办理。")


def _turn_of(person: User, request: RightsRequest, roles: Collection[str], sentence: str) -> None:
    if person.role not in roles or not _covers(person, request.user):
        raise NotAuthorised(sentence)
    if is_one_of(person, _parties(request)):
        raise NotAuthorised(sentence)


def _move(request: RightsRequest, status: RequestStatus, **more: object) -> RightsRequest:
    request.status = status
    for name, value in more.items():
        setattr(request, name, value)
    request.save(update_fields=["status", *more])
    return request


def _locked(request_id: int, kind: str, status: str) -> RightsRequest:
    request = RightsRequest.objects.select_for_update(of=("self",)).filter(pk=request_id, kind=kind).first()
    if request is None or request.status != status:
        raise RequestMoved("该权限申请已由他人处理，请刷新后查看。", request_id=request_id)
    return request
