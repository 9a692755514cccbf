"""An employer's floating step (浮动档次) of the work-injury rate."""

from decimal import Decimal

from yigui.common.months import format_period
from yigui.levy.errors import RateSet
from yigui.levy.models import InjuryRate
from yigui.registry.models import Employer
from yigui.registry.persons import sentences


def set_injury_rate(*, employer: Employer, floating_percent: Decimal, cost_ratio: Decimal, start: int) -> InjuryRate:
    """Set the step from a month (YYYYMM) on, under the warrant of the case; levy plans use it from then on.

    Args:
        floating_percent: of the benchmark rate of the risk class, percent (50, 80, 100, 120, 150).
        cost_ratio: 支缴率 the step was found by.

    Raises:
        RateSet: the employer has one from that month already.
    """
    with sentences({"injury_rate_once": rate_set(employer, start)}):
        return InjuryRate.objects.create(
            employer=employer, floating_percent=floating_percent, cost_ratio=cost_ratio, start_period=start
        )


def is_rate_set(employer: Employer, start: int) -> bool:
    """Whether the employer has a step from exactly this month (YYYYMM)."""
    return InjuryRate.objects.filter(employer=employer, start_period=start).exists()


def rate_set(employer: Employer, start: int) -> RateSet:
    """The refusal of a second step from one month."""
    return RateSet(
        f"{employer.name}（{employer.unit_no}）自 {format_period(start)} 起的工伤保险费率已核定，同一月份不能再核定，请改自其他月份起执行。",
        unit_no=employer.unit_no,
        period=start,
    )
