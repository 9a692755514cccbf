"""Search and the rules the database keeps about coverage."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, connections, transaction

from tests import city
from yigui.common.errors import YiguiError
from yigui.registry.models import Coverage, Employer, Person
from yigui.registry.queries import area_name, areas_named, coverage_timeline, coverages_of
from yigui.registry.search import search_employers, search_persons
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.runs.run_job import run_job


def found(text: str) -> set[str]:
    return {p.person_no for p in search_persons(text).rows}


def test_a_person_is_found_by_number_old_number_name_and_initials() -> None:
    person = Person.objects.filter(id_number__regex=r"^\d{6}19").order_by("id")[7]
    old = person.id_number[:6] + person.id_number[8:17]
    for text in (person.id_number, person.id_number.lower(), old, person.person_no):
        assert found(text) == {person.person_no}, text
    unusual = Person.objects.raw(
        "SELECT * FROM registry_person WHERE name IN (SELECT name FROM registry_person GROUP BY name HAVING count(*) = 1) LIMIT 1"
    )[0]
    assert unusual.person_no in found(unusual.name)
    assert all(p.pinyin.startswith(unusual.pinyin) for p in search_persons(unusual.pinyin.upper()).rows)
    assert search_persons(unusual.pinyin).rows


def test_a_search_is_bounded_and_says_that_there_are_more() -> None:
    result = search_persons("王")
    assert len(result.rows) == 20
    assert result.has_more
    assert search_persons("").rows == []
    assert search_persons("没有这个人").rows == []


def test_an_employer_is_found_by_number_code_name_and_initials() -> None:
    employer = Employer.objects.order_by("id")[3]
    for text in (employer.unit_no, employer.credit_code, employer.credit_code.lower(), employer.name):
        assert employer in search_employers(text).rows, text


def raw_coverage(person_id: int, slot: int, start: int, end: int | None) -> None:
    """Insert a coverage as the owner, under a warrant of its own."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        cursor.execute(
            "INSERT INTO registry_coverage (person_id, insurance, slot, area_id, start_period, end_period, stop_reason) "
            "VALUES (%s, 'injury', %s, '511102', %s, %s, '')",
            [person_id, slot, start, end],
        )


@pytest.mark.parametrize(
    ("first", "second", "overlaps"),
    [
        ((202001, 202012), (202012, 202103), True), ((202001, 202012), (202101, 202103), False),
        ((202001, None), (203001, 203002), True), ((202001, 202001), (202001, 202001), True),
        ((202006, 202007), (202001, 202012), True), ((202002, None), (202001, 202001), False),
    ],
)  # fmt: skip
def test_overlapping_months_are_refused_by_the_database(first: Any, second: Any, overlaps: bool) -> None:
    person = city.next_person()
    raw_coverage(person.pk, 4, *first)
    if overlaps:
        with pytest.raises(IntegrityError, match="重叠"):
            raw_coverage(person.pk, 4, *second)
    else:
        raw_coverage(person.pk, 4, *second)
    assert Coverage.objects.filter(person=person, slot=4).count() == (1 if overlaps else 2)


def test_overlaps_within_one_statement_are_refused_too() -> None:
    person = city.next_person()
    with pytest.raises(IntegrityError, match="重叠"), transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        cursor.execute(
            "INSERT INTO registry_coverage (person_id, insurance, slot, area_id, start_period, stop_reason) "
            "VALUES (%s, 'injury', 4, '511102', 202001, ''), (%s, 'injury', 4, '511102', 202105, '')",
            [person.pk, person.pk],
        )


def test_employees_and_residents_medical_exclude_each_other() -> None:
    person = city.next_person()
    assert person.coverages.filter(insurance="employee_medical", slot=6).exists()
    with pytest.raises(IntegrityError, match="重叠"):
        raw_coverage(person.pk, 6, 202601, None)


def test_the_timeline_draws_each_stretch_once() -> None:
    person = city.next_employee().person
    coverages = coverages_of(person)
    timeline = coverage_timeline(coverages, 202611)
    bars = [bar for _, row in timeline.rows for bar in row]
    assert len(bars) == len([c for c in coverages if c.end_period is None or c.end_period >= 201701])
    assert all(0 <= b.left_percent < 100 and 0 < b.width_percent <= 100.01 - b.left_percent for b in bars)
    assert timeline.years == list(range(2017, 2027))


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("参数“失业保险金标准”在 511100 地区 2026-11-10 没有配置", "参数“失业保险金标准”在 乐山市 2026-11-10 没有配置"),
        ("511102 地区、511181 地区", "{511102}、{511181}"),
        ("999999 地区没有配置", "999999 地区没有配置"),
        ("第 1511100 地区", "第 1511100 地区"),
        ("511100 年", "511100 年"),
    ],
)
def test_areas_in_sentences_of_the_law_are_named(said: str, read: str) -> None:
    wanted = re.sub(r"\{(\d{6})\}", lambda found: area_name(found[1]), read)
    assert areas_named(said) == wanted


def test_a_batch_that_fails_for_want_of_a_parameter_names_the_area() -> None:
    with pytest.raises(YiguiError), run_job(kind="test", area_code="511100", period="202611", total_steps=1, user=None):
        raise YiguiError("参数“X”在 511100 地区没有配置")
    assert Run.objects.latest("pk").error == "参数“X”在 乐山市没有配置"
