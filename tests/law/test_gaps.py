"""What an agency needs and has not is listed by parameter and day, and nothing that is there."""

import datetime as dt

from yigui.law.gaps import gaps
from yigui.law.parameter_table import ParameterMissing
from yigui.law.province import province_of

DAY = dt.date(2026, 11, 26)


def test_a_gap_is_what_reading_would_refuse() -> None:
    found = {(gap.parameter, gap.when): gap for gap in gaps("340000", DAY)}
    assert "各地规定" in found["resident/basic", "2026-11-26"].text
    missing_years = {int(when) for name, when in found if name == "pension/average_wage"}
    for year in range(1992, 2027):
        try:
            is_whole = not province_of("340000").wage_of(year)[1]
        except ParameterMissing:
            is_whole = False
        assert is_whole == (year not in missing_years)


def test_a_base_that_is_not_published_is_a_gap_until_it_is() -> None:
    assert "按 2024 年预发" in next(
        g.text for g in gaps("610000", dt.date(2025, 11, 1)) if g.parameter == "pension/calculation_base"
    )
    assert not [g for g in gaps("310000", dt.date(2026, 9, 1)) if g.parameter == "pension/calculation_base"]


def test_what_stands_on_no_verified_source_is_listed_apart() -> None:
    found = next(g for g in gaps("510000", DAY) if g.parameter == "survivor/disposable_income")
    assert (found.is_missing, "assumed" in found.text) == (False, True)


def test_a_place_without_rules_is_one_gap() -> None:
    found = [g for g in gaps("710000", DAY) if g.parameter.startswith("pension/provinces")]
    assert len(found) == 1
    assert found[0].is_missing
