"""Statutory retirement age (法定退休年龄) with the gradual delay (渐进式延迟) from 2025."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from yigui.common.months import add_months, first_day, months_between, period_of
from yigui.common.yaml_files import Mapping, load_yaml
from yigui.law.parameter_table import NATIONAL, table


class RetirementGroup(StrEnum):
    """The three groups of the decision: men, women of 55, women of 50."""

    MEN = "M60"
    WOMEN_55 = "F55"
    WOMEN_50 = "F50"


@dataclass(frozen=True)
class _Rule:
    base_months: int
    first_birth_period: int
    births_per_delay_month: int
    delay_months_max: int


@cache
def _rules() -> dict[str, _Rule]:
    declared: Any = load_yaml(Path(__file__).parent / "parameters" / "retirement" / "statutory_age.yaml")
    declared.check_keys(("label", "unit", "area", "source", "verified_on", "groups"))
    rules = {}
    for group, rule in declared["groups"].items():
        assert isinstance(rule, Mapping)
        rule.check_keys(("base_months", "first_birth_period", "births_per_delay_month", "delay_months_max"))
        rules[group] = _Rule(**rule)
    return rules


def delay_months(group: RetirementGroup, birth_period: int) -> int:
    """Months the retirement age is put off for a month of birth (YYYYMM).

    Source: 全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定 (2024-09-13), 附表一至三.
    """
    rule = _rules()[group]
    born = months_between(rule.first_birth_period, birth_period) if birth_period >= rule.first_birth_period else 0
    return min(rule.delay_months_max, -(-born // rule.births_per_delay_month))


def statutory_retirement_month(group: RetirementGroup, birth_period: int) -> int:
    """The month (YYYYMM) in which the statutory age is reached, for a month of birth (YYYYMM)."""
    return add_months(birth_period, _rules()[group].base_months + delay_months(group, birth_period))


@dataclass(frozen=True)
class RetirementSpan:
    """The months (YYYYMM) in which a person may retire: flexible early, statutory, flexible late."""

    earliest: int
    statutory: int
    latest: int

    def kind_of(self, period: int) -> str:
        """`flexible_early`, `statutory`, `flexible_late`, or "" for a month outside the span."""
        if not self.earliest <= period <= self.latest:
            return ""
        if period == self.statutory:
            return "statutory"
        return "flexible_early" if period < self.statutory else "flexible_late"


def retirement_span(group: RetirementGroup, birth_period: int) -> RetirementSpan:
    """From when to when a person may retire; before 2025 the statutory month alone.

    Early by at most 36 months and never before the old age, late by at most 36. Source: 人社部发〔2024〕94号.
    """
    statutory = statutory_retirement_month(group, birth_period)
    flexible = table("retirement/flexible")
    early = flexible.find("early", area=NATIONAL, day=first_day(statutory))
    late = flexible.find("late", area=NATIONAL, day=first_day(statutory))
    original = add_months(birth_period, _rules()[group].base_months)
    earliest = statutory if early is None else max(original, add_months(statutory, -int(early["months"])))
    return RetirementSpan(earliest, statutory, statutory if late is None else add_months(statutory, int(late["months"])))


def notice_until(kind: str, born_on: dt.date, span: RetirementSpan, retired_on: dt.date) -> dt.date:
    """The last day on which a flexible retirement is put into writing between employer and employee (书面告知、书面协商).

    Early: the employee tells the employer at least 3 months before the chosen day; late: both agree at least 1 month before the statutory age is
    reached. Where that day lies before the rule came into force, it is the chosen or the statutory day itself.

    Args:
        kind: `flexible_early` or `flexible_late`, as `RetirementSpan.kind_of` says.

    Source: 人社部发〔2024〕94号 (实施弹性退休制度暂行办法) 第二条、第三条.
    """
    day = retired_on if kind == "flexible_early" else _day_in(span.statutory, born_on.day)
    months = notice_months(kind, day)
    if months is None:
        return day
    last = _day_in(add_months(period_of(day), -months), day.day)
    return day if notice_months(kind, last) is None else last


def notice_months(kind: str, day: dt.date) -> int | None:
    """Calendar months of notice of a flexible retirement on a day; None where there was no such rule. `kind`: as `notice_until`."""
    rule = table("retirement/flexible").find("early" if kind == "flexible_early" else "late", area=NATIONAL, day=day)
    return None if rule is None else int(rule["notice_months"])


def _day_in(period: int, day: int) -> dt.date:
    """A day of a month, or its last one where the month is shorter."""
    return min(first_day(period) + dt.timedelta(days=day - 1), first_day(add_months(period, 1)) - dt.timedelta(days=1))


def minimum_contribution_months(period: int) -> int:
    """Contribution months needed for a monthly pension, by the month whose rule counts (YYYYMM).

    For an early retirement that is the chosen month, for a late one the statutory month. Source: the decision, 附表四.
    """
    return int(table("retirement/minimum_months").at(area=NATIONAL, day=first_day(period))["months"])


def latest_retirement_month(gender: str, born_on: dt.date) -> int:
    """The latest statutory retirement month that can apply to a person of this gender ('1' 男, '2' 女).

    A woman's group depends on her post, which is settled at the pre-review; here the later one, 55, is taken.
    """
    group = RetirementGroup.WOMEN_55 if gender == "2" else RetirementGroup.MEN
    return statutory_retirement_month(group, period_of(born_on))


def earliest_retirement_month(gender: str, born_on: dt.date) -> int:
    """The earliest statutory retirement month that can apply: for a woman the group of 50."""
    group = RetirementGroup.WOMEN_50 if gender == "2" else RetirementGroup.MEN
    return statutory_retirement_month(group, period_of(born_on))


def age_on(born_on: dt.date, day: dt.date) -> int:
    """Full years of age on a day."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


__all__ = [
    "RetirementGroup", "RetirementSpan", "age_on", "delay_months", "earliest_retirement_month", "latest_retirement_month",
    "minimum_contribution_months", "notice_until", "retirement_span", "statutory_retirement_month",
]  # fmt: skip
