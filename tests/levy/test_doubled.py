"""A year on two records of one person counts once: months never more than a year has, and nothing of the account is in question."""

import random
from types import SimpleNamespace
from typing import Any

from yigui.levy.doubled import counted_together
from yigui.levy.record import RecordRows, RecordYear
from yigui.levy.record_months import COUNTED, months_of_record


def row(year: int, months: int, base: int) -> Any:
    return SimpleNamespace(year=year, months=months, base_sum_fen=months * base)


def test_a_full_year_on_both_records_is_twelve_months_at_the_kept_record_s_base() -> None:
    record = RecordRows((row(2015, 12, 5000_00), row(2015, 12, 9000_00)), ()).until(202012)
    assert [(y.months, y.base_sum_fen) for y in record.years] == [(12, 12 * 5000_00)]


def test_what_the_kept_record_lacks_of_the_year_comes_from_the_other_at_its_own_base() -> None:
    rows = RecordRows((row(2015, 7, 5000_00), row(2015, 9, 8000_00)), ())
    assert [(y.months, y.base_sum_fen) for y in rows.until(202012).years] == [(12, 7 * 5000_00 + 5 * 8000_00)]
    # Cut within the year no more months count than have passed.
    assert [(y.months, y.base_sum_fen) for y in rows.until(201508).years] == [(8, 7 * 5000_00 + 8000_00)]


def test_no_two_records_together_count_a_month_twice_or_lose_one() -> None:
    dice = random.Random(4)
    for _ in range(300):
        kept = [row(year, dice.randint(1, 12), dice.randint(3000_00, 9000_00)) for year in range(2010, 2020) if dice.random() < 0.7]
        other = [
            row(year, dice.randint(1, 12), dice.randint(3000_00, 9000_00)) for year in range(2010, 2020) if dice.random() < 0.7
        ]
        both = RecordRows((*kept, *other), ()).until(202012)
        alone = [{y.year: y for y in RecordRows(tuple(rows), ()).until(202012).years} for rows in (kept, other)]
        assert {y.year for y in both.years} == alone[0].keys() | alone[1].keys()
        for year in both.years:
            mine, theirs = (one.get(year.year) for one in alone)
            total = sum(y.months for y in (mine, theirs) if y)
            assert year.months == min(12, total)
            if mine and theirs:
                assert counted_together(mine, theirs) == year.months
                assert mine.base_sum_fen <= year.base_sum_fen <= mine.base_sum_fen + theirs.base_sum_fen
            if total <= 12:
                assert year.base_sum_fen == sum(y.base_sum_fen for y in (mine, theirs) if y), (
                    "before = after where nothing is doubled"
                )
        listed = months_of_record(RecordRows((*kept, *other), ()), 202012)
        assert sum(m.months for m in listed if m.kind in COUNTED) == both.months


def test_months_on_file_are_compared_one_by_one() -> None:
    first, second = RecordYear(2026, 3, 3, (202601, 202602, 202603)), RecordYear(2026, 2, 2, (202603, 202604))
    assert counted_together(first, second) == 4
    assert counted_together(RecordYear(2015, 8, 8), RecordYear(2015, 8, 8)) == 12
