"""The pension of an employee (职工基本养老金): basic, account and transitional part and what the province adds.

Source: 国发〔2005〕38号 and the rules of the province (`province.py`). Amounts are fen a month; every part is rounded once.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from functools import cache

from yigui.common.errors import YiguiError
from yigui.common.money import format_fen
from yigui.common.months import period_of
from yigui.law.calculation import CalculationLine, plain
from yigui.law.needs import PRE_ACCOUNT, check_numbers, missing, refusal_of
from yigui.law.parameter_table import table
from yigui.law.pension_special import BY_NOTIONAL, FOR_EVERYBODY, TRANSITIONAL, Needed, long_service, plateau
from yigui.law.province import TITLES, CalculationBase, Extra, Version, province_of, rules_at
from yigui.law.unread import note

NATIONAL_SOURCE = "国发〔2005〕38号（2006-01-01 起）"
_MODES = {"up": ROUND_UP, "down": ROUND_DOWN, "half_up": ROUND_HALF_UP}


class ImpossibleRecord(YiguiError):
    """The facts contradict themselves; the sentence says which. `data["need"]`: the need whose answer is to be corrected, where it is one's."""

    code = "law.impossible_record"


@dataclass(frozen=True)
class PensionFacts:
    """What an assessment needs to know of a person. None is never an answer: a rule that needs the fact refuses (`needs.missing`).

    Attributes:
        area: place of the award. retired_on: day of retirement; its version of the rules counts.
        total_months: paid and deemed months, half months too. deemed_months: years of work counted without contributions (视同缴费年限).
        pre_account_months: paid and deemed months before the accounts began.
        average_index, transitional_index: the second only where the province has one.
        account_fen: balance of the personal account. payout_months: by age.
        titles: what entitles to extras, as `province.TITLES` names it; the empty set says that the person has none of them.
        supplement_percent: percent of the indexed wage a year by all titles together, where the province adds them up (Sichuan).
        notional_account_fen, old_method_fen: where the province compares with an older method (Guangdong, Shanghai; Jiangsu).
        weighted_years: sum of the indices of the years before the accounts (Guangdong). local_months: months of work in Tibet, or
            of the local supplementary insurance (Shenzhen). city_factor: the city's parameter of its subsidy (Zhengzhou).
        old_indexed_wage_fen, transition_percent: Shenzhen's older method.
    """  # fmt: skip

    area: str
    retired_on: dt.date
    total_months: Decimal | int
    deemed_months: Decimal | int
    pre_account_months: Decimal | int
    average_index: Decimal
    account_fen: int
    payout_months: Decimal
    transitional_index: Decimal | None = None
    titles: frozenset[str] | None = None
    supplement_percent: Decimal | None = None
    notional_account_fen: int | None = None
    old_method_fen: int | None = None
    weighted_years: Decimal | None = None
    local_months: Decimal | int | None = None
    city_factor: Decimal | None = None
    old_indexed_wage_fen: int | None = None
    transition_percent: Decimal | None = None

    def judge(self) -> None:
        """Raise ImpossibleRecord where the facts contradict themselves."""
        if self.total_months <= 0:
            raise ImpossibleRecord(f"累计缴费月数为 {self.total_months}，须大于零，请核对缴费记录。")
        if self.deemed_months < 0 or self.pre_account_months < 0:
            raise ImpossibleRecord("视同缴费月数、建账前月数不能为负，请核对档案记录。")
        if self.pre_account_months > self.total_months:
            words = f"建账前月数 {self.pre_account_months} 多于累计缴费月数 {self.total_months}，请核对。"
            raise ImpossibleRecord(words, need=PRE_ACCOUNT.name)
        if self.average_index <= 0 or (self.transitional_index is not None and self.transitional_index <= 0):
            raise ImpossibleRecord(f"平均缴费指数为 {plain(self.average_index)}，须大于零，请核对各年缴费基数。")
        if self.account_fen < 0:
            raise ImpossibleRecord(f"个人账户储存额为 {format_fen(self.account_fen)} 元，不能为负，请先更正个人账户。")
        numbers = (
            ("加权缴费年限", self.weighted_years), ("虚账储存额", self.notional_account_fen), ("原办法过渡性养老金", self.old_method_fen),
            ("在当地的月数", self.local_months), ("过渡性补贴参数", self.city_factor), ("加发比例", self.supplement_percent),
            ("原办法指数化工资", self.old_indexed_wage_fen), ("过渡性养老金比例", self.transition_percent),
        )  # fmt: skip
        if wrong := check_numbers(numbers):
            raise ImpossibleRecord(f"{wrong}不能为负，请核对。")
        if self.titles is not None and (unknown := sorted(self.titles - TITLES.keys())):
            raise ImpossibleRecord(f"未知的加发身份 {'、'.join(unknown)}，请从列表中选择。")
        if self.payout_months <= 0:
            raise ImpossibleRecord("计发月数须大于零，请核对出生日期和退休日期。")


