"""Conditions of business (业务办理条件) that are one number: ages, terms, months. Source: as each row of `business/conditions` says."""

import datetime as dt

from yigui.law.parameter_table import table


def condition(name: str, *, area: str, day: dt.date) -> int:
    """The number of a condition in an area on a day; its name ends with the unit (years, months, days, working days, times).

    Raises:
        ParameterMissing: no such condition, or none in force on the day.
    """
    return int(table("business/conditions").at(name, area=area, day=day).value)
