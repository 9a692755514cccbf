"""Early retirement (提前退休): special work, and until 2024 lost capacity (病退) and 退职. Source: 国发〔1978〕104号, 人社部发〔2024〕72号."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from yigui.common.months import period_of
from yigui.law.parameter_table import NATIONAL, table
from yigui.law.retirement_age import minimum_contribution_months


class Ground(StrEnum):
    """Why somebody retires early."""

    SPECIAL_WORK = "special_work"
    LOST_CAPACITY = "lost_capacity"
    RESIGNATION = "resignation"


class SpecialWork(StrEnum):
    """Kinds of special work (特殊工种) that need different numbers of years."""

    HEAVY = "heavy"
    HOT = "hot"
    HARMFUL = "harmful"


#: Words that tell the kind in the name of a kind of work, the strictest kind first.
_WORDS = {
    SpecialWork.HEAVY: ("高空", "繁重"),
    SpecialWork.HOT: ("高温", "井下"),
    SpecialWork.HARMFUL: ("有毒", "有害"),
}


@dataclass(frozen=True)
class EarlyRule:
    """What an early retirement needs: full years of age (None: any), contribution months."""

    age: int | None
    months: int


def early_rule(ground: Ground, gender: str, day: dt.date) -> EarlyRule | None:
    """What a ground needs on the day of retirement, for a gender ('1' 男, '2' 女); None when it no longer allows one.

    Special work and lost capacity need the months of the day as every monthly pension does.
    """
    if ground == Ground.RESIGNATION:
        found = table("retirement/resignation").find(area=NATIONAL, day=day)
        return None if found is None else EarlyRule(None, int(found["months"]))
    age = table("retirement/early_age").find(ground.value, gender, area=NATIONAL, day=day)
    return None if age is None else EarlyRule(int(age["age"]), minimum_contribution_months(period_of(day)))


def special_work_of(name: str) -> SpecialWork | None:
    """The kind of a special work by its name, the strictest of several; None when the name does not tell."""
    return next((kind for kind, words in _WORDS.items() if any(word in name for word in words)), None)


def special_work_years(kind: SpecialWork, day: dt.date) -> int:
    """Years needed in a kind of special work."""
    return int(table("retirement/special_work_years").at(kind.value, area=NATIONAL, day=day)["years"])