@dataclass(frozen=True)
class Component:
    """A part of the pension: what it is, fen a month, and how it came about."""

    kind: str
    label: str
    line: CalculationLine

    @property
    def amount_fen(self) -> int:
        return self.line.amount_fen

    @property
    def explanation(self) -> str:
        """The calculation without the component's name before it."""
        return self.line.text.removeprefix(f"{self.label}：")


@dataclass(frozen=True)
class Assessment:
    """A pension as assessed: its parts and their sum, fen a month, with the base it was made with."""

    components: tuple[Component, ...]
    total_fen: int
    base: CalculationBase
    years: Decimal
    transitional_years: Decimal

    @property
    def lines(self) -> tuple[CalculationLine, ...]:
        return tuple(c.line for c in self.components)

    def part(self, kind: str) -> int:
        """Sum of the components of a kind, fen."""
        return sum(c.amount_fen for c in self.components if c.kind == kind)


@cache
def _rounding(rule: str) -> tuple[str, Decimal]:
    """How a rule of years rounds, and to what."""
    mode, digits = rule.rsplit("_", 1)
    return _MODES[mode], Decimal(1).scaleb(-int(digits))


def years_of(months: Decimal | int, rule: str) -> Decimal:
    """Months as years, rounded as the province rounds them."""
    exact = Decimal(months) / 12
    if rule == "unrounded":
        return exact
    if rule == "full_and_0.083":
        full, rest = divmod(months, 12)
        return full + rest * Decimal("0.083")
    mode, step = _rounding(rule)
    return exact.quantize(step, mode)


def round_part(fen: Decimal, rule: str) -> int:
    """An amount in fen, rounded to the fen half up, or to the jiao."""
    if rule == "fen":
        return int(fen.quantize(Decimal(1), ROUND_HALF_UP))
    # Beyond a millionth of a fen lies only what dividing by twelve leaves over: it must not lift a whole jiao.
    fen = fen.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    mode = ROUND_CEILING if rule == "jiao_up" else ROUND_HALF_UP
    return int((fen / 10).quantize(Decimal(1), mode)) * 10


def base_at(area: str, retired_on: dt.date, as_of: dt.date) -> CalculationBase:
    """The calculation base for a retirement as known on a day; provisional when it is the year before's."""
    return province_of(area).base_at(area, retired_on, as_of)


