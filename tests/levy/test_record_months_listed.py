"""The months of a record as a page lists them are the months that an award counts: whatever was taken over, levied, paid late or not at all."""

from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from yigui.levy.record import RecordRows
from yigui.levy.record_months import COUNTED, MonthKind, months_of_record

YEARS = st.lists(st.tuples(st.integers(1986, 2026), st.integers(1, 12)), max_size=25, unique_by=lambda row: row[0])
LINES = st.lists(
    st.tuples(
        st.integers(1996, 2026),
        st.integers(1, 12),
        st.booleans(),
        st.integers(0, 14),
        st.sampled_from((500_000, 812_345, 0, -300_000)),
    ),
    max_size=60,
)
UNTIL = st.tuples(st.integers(1990, 2027), st.integers(1, 12)).map(lambda row: row[0] * 100 + row[1])


def rows_of(years: list[tuple[int, int]], lines: list[tuple[int, int, bool, int, int]]) -> RecordRows:
    taken: Any = tuple(SimpleNamespace(year=year, months=months, base_sum_fen=months * 500_000) for year, months in years)
    levied = sorted(
        (
            SimpleNamespace(
                owed_period=year * 100 + month, period=year * 100 + month + late, base_fen=base, employer_id=7, source_id=n
            )
            for n, (year, month, _, late, base) in enumerate(lines)
        ),
        key=lambda line: (line.owed_period, line.source_id),
    )
    paid = {n: is_paid for n, (_, _, is_paid, _, _) in enumerate(lines)}
    found: Any = tuple((line, paid[line.source_id]) for line in levied)
    return RecordRows(taken, found)


@given(YEARS, LINES, UNTIL)
def test_the_months_listed_are_the_months_counted(
    years: list[tuple[int, int]], lines: list[tuple[int, int, bool, int, int]], until: int
) -> None:
    rows = rows_of(years, lines)
    record, months = rows.until(until), months_of_record(rows, until)
    by_year: dict[int, int] = {}
    for month in months:
        if month.kind in COUNTED:
            by_year[month.year] = by_year.get(month.year, 0) + month.months
    assert by_year == {year.year: year.months for year in record.years}
    assert tuple(m.period for m in months if m.kind is MonthKind.UNPAID) == record.unpaid
    known = [m.period for m in months if m.period is not None and m.kind is not MonthKind.TAKEN_OVER]
    assert len(known) == len(set(known))
    assert all(m.period is None or m.period <= until for m in months)
    assert [(m.year, m.period or 0) for m in months] == sorted((m.year, m.period or 0) for m in months)


def test_each_month_says_what_it_is() -> None:
    rows = rows_of(
        [(2003, 12), (2004, 7)],
        [
            (2005, 1, True, 0, 500_000), (2005, 2, True, 5, 600_000), (2005, 3, False, 0, 700_000),
            # A correction of a paid month adds to its base and is no month of its own.
            (2005, 1, True, 3, 100_000),
        ],
    )  # fmt: skip
    months = months_of_record(rows, 202612)
    assert [m.period for m in months[:12]] == list(range(200301, 200313))
    rest = [(m.period, m.months, m.kind, m.base_fen, m.employer_id) for m in months[12:]]
    assert rest == [
        (None, 7, MonthKind.TAKEN_OVER, 500_000, None),
        (200501, 1, MonthKind.PAID, 600_000, 7),
        (200502, 1, MonthKind.MADE_UP, 600_000, 7),
        (200503, 1, MonthKind.UNPAID, None, 7),
    ]
    # Cut in a full year, its first months are the ones that passed; in another nobody knows which.
    assert [m.period for m in months_of_record(rows, 200303)] == [200301, 200302, 200303]
    assert [(m.period, m.months) for m in months_of_record(rows, 200405)[12:]] == [(None, 5)]
