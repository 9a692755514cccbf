"""Statutory retirement age against the published table, 408 rows."""

import csv
import datetime as dt
from pathlib import Path

import pytest

from yigui.common.months import parse_period
from yigui.law.retirement_age import (
    RetirementGroup,
    age_on,
    delay_months,
    earliest_retirement_month,
    latest_retirement_month,
    statutory_retirement_month,
)

ROWS = list(csv.DictReader((Path(__file__).parent / "cases" / "retirement-age-table.csv").open(encoding="utf-8")))


def test_the_table_is_whole() -> None:
    assert len(ROWS) == 408


@pytest.mark.parametrize("group", list(RetirementGroup))
def test_every_row_of_the_table_is_met(group: RetirementGroup) -> None:
    rows = [r for r in ROWS if r["group"] == group]
    assert rows
    for row in rows:
        born = parse_period(row["birth_month"])
        assert delay_months(group, born) == int(row["delay_months"]), row
        assert statutory_retirement_month(group, born) == parse_period(row["statutory_month"]), row


def test_births_before_the_first_month_are_not_delayed_and_the_delay_has_an_end() -> None:
    assert delay_months(RetirementGroup.MEN, 196412) == 0
    assert delay_months(RetirementGroup.MEN, 196501) == 1
    assert statutory_retirement_month(RetirementGroup.MEN, 199001) == 205301
    assert statutory_retirement_month(RetirementGroup.WOMEN_50, 199001) == 204501


def test_a_womans_two_groups_bound_her_month() -> None:
    born = dt.date(1980, 6, 1)
    assert earliest_retirement_month("2", born) < latest_retirement_month("2", born)
    assert earliest_retirement_month("1", born) == latest_retirement_month("1", born)


def test_age_counts_full_years() -> None:
    assert age_on(dt.date(2010, 11, 11), dt.date(2026, 11, 10)) == 15
    assert age_on(dt.date(2010, 11, 10), dt.date(2026, 11, 10)) == 16
