"""What of the staff waits for somebody: applications for authority, and requests about accounts."""

import datetime as dt
from collections.abc import Iterable
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from yigui.common.inbox import Row, Source, Target
from yigui.common.money import format_fen
from yigui.registry.queries import area_name
from yigui.staff.account_requests import UNDER_WARRANT
from yigui.staff.enums import AccountStatus, RequestKind, RequestStatus, Role, StepKind
from yigui.staff.grant_rights import turn_of
from yigui.staff.models import AccountRequest, AgencyMerge, PostRule, RightsRequest, User
from yigui.staff.same_person import accounts_of
from yigui.staff.scope import agencies_of, is_at_city
from yigui.staff.set_post_rule import turn_of_rule


def requests_for(user: User) -> QuerySet[RightsRequest]:
    """Applications whose turn is this person's, oldest first: the rule of `grant_rights` (`turn_of`, `may_move`) as a filter."""
    turns = [
        Q(kind=kind, status=status)
        for kind in RequestKind
        for status in RequestStatus
        if turn_of(RightsRequest(kind=kind, status=status)) == user.role
    ]
    if not turns or (user.role == Role.SECURITY_ADMIN and not is_at_city(user)):
        return RightsRequest.objects.none()
    mine = accounts_of(user)
    rows = RightsRequest.objects.filter(reduce(or_, turns), user__agency__in=agencies_of(user)).exclude(user__in=mine)
    for party in ("applied_by", "checked_by", "approved_by"):
        rows = rows.filter(Q(**{party: None}) | ~Q(**{f"{party}__in": mine}))
    return rows.select_related("user__agency__area", "applied_by", "post_rule").order_by("id")


def _steps(request: RightsRequest) -> str:
    if request.kind == RequestKind.WITHDRAW:
        return "收回"
    return "、".join(str(StepKind(s).label) for s in request.steps) or "按模板"


def _row(request: RightsRequest) -> Row:
    steps = "、".join(str(StepKind(s).label) for s in request.steps)
    what = "收回" if request.kind == RequestKind.WITHDRAW else steps
    said = f"{what}，{request.scope_text}" if what else request.scope_text
    return Row(
        key=str(request.pk), kind="权限申请", what=f"{request.user.full_name}：{said}",
        more=f"{request.valid_from} 至 {request.valid_to}；{request.reason}", whose=f"{request.applied_by.full_name} 提", due_on=None,
        since=request.applied_at, target=Target("rights"),
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_row(request) for request in requests_for(user)[:most]]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(requests_for(user).values_list("pk", flat=True)[:most])


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = requests_for(user).filter(pk=key).first()
    if found is None:
        return None
    amount = f"{format_fen(found.amount_fen_max)} 元" if found.amount_fen_max is not None else "不限"
    return [
        ("被授权人", str(found.user)), ("环节", _steps(found)), ("事项范围", found.scope_text),
        ("地区范围", "全部地区" if found.area_code == "*" else area_name(found.area_code)), ("金额上限", amount),
        ("有效期", f"{found.valid_from} 至 {found.valid_to}"),
        ("申请", f"{found.applied_by.full_name}：{found.reason}"),
    ]  # fmt: skip


RIGHTS = Source(
    50,
    "rights",
    "权限申请",
    "shield",
    "right",
    frozenset({Role.AUDITOR, Role.DIRECTOR, Role.SECURITY_ADMIN}),
    rows=_rows,
    days=_days,
    lines=_lines,
)


def accounts_for(user: User) -> QuerySet[AccountRequest]:
    """Requests about accounts somebody may confirm, oldest first: the rule of `account_requests.may_decide` as a filter."""
    if user.role != Role.SECURITY_ADMIN or not user.is_active:
        return AccountRequest.objects.none()
    rows = AccountRequest.objects.filter(status=AccountStatus.ASKED, user__agency__in=agencies_of(user))
    mine = accounts_of(user)
    rows = rows.exclude(user__in=mine).exclude(asked_by__in=mine)
    if not is_at_city(user):
        rows = rows.exclude(kind__in=UNDER_WARRANT)
    return rows.select_related("user__agency", "asked_by", "to_agency").order_by("id")


