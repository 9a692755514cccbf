"""What items about an unemployment benefit (失业保险金) share: the months a suspension has left of it."""

import datetime as dt

from yigui.common.months import add_months, months_after
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import months_asked_back
from yigui.law.unemployment import standard_in
from yigui.payment.paid_span import PaidSpan, paid_span


def drawn_meanwhile(benefit: Benefit, start: int) -> PaidSpan:
    """What was paid of a suspended claim for the months between its suspension and a month, and is not asked back (FND-003): paid
    before the suspension was put down. A suspension in error leaves it with the person, and its months are drawn."""
    assert benefit.suspended_from is not None
    back = months_asked_back(benefit)
    found = paid_span(benefit, add_months(benefit.suspended_from, -1), add_months(start, -1))

    def stays(months: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return [(month, fen) for month, fen in months if not any(since <= month <= until for since, until in back)]

    return PaidSpan(stays(found.ours), stays(found.before_us))


def months_kept(benefit: Benefit, drawn: int = 0) -> int:
    """Months of a suspended claim that are still to be drawn: those from its suspension to its end, but for so many drawn meanwhile."""
    assert benefit.suspended_from is not None
    if benefit.end_period is None:
        return 0
    return max(0, months_after(benefit.suspended_from, benefit.end_period) + 1 - drawn)


def standards_from(benefit: Benefit, start: int, today: dt.date, meanwhile: int = 0) -> list[int]:
    """The standards of the months of a suspended claim that are still to be drawn, were they drawn from a month on: each by its date and by
    how many have been drawn before it.

    Args:
        meanwhile: months between the suspension and `start` that count as drawn.

    Raises:
        ParameterMissing: as `standard_in`.
    """
    assert benefit.suspended_from is not None
    award = benefit.awards.order_by("-version").first()
    gap = int(award.inputs.get("gap_months", 0)) if award else 0
    drawn = months_after(benefit.start_period, benefit.suspended_from) - gap + meanwhile
    return [
        standard_in(benefit.area_id, add_months(start, n), drawn + n + 1, paid_months=benefit.contribution_months, today=today)
        for n in range(months_kept(benefit, meanwhile))
    ]
