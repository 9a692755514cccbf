"""Working days of the Chinese calendar."""

import datetime as dt

from yigui.common.workdays import Deadline, add_workdays, announced_years, is_workday, workdays_between


def test_make_up_working_days_count_and_holidays_do_not() -> None:
    # 2026: National Day 1-7 October; Saturday 10 October is worked.
    assert not is_workday(dt.date(2026, 10, 7))
    assert is_workday(dt.date(2026, 10, 10))
    assert add_workdays(dt.date(2026, 9, 30), 3) == Deadline(dt.date(2026, 10, 10), False)


def test_the_day_itself_does_not_count_and_zero_is_today() -> None:
    assert add_workdays(dt.date(2026, 11, 10), 0).day == dt.date(2026, 11, 10)
    assert add_workdays(dt.date(2026, 11, 13), 1).day == dt.date(2026, 11, 16)


def test_a_year_without_announced_holidays_falls_back_and_says_so() -> None:
    year = max(announced_years()) + 1
    found = add_workdays(dt.date(year - 1, 12, 28), 10)
    assert found.is_provisional
    assert is_workday(dt.date(year, 3, 1)) == (dt.date(year, 3, 1).weekday() < 5)


def test_the_agencys_own_list_goes_first_and_settles_the_year() -> None:
    saturday, monday = dt.date(2026, 11, 14), dt.date(2026, 11, 16)
    own = {saturday: True, monday: False}
    assert add_workdays(dt.date(2026, 11, 13), 1, own).day == saturday
    assert add_workdays(dt.date(2026, 11, 13), 2, own).day == dt.date(2026, 11, 17)


def test_counting_back_gives_what_was_added() -> None:
    start = dt.date(2026, 9, 20)
    assert workdays_between(start, add_workdays(start, 15).day) == 15
