"""Benefits paid without right (多领待遇) and their return in instalments. Source: 社会保险经办条例 第四十六条."""

from collections.abc import Iterable
from dataclasses import dataclass

from yigui.common.months import add_months, first_day
from yigui.law.conditions import condition
from yigui.law.parameter_table import NATIONAL
from yigui.law.pension import ImpossibleRecord


@dataclass(frozen=True)
class Instalment:
    """What is to be returned by the end of a month (YYYYMM), fen."""

    period: int
    amount_fen: int


def overpaid_after(ended_in: int, paid: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Payments (month, fen) for months after the right ended; the month of death itself is still due."""
    return sorted((month, fen) for month, fen in paid if month > ended_in)


def instalments(amount_fen: int, count: int, first: int) -> list[Instalment]:
    """Equal instalments from a month on; what does not divide is in the last one.

    Raises:
        ImpossibleRecord: nothing to return, or fewer than one instalment, or more than the agency grants (`overpayment_instalments`).
    """
    if amount_fen <= 0:
        raise ImpossibleRecord("应退金额须大于零。")
    most = condition("overpayment_instalments", area=NATIONAL, day=first_day(first))
    if not 1 <= count <= min(most, amount_fen):
        raise ImpossibleRecord(f"分期期数须在 1 至 {most} 之间，且每期不少于 1 分。")
    each = amount_fen // count
    parts = [each] * (count - 1) + [amount_fen - each * (count - 1)]
    return [Instalment(add_months(first, k), fen) for k, fen in enumerate(parts)]
