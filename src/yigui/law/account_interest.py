"""Bookkeeping interest of the personal account (个人账户记账利息). Source: 劳办发〔1997〕116号; rates 人社部发〔2017〕31号."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yigui.common.errors import YiguiError
from yigui.common.money import format_fen
from yigui.common.months import first_day
from yigui.law.calculation import CalculationLine, plain, round_half_up
from yigui.law.parameter_table import table

_MONTHS = 12
_SOURCE = "劳办发〔1997〕116号 月积数法"


class WrongMonth(YiguiError):
    """A credit outside months 1 to 12."""

    code = "law.wrong_month"


@dataclass(frozen=True)
class YearEnd:
    """An account at the end of a year; fen."""

    opening_fen: int
    credits_fen: int
    interest_fen: int
    closing_fen: int
    lines: tuple[CalculationLine, ...]


def interest_rate(insurance: str, year: int, area: str) -> Decimal:
    """The rate of a year in percent.

    Raises:
        ParameterMissing: not published yet, or before 2016, when provinces set their own.
    """
    return table("account/interest_rate").at(insurance, area=area, day=first_day(year * 100 + 1)).value


def has_interest(insurance: str, year: int, area: str) -> bool:
    """Whether a rate is stored for the year: only then can the year be closed."""
    return table("account/interest_rate").find(insurance, area=area, day=first_day(year * 100 + 1)) is not None


def year_end_by_month(opening_fen: int, credits: Sequence[tuple[int, int]], rate_percent: Decimal, year: int = 0) -> YearEnd:
    """Month method: closing = opening(1+r) + sum(c) + sum(c(13-n)) r/12, n the month of credit; rounded once.

    Args:
        opening_fen: balance at the beginning of the year.
        credits: (month 1..12, fen); negative for what was taken out in that month.
        rate_percent: the year's rate.

    Raises:
        WrongMonth: a month outside 1..12.
    """
    if any(not 1 <= month <= _MONTHS for month, _ in credits):
        raise WrongMonth("记账月份须在 1 至 12 之间。")
    rate = rate_percent / 100
    total = sum(amount for _, amount in credits)
    weighted = sum(amount * (_MONTHS + 1 - month) for month, amount in credits)
    # One product, so that the sum is exact: (12 opening + weighted) r / 12.
    interest = round_half_up((Decimal(opening_fen) * _MONTHS + weighted) * rate / _MONTHS)
    lines = (
        CalculationLine("年初余额", opening_fen, year * 100, _SOURCE),
        CalculationLine("本年记账额", total, year * 100, _SOURCE),
        CalculationLine(
            f"本年利息：（{format_fen(opening_fen)} × 12 + 月积数 {format_fen(weighted)}）× {plain(rate_percent)}% ÷ 12",
            interest, year * 100, _SOURCE,
        ),
    )  # fmt: skip
    return YearEnd(opening_fen, total, interest, opening_fen + total + interest, lines)


def interest_by_year(moves: Sequence[tuple[int, int, int]], insurance: str, area: str, until: int) -> dict[int, int]:
    """Year -> interest, fen, of amounts that should have stood in an account (below zero: should not), each year by its own law.

    Args:
        moves: (year, month 1..12, fen) of what was to be credited, when.
        until: the last year that has ended; what was to be credited later bears nothing here.

    Raises:
        ParameterMissing: a year between has no published rate.
        WrongMonth: a month outside 1..12.
    """
    found: dict[int, int] = {}
    balance = 0
    for year in range(min((moved for moved, _, _ in moves), default=until + 1), until + 1):
        credits = [(month, fen) for moved, month, fen in moves if moved == year]
        end = year_end_by_month(balance, credits, interest_rate(insurance, year, area), year)
        found[year], balance = end.interest_fen, end.closing_fen
    return found


def year_end_by_year(opening_fen: int, credit_fen: int, rate_percent: Decimal) -> int:
    """Year method: closing = opening(1+r) + C(1 + r × 1.083 / 2), fen; kept for checking old records."""
    rate = rate_percent / 100
    return round_half_up(opening_fen * (1 + rate) + credit_fen * (1 + rate * Decimal("1.083") / 2))


@dataclass(frozen=True)
class OpenYears:
    """An account since its last yearly closing: what it closed with (fen), the first year after it, and what moved since.

    `moves`: (year, month 1..12, fen). An award whose interest is not known yet keeps it, to be made again without asking the account.
    """

    closing_fen: int
    first_year: int
    moves: tuple[tuple[int, int, int], ...]

    def balance_in(self, insurance: str, area: str, year: int) -> tuple[int, bool]:
        """What stands in the account in `year`, with the interest of earlier years.

        Gives fen, and whether a year lacks its published rate: then it bears none for now. The year itself bears none.
        """
        balance, is_incomplete = self.closing_fen, False
        for past in range(self.first_year, max([year, *(moved for moved, _, _ in self.moves)]) + 1):
            credits = [(month, fen) for moved, month, fen in self.moves if moved == past]
            if past < year and has_interest(insurance, past, area):
                balance = year_end_by_month(balance, credits, interest_rate(insurance, past, area), past).closing_fen
            else:
                if past < year:
                    is_incomplete = True
                balance += sum(fen for _, fen in credits)
        return balance, is_incomplete
