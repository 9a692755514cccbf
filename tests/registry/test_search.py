"""Persons and employers are found by what people call them: part of a name, pinyin, initials, numbers with blanks, former names; namesakes told apart."""

from typing import Any

import pytest
from django.db import connections, transaction

from tests import city
from tests.conftest import TODAY
from tests.pages import signed_in
from yigui.common.months import period_of
from yigui.common.pinyin import pinyin_initials, spellings
from yigui.registry.models import Employer, Employment, FormerIdentity, NameCharacter, Person
from yigui.registry.search import SEARCH_MAX, search_employers, search_persons, told_apart
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant


def renamed(person: Person, name: str) -> Person:
    """The person under another name, as an opening load writes it; the database keeps the former one."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        cursor.execute(
            "UPDATE registry_person SET name = %s, pinyin = %s WHERE id = %s",
            [name, pinyin_initials(name, is_name=True), person.pk],
        )
    return Person.objects.get(pk=person.pk)


def called(employer: Employer, name: str) -> Employer:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        cursor.execute(
            "UPDATE registry_employer SET name = %s, pinyin = %s WHERE id = %s", [name, pinyin_initials(name), employer.pk]
        )
    return Employer.objects.get(pk=employer.pk)


def found(text: str) -> list[int]:
    return [p.pk for p in search_persons(text).rows]


@pytest.mark.parametrize(
    ("name", "texts"),
    [
        ("欧阳㛃莹", ["欧阳㛃莹", "㛃莹", "㛃", "阳㛃", "ouyangjieying", "oyjy", "yangjie", "OuYangJieYing", "ouyangjiey", "ou yang jie ying"]),
        ("𠮷田翃", ["𠮷田翃", "𠮷", "田翃", "翃", "jitianhong", "𠮷 田"]),
        ("单禤吕", ["单禤吕", "禤吕", "shanxuanlv", "shanxuanlü", "danxuanlyu", "sxl"]),
        ("阿依古丽·买买提", ["古丽·买", "古丽", "买买提", "ayiguli", "阿依古丽•买买提"]),
    ],
)  # fmt: skip
def test_a_person_is_found_by_any_part_of_the_name_and_by_pinyin(name: str, texts: list[str]) -> None:
    person = renamed(city.next_employee().person, name)
    for text in texts:
        assert person.pk in found(text), text
    assert person.pk not in found(name[::-1])
    assert person.pk not in found(name[0] + name[2])


def test_a_former_name_and_number_lead_to_the_person_and_say_so() -> None:
    person = renamed(renamed(city.next_employee().person, "钭㛃曦"), "钭若曦")
    assert FormerIdentity.objects.filter(person=person, name="钭㛃曦").exists()
    for text in ("钭㛃曦", "㛃曦", "toujiexi"):
        assert found(text) == [person.pk], text
    told = told_apart([person], "钭㛃曦", period_of(TODAY))[person.pk]
    assert told.is_former
    assert not told_apart([person], "钭若", period_of(TODAY))[person.pk].is_former
    page = signed_in("teller").post("/search/results/", {"q": "㛃曦"}).content.decode()
    assert "曾用名或号码" in page


def test_a_number_is_found_with_blanks_hyphens_and_in_other_widths() -> None:
    person = city.next_employee().person
    n = person.id_number
    wide = n.translate({ord(str(d)): chr(0xFF10 + d) for d in range(10)})
    for text in (f"{n[:6]} {n[6:14]} {n[14:]}", wide, f" {n.lower()} ", f"{person.person_no[:4]} {person.person_no[4:]}"):
        assert found(text) == [person.pk], text


def test_wild_cards_and_brackets_are_only_characters() -> None:
    for text in ("%", "_", "王%", "%伟", "{}", "\\", "王_", "'", "'; DROP TABLE registry_person; --"):
        rows = search_persons(text).rows
        assert all(text[0] in p.name for p in rows), text
        assert not [p for p in rows if text[1:] and text[1] not in p.name], text
        search_employers(text)


def test_a_search_is_bounded_whatever_is_typed() -> None:
    for text in ("王", "wang", "w", "yi", "xian", "5111", "a" * 60, "zhangwangliyi" * 4, "一" * 60):
        for result in (search_persons(text), search_employers(text)):
            assert len(result.rows) <= SEARCH_MAX
            assert len({row.pk for row in result.rows}) == len(result.rows)
            assert not result.has_more or len(result.rows) == SEARCH_MAX, text


def test_an_employer_is_found_by_part_of_the_name_pinyin_and_initials() -> None:
    employer = called(Employer.objects.order_by("id")[5], "乐山市中和化工有限责任公司")
    n = employer.unit_no
    for text in (
        "中和化工",
        "和化",
        "有限责任",
        "zhhg",
        "zhonghehuagong",
        "leshanshizhonghe",
        "lsszhhg",
        f"{n[:4]} {n[4:]}",
        "中和 化工",
    ):
        assert employer.pk in [e.pk for e in search_employers(text).rows], text
    for text in ("化和", "zhgh", "hehuazhong"):
        assert employer.pk not in [e.pk for e in search_employers(text).rows], text


def test_namesakes_are_told_apart_by_age_employer_and_masked_number() -> None:
    one, other = city.next_employee(), city.next_employee()
    for employment in (one, other):
        renamed(employment.person, "覃若溪")
    page = signed_in("teller").post("/search/results/", {"q": "若溪"}).content.decode()
    for employment in (one, other):
        assert employment.employer.name in page
        assert employment.person.id_number not in page
    assert "覃若溪" not in page.replace('value="若溪"', "")
    assert "年龄" in page


def test_who_works_nowhere_any_more_has_no_employer_beside_the_name() -> None:
    ended = Employment.objects.exclude(end_period=None).exclude(person__employments__end_period=None).select_related("person")[0]
    assert told_apart([ended.person], ended.person.name, period_of(TODAY))[ended.person_id].employer is None


@pytest.mark.parametrize(
    ("letters", "wanted"),
    [
        ("xian", [("xian",), ("xi", "an")]),
        ("zhangwei", [("zhang", "wei"), ("zha", "ng", "wei")]),
        ("zhangw", [("zhang", "w"), ("zha", "ng", "w")]),
        ("zw", []),
        ("w", []),
        ("lv", [("lv",)]),
        ("vvv", []),
    ],
)  # fmt: skip
def test_letters_are_parted_into_syllables(letters: str, wanted: list[Any]) -> None:
    assert [spelt.syllables for spelt in spellings(letters)] == wanted


def test_every_reading_of_a_character_counts() -> None:
    for syllable in ("dan", "chan", "shan"):
        assert any("单" in characters for spelt in spellings(syllable) for characters in spelt.characters)
    assert any("㛃" in characters for spelt in spellings("jie") for characters in spelt.characters)


def test_a_search_uses_the_indexes() -> None:
    with connections["owner"].cursor() as cursor:
        for table in ("registry_person", "registry_employer", "registry_former_identity"):
            cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexdef LIKE '%%string_to_array%%'", [table])
            assert "gin" in cursor.fetchone()[0].lower()


def test_a_character_no_name_had_is_known_with_the_name() -> None:
    person = renamed(city.next_employee().person, "钭𪚥曦")
    assert NameCharacter.objects.filter(pk="𪚥").exists()
    assert person.pk in found("touzhexi")


def test_no_spelling_asks_for_more_than_the_names_have() -> None:
    used = set(NameCharacter.objects.values_list("pk", flat=True))
    names = set(Person.objects.values_list("name", flat=True)) | set(Employer.objects.values_list("name", flat=True))
    assert {c for name in names for c in name} <= used
