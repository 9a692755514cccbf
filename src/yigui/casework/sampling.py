"""Raising the class of a case by random sampling (随机抽查), beside what its own facts ask for."""

import datetime as dt
import secrets

from yigui.casework.models import SamplingRule
from yigui.common.cache import kept_for
from yigui.common.errors import YiguiError
from yigui.common.item_codes import scopes_of
from yigui.staff.models import User


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


def add_sampling_rule(*, actor: User, rule: SamplingRule) -> SamplingRule:
    """Register a rule somebody set, for cases accepted from now on; `rule` is filled in and checked, but not stored yet.

    Raises:
        RuleRefused: it ends before it begins.
    """
    if rule.valid_to < rule.valid_from:
        raise RuleRefused(f"失效日期 {rule.valid_to} 早于生效日期 {rule.valid_from}，请核对。")
    rule.set_by = actor
    rule.save(force_insert=True)
    return rule


@kept_for(5)
def _rules() -> list[SamplingRule]:
    """All rules, at most 200; read again after five seconds, so a new rule takes hold that soon."""
    return list(SamplingRule.objects.order_by("-id")[:200])
