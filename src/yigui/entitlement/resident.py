"""The pension of a resident (城乡居民养老金): its account with the interest of years that are not closed yet, and the award made again when the
last rate is published."""

import datetime as dt
from typing import Any

from yigui.accounts.queries import open_years
from yigui.entitlement.assess_person import kept_account, open_account
from yigui.law.account_interest import OpenYears
from yigui.law.resident_pension import ResidentPension, resident_pension
from yigui.law.retirement_age import age_on
from yigui.registry.enums import AAE140, Insurance
from yigui.registry.models import Person

RESIDENT = Insurance.RESIDENT_PENSION.value


def assess_resident(person: Person, *, start: dt.date, years: int) -> tuple[ResidentPension, dict[str, Any], bool]:
    """The pension of a resident from a day on: gives it, what its award keeps, and whether a year's interest is still missing (预发).

    Raises:
        ImpossibleRecord, ParameterMissing: as `resident_pension`.
    """
    held = open_years(person.pk, AAE140[RESIDENT], year=start.year)
    return _made(person.area_id, start, years, age_on(person.born_on, start), held)


def reassess_resident(inputs: dict[str, Any]) -> tuple[ResidentPension, dict[str, Any], bool]:
    """The same again from what a provisional award keeps, with the interest published since."""
    held = open_account(inputs)
    assert held is not None  # only such an award is provisional
    return _made(inputs["area"], dt.date.fromisoformat(inputs["starts_on"]), inputs["years"], inputs["age"], held)


def _made(area: str, start: dt.date, years: int, age: int, held: OpenYears) -> tuple[ResidentPension, dict[str, Any], bool]:
    balance, is_incomplete = held.balance_in(RESIDENT, area, start.year)
    found = resident_pension(area, start, years, balance, age=age)
    inputs: dict[str, Any] = {
        "area": area, "starts_on": start.isoformat(), "years": years, "age": age, "account_fen": balance, "base_year": start.year,
    }  # fmt: skip
    return found, inputs | ({"account_since": kept_account(held)} if is_incomplete else {}), is_incomplete


__all__ = ["RESIDENT", "assess_resident", "reassess_resident"]
