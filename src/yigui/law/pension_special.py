"""Transitional parts and extras of provinces whose structure differs. Each takes what it needs and gives its words and fen a month."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

from yigui.law.calculation import plain
from yigui.law.needs import (
    NOTIONAL_ACCOUNT,
    OLD_METHOD,
    OLD_WAGE,
    TRANSITION_PERCENT,
    TRANSITIONAL_INDEX,
    WEIGHTED_YEARS,
    FactMissing,
    Need,
)
from yigui.law.parameter_table import table

if TYPE_CHECKING:
    from yigui.law.pension import PensionFacts

_LONG_SERVICE = ((20, 25, "0.15"), (25, 30, "0.20"), (30, 99, "0.25"))
_PLATEAU = ((20, 15), (15, 10), (10, 5))
#: Share of the difference between the new method and the old one, percent by year of retirement.
_JIANGSU = {2024: 40, 2025: 70}
_GUANGDONG = {2021: 30, 2022: 50, 2023: 70, 2024: 90}
#: Shenzhen's adjustment sum (调节金), yuan by year of retirement.
_SHENZHEN = {2021: 250, 2022: 200, 2023: 150, 2024: 50}


@dataclass(frozen=True)
class Needed:
    """What the special methods are given: the person's facts, base (yuan), index where the rule has one, years before the accounts
    as the province rounds them, how it rounds months, and the coefficient."""

    facts: "PensionFacts"
    yuan: Decimal
    index: Decimal | None
    years: Decimal
    rounded: Callable[[Decimal | int], Decimal]
    coefficient_percent: Decimal


def _given(value: Decimal | int | None) -> Decimal:
    """A fact the rule needs; `needs.missing` has been asked before, so it is there."""
    assert value is not None
    return Decimal(value)


def _beijing(n: Needed) -> tuple[str, Decimal]:
    """Deemed years (to 1992-09) with index 1, paid years 1992-10 to 1998-06 with their own index, 1 percent each."""
    deemed, paid = n.rounded(n.facts.deemed_months), n.rounded(n.facts.pre_account_months - n.facts.deemed_months)
    shown = f"{plain(n.coefficient_percent)}%"
    text, weighted = f"计发基数 {plain(n.yuan)} × 视同 {plain(deemed)} 年 × {shown}", deemed
    if paid > 0:
        index = _given(n.index)
        text += f" + {plain(n.yuan)} × 指数 {plain(index)} × 实缴 {plain(paid)} 年 × {shown}"
        weighted += index * paid
    return text, n.yuan * n.coefficient_percent * weighted


def _shanghai(n: Needed) -> tuple[str, Decimal]:
    """Base × 1.0 × years to 1992-12 × 1.2 percent, and the notional account of 1993 to 1997 divided by 120."""
    notional = _given(n.facts.notional_account_fen)
    text = f"计发基数 {plain(n.yuan)} × 1.0 × {plain(n.years)} 年 × {plain(n.coefficient_percent)}% + 虚账实记额 ÷ 120"
    return text, n.yuan * n.years * n.coefficient_percent + notional / 120


def _notional(n: Needed) -> tuple[str, Decimal]:
    """The notional account divided by 120 (Jiangsu until 2023)."""
    notional = _given(n.facts.notional_account_fen)
    return f"虚账储存额 {plain(notional / 100)} ÷ 120", notional / 120


def _jiangsu(n: Needed) -> tuple[str, Decimal]:
    """The new method by steps: the old amount and a share of what is above it until 2025, the new one from 2026; never below the old."""
    index = _given(n.index)
    new = n.yuan * index * n.years * n.coefficient_percent
    text = f"计发基数 {plain(n.yuan)} × 指数 {plain(index)} × {plain(n.years)} 年 × {plain(n.coefficient_percent)}%"
    share = _JIANGSU.get(n.facts.retired_on.year)
    if share is None:
        return text, new
    old = _given(n.facts.old_method_fen)
    if new <= old:
        return f"原办法 {plain(old / 100)}（新办法 {text} 不高于原办法）", old
    return f"原办法 {plain(old / 100)} +（{text} − 原办法）× {share}%", old + (new - old) * share / 100


def _by_years(facts: "PensionFacts") -> tuple[str, Decimal]:
    """A sum, and more for each full year of all years, fen (`pension/years_sum`)."""
    row, full_years = table("pension/years_sum").at(area=facts.area, day=facts.retired_on), int(facts.total_months // 12)
    return f"{plain(row['yuan'])} + {plain(row['yuan_per_year'])} × {full_years} 年", (
        row["yuan"] + row["yuan_per_year"] * full_years
    ) * 100


def _guangdong(n: Needed) -> tuple[str, Decimal]:
    """Base × weighted years × 1.2 percent; to 2024 the old method (notional account ÷ 120) and a share of the difference; plus a
    sum by all years. Weighted years are the sum of the years' indices, or their index times their number."""
    rest, added = _by_years(n.facts)
    if not n.years:
        return rest, added
    if n.facts.weighted_years is not None:
        weighted, shown = n.facts.weighted_years, f"加权年限 {plain(n.facts.weighted_years)} 年"
    else:
        index = _given(n.facts.transitional_index)
        weighted, shown = index * n.years, f"指数 {plain(index)} × {plain(n.years)} 年"
    new = n.yuan * weighted * n.coefficient_percent
    text = f"计发基数 {plain(n.yuan)} × {shown} × {plain(n.coefficient_percent)}%"
    share = _GUANGDONG.get(n.facts.retired_on.year)
    if share is not None:
        old = _given(n.facts.notional_account_fen) / 120
        text, new = f"视同账户 ÷ 120 +（{text} − 视同账户 ÷ 120）× {share}%", old + (new - old) * share / 100
    return f"{text} + {rest}", new + added


