"""Grants after a death not caused by work (遗属待遇): funeral grant and survivor benefit. Source: 人社部发〔2021〕18号."""

import datetime as dt
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from yigui.common.errors import YiguiError
from yigui.common.months import period_of
from yigui.law.calculation import CalculationLine, plain, round_half_up
from yigui.law.parameter_table import NATIONAL, table
from yigui.law.pension import ImpossibleRecord

_STEPS = (30, 15, 10, 5, 0)
_SOURCE = "人社部发〔2021〕18号"


class OwnContributionsMissing(YiguiError):
    """Below five years the grants are capped by what the person paid; that sum was not given."""

    code = "law.own_contributions_missing"


@dataclass(frozen=True)
class SurvivorGrants:
    """Funeral grant and survivor benefit, fen, each once, with the months of the latter (part months as decimals)."""

    funeral_fen: int
    survivor_fen: int
    survivor_months: Decimal
    lines: tuple[CalculationLine, ...]

    @property
    def total_fen(self) -> int:
        return self.funeral_fen + self.survivor_fen


def _years(months: Decimal | int, area: str, died_on: dt.date) -> Fraction:
    """Months as years: exact twelfths, or the decimals the area sets."""
    decimals = table("survivor/part_year_decimals").find(area=area, day=died_on)
    if decimals is None:
        return Fraction(months) / 12
    unit = Decimal(1).scaleb(-int(decimals.value))
    return Fraction((Decimal(months) / 12).quantize(unit, ROUND_HALF_UP))


def _months(contribution_months: Decimal | int, died_on: dt.date, area: str, drawn_months: int | None) -> Fraction:
    if contribution_months < 0 or (drawn_months is not None and drawn_months < 0):
        raise ImpossibleRecord("缴费年限、领取年限不能为负，请核对。")
    years = _years(contribution_months, area, died_on)
    step = next(s for s in _STEPS if years >= s)
    row = table("survivor/months").at(str(step), area=NATIONAL, day=died_on)
    months = Fraction(row["months"]) + Fraction(row["plus_per_year"]) * (years - step)
    if drawn_months is None:
        return months
    floor = Fraction(table("survivor/grants").at(area=NATIONAL, day=died_on)["pensioner_floor"])
    return max(floor, months - _years(drawn_months, area, died_on))


def survivor_months(
    contribution_months: Decimal | int, died_on: dt.date, *, area: str = NATIONAL, drawn_months: int | None = None
) -> Decimal:
    """Months of the survivor benefit, to the month: a part year counts as twelfths, four decimals shown.

    Args:
        contribution_months: paid and deemed months, half ones too.
        area: place of the benefit, whose rounding of part years counts.
        drawn_months: months for which the deceased drew a pension; None for one who had not retired.

    Raises:
        ImpossibleRecord: months below zero.
    """
    return _shown(_months(contribution_months, died_on, area, drawn_months))


def _shown(months: Fraction) -> Decimal:
    return (Decimal(months.numerator) / months.denominator).quantize(Decimal("0.0001"), ROUND_HALF_UP)


def survivor_grants(
    area: str,
    contribution_months: Decimal | int,
    died_on: dt.date,
    *,
    drawn_months: int | None = None,
    own_paid_fen: int | None = None,
) -> SurvivorGrants:
    """Both grants by the province's disposable income of the year before.

    Args:
        own_paid_fen: what the person paid, fen; the cap of both grants below five years of contributions.

    Raises:
        ParameterMissing: the income is not stored for the province and year.
        OwnContributionsMissing: the cap applies and the sum is not known.
    """
    income = Fraction(table("survivor/disposable_income").at(area=area, day=died_on).value) / 12
    grants = table("survivor/grants").at(area=NATIONAL, day=died_on)
    months = _months(contribution_months, died_on, area, drawn_months)
    period = period_of(died_on)
    funeral = _fen(income * Fraction(grants["funeral_months"]))
    survivor = _fen(income * months)
    note = ""
    if drawn_months is None and contribution_months < int(grants["cap_below_years"]) * 12:
        if own_paid_fen is None:
            raise OwnContributionsMissing(
                "缴费不满五年的，遗属待遇不超过本人缴费额：缺“本人累计缴费额”（来源：个人账户），请先核对个人账户。"
            )
        # The funeral grant first; what is left of the sum is the survivor benefit.
        capped = min(funeral + survivor, own_paid_fen)
        if capped < funeral + survivor:
            funeral, survivor = min(funeral, capped), capped - min(funeral, capped)
            note = "；缴费不满五年，两项合计不超过本人缴费额"
    shown = (
        plain(Decimal(income.numerator) / income.denominator) if income.denominator == 1 else f"{plain(_shown(income * 12))} ÷ 12"
    )
    drawn = "" if drawn_months is None else f"，已领取 {drawn_months} 个月"
    lines = (
        CalculationLine(f"丧葬补助金：{shown} × {plain(grants['funeral_months'])} 个月{note}", funeral, period, _SOURCE),
        CalculationLine(
            f"抚恤金：{shown} × {plain(_shown(months))} 个月（缴费 {contribution_months} 个月{drawn}）{note}",
            survivor,
            period,
            _SOURCE,
        ),
    )
    return SurvivorGrants(funeral, survivor, _shown(months), lines)


def _fen(yuan: Fraction) -> int:
    """Yuan as fen, rounded once, half up."""
    return round_half_up(Decimal((yuan * 100).numerator) / (yuan * 100).denominator)
