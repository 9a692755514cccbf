"""Unemployment benefit (失业保险金): months by contribution, standard by month of receipt. Source: 社会保险法 第四十六条, local rules."""

import datetime as dt
from decimal import Decimal

from yigui.common.months import first_day, period_of
from yigui.law.calculation import round_half_up
from yigui.law.parameter_table import NATIONAL, Entry, ParameterMissing, table
from yigui.law.pension import ImpossibleRecord

_MONTHS_KNOWN = range(600, -1, -1)


def _highest(name: str, reached: int, area: str, day: dt.date) -> Entry | None:
    """The row with the highest threshold that is reached."""
    rows = table(name)
    for threshold in range(min(reached, _MONTHS_KNOWN[0]), -1, -1):
        found = rows.find(str(threshold), area=area, day=day)
        if found is not None:
            return found
    return None


def national_cap_months(contribution_months: int, day: dt.date) -> int:
    """The most months the law allows for contribution months."""
    if contribution_months < 0:
        raise ImpossibleRecord("缴费月数不能为负，请核对缴费记录。")
    found = _highest("unemployment/national_cap", contribution_months, NATIONAL, day)
    return int(found["months"]) if found else 0


def benefit_months(contribution_months: int, area: str, day: dt.date, *, unused_months: int = 0) -> int:
    """Months of benefit for contribution months since the last claim, with unused months of before; together no more than the law allows anybody.

    Raises:
        ParameterMissing: the place has no rule.
    """
    cap = national_cap_months(contribution_months, day)
    if not cap:
        return 0
    found = _highest("unemployment/months", contribution_months, area, day)
    if found is None or 0 < found["until_months"] < contribution_months:
        found = table("unemployment/months").at(str(contribution_months), area=area, day=day)
    months = int(found["months"])
    if found["each_months"]:
        whole, rest = divmod(contribution_months - int(found.keys[0]), int(found["each_months"]))
        counts = 0 < found["remainder_from"] <= rest
        months += (whole + counts) * int(found["plus"])
    return min(min(months, cap) + unused_months, national_cap_months(_MONTHS_KNOWN[0], day))


def monthly_amount(area: str, day: dt.date, month_of_receipt: int, *, paid_months: int, is_extended: bool = False) -> int:
    """The standard of a month of receipt (1 for the first) after so many paid months, fen; some places count the full years paid.

    Raises:
        ParameterMissing: the place has no standard for the day.
    """
    if is_extended:
        return round_half_up(table("unemployment/extended").at(area=area, day=day).value * 100)
    rows = table("unemployment/amount")
    steps = ((str(month), str(years)) for month in range(month_of_receipt, 0, -1) for years in range(paid_months // 12, -1, -1))
    found = next((row for step in steps if (row := rows.find(*step, area=area, day=day)) is not None), None)
    if found is None:
        found = rows.at("1", str(paid_months // 12), area=area, day=day)
    return round_half_up(found.value * 100)


def standard_in(area: str, period: int, month: int, *, paid_months: int, today: dt.date) -> int:
    """The standard of a month of receipt (1 for the first), by that month's own date: a raise comes with its day. Of months to come for
    which none is published yet, that of today.

    Raises:
        ParameterMissing: the place has none for a month that has come.
    """
    day, now = first_day(period), first_day(period_of(today))
    try:
        return monthly_amount(area, day, month, paid_months=paid_months)
    except ParameterMissing:
        if day <= now:
            raise
        return monthly_amount(area, now, month, paid_months=paid_months)


def medical_contribution(area: str, day: dt.date) -> tuple[int, Entry]:
    """What the unemployment fund pays a month into employees' medical insurance for a claimant (领取期间职工医保费), fen, and the row it stands in.

    Raises:
        ParameterMissing: the place has signed no base and rate.

    Source: 社会保险法 第四十八条; base and rate by the pooling area.
    """
    row = table("unemployment/medical").at(area=area, day=day)
    return round_half_up(row["base_yuan"] * row["rate_percent"]), row


def death_grants(area: str, day: dt.date, *, paid_months: int) -> tuple[int, int]:
    """Funeral grant and dependants' grant for the death of somebody claiming after so many paid months, fen, each once."""
    row = table("unemployment/death").at(area=area, day=day)
    standard = monthly_amount(area, day, 1, paid_months=paid_months)
    return standard * int(row["funeral_months"]), standard * int(row["dependant_months"])


def rural_grant(area: str, day: dt.date, continuous_months: int) -> int:
    """One-off grant of a rural contract worker who did not pay, fen: by full years with the employer. Source: 失业保险条例 第二十一条."""
    row = table("unemployment/rural_grant").at(area=area, day=day)
    months = min(Decimal(continuous_months // 12) * row["months_per_year"], row["months_max"])
    return round_half_up(months * monthly_amount(area, day, 1, paid_months=continuous_months))
