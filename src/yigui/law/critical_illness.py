"""Critical-illness supplement of residents (大病保险): cost above the deductible, by tiers, less nothing twice."""

from collections.abc import Sequence
from decimal import Decimal

from yigui.law.calculation import round_half_up


def critical_illness_supplement(
    policy_cost_fen: int, reimbursed_fen: int, deductible_fen: int, tiers: Sequence[tuple[int | None, Decimal]]
) -> tuple[int, list[int]]:
    """The supplement and its part in each tier, fen.

    Args:
        policy_cost_fen: cost within the policy's scope; reimbursed_fen: what the basic insurance paid of it.
        tiers: (upper bound in fen of the cost left to the person, or None, percent), lowest first.
    """
    own = policy_cost_fen - reimbursed_fen
    parts, low = [], deductible_fen
    for upper, percent in tiers:
        high = own if upper is None else min(own, upper)
        parts.append(round_half_up(Decimal(max(0, high - low)) * percent / 100))
        low = max(low, high)
    return sum(parts), parts
