"""Deferral of contributions (缓缴): the months need not be paid, and bear no surcharge, until the last one is due."""

import datetime as dt
from collections.abc import Iterable

from yigui.charges.models import Deferral
from yigui.registry.enums import AAE140
from yigui.registry.models import Employer


def defer(
    *, employer: Employer, insurances: Iterable[str], start: int, end: int, due_on: dt.date, guarantee_kind: str
) -> list[Deferral]:  # fmt: skip
    """Defer months (YYYYMM, both ends) of an employer to a day, under the warrant of the case; one row per insurance."""
    return [
        Deferral.objects.create(
            employer=employer, insurance=AAE140[insurance], start_period=start, end_period=end, due_on=due_on,
            guarantee_kind=guarantee_kind,
        )
        for insurance in insurances
    ]  # fmt: skip
