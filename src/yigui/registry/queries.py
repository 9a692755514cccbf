"""Reads of the registry. Every list is bounded."""

import datetime as dt
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache

from django.db import connection
from django.db.models import F, Min, Q

from yigui.common.identifiers import widen_citizen_number
from yigui.common.months import add_months
from yigui.common.normalise import plain_code
from yigui.common.workdays import Deadline, add_workdays
from yigui.db.rows import look_ahead, row_where, rows_where
from yigui.registry.enums import EmployerStatus, Insurance, StopReason
from yigui.registry.errors import UnknownArea
from yigui.registry.models import Area, CalendarDay, Coverage, Employer, Employment, FormerIdentity, Person
from yigui.registry.search import SEARCH_MAX, SearchResult

#: How many numbers are looked up at once.
NUMBERS_MAX = 100_000

#: The rule of `registry_person_of_v1`, written out for the plan: whose number it is now, else who had it last, never a merged record.
_OF_NUMBER = """id = coalesce((SELECT id FROM registry_person WHERE id_number = %s AND merged_into_id IS NULL),
    (SELECT person_id FROM registry_former_identity WHERE id_number = %s ORDER BY id DESC LIMIT 1))"""


def person_by_number(id_number: str) -> Person | None:
    """The person a number leads to (每一个曾用号码都能找到本人): whose it is, else who had it last; a 15-digit one is widened first.

    A merged record is nobody: its number leads to the kept one.
    """
    number = widen_citizen_number(id_number)
    return row_where(Person, _OF_NUMBER, number, number)


def look_ahead_for_persons(numbers: Iterable[str]) -> None:
    """Read at once what `person_by_number` will be asked, see `look_ahead`."""
    look_ahead(Person, _OF_NUMBER, ((number, number) for number in map(widen_citizen_number, numbers)))


def is_person_no(text: str) -> bool:
    """Whether a text is the house's own number of a person (个人编号), where an identity number is wanted."""
    return Person.objects.filter(person_no=text).exists()


def persons_by_numbers(numbers: Iterable[str]) -> dict[str, Person]:
    """The persons many numbers lead to, by the number as it was given; what leads to nobody is left out. At most 100,000."""
    widened = {number: widen_citizen_number(number) for number in numbers}
    wanted = list(dict.fromkeys(widened.values()))
    assert len(wanted) <= NUMBERS_MAX, "more numbers than a list may hold"
    current = {p.id_number: p for p in Person.objects.filter(id_number__in=wanted, merged_into=None)}
    missing = [n for n in wanted if n not in current]
    if missing:
        rows = FormerIdentity.objects.filter(id_number__in=missing).select_related("person").order_by("id")
        current |= {row.id_number: row.person for row in rows}
    return {given: current[number] for given, number in widened.items() if number in current}


_RECORDS = """WITH RECURSIVE own (id) AS (
    SELECT id FROM registry_person WHERE merged_into_id = %s
    UNION SELECT p.id FROM own JOIN registry_person p ON p.merged_into_id = own.id
) SELECT id FROM own ORDER BY id LIMIT 100"""


def records_of(person: Person) -> tuple[int, ...]:
    """Numbers of a person's record and of every record merged into it: what was levied under any of them is the person's. Read once a person."""
    known: tuple[int, ...] | None = getattr(person, "_records", None)
    if known is None:
        with connection.cursor() as cursor:
            cursor.execute(_RECORDS, [person.pk])
            known = (person.pk, *(number for (number,) in cursor.fetchall()))
        person._records = known  # type: ignore[attr-defined]
    return known


def numbers_of(person: Person) -> list[str]:
    """Every number a person has or had, the present one first; at most 100."""
    former = FormerIdentity.objects.filter(person=person).order_by("-id").values_list("id_number", flat=True)[:100]
    return list(dict.fromkeys([person.id_number, *former]))


