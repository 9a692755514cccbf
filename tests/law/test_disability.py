"""The disability allowance (病残津贴) near the age, far from it, and of too few years."""

import datetime as dt

import pytest

from yigui.common.months import add_months
from yigui.law.disability import DisabilityAllowance, disability_allowance
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import ImpossibleRecord


def allowance(total_months: int, left: int) -> DisabilityAllowance:
    day = dt.date(2026, 3, 1)
    return disability_allowance(
        "511102", day, statutory_month=add_months(202603, left), total_months=total_months, full_pension_fen=210_000, own_basic_fen=180_000
    )  # fmt: skip


def test_disability_allowance_near_the_age_is_the_full_pension() -> None:
    for left in (1, 59, 60):
        near = allowance(200, left)
        assert (near.kind, near.amount_fen, near.months, near.again_from) == ("full", 210_000, None, None)


def test_disability_allowance_far_from_the_age_is_the_own_basic_part_until_five_years_are_left() -> None:
    far = allowance(200, 61)
    assert (far.kind, far.amount_fen, far.months, far.again_from) == ("basic", 180_000, None, 202604)
    assert allowance(200, 120).again_from == 203103


@pytest.mark.parametrize(("paid", "months"), [(1, 12), (60, 12), (61, 15), (72, 15), (73, 18), (100, 24)])
def test_disability_allowance_of_too_few_years_is_the_own_basic_part_for_a_time(paid: int, months: int) -> None:
    short = allowance(paid, 100)
    assert (short.kind, short.amount_fen, short.months) == ("short", 180_000, months)


def test_disability_allowance_is_refused_without_months_at_the_age_and_before_2025() -> None:
    for months, left in ((0, 50), (200, 0)):
        with pytest.raises(ImpossibleRecord):
            allowance(months, left)
    with pytest.raises(ParameterMissing):
        disability_allowance(
            "511102", dt.date(2024, 12, 1), statutory_month=203001, total_months=100, full_pension_fen=1, own_basic_fen=1
        )
