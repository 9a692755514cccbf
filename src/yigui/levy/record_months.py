"""A contribution record month by month (逐月缴费记录): each counted month with its kind, base and employer; the same months as `record.until`."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from yigui.common.months import months_of
from yigui.levy.models import LevyLine
from yigui.levy.record import RecordRows


class MonthKind(StrEnum):
    """What a month of a record is (缴费月类别)."""

    PAID = "实缴"
    MADE_UP = "补缴"
    #: Years carried over when the system began, or brought in with a relation from elsewhere: the record does not tell which of the two, and has
    #: the number of the year's months and no lines of them.
    TAKEN_OVER = "历年结转或转入"
    UNPAID = "应缴未到账"


#: Kinds that an award counts.
COUNTED = (MonthKind.PAID, MonthKind.MADE_UP, MonthKind.TAKEN_OVER)


@dataclass(frozen=True)
class RecordMonth:
    """A month of a record, or several of a year taken over of which only their number is on file.

    Args:
        period: YYYYMM; None where it is not known which months of the year they are.
        months: 1, or the number of those months.
        base_fen: the month's base; the year's mean of months taken over. None of a month that is not paid.
        employer_id: 0 of who paid alone; None of years taken over, which name nobody.
    """

    year: int
    period: int | None
    months: int
    kind: MonthKind
    base_fen: int | None
    employer_id: int | None


def months_of_record(rows: RecordRows, until: int) -> tuple[RecordMonth, ...]:
    """All months of a record up to a month (YYYYMM), oldest first; those that count add up to `rows.until(until).months`."""
    paid, unpaid = rows.own_months(until)
    lines: dict[int, LevyLine] = {}
    for line, is_paid in rows.lines:
        if line.owed_period in unpaid or (is_paid and line.owed_period in paid):
            lines.setdefault(line.owed_period, line)
    taken = rows.taken_months(until)
    found: list[RecordMonth] = []
    for year in rows.until(until).years:
        before, base = taken.get(year.year, (0, 0))
        found += [*_of_year(year.year, before, base, rows), *_own(year.year, year.months - before, paid, lines)]
    found += [RecordMonth(p // 100, p, 1, MonthKind.UNPAID, None, lines[p].employer_id) for p in unpaid]
    # Months of which nobody knows which they were stand before the year's others.
    return tuple(sorted(found, key=lambda m: (m.year, m.period or 0)))


def _own(year: int, most: int, paid: dict[int, int], lines: dict[int, LevyLine]) -> Iterator[RecordMonth]:
    """The months of a year that were levied here and are paid, at most so many."""
    for month in [month for month, base in paid.items() if month // 100 == year and base > 0][:most]:
        line = lines[month]
        kind = MonthKind.MADE_UP if line.period > line.owed_period else MonthKind.PAID
        yield RecordMonth(year, month, 1, kind, paid[month], line.employer_id)


def _of_year(year: int, months: int, base_sum_fen: int, rows: RecordRows) -> Iterator[RecordMonth]:
    """The months taken over of a year: each by itself where the year is full, else only their number."""
    whole = [row for row in rows.taken_over if row.year == year]
    if not months or not whole:
        return
    base = base_sum_fen // months
    if len(whole) == 1 and whole[0].months == 12:
        for period in months_of(year * 100 + 1, year * 100 + months):
            yield RecordMonth(year, period, 1, MonthKind.TAKEN_OVER, base, None)
    else:
        yield RecordMonth(year, None, months, MonthKind.TAKEN_OVER, base, None)


__all__ = ["COUNTED", "MonthKind", "RecordMonth", "months_of_record"]
