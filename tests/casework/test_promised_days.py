"""R040, R042, R043: what is finished at once is promised within days in a long list and in a month of many; its light goes by the days promised."""

import datetime as dt
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.pages import text_of
from yigui.casework import promised_days
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.casework.promised_days import limit_days
from yigui.casework.queries import light_of
from yigui.casework.slip import acceptance_slip
from yigui.catalogue.declarations import catalogue
from yigui.law.conditions import condition
from yigui.law.key_words import words_of
from yigui.law.parameter_kinds import parameter_kinds
from yigui.law.parameter_table import ParameterMissing
from yigui.parameters.change_parameter import _refuse_bare_number, _refuse_number_without_days
from yigui.parameters.errors import ParameterRefused
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


def test_a_list_counts_the_month_once_and_adds_its_own(rows: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    people = neighbours(3)
    day = dt.date(2026, 12, 3)
    taken = Case.objects.filter(item_code="CHG-003", area_id=people[0].area_id, accepted_on__gte=day.replace(day=1)).count()
    rows |= ROWS | {"month_at_once_cases.CHG-003": taken + 2}
    asked: list[int] = []
    count = promised_days._taken
    monkeypatch.setattr(promised_days, "_taken", lambda *of: asked.append(1) or count(*of))
    counted: dict[str, int] = {}
    cases = [
        accept_case(city.application("CHG-003", city.basic_change_form(p), materials=["id_card"], today=day, counted=counted))
        for p in people
    ]
    assert [c.due_on == c.accepted_on for c in cases] == [True, True, False]
    assert (len(asked), counted) == (1, {people[0].area_id: taken + 3})


def test_every_number_of_a_month_that_is_filed_has_its_days() -> None:
    filed = [e for e in parameter_kinds()["business/conditions"].filed() if e.keys[0].startswith("month_at_once_cases.")]
    for entry in filed:
        days = ("month_limit_working_days." + entry.keys[0].partition(".")[2],)
        held = parameter_kinds()["business/conditions"].at(days, entry.area, entry.first_day)
        assert held is not None, entry
        assert held.last_day >= entry.last_day, entry


def test_a_number_of_a_month_is_not_proposed_without_its_days_nor_they_ended_before_it() -> None:
    number, days = ("month_at_once_cases.CHG-003",), ("month_limit_working_days.CHG-003",)
    first, last = dt.date(2027, 1, 1), dt.date(2027, 12, 31)
    at: dict[tuple[str, ...], SimpleNamespace] = {}
    kind: Any = SimpleNamespace(label="业务办理条件", at=lambda keys, area, day: at.get(keys))
    with pytest.raises(ParameterRefused, match="请先办理办理时限的变更"):
        _refuse_number_without_days(kind, number, "511100", first, dt.date.max)
    # Nor is one of them left without the other by a revocation.
    _refuse_bare_number(kind, days, "511100", first)
    at[number] = SimpleNamespace(last_day=last)
    for keys in (days, number):
        with pytest.raises(ParameterRefused, match="只有本月即时办结件数"):
            _refuse_bare_number(kind, keys, "511100", first)
    _refuse_bare_number(kind, ("min_age.PEN-001",), "511100", first)
    del at[number]
    at[days] = SimpleNamespace(last_day=last)
    with pytest.raises(ParameterRefused, match="终止不早于件数的终止日期"):
        _refuse_number_without_days(kind, number, "511100", first, dt.date.max)
    _refuse_number_without_days(kind, number, "511100", first, last)
    at[number] = SimpleNamespace(last_day=dt.date.max)
    with pytest.raises(ParameterRefused, match="请先终止件数"):
        _refuse_number_without_days(kind, days, "511100", first, last)
    _refuse_number_without_days(kind, days, "511100", first, dt.date.max)


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
