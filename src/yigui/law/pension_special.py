"""Transitional parts and extras of provinces whose structure differs. Each takes what it needs and gives its words and fen a month."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from yigui.common.errors import YiguiError
from yigui.law.calculation import plain

_LONG_SERVICE = ((20, 25, "0.15"), (25, 30, "0.20"), (30, 99, "0.25"))
_PLATEAU = ((20, 15), (15, 10), (10, 5))
#: Share of the difference between the new method and the old one, percent by year of retirement.
_JIANGSU = {2024: 40, 2025: 70}
_GUANGDONG = {2021: 30, 2022: 50, 2023: 70, 2024: 90}


class FactMissing(YiguiError):
    """The province's method needs an amount that was not given."""

    code = "law.fact_missing"


@dataclass(frozen=True)
class Needed:
    """What the special methods are given: base (yuan), index, years before the accounts, coefficient, months, older amounts."""

    yuan: Decimal
    index: Decimal
    years: Decimal
    coefficient_percent: Decimal
    retired_on: dt.date
    total_months: int
    deemed_months: int
    pre_account_months: int
    notional_account_fen: int | None
    old_method_fen: int | None


def _beijing(n: Needed) -> tuple[str, Decimal]:
    """Deemed years (to 1992-09) with index 1, paid years 1992-10 to 1998-06 with their own index, 1 percent each."""
    paid = n.pre_account_months - n.deemed_months
    text = (
        f"计发基数 {plain(n.yuan)} × 视同 {n.deemed_months} 个月 ÷ 12 × {plain(n.coefficient_percent)}%"
        f" + {plain(n.yuan)} × 指数 {plain(n.index)} × 实缴 {paid} 个月 ÷ 12 × {plain(n.coefficient_percent)}%"
    )
    return text, n.yuan * n.coefficient_percent * (n.deemed_months + n.index * paid) / 12


def _shanghai(n: Needed) -> tuple[str, Decimal]:
    """Base × 1.0 × years to 1992-12 × 1.2 percent, and the notional account of 1993 to 1997 divided by 120."""
    if n.notional_account_fen is None:
        raise FactMissing("上海过渡性养老金须有 1993 至 1997 年虚账储存额，请补录。")
    text = f"计发基数 {plain(n.yuan)} × 1.0 × {plain(n.years)} 年 × {plain(n.coefficient_percent)}% + 虚账实记额 ÷ 120"
    return text, n.yuan * n.years * n.coefficient_percent + Decimal(n.notional_account_fen) / 120


def _jiangsu(n: Needed) -> tuple[str, Decimal]:
    """The new method by steps: the old amount and a share of the difference until 2025, the new one from 2026."""
    new = n.yuan * n.index * n.years * n.coefficient_percent
    text = f"计发基数 {plain(n.yuan)} × 指数 {plain(n.index)} × {plain(n.years)} 年 × {plain(n.coefficient_percent)}%"
    share = _JIANGSU.get(n.retired_on.year)
    if share is None:
        return text, new
    if n.old_method_fen is None:
        raise FactMissing("江苏过渡期内退休的，须有按原办法计算的过渡性养老金，请补录。")
    old = Decimal(n.old_method_fen)
    return f"原办法 {plain(old / 100)} +（{text} − 原办法）× {share}%", old + (new - old) * share / 100


def _guangdong(n: Needed) -> tuple[str, Decimal]:
    """Base × weighted years × 1.2 percent; to 2024 the old method (notional account ÷ 120) and a share of the difference; plus 100
    and 4 for each full year. The index given is that of the years before the accounts."""
    new = n.yuan * n.index * n.years * n.coefficient_percent
    text = f"计发基数 {plain(n.yuan)} × 指数 {plain(n.index)} × {plain(n.years)} 年 × {plain(n.coefficient_percent)}%"
    share = _GUANGDONG.get(n.retired_on.year)
    if share is not None:
        if n.notional_account_fen is None:
            raise FactMissing("广东过渡期内退休的，须有视同账户储存额，请补录。")
        old = Decimal(n.notional_account_fen) / 120
        text, new = f"视同账户 ÷ 120 +（{text} − 视同账户 ÷ 120）× {share}%", old + (new - old) * share / 100
    full_years = n.pre_account_months // 12
    return f"{text} + 100 + 4 × {full_years} 年", new + (100 + 4 * full_years) * 100


#: Methods by the name a province's file gives.
TRANSITIONAL: dict[str, Callable[[Needed], tuple[str, Decimal]]] = {
    "beijing": _beijing,
    "shanghai": _shanghai,
    "jiangsu": _jiangsu,
    "guangdong": _guangdong,
}


def long_service(mean_yuan: Decimal, paid_months: int, years: Decimal) -> list[tuple[str, Decimal]]:
    """Jilin's supplement for long service, when paid years exceed 20: by brackets of all years, each rounded to the fen."""
    if paid_months <= 20 * 12:
        return []
    lines = []
    for low, high, percent in _LONG_SERVICE:
        within = min(years, Decimal(high)) - low
        if within > 0:
            fen = (mean_yuan * within * Decimal(percent)).quantize(Decimal(1), ROUND_HALF_UP)
            lines.append((f"第 {low + 1} 年起 {plain(within)} 年 × {percent}%", fen))
    return lines


def plateau(indexed_yuan: Decimal, total_months: int) -> list[tuple[str, Decimal]]:
    """Tibet's plateau part: 5, 10 or 15 percent of the indexed wage for 10, 15 or 20 years there."""
    for years, percent in _PLATEAU:
        if total_months >= years * 12:
            return [(f"指数化月平均缴费工资 {plain(indexed_yuan)} × {percent}%", indexed_yuan * percent)]
    return []
