"""When somebody may retire, how many months they need, and for how many the account is paid out: every published example."""

import datetime as dt
from decimal import Decimal
from typing import Any

from tests.law.published import DAY, examples, period
from yigui.common.months import add_months
from yigui.law.payout_months import payout_months
from yigui.law.retirement_age import RetirementGroup, minimum_contribution_months, retirement_span


@examples("retirement_age")
def test_retirement_age(example: dict[str, Any]) -> None:
    given_, expected = example["inputs"], example["expected"]
    born = period(given_["birth_month"])
    span = retirement_span(RetirementGroup(given_["group"]), born)
    assert span.statutory == period(expected["statutory_month"])
    if "earliest_flexible_month" in expected:
        assert span.earliest == period(expected["earliest_flexible_month"])
        assert span.latest == period(expected["latest_flexible_month"])
    assert span.kind_of(span.statutory) == "statutory"
    assert span.kind_of(add_months(span.latest, 1)) == "" == span.kind_of(add_months(span.earliest, -1))


@examples("minimum_contribution_months")
def test_minimum_months(example: dict[str, Any]) -> None:
    assert minimum_contribution_months(example["inputs"]["year"] * 100 + 6) == example["expected"]["minimum_months"]


@examples("payout_months")
def test_payout_months(example: dict[str, Any]) -> None:
    age = example["inputs"]["age_years"] * 12 + example["inputs"]["age_months"]
    assert payout_months(age, DAY) == Decimal(example["expected"]["payout_months"])


def test_payout_months_by_whole_years_before_2025() -> None:
    assert payout_months(60 * 12 + 3, dt.date(2024, 12, 31)) == 139
    assert payout_months(60 * 12 + 3, dt.date(2025, 1, 1)) == Decimal("137.3")  # 137.25, half up
    assert payout_months(71 * 12 + 6, DAY) == 56 == payout_months(70 * 12 + 5, DAY)
