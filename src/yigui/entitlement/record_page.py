"""The record of a working life on one page (逐月缴费记录): each month with employer, base, index and kind, and what the dossier adds to them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from yigui.common.money import plain_fen
from yigui.common.months import format_period, period_of
from yigui.entitlement.dossier import Dossier, dossier_of
from yigui.entitlement.enums import MONTHLY_KINDS
from yigui.entitlement.models import Benefit
from yigui.law.average_index import ContributionYear as PaidYear
from yigui.law.average_index import average_index
from yigui.law.parameter_table import ParameterMissing
from yigui.law.province import Province, province_of
from yigui.levy.models import ContributionYear
from yigui.levy.record import ContributionRecord, rows_of
from yigui.levy.record_months import COUNTED, MonthKind, RecordMonth, months_of_record
from yigui.registry.enums import AAE140, INSURANCE_OF, Insurance
from yigui.registry.models import Coverage, Person
from yigui.registry.queries import coverages_of, records_of

PENSION = Insurance.EMPLOYEE_PENSION.value
#: What the dossier adds, in words: no record says which months they were.
DEEMED, CONVERTED = "视同缴费", "特殊工种折算"
#: Months an award counted of which the record here has none.
NOT_BY_MONTH = "核定时计入，没有逐月记录"
#: Head of the record as a workbook, one row a month (or the months of a year of which only their number is known).
HEAD = ("险种", "年度", "所属月", "月数", "类别", "参保单位", "月缴费基数（元）", "年度缴费指数")
WIDTHS = (24, 8, 12, 8, 14, 36, 18, 14)


@dataclass(frozen=True)
class YearOfRecord:
    """A calendar year: its months, how many of them count, and its index; None where the average wage of the year is not on file."""

    year: int
    months: tuple[tuple[RecordMonth, str], ...]
    counted: int
    index: Decimal | None
    by_month: tuple[RecordMonth | None, ...]


@dataclass(frozen=True)
class RecordPage:
    """The record of a person for one insurance, newest year first.

    Args:
        until: the month of retirement (YYYYMM) where the person has retired: later months do not count; else None.
        after: paid months after it.
        sums: months by kind in words, those of the dossier included; they add up to the months that an award counts.
        lacking: why years have no index, "" where none lacks one.
        drawn: the monthly benefit of the insurance whose award counted more months than are kept here, most of all a benefit taken over from the
            system before; None where the months are all here.
    """

    person: Person
    insurance: str
    label: str
    years: tuple[YearOfRecord, ...]
    sums: tuple[tuple[str, Decimal | int], ...]
    unpaid: int
    until: int | None
    after: int
    dossier: Dossier | None
    lacking: str
    drawn: Benefit | None = None

    @property
    def total(self) -> Decimal | int:
        """Months that an award counts as years of contribution (累计缴费月数): converted months of special work are none."""
        return sum((months for kind, months in self.sums if kind != CONVERTED), 0)

    @property
    def has_carried(self) -> bool:
        """Whether some of the months stand in years carried over or brought in."""
        return any(kind == MonthKind.TAKEN_OVER for kind, _ in self.sums)


def insurances_of(person: Person, coverages: Sequence[Coverage]) -> list[str]:
    """The insurances of which a person has or had a relation, months on record or a benefit by months, in the order of their codes."""
    years = ContributionYear.objects.filter(person_id__in=records_of(person)).values_list("insurance", flat=True).distinct()
    drawn = _counted_benefits(person).values_list("insurance", flat=True).distinct()
    known = {c.insurance for c in coverages} | {INSURANCE_OF[number].value for number in [*years, *drawn]}
    return sorted(known, key=lambda code: AAE140[code])


def labelled(insurances: Sequence[str]) -> list[tuple[str, str]]:
    """Insurances by code and in words."""
    return [(code, str(Insurance(code).label)) for code in insurances]


def first_of(insurances: Sequence[str]) -> str:
    """The insurance that a page begins with: the pension of employees, else the first there is."""
    return PENSION if PENSION in insurances or not insurances else insurances[0]


def record_page(person: Person, insurance: str, coverages: Sequence[Coverage] | None = None) -> RecordPage:
    """The record of a person for an insurance (its code), month by month.

    Args:
        coverages: the person's, with their employers, where the caller has read them.
    """
    known = coverages_of(person) if coverages is None else coverages
    rows = rows_of(person, insurance, coverages=known)
    until = period_of(person.retired_on) if person.retired_on is not None and insurance == PENSION else None
    last = 999912 if until is None else until
    record, months = rows.until(last), months_of_record(rows, last)
    benefit = _counted_benefits(person).filter(insurance=AAE140[insurance]).order_by("-start_period", "-pk").first()
    dossier = dossier_of(person) if insurance == PENSION else None
    index, lacking = _index_of(person, insurance, record)
    names = {c.employer_id: c.employer.name for c in known if c.employer is not None}
    page = RecordPage(
        person, insurance, Insurance(insurance).label, tuple(_years(months, names, index)), tuple(_sums(months, dossier)),
        len(record.unpaid), until, rows.until(999912).months - record.months, dossier, lacking,
    )  # fmt: skip
    return replace(page, drawn=benefit) if benefit is not None and benefit.contribution_months > page.total else page


def _counted_benefits(person: Person) -> QuerySet[Benefit]:
    """The monthly benefits of a person whose awards say how many months they counted."""
    return Benefit.objects.filter(person=person, kind__in=MONTHLY_KINDS, contribution_months__gt=0)


def _sums(months: Sequence[RecordMonth], dossier: Dossier | None) -> Iterator[tuple[str, Decimal | int]]:
    for kind in COUNTED:
        if count := sum(m.months for m in months if m.kind is kind):
            yield kind.value, count
    if dossier is not None and dossier.answers.deemed_months:
        yield DEEMED, dossier.answers.deemed_months
    if dossier is not None and dossier.answers.converted_months:
        yield CONVERTED, dossier.answers.converted_months


def _index_of(person: Person, insurance: str, record: ContributionRecord) -> tuple[dict[int, Decimal], str]:
    """The index of each year of the pension, and what lacks for the others; none of another insurance."""
    if insurance != PENSION or not record.years:
        return {}, ""
    try:
        province: Province = province_of(person.area_id)
    except ParameterMissing as missing:
        return {}, missing.message
    found: dict[int, Decimal] = {}
    lacking = ""
    for year in record.paid_years():
        try:
            found[year.year] = _one_year(year, province)
        except ParameterMissing as missing:
            lacking = lacking or missing.message
    return found, lacking


def _one_year(year: PaidYear, province: Province) -> Decimal:
    return average_index([year], province).years[0].index


def _years(months: Sequence[RecordMonth], names: Mapping[int | None, str], index: Mapping[int, Decimal]) -> Iterator[YearOfRecord]:
    for year in sorted({month.year for month in months}, reverse=True):
        own = tuple(m for m in months if m.year == year)
        by_period = {m.period: m for m in own}
        yield YearOfRecord(
            year, tuple((m, _payer(m, names)) for m in own), sum(m.months for m in own if m.kind is not MonthKind.UNPAID), index.get(year),
            tuple(by_period.get(year * 100 + n) for n in range(1, 13)),
        )  # fmt: skip


def _payer(month: RecordMonth, names: Mapping[int | None, str]) -> str:
    """Who paid, in words; of years taken over the record does not say it."""
    if month.employer_id is None:
        return "结转、转入记录未载明"
    return "个人缴费" if month.employer_id == 0 else names.get(month.employer_id, "原参保单位")


def rows_of_workbook(person: Person) -> list[tuple[Any, ...]]:
    """The whole record of a person, all insurances, as rows under `HEAD`, amounts and indices as numbers: oldest month first, what the dossier adds at the end."""
    coverages = coverages_of(person)
    found: list[tuple[Any, ...]] = []
    for insurance in insurances_of(person, coverages):
        page = record_page(person, insurance, coverages)
        for year in reversed(page.years):
            for month, payer in year.months:
                found.append((
                    page.label, year.year, "" if month.period is None else format_period(month.period), month.months, month.kind.value, payer,
                    None if month.base_fen is None else Decimal(plain_fen(month.base_fen)), None if year.index is None else year.index.quantize(_SHOWN),
                ))  # fmt: skip
        found += [
            (page.label, "", "", months, kind, "退休档案", "", "") for kind, months in page.sums if kind in (DEEMED, CONVERTED)
        ]
        if page.drawn is not None and not page.total:
            found.append((page.label, "", "", page.drawn.contribution_months, NOT_BY_MONTH, "待遇核定", "", ""))
    return found


#: Decimals of an index as it is shown.
_SHOWN = Decimal("0.0001")

__all__ = [
    "CONVERTED",
    "DEEMED",
    "HEAD",
    "NOT_BY_MONTH",
    "WIDTHS",
    "RecordPage",
    "YearOfRecord",
    "first_of",
    "insurances_of",
    "labelled",
    "record_page",
    "rows_of_workbook",
]