def _account_row(one: AccountRequest) -> Row:
    return Row(
        key=str(one.pk), kind="账号办理", what=f"{one.user.full_name}：{one.what}", more=one.reason, whose=f"{one.asked_by.full_name} 提",
        due_on=None, since=one.asked_at, target=Target("account_requests"),
    )  # fmt: skip


def _account_rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_account_row(one) for one in accounts_for(user)[:most]]


def _account_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(accounts_for(user).values_list("pk", flat=True)[:most])


def _account_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = accounts_for(user).filter(pk=key).first()
    if found is None:
        return None
    return [
        ("人员", str(found.user)), ("所在机构", found.user.agency.name), ("办理事项", found.what),
        ("申请", f"{found.asked_by.full_name}：{found.reason}"),
    ]  # fmt: skip


ACCOUNTS = Source(
    55,
    "accounts",
    "账号办理",
    "users",
    "right",
    frozenset({Role.SECURITY_ADMIN}),
    rows=_account_rows,
    days=_account_days,
    lines=_account_lines,
)


def rules_for(user: User) -> QuerySet[PostRule]:
    """Templates of authority whose turn is this person's, oldest first: the rule of `set_post_rule.may_move_rule` as a filter."""
    turns = [Q(status=status) for status in RequestStatus if turn_of_rule(status) == user.role]
    if not turns or not user.is_active or not is_at_city(user):
        return PostRule.objects.none()
    mine = accounts_of(user)
    rows = PostRule.objects.filter(reduce(or_, turns))
    for party in ("applied_by", "checked_by", "approved_by"):
        rows = rows.filter(Q(**{party: None}) | ~Q(**{f"{party}__in": mine}))
    return rows.select_related("applied_by").order_by("id")


def _rule_row(rule: PostRule) -> Row:
    return Row(
        key=str(rule.pk), kind="权限模板", what=f"{rule.get_post_display()}（{rule.get_level_display()}）：{rule.lines_text}", more=rule.reason,
        whose=f"{rule.applied_by.full_name} 提", due_on=None, since=rule.applied_at, target=Target("post_rules"),
    )  # fmt: skip


def _rule_rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [_rule_row(rule) for rule in rules_for(user)[:most]]


def _rule_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(rules_for(user).values_list("pk", flat=True)[:most])


def _rule_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = rules_for(user).filter(pk=key).first()
    if found is None:
        return None
    return [
        ("岗位", f"{found.get_post_display()}（{found.get_level_display()}）"), ("地区范围", found.get_area_scope_display()),
        ("权限", found.lines_text), ("申请", f"{found.applied_by.full_name}：{found.reason}"),
    ]  # fmt: skip


RULES = Source(
    52,
    "post_rules",
    "权限模板",
    "shield",
    "right",
    frozenset({Role.AUDITOR, Role.DIRECTOR, Role.SECURITY_ADMIN}),
    rows=_rule_rows,
    days=_rule_days,
    lines=_rule_lines,
)


def merges_for(user: User) -> QuerySet[AgencyMerge]:
    """Merges of agencies somebody may confirm: the rule of `merge_agencies.may_decide_merge` as a filter."""
    if user.role != Role.SECURITY_ADMIN or not user.is_active or not is_at_city(user):
        return AgencyMerge.objects.none()
    rows = AgencyMerge.objects.filter(status=AccountStatus.ASKED).exclude(asked_by__in=accounts_of(user))
    return rows.select_related("merged", "into", "asked_by").order_by("id")


def _merge_rows(user: User, today: dt.date, most: int) -> list[Row]:
    return [
        Row(str(one.pk), "机构合并", str(one), one.reason, f"{one.asked_by.full_name} 提", None, one.asked_at, Target("merges"))
        for one in merges_for(user)[:most]
    ]


def _merge_days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(merges_for(user).values_list("pk", flat=True)[:most])


def _merge_lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = merges_for(user).filter(pk=key).first()
    if found is None:
        return None
    return [("合并", str(found)), ("申请", f"{found.asked_by.full_name}：{found.reason}")]


MERGES = Source(
    57,
    "merges",
    "机构合并",
    "users",
    "right",
    frozenset({Role.SECURITY_ADMIN}),
    rows=_merge_rows,
    days=_merge_days,
    lines=_merge_lines,
)
