"""A contribution record is cut by the month: at the retirement, and at the day the accounts began."""

from types import SimpleNamespace
from typing import Any

import pytest

from yigui.levy.record import ContributionRecord, RecordRows, RecordYear


def year(number: int, months: int) -> Any:
    return SimpleNamespace(year=number, months=months, base_sum_fen=months * 500_000)


def line(period: int, *, is_paid: bool = True) -> tuple[Any, bool]:
    return SimpleNamespace(owed_period=period, base_fen=500_000), is_paid


def test_months_of_a_year_taken_over_after_the_retirement_do_not_count() -> None:
    rows = RecordRows((year(2023, 12), year(2024, 12)), ())
    record = rows.until(202401)
    assert [(y.year, y.months, y.base_sum_fen) for y in record.years] == [(2023, 12, 6_000_000), (2024, 1, 500_000)]
    assert record.paid_years()[-1].base == 5000
    assert rows.until(202412).months == 24
    assert rows.until(202312).months == 12


@pytest.mark.parametrize(
    ("years", "period", "before"),
    [
        (((1996, 6), (1997, 12)), 199607, 0),  # began to pay in July: none of them lie before it
        (((1996, 8), (1997, 12)), 199607, 2),
        (((1995, 12), (1996, 12)), 199607, 18),
        (((1995, 12), (1996, 12)), 199601, 12),
        (((1995, 12), (1996, 7)), 199607, None),  # a gap somewhere in 1996: nobody knows on which side
        (((1995, 12), (1996, 0)), 199607, 12),
        (((1997, 12),), 199607, 0),
    ],
)
def test_months_before_the_accounts_are_counted_or_said_to_be_unknown(
    years: tuple[tuple[int, int], ...], period: int, before: int | None
) -> None:
    record = ContributionRecord(tuple(RecordYear(y, months, months * 500_000) for y, months in years), ())
    assert record.months_before(period) == before


def test_months_levied_here_are_counted_one_by_one() -> None:
    record = RecordRows((), (*map(line, (199602, 199606, 199607, 199611)), line(199603, is_paid=False))).until(199612)
    assert record.months_before(199607) == 2
    assert record.months_before(199606) == 1
    assert record.unpaid == (199603,)
