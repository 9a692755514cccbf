"""Months and amounts of the unemployment insurance."""

import datetime as dt
from typing import Any

import pytest

from tests.law.published import AREA, DAY, examples, fen
from yigui.law.parameter_table import ParameterMissing
from yigui.law.unemployment import benefit_months, death_grants, monthly_amount, national_cap_months, rural_grant


@examples("unemployment_months_chongqing", "unemployment_months_guangdong", "unemployment_months_shanghai")
def test_unemployment_months(example: dict[str, Any]) -> None:
    area = AREA[example["inputs"]["region"]]
    assert benefit_months(example["inputs"]["contribution_months"], area, DAY) == example["expected"]["benefit_months"]


@pytest.mark.parametrize(
    ("area", "paid", "months"),
    [
        *(
            ("510100", paid, months)
            for paid, months in ((12, 3), (35, 6), (36, 12), (59, 12), (60, 15), (95, 15), (96, 18), (120, 24))
        ),
        *(
            ("330100", paid, months)
            for paid, months in ((12, 2), (14, 2), (15, 3), (18, 3), (59, 10), (60, 10), (63, 10), (64, 11), (68, 11))
        ),
    ],
)
def test_unemployment_months_by_the_areas_own_steps(area: str, paid: int, months: int) -> None:
    """Sichuan by the row that is reached; Zhejiang counts a rest from half a step on."""
    assert benefit_months(paid, area, DAY) == months


@examples("unemployment_months_national_cap")
def test_unemployment_cap(example: dict[str, Any]) -> None:
    assert national_cap_months(example["inputs"]["contribution_months"], DAY) == example["expected"]["maximum_months"]


@examples("unemployment_amount_shanghai")
def test_unemployment_amounts(example: dict[str, Any]) -> None:
    expected = example["expected"]
    for months, key in (((1, 12), "months_1_to_12"), ((13, 24), "months_13_to_24")):
        assert {monthly_amount("310000", DAY, month, paid_months=12) for month in months} == {fen(expected[key])}
    assert monthly_amount("310000", DAY, 25, paid_months=120, is_extended=True) == fen(expected["extended"])


def test_unemployment_leftovers() -> None:
    assert benefit_months(11, "500000", DAY) == 0
    assert benefit_months(120, "500000", DAY, unused_months=10) == 24
    assert death_grants("510000", DAY, paid_months=36) == (2 * 186_400, 10 * 186_400)
    assert rural_grant("510000", DAY, 35) == 2 * 186_400
    with pytest.raises(ParameterMissing):
        benefit_months(120, "620000", DAY)


@pytest.mark.parametrize(("area", "months"), [("640000", 9), ("140200", 6)])
def test_a_public_case_holds_for_its_own_months_and_no_others(area: str, months: int) -> None:
    assert benefit_months(36, area, DAY) == months
    for other in (35, 37, 120):
        with pytest.raises(ParameterMissing, match=area):
            benefit_months(other, area, DAY)


@pytest.mark.parametrize(
    ("years", "standard"), [(1, 2124), (4, 2124), (5, 2151), (9, 2151), (10, 2178), (15, 2205), (19, 2205), (20, 2233), (35, 2233)]
)
def test_a_standard_by_contribution_years_falls_to_the_lowest_from_the_thirteenth_month(years: int, standard: int) -> None:
    day = dt.date(2024, 5, 1)
    assert {monthly_amount("110101", day, month, paid_months=years * 12 + 11) for month in (1, 12)} == {standard * 100}
    assert {monthly_amount("110101", day, month, paid_months=years * 12) for month in (13, 24)} == {2124_00}


def test_a_standard_by_contribution_years_is_refused_below_the_first_year() -> None:
    with pytest.raises(ParameterMissing, match="满 0 年起"):
        monthly_amount("110000", dt.date(2024, 5, 1), 1, paid_months=11)
