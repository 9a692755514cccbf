"""Use cases that write the registry. Each runs inside the caller's transaction, under the caller's open warrant."""

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, connection

from yigui.common.months import add_months, format_period
from yigui.common.pinyin import pinyin_initials
from yigui.db.faults import constraint_of
from yigui.db.rows import insert_row, insert_rows, one_of, update_row, update_where
from yigui.registry.enums import INSURANCE_SLOT, EmployerStatus, Insurance
from yigui.registry.errors import CoverageOverlaps, DuplicateNumber
from yigui.registry.models import Coverage, Employer, EmployerEnrolment, Employment, Person

#: Rows of one person that are looked at.
ROWS_MAX = 1000


def _next_number(sequence: str, width: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s)", [sequence])
        (value,) = cursor.fetchone()
    return f"{value:0{width}d}"


@contextmanager
def sentences(named: dict[str, Exception]) -> Iterator[None]:
    """Turn the violation of a named constraint into its sentence; any other rises as it is.

    No savepoint of its own: the caller's transaction is undone either way.
    """
    try:
        yield
    except IntegrityError as error:
        refusal = named.get(constraint_of(error))
        if refusal is None:
            raise
        raise refusal from error


def register_person(
    *, id_type: str, id_number: str, name: str, gender: str, born_on: dt.date, area_code: str, **details: Any
) -> Person:
    """Register a person (个人登记) who is not known yet.

    Raises:
        DuplicateNumber: the number is already a person's.
    """
    person = Person(
        person_no=_next_number("registry_person_no", 12),
        id_type=id_type,
        id_number=id_number,
        name=name,
        pinyin=pinyin_initials(name, is_name=True),
        gender=gender,
        born_on=born_on,
        area_id=area_code,
        **details,
    )
    refusal = DuplicateNumber(f"证件号码 {id_number} 已登记为其他参保人，请先核查重复档案。", id_number=id_number)
    with sentences({"person_one_number": refusal}):
        insert_row(person)
    return person


def register_employer(*, name: str, credit_code: str, insurances: Iterable[str], start_period: int, **details: Any) -> Employer:
    """Register an employer (单位参保登记) with one enrolment line per insurance from `start_period` (YYYYMM).

    Raises:
        DuplicateNumber: an active employer has the credit code.
    """
    employer = Employer(
        unit_no=_next_number("registry_unit_no", 10),
        name=name,
        pinyin=pinyin_initials(name),
        credit_code=credit_code,
        status=EmployerStatus.ACTIVE,
        **details,
    )
    refusal = DuplicateNumber(f"统一社会信用代码 {credit_code} 已办理参保登记，请勿重复登记。", credit_code=credit_code)
    with sentences({"employer_one_active_code": refusal}):
        employer.save(force_insert=True)
    EmployerEnrolment.objects.bulk_create(
        EmployerEnrolment(employer=employer, insurance=insurance, start_period=start_period) for insurance in insurances
    )
    return employer


def open_coverages(
    *, person: Person, employer: Employer | None, insurances: Iterable[str], area_code: str, start_period: int
) -> list[Coverage]:
    """Open a coverage per insurance from `start_period` (YYYYMM).

    Raises:
        CoverageOverlaps: the person is already covered in one of the months.
    """
    rows = [
        Coverage(
            person=person,
            insurance=insurance,
            slot=INSURANCE_SLOT[Insurance(insurance)],
            employer=employer,
            area_id=area_code,
            start_period=start_period,
        )
        for insurance in insurances
    ]
    with sentences({"coverage_no_overlap": _overlap(person, start_period)}):
        insert_rows(rows)
    return rows


def open_employment(
    *, person: Person, employer: Employer, employment_form: str, declared_wage_fen: int, start_period: int
) -> Employment:
    """Open the employment with its declared wage (fen a month) from `start_period` (YYYYMM).

    Raises:
        CoverageOverlaps: the person is employed elsewhere in that month.
    """
    employment = Employment(
        person=person,
        employer=employer,
        employment_form=employment_form,
        declared_wage_fen=declared_wage_fen,
        start_period=start_period,
    )
    with sentences({"employment_one_at_a_time": _overlap(person, start_period)}):
        insert_row(employment)
    return employment


