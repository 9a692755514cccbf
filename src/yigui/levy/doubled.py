"""Years that stand on both of two records of one person (重复缴费年度): what counts of them once the records are one.

A month counts once. Where both records have the months on file, those that meet count once; of a year taken over only the number is known,
and no year has more than twelve. What was paid twice is refunded to the person (人社部发〔2009〕187号; item ACC-003), the months are not.
"""

from dataclasses import dataclass

from yigui.levy.record import RecordYear, record_of
from yigui.registry.enums import AAE140, insurance_label
from yigui.registry.models import Person


@dataclass(frozen=True)
class DoubledYear:
    """A year of an insurance on two records: months of each, and how many count together."""

    insurance: str
    year: int
    kept: int
    doubled: int
    counted: int

    @property
    def surplus(self) -> int:
        """Months paid twice."""
        return self.kept + self.doubled - self.counted

    @property
    def words(self) -> str:
        """The year in words, for a finding or a sheet."""
        return f"{self.insurance} {self.year} 年 {self.kept} 个月和 {self.doubled} 个月（合并后计 {self.counted} 个月）"


def counted_together(kept: RecordYear, doubled: RecordYear) -> int:
    """Months of a year that count of two records."""
    if kept.periods and doubled.periods:
        return len({*kept.periods, *doubled.periods})
    return min(12, kept.months + doubled.months)


def years_on_both(kept: Person, doubled: Person) -> list[DoubledYear]:
    """Years that stand on both records, by insurance and year; to be asked before they are merged."""
    found = []
    for insurance in AAE140:
        theirs = {y.year: y for y in record_of(doubled, insurance).years}
        mine = record_of(kept, insurance).years if theirs else ()
        found += [
            DoubledYear(
                insurance_label(AAE140[insurance]), y.year, y.months, theirs[y.year].months, counted_together(y, theirs[y.year])
            )
            for y in mine
            if y.year in theirs
        ]
    return found
