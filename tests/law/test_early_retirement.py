"""Early retirement: what each ground needs, the day before and after 2025."""

import datetime as dt

import pytest

from yigui.law.conditions import condition
from yigui.law.early_retirement import EarlyRule, Ground, SpecialWork, early_rule, special_work_of, special_work_years
from yigui.law.parameter_table import ParameterMissing

LAST, FIRST = dt.date(2024, 12, 31), dt.date(2025, 1, 1)


@pytest.mark.parametrize(("gender", "age"), [("1", 55), ("2", 45)])
def test_special_work_goes_on_after_2024_and_its_minimum_grows_with_the_general_one(gender: str, age: int) -> None:
    assert early_rule(Ground.SPECIAL_WORK, gender, LAST) == EarlyRule(age, 180)
    assert early_rule(Ground.SPECIAL_WORK, gender, FIRST) == EarlyRule(age, 180)
    assert early_rule(Ground.SPECIAL_WORK, gender, dt.date(2030, 1, 1)) == EarlyRule(age, 186)


@pytest.mark.parametrize(("gender", "age"), [("1", 50), ("2", 45)])
def test_lost_capacity_and_resignation_ended_with_2024(gender: str, age: int) -> None:
    assert early_rule(Ground.LOST_CAPACITY, gender, LAST) == EarlyRule(age, 180)
    assert early_rule(Ground.RESIGNATION, gender, LAST) == EarlyRule(None, 120)
    assert early_rule(Ground.LOST_CAPACITY, gender, FIRST) is None
    assert early_rule(Ground.RESIGNATION, gender, FIRST) is None


@pytest.mark.parametrize(
    ("name", "kind", "years"),
    [
        ("高空作业", SpecialWork.HEAVY, 10), ("特别繁重体力劳动", SpecialWork.HEAVY, 10), ("井下采煤", SpecialWork.HOT, 9),
        ("高温炉前工", SpecialWork.HOT, 9), ("有毒有害", SpecialWork.HARMFUL, 8), ("井下、高空", SpecialWork.HEAVY, 10),
    ],
)  # fmt: skip
def test_the_strictest_kind_of_special_work_counts(name: str, kind: SpecialWork, years: int) -> None:
    assert special_work_of(name) == kind
    assert special_work_years(kind, FIRST) == years


def test_a_name_that_does_not_tell_the_kind_is_not_guessed() -> None:
    assert special_work_of("锅炉工") is None


def test_a_condition_that_is_not_declared_is_named() -> None:
    assert condition("old_age_years", area="510102", day=FIRST) == 80
    with pytest.raises(ParameterMissing, match="业务办理条件"):
        condition("older_age_years", area="510102", day=FIRST)