def assess(facts: PensionFacts, base: CalculationBase) -> Assessment:
    """Assess a pension by the rules of the place on the day of retirement.

    Raises:
        ImpossibleRecord: the facts contradict themselves.
        ParameterMissing: the province has no rules for the day.
        FactMissing: the rule needs a fact that was not given; names each and where it comes from.
    """
    facts.judge()
    province, rules = rules_at(facts.area, facts.retired_on)
    if missed := missing(facts):
        raise refusal_of(missed, facts.area)
    period, source = period_of(facts.retired_on), f"{province.source}（{rules.first_day} 起）"
    years = years_of(facts.total_months, rules.years)
    earlier = facts.deemed_months if rules.transitional.years == "deemed" else facts.pre_account_months
    earlier_years = years_of(earlier, rules.earlier_years)

    def part(kind: str, label: str, text: str, fen: Decimal, origin: str = source) -> Component:
        return Component(kind, label, CalculationLine(f"{label}：{text}", round_part(fen, rules.part_rounding), period, origin))

    parts = [part("basic", "基础养老金", *_basic(facts, base, rules, years), NATIONAL_SOURCE)]
    parts.append(
        part(
            "account", "个人账户养老金", f"储存额 {format_fen(facts.account_fen)} ÷ 计发月数 {plain(facts.payout_months)}",
            facts.account_fen / facts.payout_months, NATIONAL_SOURCE,
        )
    )  # fmt: skip
    method = rules.transitional.method
    # A notional account is paid out whatever months lie before the accounts.
    is_due = earlier > 0 or method in FOR_EVERYBODY or (method in BY_NOTIONAL and facts.notional_account_fen is not None)
    if is_due:
        parts.append(part("transitional", "过渡性养老金", *_transitional(facts, base, rules, earlier_years)))
    three = sum(p.amount_fen for p in parts)
    for extra in rules.extras:
        if extra.holds_in(facts.area) and _is_due(extra, facts):
            found = [part(extra.name, extra.label, text, fen) for text, fen in _extra(extra, facts, base, years, three)]
            parts.extend(found)
            if extra.conflict:
                paid = format_fen(sum(component.amount_fen for component in found))
                note("pension/provinces", "assumed", extra.label, f"{paid} 元", extra.conflict)
    total = sum(p.amount_fen for p in parts)
    lifted = round_part(Decimal(total), rules.total_rounding)
    if lifted != total:
        line = CalculationLine(f"见分进角：合计 {format_fen(total)} 进至 {format_fen(lifted)}", lifted - total, period, source)
        parts.append(Component("jiao_top_up", "见分进角", line))
    return Assessment(tuple(parts), lifted, base, years, earlier_years)


def _term(base: CalculationBase, which: str) -> Decimal:
    return (base.provincial if which == "provincial" else base.local) * 100


def _basic(facts: PensionFacts, base: CalculationBase, rules: Version, years: Decimal) -> tuple[str, Decimal]:
    first, second = _term(base, rules.first_term), _term(base, rules.second_term)
    floor = rules.scaled_below_index
    scaled = ""
    if floor is not None and facts.average_index < floor:
        first = first * facts.average_index / floor
        scaled = f"（指数低于 {plain(floor)}，基数按比例折算）"
    amount = (first + second * facts.average_index) / 2 * years / 100
    text = (
        f"（计发基数 {plain(_term(base, rules.first_term) / 100)}{scaled} + {plain(second / 100)} × 平均缴费指数"
        f" {plain(facts.average_index)}）÷ 2 × 缴费年限 {plain(round_years(years))} 年 × 1%"
    )
    return text, amount


def _transitional(facts: PensionFacts, base: CalculationBase, rules: Version, years: Decimal) -> tuple[str, Decimal]:
    rule = rules.transitional
    index = facts.average_index if rule.index == "average" else facts.transitional_index
    if rule.index_floor is not None and index is not None:
        index = max(index, rule.index_floor)
    coefficient = rule.coefficient_percent
    paid = facts.total_months - facts.deemed_months
    if rule.coefficient_above_20_paid_years is not None and paid > 20 * 12:
        coefficient = rule.coefficient_above_20_paid_years
    if rule.coefficient_of_intellectuals is not None and facts.titles is not None and "intellectual" in facts.titles:
        coefficient = rule.coefficient_of_intellectuals
    yuan = _term(base, rule.base) / 100
    if rule.method in TRANSITIONAL:
        needed = Needed(facts, yuan, index, years, lambda months: years_of(months, rules.earlier_years), coefficient)
        return TRANSITIONAL[rule.method](needed)
    assert index is not None  # needs.missing has refused before
    shown = f"{plain(round_years(years))} 年 × {plain(coefficient)}%"
    if rule.method == "mean":
        return (
            f"（计发基数 {plain(yuan)} + {plain(yuan)} × 指数 {plain(index)}）÷ 2 × {shown}",
            yuan * (1 + index) / 2 * years * coefficient,
        )
    return f"计发基数 {plain(yuan)} × 指数 {plain(index)} × {shown}", yuan * index * years * coefficient