def _overlap(person: Person, period: int) -> CoverageOverlaps:
    return CoverageOverlaps(
        f"{person.name}（{person.person_no}）在 {format_period(period)} 起的月份已有同类参保或用工关系，请先办理停保或调动。",
        person_no=person.person_no,
        period=period,
    )


def close_coverages(*, coverages: Iterable[Coverage], from_period: int, stop_reason: str) -> list[Coverage]:
    """Stop coverages from `from_period` (YYYYMM): the month before is the last one covered.

    A coverage that would begin in or after that month never began: it is closed in its first month as a void stretch is
    not possible, so the caller must not ask for it.
    """
    closed = []
    for coverage in coverages:
        assert coverage.start_period < from_period, "a coverage cannot end before it begins"
        coverage.end_period = add_months(from_period, -1)
        coverage.stop_reason = stop_reason
        closed.append(coverage)
    if closed:
        last = add_months(from_period, -1)
        numbers = [c.pk for c in closed]
        update_where(Coverage, "end_period = %s, stop_reason = %s", one_of("id", numbers), last, str(stop_reason), *numbers)
    return closed


def close_employment(*, employment: Employment, from_period: int) -> None:
    """End an employment: the month before `from_period` is its last."""
    employment.end_period = add_months(from_period, -1)
    update_row(employment, ("end_period",))


def change_person(*, person: Person, values: dict[str, Any]) -> Person:
    """Change fields of a person; a changed name brings its pinyin along.

    Raises:
        DuplicateNumber: the new number is already another person's.
    """
    if "name" in values:
        values = {**values, "pinyin": pinyin_initials(values["name"], is_name=True)}
    number = values.get("id_number", "")
    refusal = DuplicateNumber(f"证件号码 {number} 已被其他参保人使用，请先核查重复档案。", id_number=number)
    kinds = {field.attname: field for field in Person._meta.concrete_fields}
    for name, value in values.items():
        setattr(person, name, kinds[name].to_python(value))
    with sentences({"person_one_number": refusal}):
        update_row(person, values)
    return person


def change_employer(*, employer: Employer, values: dict[str, Any]) -> Employer:
    """Change fields of an employer; a changed name brings its pinyin along."""
    if "name" in values:
        values = {**values, "pinyin": pinyin_initials(values["name"])}
    Employer.objects.filter(pk=employer.pk).update(**values)
    employer.refresh_from_db()
    return employer


def overlap_of(*, kept: Person, doubled: Person) -> CoverageOverlaps | None:
    """Why two records of one person cannot be merged: both are covered, or both employed, in one month; None where they can.

    The months are looked at as the guards of both tables do (`coverage_no_overlap`, `employment_one_at_a_time`).
    """
    mine, theirs = _spans(kept), _spans(doubled)
    meet = any(a[0] == b[0] and a[1] <= b[2] and b[1] <= a[2] for a in mine for b in theirs)
    return doubled_months(kept, doubled) if meet else None


def _spans(person: Person) -> list[tuple[object, int, int]]:
    """What may be held once at a time by a person, with its months: a coverage by its slot, an employment."""
    covered = person.coverages.order_by("id").values_list("slot", "start_period", "end_period")[:ROWS_MAX]
    worked = person.employments.order_by("id").values_list("start_period", "end_period")[:ROWS_MAX]
    return [
        *((slot, start, end or 999912) for slot, start, end in covered),
        *(("work", start, end or 999912) for start, end in worked),
    ]


def doubled_months(kept: Person, doubled: Person) -> CoverageOverlaps:
    """The refusal of two records that are covered, or at work, in the same month."""
    return CoverageOverlaps(
        f"{kept.name} 的两份档案（{kept.person_no}、{doubled.person_no}）有重叠的参保月份，请先清理重复缴费再合并。",
        kept=kept.person_no,
        doubled=doubled.person_no,
    )
