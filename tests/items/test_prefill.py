"""An item knows itself how its form begins, on whose page it stands, and which doors it reaches."""

import ast
import re
from pathlib import Path

import pytest

from tests import city
from tests.conftest import TODAY
from yigui import items
from yigui.applying.lists import is_for_lists
from yigui.casework.handlers import About, handler_of, open_codes, reaches
from yigui.catalogue.declarations import Item, declared
from yigui.catalogue.intake import change_intake
from yigui.common.item_codes import prefix_of, scopes_of
from yigui.items.prefill import initial_values, old_value
from yigui.registry.models import Employer

SRC = Path(items.__file__).parent.parent
OPEN = [declared().versions[code][-1] for code in sorted(open_codes())]


def named(code: str) -> Item:
    return declared().item(code, TODAY)


@pytest.mark.parametrize("item", OPEN, ids=lambda i: i.code)
def test_every_form_begins_with_values_of_its_own_fields(item: Item) -> None:
    person, employer = city.next_person(), Employer.objects.order_by("id")[3]
    for about in ((person, None), (None, employer), (person, employer)):
        values = initial_values(item, channel=item.channels[0], today=TODAY, person=about[0], employer=about[1])
        assert set(values) <= {f.name for f in item.input_fields}
        assert not any(value in (None, "", []) for value in values.values())


def test_a_stop_begins_with_what_is_held_and_a_move_with_the_unit_left() -> None:
    employment = city.next_employee()
    stop = initial_values(named("REG-006"), channel="counter", today=TODAY, person=employment.person, employer=None)
    assert (stop["unit_no"], sorted(stop["insurances"])) == (employment.employer.unit_no, sorted(city.FIVE))
    move = initial_values(named("CHG-006"), channel="counter", today=TODAY, person=employment.person, employer=None)
    assert (move["from_unit_no"], "unit_no" in move) == (employment.employer.unit_no, False)
    other = Employer.objects.exclude(pk=employment.employer_id).order_by("id")[5]
    move = initial_values(named("CHG-006"), channel="online", today=TODAY, person=employment.person, employer=other)
    assert (move["from_unit_no"], move["unit_no"]) == (employment.employer.unit_no, other.unit_no)


def test_an_account_for_a_persons_money_never_begins_with_the_employers() -> None:
    employment = city.next_employee()
    employer = employment.employer
    begun = {}
    for person in (None, employment.person):
        for item in OPEN:
            values = initial_values(item, channel=item.channels[0], today=TODAY, person=person, employer=employer)
            begun[item.code] = values.get("account_no")
            if any(f.name == "id_number" and f.required for f in item.input_fields):
                assert values.get("account_no") is None, item.code
                assert values.get("account_name") in (None, employment.person.name), item.code
    assert "PEN-002" in begun


def test_a_change_begins_with_the_value_on_record_and_not_with_the_number_that_may_change() -> None:
    person = city.next_person()
    assert old_value(named("CHG-003"), "01", person=person, employer=None) == person.mobile
    assert old_value(named("CHG-004"), "04", person=person, employer=None) == person.born_on.isoformat()
    assert old_value(named("REG-006"), "01", person=person, employer=None) is None
    assert "mobile" not in initial_values(named("CHG-003"), channel="counter", today=TODAY, person=person, employer=None)
    assert initial_values(named("REG-005"), channel="counter", today=TODAY, person=person, employer=None)["mobile"] == person.mobile


def test_on_whose_page_an_item_is_offered() -> None:
    about = {item.code: handler_of(item).about(item) for item in OPEN}
    assert about["REG-001"] == frozenset()
    assert about["CHG-001"] == {About.EMPLOYER}
    assert about["CHG-006"] == {About.PERSON}
    assert about["REG-006"] == {About.PERSON, About.EMPLOYER}
    assert about["CRT-001"] == {About.PERSON}


def test_which_doors_an_item_reaches_and_which_are_sent_as_lists() -> None:
    unit = named("REG-001")
    assert "online" in unit.channels
    assert not reaches(unit, "online")
    assert reaches(unit, "counter")
    assert not reaches(named("MED-007"), "counter")
    assert {i.code for i in OPEN if is_for_lists(i)} == {"REG-004", "REG-005", "REG-006", "CHG-006", "LVY-003"}
    assert not is_for_lists(named("MED-007"))


def test_the_window_of_additions_and_stops_is_that_of_the_channel() -> None:
    assert not change_intake("counter", TODAY.replace(day=16)).is_open
    assert change_intake("online", TODAY.replace(day=16)).is_shifted
    assert change_intake("mobile", TODAY).rule is None


def test_scopes_of_a_code() -> None:
    assert prefix_of("REG-004") == "REG"
    assert scopes_of("REG-004") == {"*", "REG", "REG-004"}


def test_no_guard_of_the_database_decides_by_an_items_code() -> None:
    """What an item is to a guard it declares (`subjects.about`)."""
    named = re.compile(r"'[A-Z]{3}-(\d{3}|%)?'")
    for path in SRC.rglob("*.sql"):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            found = named.search(line.partition("--")[0])
            # How tasks end by a case is declared with their kinds; a test holds this list against them (tests/tasks/test_transitions.py).
            if path.parts[-3:] == ("tasks", "sql", "functions.sql") and re.match(r"\s+\('\w+', '\w+', '", line):
                continue
            # Rules of screening refuse nobody anything: they name cases to look at.
            if path.parts[-3:] == ("audit", "sql", "screening.sql"):
                continue
            assert found is None, f"{path.relative_to(SRC)}:{number} decides by {found}"


def test_no_program_outside_the_items_decides_by_an_items_code() -> None:
    """A door may lead to an item by its code; nothing may ask which item it is."""
    code = re.compile(r"^[A-Z]{3}-(\d{3})?$")
    for path in SRC.rglob("*.py"):
        if "migrations" in path.parts or "synthetic" in path.parts or "training" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            constants: list[ast.AST] = []
            if isinstance(node, ast.Compare):
                constants = [node.left, *node.comparators]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "startswith":
                constants = list(node.args)
            for part in (c for top in constants for c in ast.walk(top)):
                asked = isinstance(part, ast.Constant) and isinstance(part.value, str) and code.match(part.value)
                assert not asked, f"{path.relative_to(SRC)}:{node.lineno} decides by {part.value}"  # type: ignore[attr-defined]
