"""R040, R042, R043: what is finished at once is promised within days in a long list and in a month of many; its light goes by the days promised."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.pages import text_of
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.casework.promised_days import limit_days
from yigui.casework.queries import light_of
from yigui.casework.slip import acceptance_slip
from yigui.catalogue.declarations import catalogue
from yigui.law.conditions import condition
from yigui.law.key_words import words_of
from yigui.law.parameter_table import ParameterMissing
from yigui.registry.models import Person
from yigui.synthetic.demo_staff import PASSWORD

ROWS = {"month_at_once_cases.CHG-003": 2, "month_limit_working_days.CHG-003": 3}


@pytest.fixture
def rows(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Conditions that a place has set beside those that are loaded."""
    known: dict[str, int] = {}

    def told(name: str, *, area: str, day: dt.date) -> int:
        return known[name] if name in known else condition(name, area=area, day=day)

    monkeypatch.setattr("yigui.casework.promised_days.condition", told)
    return known


def changed(person: Person, today: dt.date) -> Case:
    return accept_case(city.application("CHG-003", city.basic_change_form(person), materials=["id_card"], today=today))


def neighbours(count: int) -> list[Person]:
    """So many people of one place, in which the item has not been taken in a month that lies ahead."""
    by_area: dict[str, list[Person]] = {}
    while True:
        person = city.next_person()
        found = by_area.setdefault(person.area_id, [])
        found.append(person)
        if len(found) == count:
            return found


def test_in_a_month_of_many_those_beyond_the_threshold_are_promised_within_days(rows: dict[str, int]) -> None:
    first, second, third, fourth = neighbours(4)
    day = dt.date(2026, 12, 1)
    item = catalogue().item("CHG-003", day)
    # Without a row of the item there is no threshold.
    assert limit_days(item, people=1, area=first.area_id, day=day) == 0
    rows |= ROWS
    taken = Case.objects.filter(item_code="CHG-003", area_id=first.area_id, accepted_on__gte=day).count()
    rows["month_at_once_cases.CHG-003"] = taken + 2
    told = [dict(acceptance_slip(case)["facts"])["承诺办结"] for case in (changed(first, day), changed(second, day))]
    assert told == ["即时办结", "即时办结"]
    late = changed(third, dt.date(2026, 12, 2))
    assert late.due_on == dt.date(2026, 12, 7)
    assert dict(acceptance_slip(late)["facts"])["承诺办结"] == "2026-12-07（业务量较大，限时办结）"
    # Another place, and the month after, begin anew.
    assert limit_days(item, people=1, area="another", day=dt.date(2026, 12, 2)) == 0
    assert limit_days(item, people=1, area=fourth.area_id, day=dt.date(2027, 1, 4)) == 0
    # The day counts: what was set later is not asked of an earlier one.
    del rows["month_limit_working_days.CHG-003"]
    with pytest.raises(ParameterMissing):
        limit_days(item, people=1, area=fourth.area_id, day=dt.date(2026, 12, 2))


def test_the_guide_of_an_item_shows_what_is_promised_now(rows: dict[str, int]) -> None:
    client = Client()
    client.post("/sign-in/", {"username": "teller", "password": PASSWORD})
    assert "即时办结" in text_of(client.get("/items/CHG-003/"))
    rows |= ROWS | {"month_at_once_cases.CHG-003": 0}
    page = text_of(client.get("/items/CHG-003/"))
    assert "3 个工作日" in page
    assert "即时办结" not in page


def test_a_case_of_a_long_list_turns_amber_by_the_days_it_was_promised(rows: dict[str, int]) -> None:
    rows |= {"list_at_once_people.CHG-003": 1}
    form: dict[str, Any] = city.basic_change_form(city.next_person())
    case = accept_case(city.application("CHG-003", form, materials=["id_card"], list_people=300))
    assert (case.due_on - case.accepted_on).days == 7
    case.status = "open"
    lights = [light_of(case, case.accepted_on + dt.timedelta(days=n)) for n in (0, 3, 7, 8)]
    assert lights == ["green", "green", "amber", "red"]


def test_a_condition_of_one_item_is_named_with_it() -> None:
    assert words_of(("condition",), ("month_at_once_cases.CHG-003",)) == "本月即时办结件数（CHG-003）"
