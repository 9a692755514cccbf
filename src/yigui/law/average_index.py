"""Average contribution index (平均缴费工资指数): each year's base over the average wage, averaged as the province says."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from yigui.law.calculation import plain
from yigui.law.pension import ImpossibleRecord
from yigui.law.province import Province


@dataclass(frozen=True)
class ContributionYear:
    """Paid months of a calendar year and the mean monthly base of them, yuan."""

    year: int
    months: int
    base: Decimal


@dataclass(frozen=True)
class YearIndex:
    """A year's index as it stands on the sheet."""

    year: int
    months: int
    base: Decimal
    wage: Decimal
    index: Decimal
    is_provisional: bool


@dataclass(frozen=True)
class AverageIndex:
    """The average index, the years it came from, the sum and the divisor."""

    value: Decimal
    total: Decimal
    divisor: Decimal
    years: tuple[YearIndex, ...]
    deemed_years: int

    @classmethod
    def as_printed(cls, value: Decimal) -> "AverageIndex":
        """The index as the paper account book (养老保险手册) prints it; its years are not known here."""
        return cls(value, value, Decimal(1), (), 0)

    @property
    def is_provisional(self) -> bool:
        """Whether a year was divided by the wage of the year before, its own not being published."""
        return any(y.is_provisional for y in self.years)

    @property
    def text(self) -> str:
        """The calculation in words."""
        if not self.years and not self.deemed_years:
            return f"{plain(self.value)}（按养老保险手册所载官方指数）"
        deemed = f"（含视同 {self.deemed_years} 年，每年按 1）" if self.deemed_years else ""
        return f"指数合计 {plain(self.total)}{deemed} ÷ {plain(self.divisor)} = {plain(self.value)}"


def average_index(years: Sequence[ContributionYear], province: Province, *, deemed_years: int = 0) -> AverageIndex:
    """The average index of a contribution record.

    Args:
        years: paid years, each once. deemed_years: calendar years counted without contributions, 1 each.

    Raises:
        ImpossibleRecord: no years, a year twice, months outside 1 to 12, a base not above zero.
        ParameterMissing: no average wage stored for a year.
    """
    rule = province.index
    if not years and not deemed_years:
        raise ImpossibleRecord("没有缴费记录，不能计算平均缴费指数。")
    if len({y.year for y in years}) < len(years):
        raise ImpossibleRecord("同一年度有两条缴费记录，请先核对缴费记录。")
    found = []
    for y in sorted(years, key=lambda entry: entry.year):
        if not 1 <= y.months <= 12:
            raise ImpossibleRecord(f"{y.year} 年缴费月数为 {y.months}，须在 1 至 12 之间。")
        if y.base <= 0:
            raise ImpossibleRecord(f"{y.year} 年月缴费基数为 {plain(y.base)} 元，须大于零。")
        wage, is_provisional = province.wage_of(y.year)
        found.append(YearIndex(y.year, y.months, y.base, wage, _rounded(y.base / wage, rule.year_decimals), is_provisional))
    if rule.divisor == "contributed_months":
        total = sum((f.index * f.months for f in found), Decimal(0)) + deemed_years * 12
        divisor = Decimal(sum(f.months for f in found) + deemed_years * 12)
    else:
        total = sum((f.index for f in found), Decimal(deemed_years))
        span = found[-1].year - found[0].year + 1 if found else 0
        divisor = Decimal((span if rule.divisor == "span_years" else len(found)) + deemed_years)
    return AverageIndex(_rounded(total / divisor, rule.decimals), total, divisor, tuple(found), deemed_years)


def _rounded(value: Decimal, decimals: int | None) -> Decimal:
    if decimals is None:
        return value
    return value.quantize(_step(decimals), ROUND_HALF_UP)


@cache
def _step(decimals: int) -> Decimal:
    """One in the last of so many decimals."""
    return Decimal(1).scaleb(-decimals)
