"""Pension of residents (城乡居民基本养老保险): basic part and account part. Source: 国发〔2014〕8号 and local supplements."""

import datetime as dt
from dataclasses import dataclass

from yigui.common.money import format_fen
from yigui.common.months import period_of
from yigui.law.calculation import CalculationLine, plain, round_half_up
from yigui.law.parameter_table import NATIONAL, Entry, ParameterMissing, table
from yigui.law.pension import Component, ImpossibleRecord
from yigui.law.retirement_age import age_on


@dataclass(frozen=True)
class ResidentPension:
    """A resident's pension, fen a month, and its parts."""

    components: tuple[Component, ...]

    @property
    def total_fen(self) -> int:
        return sum(c.amount_fen for c in self.components)


def resident_claim_age() -> int:
    """Age from which residents draw."""
    return int(table("resident/minimum_years").at(area=NATIONAL, day=dt.date(2014, 7, 1))["from_age"])


def resident_minimum_years(born_on: dt.date, day: dt.date) -> int:
    """Contribution years needed: 15; those near 60 when the scheme began pay for the years that were left, none at 60."""
    row = table("resident/minimum_years").at(area=NATIONAL, day=max(day, dt.date(2014, 7, 1)))
    began = dt.date(int(row["scheme_start_year"]), 12, 31)
    return max(0, min(int(row["years"]), int(row["from_age"]) - age_on(born_on, began)))


def resident_scheme(day: dt.date) -> tuple[int, int]:
    """The first year of the scheme, and the years that can be completed at most: those a pension needs."""
    row = table("resident/minimum_years").at(area=NATIONAL, day=max(day, dt.date(2014, 7, 1)))
    return int(row["scheme_start_year"]), int(row["years"])


def resident_pension(area: str, day: dt.date, paid_years: int, account_fen: int, *, age: int) -> ResidentPension:
    """The monthly pension of a resident by the standards of a day.

    Raises:
        ImpossibleRecord: years or account below zero.
        ParameterMissing: the area has no basic part of its own for the day; the national least is not taken for it.
    """
    if paid_years < 0 or account_fen < 0:
        raise ImpossibleRecord("缴费年限、个人账户储存额不能为负，请先核对。")
    divisor = table("resident/account").at(area=area, day=day)["payout_months"]
    period, source = period_of(day), "国发〔2014〕8号"
    parts = resident_basic(area, day, paid_years, age=age)
    text = f"个人账户养老金：储存额 {format_fen(account_fen)} ÷ {plain(divisor)}"
    parts.append(
        Component("account", "个人账户养老金", CalculationLine(text, round_half_up(account_fen / divisor), period, source))
    )
    return ResidentPension(tuple(parts))


def resident_basic(area: str, day: dt.date, paid_years: int, *, age: int) -> list[Component]:
    """What the standards of a day give a resident beside the account (基础养老金): the area's basic part, what years above its number add and
    what an age adds, fen a month; it follows every later standard, the account part does not.

    Raises:
        ParameterMissing: as `resident_pension`.
    """
    basic, period = _basic(area, day), period_of(day)
    fen = round_half_up(basic["value"] * 100)
    parts = [Component("basic", "基础养老金", CalculationLine(f"基础养老金：{plain(basic['value'])}", fen, period, basic.source))]
    more = max(0, paid_years - int(basic["extra_from_years"]))
    if more and basic["extra_per_year"]:
        text = f"年限基础养老金：超过 {plain(basic['extra_from_years'])} 年的 {more} 年 × {plain(basic['extra_per_year'])}"
        fen = round_half_up(basic["extra_per_year"] * more * 100)
        parts.append(Component("years", "年限基础养老金", CalculationLine(text, fen, period, basic.source)))
    older = _age_supplement(area, day, age)
    if older is not None:
        text = f"高龄加发：年满 {older.keys[0]} 周岁 {plain(older.value)}"
        parts.append(
            Component("age", "高龄加发基础养老金", CalculationLine(text, round_half_up(older.value * 100), period, older.source))
        )
    return parts


def _basic(area: str, day: dt.date) -> Entry:
    """The area's basic part, which is never below the national one: a row that is has been overtaken and is not used."""
    rows = table("resident/basic")
    found, least = rows.of_the_area(area=area, day=day), rows.at(area=NATIONAL, day=day)
    if found["value"] < least["value"]:
        raise ParameterMissing(
            f"{area} 地区的城乡居民基础养老金 {plain(found['value'])} 元（{found.source}）低于 {day} 的国家最低标准 {plain(least['value'])} 元，"
            "请联系系统管理员补充当地新标准。",
            parameter="resident/basic", area=area, day=day.isoformat(),
        )  # fmt: skip
    return found


def _age_supplement(area: str, day: dt.date, age: int) -> Entry | None:
    """What the area adds at an age: the row of the highest age that is reached."""
    rows = table("resident/age_supplement")
    found = (rows.find(str(reached), area=area, day=day) for reached in range(age, resident_claim_age() - 1, -1))
    return next((row for row in found if row is not None), None)


def resident_funeral_grant(area: str, day: dt.date) -> int:
    """Funeral grant after a resident's death, fen: months of the basic part, by the area."""
    months = table("resident/account").at(area=area, day=day)["funeral_months"]
    return round_half_up(_basic(area, day)["value"] * months * 100)
