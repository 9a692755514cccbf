"""Checks speak of a form that is not whole yet: each as soon as its own fields can be read, and never what the whole form would not be told."""

from dataclasses import replace
from typing import Any

import pytest

from tests import city
from tests.items.test_item_cases import FILES, prepared, read
from tests.portal.test_applying import login_of
from yigui.casework.application import Application, examine, examine_so_far
from yigui.casework.errors import FormInvalid
from yigui.casework.findings import Finding
from yigui.items.common.facts import NotReadYet

ORDINARY = [
    next((path, case) for case in read(path)["cases"] if "refused" not in case and "invalid" not in case)
    for path in FILES
    if any("refused" not in case and "invalid" not in case for case in read(path)["cases"])
]


def said(findings: list[Finding]) -> set[tuple[str, str, str]]:
    return {(f.check, f.field, f.message) for f in findings}


def typed(item: str, form: dict[str, Any], **more: Any) -> Application:
    return Application(item_code=item, form=form, operator=city.user("teller"), channel="counter", today=city.TODAY, **more)


@pytest.mark.parametrize(("path", "case"), ORDINARY, ids=[p.stem for p, _ in ORDINARY])
def test_without_any_one_field_nothing_is_said_that_the_whole_form_is_not_told(path: Any, case: dict[str, Any]) -> None:
    application, form = prepared(path, case)
    whole = said(examine(application).findings)
    for name in form:
        left = {n: v for n, v in form.items() if n != name}
        try:
            examine(replace(application, form=left))
            continue
        except FormInvalid as invalid:
            if set(invalid.fields) != {name}:
                continue
        findings, _ = examine_so_far(replace(application, form=left))
        assert said(findings) <= whole, name


def test_an_empty_form_says_nothing_of_what_is_not_there() -> None:
    findings, silent = examine_so_far(typed("REG-004", {}))
    assert {f.check for f in findings} <= {"counter_window", "special_window"}
    assert {"id_checksum", "identity_match", "working_age", "materials_complete"} <= silent


def test_a_number_speaks_before_anything_else_is_filled_in() -> None:
    number = city.next_seeker().id_number
    wrong = number[:-1] + next(d for d in "0123456789" if d != number[-1])
    findings, _ = examine_so_far(typed("REG-004", {"id_type": "01", "id_number": wrong}))
    assert [(f.check, f.field) for f in findings if f.field == "id_number"] == [("id_checksum", "id_number")]
    findings, _ = examine_so_far(typed("REG-004", {"id_type": "01", "id_number": number, "birth_date": "1991-11-04"}))
    assert ("id_checksum", "birth_date") in {(f.check, f.field) for f in findings}


def test_a_field_that_is_wrong_keeps_silent_what_rests_on_it_and_nothing_else() -> None:
    form = city.enrolment_form(city.next_seeker(), person_name="某某某", declared_wage="x")
    findings, silent = examine_so_far(typed("REG-004", form))
    assert ("identity_match", "person_name") in {(f.check, f.field) for f in findings}
    assert "identity_match" not in silent
    assert "working_age" not in silent
    assert silent, "what asks for the wage waits"


def test_nobody_outside_learns_more_from_half_a_form() -> None:
    mine, other = city.next_employee(), city.next_employee()
    login = login_of(mine.employer)
    half = {"unit_no": mine.employer.unit_no, "id_number": other.person.id_number}
    with pytest.raises(FormInvalid) as refused:
        examine_so_far(replace(typed("REG-006", half, login=login), operator=city.user("channel-online"), channel="online"))
    assert list(refused.value.fields) == ["id_number"]


def test_whoever_asks_outside_a_form_in_the_making_is_never_told_to_wait() -> None:
    application = typed("CHG-003", city.basic_change_form(city.next_person()))
    facts: Any = examine(application).facts
    assert facts["person_name"]
    facts.unread = frozenset({"person_name"})
    with pytest.raises(NotReadYet):
        facts["person_name"]
    with pytest.raises(NotReadYet):
        facts.get("person_name")
    with pytest.raises(NotReadYet):
        facts.needed("person_name")
