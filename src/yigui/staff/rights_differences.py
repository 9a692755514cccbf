"""Rights against the rules of the posts (权限与岗位规则的差异, R062): what somebody holds beyond the rule, and what the rule gives and they lack."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone

from yigui.common import clock
from yigui.common.item_codes import scopes_of
from yigui.common.money import format_fen
from yigui.common.sqlfiles import named_sql
from yigui.staff.enums import STEPS_OF_ROLE, AreaScope, DifferenceKind, StepKind
from yigui.staff.models import Authority, PostHolding, PostRule, RightsRequest, User
from yigui.warrants.models import Warrant

#: People of one reading; a report goes through everybody, so many at a time.
PEOPLE_AT_ONCE = 2000


@dataclass(frozen=True)
class Difference:
    """One difference: whose, of which kind, in words; the right where there is one."""

    user: User
    kind: DifferenceKind
    text: str
    authority_id: int | None = None


@dataclass(frozen=True)
class Wanted:
    """A right as a rule gives it to one person."""

    step: str
    item_group: str
    area_code: str
    amount_fen_max: int | None

    @property
    def text(self) -> str:
        return right_text(self.step, self.item_group, self.area_code, self.amount_fen_max)


def right_text(step: str, item_group: str, area_code: str, amount_fen_max: int | None) -> str:
    """A right in words."""
    items = "全部事项" if item_group == "*" else item_group
    area = "全市" if area_code == "*" else area_code
    amount = "不限" if amount_fen_max is None else f"至 {format_fen(amount_fen_max)} 元"
    return f"{StepKind(step).label}：{items}，{area}，金额{amount}"


def rules_in_force() -> dict[tuple[str, str], PostRule]:
    """The rule of each post and level of agency."""
    return {(rule.post, rule.level): rule for rule in PostRule.objects.in_force()}


def wanted_of(rule: PostRule, user: User) -> list[Wanted]:
    """The rights a rule gives to somebody of its post, line by line."""
    area = "*" if rule.area_scope == AreaScope.ALL else user.agency.area_id
    return [Wanted(line["step"], group, area, line["amount_fen_max"]) for line in rule.lines for group in line["item_groups"]]


def differences(agencies: Collection[str], on: dt.date) -> list[Difference]:
    """Differences of everybody at work in these agencies on a day, sorted by agency and name; nobody is left out.

    One statement each for people, rights, temporary rights and posts, for every `PEOPLE_AT_ONCE` people.
    """
    keys = list(
        User.objects.filter(agency__in=agencies, is_active=True).exclude(role="").order_by("agency_id", "full_name", "pk")
        .values_list("pk", flat=True)
    )  # fmt: skip
    rules = rules_in_force()
    found: list[Difference] = []
    for begin in range(0, len(keys), PEOPLE_AT_ONCE):
        found += _of_people(keys[begin : begin + PEOPLE_AT_ONCE], on, rules)
    return [*found, *_gone(agencies, on)]


def _of_people(keys: Sequence[int], on: dt.date, rules: Mapping[tuple[str, str], PostRule]) -> list[Difference]:
    people = User.objects.select_related("agency__area").in_bulk(keys)
    held: dict[int, list[Authority]] = {}
    for right in Authority.objects.in_force(on).filter(user__in=keys).order_by("step", "item_group", "pk"):
        held.setdefault(right.user_id, []).append(right)
    temporary = _temporary({r.warrant_id for rights in held.values() for r in rights})
    clashes = exclusive_holders(keys)
    found: list[Difference] = []
    for key in keys:
        found += _of(people[key], held.get(key, []), rules, temporary)
        found += [Difference(people[key], DifferenceKind.EXCLUSIVE, text) for text in clashes.get(key, [])]
    return found


def _of(
    user: User, held: Sequence[Authority], rules: Mapping[tuple[str, str], PostRule], temporary: Collection[int]
) -> Iterator[Difference]:
    rule = rules.get((user.role, user.agency.area.level))
    if rule is None:
        if held or user.role in STEPS_OF_ROLE:
            yield Difference(user, DifferenceKind.NO_RULE, f"岗位没有启用的权限模板；现有权限 {len(held)} 项无从比对")
        return
    wanted = wanted_of(rule, user)
    for right in held:
        if any(_covers(want, right) for want in wanted):
            continue
        text = right_text(right.step, right.item_group, right.area_code, right.amount_fen_max)
        if right.warrant_id in temporary:
            yield Difference(user, DifferenceKind.TEMPORARY, f"{text}，{right.valid_to} 到期", right.pk)
        else:
            yield Difference(user, DifferenceKind.BEYOND, text, right.pk)
    # An account of a channel bears the rights of what is open there, not those of a person.
    for want in wanted if user.has_usable_password() else ():
        if not any(_covers(right, want) for right in held):
            yield Difference(user, DifferenceKind.LACKING, want.text)


def _covers(wide: Wanted | Authority, narrow: Wanted | Authority) -> bool:
    """Whether one right holds all that another holds."""
    return (
        wide.step == narrow.step
        and wide.item_group in ("*", narrow.item_group, *scopes_of(narrow.item_group))
        and wide.area_code in ("*", narrow.area_code)
        and (wide.amount_fen_max is None or (narrow.amount_fen_max is not None and narrow.amount_fen_max <= wide.amount_fen_max))
    )


def _temporary(warrants: Collection[int]) -> set[int]:
    """Which of these warrants granted temporary rights (临时授权)."""
    requests = RightsRequest.objects.filter(is_temporary=True, status="granted")
    rows: Any = Warrant.objects.filter(pk__in=warrants, kind="rights", subject_id__in=requests.values("pk"))
    return set(rows.values_list("pk", flat=True))


def _gone(agencies: Collection[str], on: dt.date) -> list[Difference]:
    """Rights of people whose account is off or who have no post: nobody uses them, and they should not be there."""
    rows = Authority.objects.in_force(on).filter(user__agency__in=agencies).select_related("user")
    left = rows.filter(user__is_active=False) | rows.filter(user__role="")
    return [
        Difference(r.user, DifferenceKind.GONE, right_text(r.step, r.item_group, r.area_code, r.amount_fen_max), r.pk)
        for r in left.order_by("user__agency_id", "user__full_name", "pk").iterator(PEOPLE_AT_ONCE)
    ]


def exclusive_holders(users: Collection[int]) -> dict[int, list[str]]:
    """Those of these people who hold, by one account or several, posts of two classes at once (四类岗位互斥, R312), in words."""
    with connection.cursor() as cursor:
        cursor.execute(named_sql("staff", "rights_differences")["exclusive_holders"], [list(users)])
        return {user_id: [f"同一人另有互斥岗位：{others}"] for user_id, others in cursor.fetchall()}


def posts_on(users: Collection[int], on: dt.date) -> dict[int, str]:
    """The post each of these people held at the end of a day, of today's now, in words; without those whose holding is not recorded for it.

    Holdings bear real instants: also where the business day has been moved, today is now.
    """
    end = clock.now() if on == clock.today() else timezone.make_aware(dt.datetime.combine(on + dt.timedelta(days=1), dt.time()))
    rows = PostHolding.objects.filter(user__in=users, held_from__lt=end).exclude(held_to__lt=end).order_by("held_from")
    return {row.user_id: str(row.get_post_display()) for row in rows}
