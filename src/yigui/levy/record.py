"""A person's contribution record (缴费记录): years taken over and months levied and paid here, as an award needs it."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from yigui.law.average_index import ContributionYear as PaidYear
from yigui.levy.models import ContributionYear, LevyLine, OpenBill
from yigui.registry.enums import AAE140
from yigui.registry.models import Coverage, Person
from yigui.registry.queries import bare_coverages_of

_LINES_MAX = 2000


@dataclass(frozen=True)
class RecordYear:
    """Paid months of a year and the sum of their bases, fen."""

    year: int
    months: int
    base_sum_fen: int

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

    def months_before(self, period: int) -> int:
        """Paid months before a month (YYYYMM); of a year begun in between no more than lie before it."""
        full = sum(y.months for y in self.years if y.year < period // 100)
        return full + sum(min(y.months, period % 100 - 1) for y in self.years if y.year == period // 100)

    def paid_years(self) -> list[PaidYear]:
        """The years as the average index takes them."""
        return [PaidYear(y.year, y.months, y.mean_yuan) for y in self.years]


@dataclass(frozen=True)
class RecordRows:
    """What a record is made of, read once: years taken over, and lines levied here with whether each is paid."""

    taken_over: tuple[ContributionYear, ...]
    lines: tuple[tuple[LevyLine, bool], ...]

    def until(self, period: int) -> ContributionRecord:
        """The record of months owed up to a month (YYYYMM)."""
        found = {row.year: [row.months, row.base_sum_fen] for row in self.taken_over if row.year <= period // 100}
        months: dict[int, int] = {}
        unpaid = set()
        for line, is_paid in self.lines:
            if line.owed_period > period:
                continue
            if line.owed_period in months or is_paid:
                months[line.owed_period] = months.get(line.owed_period, 0) + line.base_fen
            else:
                unpaid.add(line.owed_period)
        for month, base in months.items():
            if base > 0:
                year = found.setdefault(month // 100, [0, 0])
                if year[0] < 12:
                    year[0] += 1
                    year[1] += base
        years = tuple(RecordYear(year, *values) for year, values in sorted(found.items()))
        return ContributionRecord(years, tuple(sorted(unpaid - set(months))))


def rows_of(person: Person, insurance: str, *, until: int = 999912, coverages: Sequence[Coverage] | None = None) -> RecordRows:
    """What a person's record for an insurance is made of, up to a month (YYYYMM)."""
    number = AAE140[insurance]
    taken_over = ContributionYear.objects.filter(person_id=person.pk, insurance=number, year__lte=until // 100)
    return RecordRows(tuple(taken_over), tuple(_lines(person, number, until, coverages)))


def record_of(
    person: Person, insurance: str, *, until: int = 999912, coverages: Sequence[Coverage] | None = None
) -> ContributionRecord:
    """The record of a person for an insurance, of months owed up to `until` (YYYYMM)."""
    return rows_of(person, insurance, until=until, coverages=coverages).until(until)


def _lines(person: Person, insurance: int, until: int, coverages: Sequence[Coverage] | None) -> list[tuple[LevyLine, bool]]:
    """Lines of the person, whoever paid, and whether their bill is settled."""
    known = bare_coverages_of(person) if coverages is None else coverages
    payers = {0, *(c.employer_id for c in known if c.employer_id)}
    rows = LevyLine.objects.filter(employer_id__in=payers, person_id=person.pk, insurance=insurance, owed_period__lte=until)
    lines = list(rows.order_by("owed_period", "source_id")[:_LINES_MAX])
    bills = OpenBill.objects.filter(employer_id__in=payers, person_id__in=(0, person.pk), insurance=insurance)
    still_open = set(bills.values_list("source_id", "employer_id"))
    return [(line, (line.source_id, line.employer_id) not in still_open) for line in lines]


def months_covered(coverages: Sequence[Coverage], insurance: str, until: int) -> int:
    """Months of the relations of an insurance up to a month, paid or not."""
    first = [(c.start_period, min(c.end_period or until, until)) for c in coverages if c.insurance == insurance]
    return sum((e // 100 - s // 100) * 12 + e % 100 - s % 100 + 1 for s, e in first if e >= s)


__all__ = ["ContributionRecord", "RecordRows", "RecordYear", "months_covered", "record_of", "rows_of"]
