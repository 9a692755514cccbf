"""What survivors are paid, exact to the fen."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from tests.law.published import DAY, examples, fen
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import ImpossibleRecord
from yigui.law.survivors import OwnContributionsMissing, survivor_grants, survivor_months


@examples("survivor_months", "survivor_grants")
def test_survivors(example: dict[str, Any]) -> None:
    given_, expected = example["inputs"], example["expected"]
    if example["kind"] == "survivor_months":
        assert survivor_months(given_["contribution_years"] * 12, DAY) == expected["survivor_months"]
        return
    found = survivor_grants("320000", 12 * 12, dt.date(2023, 8, 8), drawn_months=20 * 12)
    assert (found.funeral_fen, found.survivor_months) == (fen(expected["funeral_grant"]), expected["survivor_months"])
    assert found.total_fen == fen(expected["total"]) == sum(line.amount_fen for line in found.lines)


def test_a_pensioners_months_fall_with_the_years_drawn() -> None:
    assert [survivor_months(360, DAY, drawn_months=12 * years) for years in (0, 1, 14, 15, 30)] == [24, 23, 10, 9, 9]
    with pytest.raises(ImpossibleRecord):
        survivor_months(-1, DAY)
    with pytest.raises(ParameterMissing):
        survivor_months(60, dt.date(2021, 8, 31))


def test_survivor_months_count_to_the_month() -> None:
    """Public cases: 28y9m drawn 3y6m; 395 months drawn 177; 339 drawn 70; 21y3m at work."""
    assert survivor_months(345, DAY, drawn_months=42) == Decimal("19.25")
    assert survivor_months(395, DAY, drawn_months=177) == Decimal("9.25")
    assert survivor_months(339, DAY, drawn_months=70) == Decimal("16.4167")
    found = survivor_grants("620000", 345, dt.date(2021, 10, 1), drawn_months=42)
    assert (found.survivor_fen, found.total_fen) == (54_256_13, 59_893_13)
    found = survivor_grants("620000", 255, dt.date(2021, 10, 1))
    assert (found.funeral_fen, found.survivor_fen, found.total_fen) == (5_637_00, 42_982_13, 48_619_13)
    # Sichuan rounds the part year to two decimals, the months drawn too.
    assert survivor_months(339, DAY, area="511102", drawn_months=70) == Decimal("22.25") - Decimal("5.83")


def test_below_five_years_the_grants_are_capped_by_what_the_person_paid() -> None:
    day = dt.date(2021, 10, 1)
    with pytest.raises(OwnContributionsMissing, match=r"本人累计缴费额.*个人账户"):
        survivor_grants("620000", 59, day)
    capped = survivor_grants("620000", 59, day, own_paid_fen=7_000_00)
    assert (capped.funeral_fen, capped.survivor_fen) == (5_637_00, 1_363_00)
    assert survivor_grants("620000", 59, day, own_paid_fen=100_000_00).survivor_fen == 3 * 2_818_50
    assert survivor_grants("620000", 60, day).survivor_fen == 6 * 2_818_50
