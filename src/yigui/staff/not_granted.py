"""Requests that came to nothing by another's word (未批准的申请) stand in the inbox of whoever asked, with the reason, until they have read it.

Each room declares its kinds of requests (`Room.not_granted`); whoever asked asks again, or leaves it. Which of the two is theirs to say, so that
the row ends with their word and not with a new request.
"""

import datetime as dt
from collections.abc import Collection, Iterable
from functools import cache, reduce
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, QuerySet, Value

from yigui.common import clock
from yigui.common.errors import Conflict
from yigui.common.inbox import Decided, NotGranted, Row, Source, Target
from yigui.common.rooms import rooms
from yigui.common.texts import int_or_none
from yigui.db.presence import act_as
from yigui.staff.enums import AccountStatus, RequestStatus, Role
from yigui.staff.models import AccountRequest, AgencyMerge, AnswerRead, PostRule, RightsRequest, User
from yigui.staff.same_person import accounts_of


class AnswerGone(Conflict):
    """It does not wait for this person."""

    code = "staff.answer_gone"


def kinds() -> list[NotGranted]:
    """Every kind of request that others may refuse, lowest room first."""
    return [kind for room in rooms() for kind in room.not_granted]


def unread(kind: NotGranted, accounts: Collection[int]) -> QuerySet[Any]:
    """Requests of a kind that these accounts asked for, that came to nothing, and that they have not read of."""
    read = AnswerRead.objects.filter(kind=kind.code, number=OuterRef("pk"), read_by__in=accounts)
    return kind.of(accounts).filter(~Exists(read))  # type: ignore[no-any-return]


@cache
def _statement(count: int) -> tuple[str, tuple[Any, ...]]:
    """The keys of all kinds in one statement, for so many accounts: -1 stands for the first of them, -2 for the second.

    Every page of the staff counts what waits, and this takes ten times as long to build as to answer.
    """
    places = range(-count, 0)
    parts = [unread(kind, places).order_by().annotate(of_kind=Value(kind.code)).values_list("of_kind", "pk") for kind in kinds()]
    return reduce(lambda one, other: one.union(other, all=True), parts).query.sql_with_params()  # type: ignore[no-any-return]


def _keys(user: User, most: int) -> list[tuple[str, int]]:
    """Kind and number of at most so many, in one statement."""
    accounts = sorted(accounts_of(user))
    statement, given = _statement(len(accounts))
    of_place = dict(zip(range(-len(accounts), 0), accounts, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} LIMIT %s", [*(of_place.get(one, one) for one in given), most])
        return cursor.fetchall()


def _row(kind: NotGranted, one: Any) -> Row:
    answer = kind.answer(one)
    return Row(
        key=f"{kind.code}-{one.pk}", kind=kind.label, what=answer.what, more=f"原因：{answer.reason}", whose=f"{answer.by} 退回",
        due_on=None, since=answer.at, target=answer.target,
    )  # fmt: skip


def _rows(user: User, today: dt.date, most: int) -> list[Row]:
    waiting = {code for code, _ in _keys(user, most)}
    accounts = accounts_of(user)
    found = [_row(kind, one) for kind in kinds() if kind.code in waiting for one in unread(kind, accounts).order_by("pk")[:most]]
    return sorted(found, key=lambda row: row.since.isoformat() if row.since else "")[:most]


def _days(user: User, today: dt.date, most: int) -> Iterable[None]:
    return [None] * len(_keys(user, most))


def _found(user: User, key: str) -> tuple[NotGranted, Any] | None:
    code, _, number = key.rpartition("-")
    kind = next((kind for kind in kinds() if kind.code == code), None)
    chosen = int_or_none(number)
    if kind is None or chosen is None:
        return None
    one = unread(kind, accounts_of(user)).filter(pk=chosen).first()
    return None if one is None else (kind, one)


def _lines(user: User, today: dt.date, key: str) -> list[tuple[str, str]] | None:
    found = _found(user, key)
    if found is None:
        return None
    kind, one = found
    answer = kind.answer(one)
    lines = [("申请", answer.what), ("原因", answer.reason), ("退回", answer.by)]
    if answer.at is not None:
        at = clock.local(answer.at).strftime("%Y-%m-%d %H:%M") if isinstance(answer.at, dt.datetime) else str(answer.at)
        lines.append(("退回时间", at))
    return [*lines, ("下一步", "按原因更正后重新提出；不再提出的，点“已阅”结束")]


@transaction.atomic
def read_answer(user: User, key: str) -> None:
    """Whoever asked has read the answer; it leaves the inbox.

    Raises:
        AnswerGone: it is not theirs, or read already.
    """
    found = _found(user, key)
    if found is None:
        raise AnswerGone("该申请不在您的待办中，或已阅过，请刷新后查看。")
    kind, one = found
    act_as(user)
    AnswerRead.objects.get_or_create(kind=kind.code, number=one.pk, read_by=user)


NOT_GRANTED = Source(
    18, "not_granted", "未批准的申请", "undo", "right", frozenset(Role), rows=_rows, days=_days, lines=_lines, settle=read_answer,
    settled_by="已阅",
)  # fmt: skip


def _decided(one: Any, what: str, target: str) -> Decided:
    """Of a request that one person decides on."""
    return Decided(what, one.note, one.decided_by.full_name, one.decided_at, Target(target))


RIGHTS = NotGranted(
    "rights",
    "权限申请未批准",
    RightsRequest,
    of=lambda accounts: RightsRequest.objects.filter(status=RequestStatus.REFUSED, applied_by__in=accounts).select_related(
        "user", "post_rule", "refused_by"
    ),
    answer=lambda one: Decided(
        f"{one.user.full_name}：{one.scope_text}", one.note, one.refused_by.full_name, None, Target("rights")
    ),
)
RULES = NotGranted(
    "post_rule",
    "权限模板未批准",
    PostRule,
    of=lambda accounts: PostRule.objects.filter(status=RequestStatus.REFUSED, applied_by__in=accounts).select_related(
        "refused_by"
    ),
    answer=lambda one: Decided(
        f"{one.get_post_display()}（{one.get_level_display()}）：{one.lines_text}", one.note, one.refused_by.full_name, None,
        Target("post_rules"),
    ),
)  # fmt: skip
ACCOUNTS = NotGranted(
    "account",
    "账号办理未同意",
    AccountRequest,
    of=lambda accounts: AccountRequest.objects.filter(status=AccountStatus.REFUSED, asked_by__in=accounts).select_related(
        "user", "to_agency", "decided_by"
    ),
    answer=lambda one: _decided(one, f"{one.user.full_name}：{one.what}", "account_requests"),
)
MERGES = NotGranted(
    "merge",
    "机构合并未同意",
    AgencyMerge,
    of=lambda accounts: AgencyMerge.objects.filter(status=AccountStatus.REFUSED, asked_by__in=accounts).select_related(
        "merged", "into", "decided_by"
    ),
    answer=lambda one: _decided(one, str(one), "merges"),
)
