"""An employer's floating step (浮动档次) of the work-injury rate."""

from decimal import Decimal

from yigui.levy.models import InjuryRate
from yigui.registry.models import Employer


def set_injury_rate(*, employer: Employer, floating_percent: Decimal, cost_ratio: Decimal, start: int) -> InjuryRate:
    """Set the step from a month (YYYYMM) on, under the warrant of the case; levy plans use it from then on.

    Args:
        floating_percent: of the benchmark rate of the risk class, percent (50, 80, 100, 120, 150).
        cost_ratio: 支缴率 the step was found by.
    """
    return InjuryRate.objects.create(
        employer=employer, floating_percent=floating_percent, cost_ratio=cost_ratio, start_period=start
    )
