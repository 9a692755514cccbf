"""Calculation lines (计算过程): what was multiplied, for which month, by which source. Money is integer fen."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True)
class CalculationLine:
    """One line of a calculation: words, amount (fen), month (YYYYMM or 0) and source."""

    text: str
    amount_fen: int
    period: int
    source: str


def round_half_up(value: Decimal) -> int:
    """An amount in fen, rounded half up: the only rounding of money in the law's formulas."""
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def plain(number: Decimal) -> str:
    """A number without trailing zeros, for the words of a line."""
    return f"{number.normalize():f}"
