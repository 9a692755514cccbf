"""A person's contribution record (缴费记录): years taken over and months levied and paid here, as an award needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection

from yigui.law.average_index import ContributionYear as PaidYear
from yigui.law.calculation import round_half_up
from yigui.levy.models import ContributionYear, LevyLine
from yigui.registry.enums import AAE140
from yigui.registry.models import Coverage, Person
from yigui.registry.queries import bare_coverages_of, records_of

_LINES_MAX = 2000
# Whoever reads: of the bills they may see, and of those that a person who reads about themselves is only told of.
_UNSETTLED = (
    "SELECT source_id, employer_id FROM contributions_unsettled_v1(%s, %s, %s::smallint) "
    "UNION SELECT source_id, employer_id FROM contributions_own_unsettled_v1(%s::smallint)"
)


@dataclass(frozen=True)
class RecordYear:
    """Paid months of a year and the sum of their bases, fen."""

    year: int
    months: int
    base_sum_fen: int
    #: The months themselves (YYYYMM), where they are on file; years taken over have only their number.
    periods: tuple[int, ...] = ()

    @property
    def mean_yuan(self) -> Decimal:
        """Mean monthly base, yuan."""
        return (Decimal(self.base_sum_fen) / self.months / 100).quantize(Decimal("0.01"))


@dataclass(frozen=True)
class ContributionRecord:
    """All paid years of a person for an insurance, and the months that are billed and not paid."""

    years: tuple[RecordYear, ...]
    unpaid: tuple[int, ...]

    @property
    def months(self) -> int:
        return sum(y.months for y in self.years)

    def months_before(self, period: int) -> int | None:
        """Paid months before a month (YYYYMM); None where a year without its months on file lies across it and could mean more than one.

        The months of a year of which only their number is known lie at its end where it is the first of the record, and fill it from
        both sides as far as they must elsewhere.
        """
        year, before = period // 100, period % 100 - 1
        full = sum(y.months for y in self.years if y.year < year)
        across = next((y for y in self.years if y.year == year), None)
        if across is None or not before:
            return full
        if across.periods:
            return full + sum(p < period for p in across.periods)
        least, most = max(0, across.months - (12 - before)), min(across.months, before)
        if least == most or self.years[0].year == year:
            return full + least
        return None

    def paid_years(self) -> list[PaidYear]:
        """The years as the average index takes them."""
        return [PaidYear(y.year, y.months, y.mean_yuan) for y in self.years]


@dataclass(frozen=True)
class RecordRows:
    """What a record is made of, read once: years taken over, and lines levied here with whether each is paid.

    Of several records that were made one the kept one comes first: a month, or a year's share of twelve months, counts as it has it.
    """

    taken_over: tuple[ContributionYear, ...]
    lines: tuple[tuple[LevyLine, bool], ...]

    def until(self, period: int) -> ContributionRecord:
        """The record of months owed up to a month (YYYYMM). Of a year taken over that the month lies in, no more months count than
        have passed, at the year's mean base."""
        found = self.taken_months(period)
        own: dict[int, list[int]] = {}
        months, unpaid = self.own_months(period)
        for month, base in months.items():
            if base > 0:
                year = found.setdefault(month // 100, [0, 0])
                if year[0] < 12:
                    year[0] += 1
                    year[1] += base
                    own.setdefault(month // 100, []).append(month)
        taken = {row.year for row in self.taken_over}
        years = tuple(
            RecordYear(year, months_, base, () if year in taken else tuple(sorted(own.get(year, ()))))
            for year, (months_, base) in sorted(found.items())
        )
        return ContributionRecord(years, tuple(sorted(unpaid)))

    def taken_months(self, period: int) -> dict[int, list[int]]:
        """Years taken over up to a month (YYYYMM): months that count, and the sum of their bases (fen)."""
        found: dict[int, list[int]] = {}
        for row in self.taken_over:
            if row.year <= period // 100:
                # A merged record may have part of the same year, or the same months again: a year has no more than have passed.
                known = found.setdefault(row.year, [0, 0])
                months, base = _cut(row, period)
                passed = 12 if row.year < period // 100 else period % 100
                added = min(months, passed - known[0])
                if added:
                    known[0], known[1] = known[0] + added, known[1] + round_half_up(Decimal(base) * added / months)
        return found

    def own_months(self, period: int) -> tuple[dict[int, int], set[int]]:
        """Months levied here up to a month (YYYYMM): paid ones with the sum of their bases (fen), and those that are billed and not paid.

        A line without a base is a difference of rates alone: it neither makes a month paid nor leaves it unpaid.
        """
        months: dict[int, int] = {}
        owed: dict[int, int] = {}
        unpaid = set()
        for line, is_paid in self.lines:
            if line.owed_period > period or line.base_fen == 0:
                continue
            owed[line.owed_period] = owed.get(line.owed_period, 0) + line.base_fen
            if line.owed_period in months or is_paid:
                months[line.owed_period] = months.get(line.owed_period, 0) + line.base_fen
            else:
                unpaid.add(line.owed_period)
        return months, {month for month in unpaid if owed[month] > 0 >= months.get(month, 0)}


def _cut(row: ContributionYear, period: int) -> tuple[int, int]:
    """Months and sum of bases of a year taken over that count up to a month."""
    if row.year < period // 100 or row.months <= period % 100:
        return row.months, row.base_sum_fen
    kept = period % 100
    return kept, round_half_up(Decimal(row.base_sum_fen) * kept / row.months)


def rows_of(person: Person, insurance: str, *, until: int = 999912, coverages: Sequence[Coverage] | None = None) -> RecordRows:
    """What a person's record for an insurance is made of, up to a month (YYYYMM)."""
    number = AAE140[insurance]
    records = records_of(person)
    taken_over = list(ContributionYear.objects.filter(person_id__in=records, insurance=number, year__lte=until // 100))
    taken_over.sort(key=lambda row: (records.index(row.person_id), row.year))
    return RecordRows(tuple(taken_over), tuple(_once(_lines(person, number, until, coverages), records)))


def record_of(
    person: Person, insurance: str, *, until: int = 999912, coverages: Sequence[Coverage] | None = None
) -> ContributionRecord:
    """The record of a person for an insurance, of months owed up to `until` (YYYYMM)."""
    return rows_of(person, insurance, until=until, coverages=coverages).until(until)


def _lines(person: Person, insurance: int, until: int, coverages: Sequence[Coverage] | None) -> list[tuple[LevyLine, bool]]:
    """Lines of the person, whoever paid, and whether their bill is settled."""
    known = bare_coverages_of(person) if coverages is None else coverages
    payers = {0, *(c.employer_id for c in known if c.employer_id)}
    rows = LevyLine.objects.filter(
        employer_id__in=payers, person_id__in=records_of(person), insurance=insurance, owed_period__lte=until
    )
    lines = list(rows.order_by("owed_period", "source_id")[:_LINES_MAX])
    with connection.cursor() as cursor:
        cursor.execute(_UNSETTLED, [sorted(payers), list(records_of(person)), insurance, insurance])
        still_open = set(cursor.fetchall())
    return [(line, (line.source_id, line.employer_id) not in still_open) for line in lines]


def _once(lines: list[tuple[LevyLine, bool]], records: tuple[int, ...]) -> list[tuple[LevyLine, bool]]:
    """The lines without those of a merged record for months that a record before it has paid."""
    if len(records) == 1:
        return lines
    by: dict[int, int] = {}
    for line, is_paid in lines:
        if is_paid:
            place = records.index(line.person_id)
            by[line.owed_period] = min(place, by.get(line.owed_period, place))
    return [(line, is_paid) for line, is_paid in lines if records.index(line.person_id) <= by.get(line.owed_period, len(records))]


def months_covered(coverages: Sequence[Coverage], insurance: str, until: int) -> int:
    """Months of the relations of an insurance up to a month, paid or not."""
    first = [(c.start_period, min(c.end_period or until, until)) for c in coverages if c.insurance == insurance]
    return sum((e // 100 - s // 100) * 12 + e % 100 - s % 100 + 1 for s, e in first if e >= s)


__all__ = ["ContributionRecord", "RecordRows", "RecordYear", "months_covered", "record_of", "rows_of"]
