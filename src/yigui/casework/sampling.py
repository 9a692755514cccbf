"""Raising the class of a case by random sampling (随机抽查), beside what its own facts ask for."""

import datetime as dt
import secrets

from django.db.models import Q

from yigui.casework.models import SamplingRule


def sampled_class(item_code: str, today: dt.date) -> tuple[int, list[str]]:
    """The class sampling raises a new case to, and why; 3 and nothing when it was not drawn.

    Drawn with the system's random source, so nobody at a window can tell beforehand.
    """
    rules = SamplingRule.objects.filter(
        Q(item_group="*") | Q(item_group=item_code) | Q(item_group=item_code.split("-")[0]),
        valid_from__lte=today,
        valid_to__gte=today,
    )
    drawn = [rule for rule in rules[:20] if secrets.randbelow(10_000) < rule.share * 10_000]
    return min((rule.to_class for rule in drawn), default=3), [f"随机抽查：{rule.reason}" for rule in drawn]
