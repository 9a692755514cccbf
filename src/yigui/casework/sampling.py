"""Raising the class of a case by random sampling (随机抽查), beside what its own facts ask for."""

import datetime as dt
import secrets

from django.db import transaction

from yigui.casework.models import SamplingRule
from yigui.catalogue.declarations import catalogue
from yigui.common import clock
from yigui.common.cache import kept_for
from yigui.common.errors import NotFound, YiguiError
from yigui.common.item_codes import prefix_of, scopes_of
from yigui.db.presence import act_as
from yigui.staff.models import User
from yigui.staff.scope import refuse_below_city


class RuleRefused(YiguiError):
    code = "casework.rule_refused"


def sampled_class(item_code: str, today: dt.date) -> tuple[int, list[str]]:
    """The class sampling raises a new case to, and why; 3 and nothing when it was not drawn.

    Drawn with the system's random source, so nobody at a window can tell beforehand.
    """
    scopes = scopes_of(item_code)
    rules = [rule for rule in _rules() if rule.item_group in scopes and rule.valid_from <= today <= rule.valid_to]
    drawn = [rule for rule in rules if secrets.randbelow(10_000) < rule.share * 10_000]
    return min((rule.to_class for rule in drawn), default=3), [f"随机抽查：{rule.reason}" for rule in drawn]


@transaction.atomic
def add_sampling_rule(*, actor: User, rule: SamplingRule) -> SamplingRule:
    """Register a rule somebody set, for cases accepted from now on; `rule` is filled in and checked, but not stored yet.

    Raises:
        NotAuthorised: not of the city. RuleRefused: there is no such item or group, or it ends before it begins or has ended already.
    """
    refuse_below_city(actor, "随机抽查规则")
    if rule.item_group not in _known_scopes():
        raise RuleRefused(
            f"没有事项或事项类别“{rule.item_group}”，请填 *（全部）、事项类别（如 REG）或事项编码（如 REG-004）。",
            field="item_group",
        )
    if rule.valid_to < rule.valid_from:
        raise RuleRefused(f"失效日期 {rule.valid_to} 早于生效日期 {rule.valid_from}，请核对。", field="valid_to")
    if rule.valid_to < clock.today():
        raise RuleRefused(f"失效日期 {rule.valid_to} 早于今天，规则不会生效，请核对。", field="valid_to")
    act_as(actor)
    rule.set_by = actor
    rule.save(force_insert=True)
    return rule


@transaction.atomic
def end_sampling_rule(*, actor: User, rule_id: int) -> SamplingRule:
    """End (停用) a rule before its last day: no case accepted from now on is drawn by it.

    Raises:
        NotAuthorised: not of the city. NotFound: no such rule. RuleRefused: it has ended already.
    """
    refuse_below_city(actor, "随机抽查规则")
    rule = SamplingRule.objects.select_for_update(of=("self",)).filter(pk=rule_id).first()
    if rule is None:
        raise NotFound(f"没有第 {rule_id} 号抽查规则，请刷新页面。")
    if rule.ended_at is not None or rule.valid_to < clock.today():
        raise RuleRefused(f"第 {rule_id} 号抽查规则已停用或到期，不必再停用。")
    act_as(actor)
    rule.ended_by, rule.ended_at = actor, clock.now()
    rule.save(update_fields=["ended_by", "ended_at"])
    return rule


def _known_scopes() -> set[str]:
    codes = set(catalogue().versions)
    return {"*", *codes, *(prefix_of(code) for code in codes)}


@kept_for(5)
def _rules() -> list[SamplingRule]:
    """The rules nobody has ended, at most 200; read again after five seconds, so a new rule takes hold that soon."""
    return list(SamplingRule.objects.filter(ended_at=None).order_by("-id")[:200])