def names_of(person: Person) -> list[str]:
    """Every name a person has or had, the present one first; at most 100."""
    former = FormerIdentity.objects.filter(person=person).order_by("-id").values_list("name", flat=True)[:100]
    return list(dict.fromkeys([person.name, *former]))


_OF_UNIT_NO = "unit_no = %s"


def employer_by_unit_no(unit_no: str) -> Employer | None:
    """The employer of a unit number, written in any width and with blanks or without."""
    return row_where(Employer, _OF_UNIT_NO, plain_code(unit_no))


def look_ahead_for_employer(unit_no: str) -> None:
    """Read once what `employer_by_unit_no` will be asked again and again, see `look_ahead`."""
    look_ahead(Employer, _OF_UNIT_NO, [(plain_code(unit_no),)])


def active_employer_by_code(credit_code: str) -> Employer | None:
    return Employer.objects.filter(credit_code=credit_code, status=EmployerStatus.ACTIVE).first()


@cache
def area_name(code: str) -> str:
    """Name of a division; divisions change only with a new installation of the area table, so it is kept."""
    return Area.objects.values_list("name", flat=True).get(pk=code)


_AREA_SAID = re.compile(r"(?<![0-9])([1-9][0-9]{5}) 地区")


def areas_named(words: str) -> str:
    """A sentence of the law's formulas, which know areas by their codes, with names in their place (“511100 地区”, “乐山市”); a code nobody has stays."""
    codes = set(_AREA_SAID.findall(words))
    if not codes:
        return words
    names = dict(Area.objects.filter(pk__in=codes).values_list("code", "name"))
    return _AREA_SAID.sub(lambda found: names.get(found[1], found[0]), words)


def bare_coverages_of(person: Person) -> list[Coverage]:
    """All coverages of a person by insurance and beginning, employers not fetched; at most 300."""
    return rows_where(Coverage, "person_id = %s ORDER BY insurance, start_period LIMIT 300", person.pk)


def stated_dead(coverages: Iterable[Coverage]) -> Coverage | None:
    """Of a person's coverages the one that an employer stopped for the person's death, where nothing was opened since."""
    known = list(coverages)
    stopped = [c for c in known if c.stop_reason == StopReason.DEAD and c.end_period is not None]
    last = max(stopped, key=lambda c: c.end_period or 0, default=None)
    return None if last is None or any(c.start_period > (last.end_period or 0) for c in known) else last


def coverages_of(person: Person) -> list[Coverage]:
    """All coverages of a person, by insurance and beginning; at most 300."""
    rows = Coverage.objects.filter(person=person).select_related("employer", "area")
    return list(rows.order_by("insurance", "start_period")[:300])


def employments_of(person: Person) -> list[Employment]:
    """All employments of a person, newest first; at most 100."""
    return list(Employment.objects.filter(person=person).select_related("employer").order_by("-start_period")[:100])


def active_coverages(person: Person, period: int) -> list[Coverage]:
    """Coverages open at the end of a month: without an end, or with an end in that month or later."""
    rows = Coverage.objects.filter(person=person).filter(Q(end_period=None) | Q(end_period__gte=period))
    return list(rows.order_by("insurance", "start_period")[:50])


def first_employed_period(person: Person) -> int | None:
    """The first month of any employment of a person, YYYYMM; None for somebody who was never employed."""
    first: int | None = Employment.objects.filter(person=person).aggregate(first=Min("start_period"))["first"]
    return first


_OPEN_AT = "person_id = %s AND (end_period IS NULL OR end_period >= %s) ORDER BY start_period DESC LIMIT 1"


def active_employment(person: Person, period: int) -> Employment | None:
    """The employment open at the end of a month, if any."""
    return row_where(Employment, _OPEN_AT, person.pk, period)


def look_ahead_for_employments(numbers: Iterable[str], period: int) -> None:
    """Read at once what `active_employment` will be asked of the people known by these numbers, see `look_ahead`."""
    look_ahead(Employment, _OPEN_AT, ((person.pk, period) for person in persons_by_numbers(numbers).values()))