def _shenzhen(n: Needed) -> tuple[str, Decimal]:
    """Shenzhen: the old indexed wage by its percentage, a sum by all years, and the adjustment sum until 2024."""
    text, fen = _by_years(n.facts)
    if n.years:
        wage, percent = _given(n.facts.old_indexed_wage_fen), _given(n.facts.transition_percent)
        text, fen = f"指数化工资 {plain(wage / 100)} × {plain(percent)}% + {text}", fen + wage * percent / 100
    more = _SHENZHEN.get(n.facts.retired_on.year)
    return (text, fen) if more is None else (f"{text} + 调节金 {more}", fen + more * 100)


#: Methods by the name a province's file gives.
TRANSITIONAL: dict[str, Callable[[Needed], tuple[str, Decimal]]] = {
    "beijing": _beijing, "shanghai": _shanghai, "notional": _notional, "jiangsu": _jiangsu, "guangdong": _guangdong, "shenzhen": _shenzhen,
}  # fmt: skip
#: Methods that give something to people without years before the accounts too.
FOR_EVERYBODY = frozenset({"guangdong", "shenzhen"})
#: Methods that pay a notional account out.
BY_NOTIONAL = frozenset({"shanghai", "notional"})


def _has_earlier(facts: "PensionFacts") -> bool:
    return facts.pre_account_months > 0


def needs_of_method(method: str, retired_on: dt.date) -> list[tuple[Need, Callable[["PensionFacts"], bool]]]:
    """What a special method needs for a retirement on a day, each with whom it is asked of."""
    year = retired_on.year
    match method:
        case "beijing":
            return [(TRANSITIONAL_INDEX, lambda f: f.pre_account_months > f.deemed_months)]
        case "shanghai" | "notional":
            return [(NOTIONAL_ACCOUNT, _has_earlier)]
        case "jiangsu":
            return [(TRANSITIONAL_INDEX, _has_earlier), *([(OLD_METHOD, _has_earlier)] if year in _JIANGSU else [])]
        case "guangdong":
            return [(WEIGHTED_YEARS, _has_earlier), *([(NOTIONAL_ACCOUNT, _has_earlier)] if year in _GUANGDONG else [])]
        case "shenzhen":
            return [(OLD_WAGE, _has_earlier), (TRANSITION_PERCENT, _has_earlier)]
    return []


def long_service(mean_yuan: Decimal, paid_months: Decimal | int, years: Decimal) -> list[tuple[str, Decimal]]:
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


def plateau(indexed_yuan: Decimal, months_there: Decimal | int) -> list[tuple[str, Decimal]]:
    """Tibet's plateau part: 5, 10 or 15 percent of the indexed wage for 10, 15 or 20 years there."""
    for years, percent in _PLATEAU:
        if months_there >= years * 12:
            return [(f"指数化月平均缴费工资 {plain(indexed_yuan)} × {percent}%", indexed_yuan * percent)]
    return []


__all__ = ["BY_NOTIONAL", "FOR_EVERYBODY", "TRANSITIONAL", "FactMissing", "Needed", "long_service", "needs_of_method", "plateau"]
