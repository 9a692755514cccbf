"""What can be chosen is what the rule of the place knows: one answer for the counter, the platform, the machine, the interface and the check."""

import datetime as dt
import re
from collections.abc import Iterator

import pytest

from tests import city
from tests.api.test_api import API_TOKEN, call
from tests.city import TODAY
from tests.kiosk.test_kiosk import as_operator, registered
from tests.pages import page_of, signed_in
from tests.portal.test_applying import begin, login_of
from tests.portal.test_signing_in import signed_in as operator_of
from yigui.casework.handlers import Place, handler_of, open_codes
from yigui.catalogue.declarations import Item, catalogue
from yigui.catalogue.forms import narrowed, question_of, schema_of
from yigui.entitlement.dossier import NONE
from yigui.items.pension._answers import titles_of
from yigui.law.parameter_table import ParameterMissing
from yigui.law.province import TITLES, provinces_of_files
from yigui.registry.models import Area

#: Titles some other place knows and Leshan does not.
ELSEWHERE = {label for code, label in TITLES.items() if code not in titles_of("511102", TODAY)}


def versions() -> Iterator[Item]:
    for code in sorted(open_codes()):
        yield catalogue().item(code, TODAY)


def offered(item: Item, area: str) -> dict[str, set[str]]:
    """By field with choices, the codes a door of a place offers."""
    known = handler_of(item).offered(Place(area, TODAY), {})
    questions = ((f.name, narrowed(question_of(item, f, TODAY), known.get(f.name))) for f in item.input_fields)
    return {name: set(question.options) for name, question in questions if question.options}


@pytest.mark.parametrize("area", sorted(provinces_of_files()))
def test_every_field_of_titles_offers_what_the_rule_of_the_place_knows_and_nothing_else(area: str) -> None:
    try:
        known = {NONE, *titles_of(area, TODAY)}
    except ParameterMissing:
        pytest.skip("no rule is stored for the day: the form refuses it by its name")
    seen = set()
    for item in versions():
        for field in item.input_fields:
            codes = set(question_of(item, field, TODAY).options)
            if codes & set(TITLES):
                assert offered(item, area)[field.name] == codes & known, (item.code, field.name)
                seen.add(item.code)
    assert {"PEN-001", "PEN-004"} <= seen


def test_no_item_offers_the_name_of_another_place() -> None:
    """Over every field of every open item: a choice that names a province or a city elsewhere is not offered here."""
    names = {
        province.label.partition("企业职工")[0].removesuffix("省").removesuffix("市") for province in provinces_of_files().values()
    }
    names |= {re.sub(r"(市|省)$", "", name) for name in Area.objects.exclude(pk__startswith="51").values_list("name", flat=True)}
    names |= {"西宁"}
    found = {
        (item.code, name, label)
        for item in versions()
        for name, codes in offered(item, "511102").items()
        for code, label in question_of(item, next(f for f in item.fields if f.name == name), TODAY).options.items()
        if code in codes and any(place in label for place in names if len(place) > 1)
    }
    assert len(names) > 20
    assert found == set()


@pytest.mark.parametrize("place", ["/unit/", "/kiosk/unit/"])
def test_an_employer_is_offered_the_titles_of_its_place_before_anybody_is_named(place: str) -> None:
    login = login_of(city.next_employee().employer)
    client = operator_of(login) if place == "/unit/" else as_operator(registered()[0], login)
    url = str(client.post(f"{place}apply/drafts/", {"item": "PEN-001"}).headers["Location"])
    page = page_of(client.get(url))
    assert "视同缴费月数" in page
    assert [label for label in ELSEWHERE if label in page] == []


def test_a_teller_is_offered_the_same_whether_or_not_the_person_is_known() -> None:
    client, employment = signed_in(), city.next_employee()
    pages = []
    for about in ({"unit_no": employment.employer.unit_no}, {"person_no": employment.person.person_no}):
        url = client.post("/counter/drafts/", {"item": "PEN-001", **about}).headers["Location"]
        pages.append(page_of(client.get(url)))
    assert [[label for label in ELSEWHERE if label in page] for page in pages] == [[], []]


def test_who_is_typed_counts_before_the_employer() -> None:
    """The rule is that of the person whose number was typed, also where the form began about an employer."""
    employment = city.next_employee()
    client = operator_of(login_of(employment.employer))
    url = begin(client, "PEN-001")
    before = page_of(client.get(url))
    client.post(f"{url}live/", {"id_number": employment.person.id_number, "retire_date": TODAY.isoformat()})
    after = page_of(client.get(url))
    # Of a man no age of women is asked any more.
    asked = "退休年龄类别（女性）"
    assert asked in before
    assert (asked in after) == (employment.person.gender == "2")


def test_the_interface_says_the_choices_of_the_place_of_its_token() -> None:
    answer = call("GET", "/items/PEN-001", token=API_TOKEN)
    schema = answer.json()["form_schema"]
    item = catalogue().item("PEN-001", TODAY)
    choices = schema["properties"]["benefit_titles"]["items"]["enum"]
    assert set(choices) == offered(item, "511100")["benefit_titles"]
    assert set(choices) < set(schema_of(item, TODAY)["properties"]["benefit_titles"]["items"]["enum"])


def test_what_is_offered_follows_the_day_that_was_typed() -> None:
    item = catalogue().item("PEN-001", TODAY)
    typed = {"retire_date": dt.date(2027, 3, 1).isoformat()}
    known = handler_of(item).offered(Place("630000", TODAY), typed)
    assert set(known["benefit_titles"]) == {NONE, *titles_of("630000", dt.date(2027, 3, 1))}