def employs(employer_id: int, person_id: int, period: int) -> bool:
    """Whether an employer may apply, in a month (YYYYMM), for what changes somebody's own record: as the guards of the database have it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT registry_employs_v1(%s, %s, %s)", [employer_id, person_id, period])
        return bool(cursor.fetchone()[0])


def staff_count(employer: Employer) -> int:
    """How many employees the employer has now."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM registry_employment WHERE employer_id = %s AND end_period IS NULL", [employer.pk])
        (count,) = cursor.fetchone()
    return int(count)


def staff_of(employer: Employer) -> SearchResult[Employment]:
    """The employer's present staff by name, at most `SEARCH_MAX`."""
    rows = Employment.objects.filter(employer=employer, end_period=None).select_related("person")
    found = list(rows.order_by(F("start_period").desc(), "id")[: SEARCH_MAX + 1])
    return SearchResult(found[:SEARCH_MAX], len(found) > SEARCH_MAX)


@dataclass(frozen=True)
class CoverageBar:
    """One stretch of a coverage for the timeline: month offsets within `span` months, and its words."""

    coverage: Coverage
    left_percent: float
    width_percent: float


@dataclass(frozen=True)
class CoverageTimeline:
    """Coverage of one person by insurance over the last `years` years; sorted as the insurances are."""

    years: list[int]
    rows: list[tuple[str, list[CoverageBar]]]


def coverage_timeline(coverages: list[Coverage], period: int, years: int = 10) -> CoverageTimeline:
    """The stretches of `coverages` over the years that end with `period`'s year."""
    last_year = period // 100
    first = (last_year - years + 1) * 100 + 1
    total = years * 12

    def offset(month: int) -> int:
        return (month // 100 - first // 100) * 12 + month % 100 - 1

    rows = []
    for insurance in Insurance:
        bars = []
        for coverage in coverages:
            if coverage.insurance != insurance:
                continue
            start = max(0, offset(coverage.start_period))
            end = min(total, offset(add_months(coverage.end_period, 1)) if coverage.end_period else offset(period) + 1)
            if end > start:
                bars.append(CoverageBar(coverage, 100 * start / total, 100 * (end - start) / total))
        if bars:
            rows.append((insurance.label, bars))
    return CoverageTimeline(list(range(first // 100, last_year + 1)), rows)


def own_days() -> dict[dt.date, bool]:
    """The agency's own list of working and free days; at most 2,000 are read."""
    return dict(CalendarDay.objects.order_by("-day").values_list("day", "is_workday")[:2000])


def due_after(start: dt.date, working_days: int) -> Deadline:
    """The day a promised limit in working days ends, by the announced calendar and the agency's own list."""
    return add_workdays(start, working_days, own_days() if working_days else None)


def areas_under(area_code: str) -> list[str]:
    """The area itself and its counties.

    Raises:
        UnknownArea: there is no such area.
    """
    codes = list(Area.objects.filter(parent_id=area_code).order_by("code").values_list("code", flat=True))
    if not Area.objects.filter(pk=area_code).exists():
        raise UnknownArea(f"没有区划代码为 {area_code} 的地区，请核对。", area=area_code)
    return sorted({area_code, *codes})


def area_over(codes: Collection[str]) -> str:
    """The one area that holds all of these: itself where it is one, else the city they belong to.

    Raises:
        UnknownArea: they belong to different cities, or there is no such area.
    """
    if len(set(codes)) == 1:
        return next(iter(codes))
    cities = {parent or code for code, parent in Area.objects.filter(pk__in=codes).values_list("code", "parent_id")}
    if len(cities) != 1:
        raise UnknownArea(f"{'、'.join(sorted(codes))} 不属于同一个市，请分别办理。", areas=sorted(codes))
    return str(cities.pop())
