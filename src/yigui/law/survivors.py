"""Grants after a death not caused by work (遗属待遇): funeral grant and survivor benefit. Source: 人社部发〔2021〕18号."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from yigui.common.months import period_of
from yigui.law.calculation import CalculationLine, plain, round_half_up
from yigui.law.parameter_table import NATIONAL, table
from yigui.law.pension import ImpossibleRecord

_STEPS = (30, 15, 10, 5, 0)
_SOURCE = "人社部发〔2021〕18号"


@dataclass(frozen=True)
class SurvivorGrants:
    """Funeral grant and survivor benefit, fen, each once, with the months of the latter."""

    funeral_fen: int
    survivor_fen: int
    survivor_months: int
    lines: tuple[CalculationLine, ...]

    @property
    def total_fen(self) -> int:
        return self.funeral_fen + self.survivor_fen


def survivor_months(contribution_years: int, died_on: dt.date, *, drawn_years: int | None = None) -> int:
    """Months of the survivor benefit.

    Args:
        contribution_years: full years, deemed ones included.
        drawn_years: full years for which the deceased drew a pension; None for one who had not retired.

    Raises:
        ImpossibleRecord: years below zero.
    """
    if contribution_years < 0 or (drawn_years or 0) < 0:
        raise ImpossibleRecord("缴费年限、领取年限不能为负，请核对。")
    rows = table("survivor/months")
    step = next(s for s in _STEPS if contribution_years >= s)
    row = rows.at(str(step), area=NATIONAL, day=died_on)
    months = int(row["months"] + row["plus_per_year"] * (contribution_years - step))
    if drawn_years is None:
        return months
    floor = int(table("survivor/grants").at(area=NATIONAL, day=died_on)["pensioner_floor"])
    return max(floor, months - drawn_years)


def survivor_grants(area: str, contribution_years: int, died_on: dt.date, *, drawn_years: int | None = None) -> SurvivorGrants:
    """Both grants by the province's disposable income of the year before.

    Raises:
        ParameterMissing: the income is not stored for the province and year.
    """
    income = table("survivor/disposable_income").at(area=area, day=died_on)
    funeral_months = table("survivor/grants").at(area=NATIONAL, day=died_on)["funeral_months"]
    months = survivor_months(contribution_years, died_on, drawn_years=drawn_years)
    period = period_of(died_on)
    funeral = round_half_up(income.value * 100 * funeral_months)
    survivor = round_half_up(income.value * 100 * months)
    drawn = "" if drawn_years is None else f"，已领取 {drawn_years} 年"
    lines = (
        CalculationLine(f"丧葬补助金：{plain(income.value)} × {plain(Decimal(funeral_months))} 个月", funeral, period, _SOURCE),
        CalculationLine(
            f"抚恤金：{plain(income.value)} × {months} 个月（缴费 {contribution_years} 年{drawn}）", survivor, period, _SOURCE
        ),
    )
    return SurvivorGrants(funeral, survivor, months, lines)
