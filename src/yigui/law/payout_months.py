"""Payout months of the personal account (计发月数). Source: 国发〔2005〕38号 附件; by month of age since 2025."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from yigui.law.parameter_table import NATIONAL, table

_YOUNGEST, _OLDEST = 40, 70


def payout_months(age_months: int, day: dt.date) -> Decimal:
    """Months the account is divided by, for an age in months on a day of retirement.

    Below 40 the value of 40 stands, above 70 that of 70. Since 2025-01-01 part years lie on the line between two ages, to one
    decimal, half up; before, full years of age count.
    """
    years, months = divmod(age_months, 12)
    years_held = min(max(years, _YOUNGEST), _OLDEST)
    annex = table("pension/payout_months")
    value = annex.at(str(years_held), area=NATIONAL, day=day).value
    if years != years_held or years == _OLDEST or not months:
        return value
    if not table("pension/payout_interpolation").at(area=NATIONAL, day=day).value:
        return value
    following = annex.at(str(years + 1), area=NATIONAL, day=day).value
    return (value - (value - following) * months / 12).quantize(Decimal("0.1"), ROUND_HALF_UP)
