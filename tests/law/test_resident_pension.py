"""The residents' pension, and the least the nation sets for it."""

import datetime as dt

import pytest

from tests.law.published import DAY
from yigui.law.parameter_table import ParameterMissing, table
from yigui.law.pension import ImpossibleRecord
from yigui.law.resident_pension import resident_minimum_years, resident_pension


def test_resident_pension() -> None:
    found = resident_pension("511102", dt.date(2026, 3, 1), 17, 2_780_000, age=60)
    assert [c.amount_fen for c in found.components] == [163_00, 200_00]
    # Liaoning adds by years and by age.
    found = resident_pension("210100", dt.date(2025, 3, 1), 17, 0, age=66)
    assert [c.amount_fen for c in found.components] == [174_00, 4_00, 5_00, 0]
    assert [c.amount_fen for c in resident_pension("210100", dt.date(2025, 3, 1), 15, 0, age=80).components] == [174_00, 10_00, 0]
    with pytest.raises(ImpossibleRecord):
        resident_pension("511102", DAY, -1, 0, age=60)
    # 60 when the scheme began: none; 50 then: ten years; younger: fifteen.
    assert [resident_minimum_years(dt.date(y, 6, 1), DAY) for y in (1949, 1959, 1970)] == [0, 10, 15]


def test_the_national_least_is_never_taken_for_an_areas_own_basic_part() -> None:
    with pytest.raises(ParameterMissing, match=r"各地规定.*620000.*123"):
        resident_pension("620000", dt.date(2024, 7, 1), 15, 0, age=60)
    with pytest.raises(ParameterMissing, match=r"128 元.*低于.*143 元"):
        resident_pension("520000", dt.date(2025, 1, 1), 15, 0, age=60)
    least = table("resident/basic")
    days = ((2022, 6, 30), (2022, 7, 1), (2023, 6, 30), (2023, 7, 1), (2024, 6, 30), (2024, 7, 1), (2025, 1, 1), (2026, 1, 1))
    assert [least.at(area="national", day=dt.date(*d)).columns["value"] for d in days] == [93, 98, 98, 103, 103, 123, 143, 163]