def _is_due(extra: Extra, facts: PensionFacts) -> bool:
    if extra.when == "deemed_15_years":
        return facts.deemed_months >= 15 * 12
    if extra.kind == "indexed_percent" and facts.supplement_percent is not None:
        return facts.supplement_percent > 0
    if extra.kind == "city_factor":
        return facts.deemed_months > 0
    assert facts.titles is not None or not extra.when  # needs.missing has refused before
    return not extra.when or (facts.titles is not None and extra.when in facts.titles)


def _extra(extra: Extra, facts: PensionFacts, base: CalculationBase, years: Decimal, three_fen: int) -> list[tuple[str, Decimal]]:
    """Text and amount of an extra component; several where it is rounded in brackets."""
    yuan, percent, index = extra.yuan, extra.percent, facts.average_index
    paid = facts.total_months - facts.deemed_months
    match extra.kind:
        case "fixed":
            return [(f"定额 {plain(yuan)}", yuan * 100)]
        case "linear":
            text = f"{plain(yuan)} + {plain(extra.per_index_year)} × 指数 {plain(index)} × {plain(round_years(years))} 年"
            return [(text, (yuan + extra.per_index_year * index * years) * 100)]
        case "indexed_percent":
            percent = percent if facts.supplement_percent is None else facts.supplement_percent
            text = f"指数化月平均缴费工资 {plain(base.local)} × {plain(index)} × {plain(round_years(years))} 年 × {plain(percent)}%"
            return [(text, base.local * index * years * percent)]
        case "percent_of_parts":
            return [(f"以上三项 {format_fen(three_fen)} × {plain(percent)}%", Decimal(three_fen) * percent / 100)]
        case "percent_of_average":
            average = table("pension/average_pension").at(area=facts.area, day=facts.retired_on)
            return [(f"{average.source} {plain(average.value)} × {plain(percent)}%", average.value * percent)]
        case "long_service":
            mean = (base.local + base.provincial * index) / 2
            return long_service(mean, paid, years)
        case "city_factor":
            assert facts.city_factor is not None
            text = f"实缴 {paid} 个月 × 参数 {plain(facts.city_factor)} ÷（{facts.total_months} 个月 × 1%）× {plain(base.local)} ÷ {plain(yuan)}"
            return [(text, paid * facts.city_factor * 100 / facts.total_months * base.local / yuan * 100)]
        case "local_supplement":
            assert facts.local_months is not None
            if not facts.local_months:
                return []
            local_years = Decimal(facts.local_months) / 12
            text = f"{plain(extra.per_index_year)} × 指数 {plain(index)} × {plain(round_years(local_years))} 年 + {plain(yuan)}"
            return [(text, (extra.per_index_year * index * local_years + yuan) * 100)]
    assert facts.local_months is not None
    return plateau(base.local * index, facts.local_months)


def round_years(years: Decimal) -> Decimal:
    """Years as they are shown: at most four decimals."""
    return years.quantize(Decimal("0.0001"), ROUND_HALF_UP) if years.as_tuple().exponent < -4 else years  # type: ignore[operator]


__all__ = [
    "Assessment", "Component", "ImpossibleRecord", "PensionFacts", "assess", "base_at", "round_part", "years_of",
]  # fmt: skip
