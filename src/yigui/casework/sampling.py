"""Raising the class of a case by random sampling (随机抽查), beside what its own facts ask for."""

import datetime as dt
import secrets

from yigui.casework.models import SamplingRule
from yigui.common.cache import kept_for
from yigui.common.item_codes import scopes_of


def sampled_class(item_code: str, today: dt.date) -> tuple[int, list[str]]:
    """The class sampling raises a new case to, and why; 3 and nothing when it was not drawn.

    Drawn with the system's random source, so nobody at a window can tell beforehand.
    """
    scopes = scopes_of(item_code)
    rules = [rule for rule in _rules() if rule.item_group in scopes and rule.valid_from <= today <= rule.valid_to]
    drawn = [rule for rule in rules if secrets.randbelow(10_000) < rule.share * 10_000]
    return min((rule.to_class for rule in drawn), default=3), [f"随机抽查：{rule.reason}" for rule in drawn]


@kept_for(5)
def _rules() -> list[SamplingRule]:
    """All rules, at most 200; read again after five seconds, so a new rule takes hold that soon."""
    return list(SamplingRule.objects.order_by("-id")[:200])
