"""Every date an item asks for has its possible span: nothing before a birth, nothing far ahead, and what was declared late is asked."""

import datetime as dt
from dataclasses import replace

import pytest

from tests import city
from tests.items.test_effects_refuse_nothing import situation_of
from yigui.casework.accept_case import accept_case
from yigui.casework.application import Application, examine
from yigui.casework.errors import FormInvalid, NotConfirmed
from yigui.casework.handlers import open_codes
from yigui.catalogue.declarations import Item, declared
from yigui.catalogue.shapes import Field, FieldType
from yigui.items.common.date_spans import span_of

DATED = frozenset({FieldType.DATE, FieldType.DATETIME, FieldType.MONTH, FieldType.YEAR})


def dated_fields(item: Item) -> list[Field]:
    return [f for f in item.input_fields if f.type in DATED]


ITEMS = [versions[-1] for _, versions in sorted(declared().versions.items())]
OPEN = [item.code for item in ITEMS if item.code in open_codes() and dated_fields(item)]


def test_every_dated_field_of_the_catalogue_has_a_span_and_no_span_is_for_nothing() -> None:
    names = {f.name for item in ITEMS for f in dated_fields(item)}
    spans = declared().on(city.TODAY).date_spans
    assert names == {name for code, name in spans if code == ""}
    own = {(item.code, f.name) for item in ITEMS for f in dated_fields(item)}
    assert {key for key in spans if key[0]} <= own


def typed(field: Field, day: dt.date) -> str:
    written = {FieldType.MONTH: f"{day:%Y-%m}", FieldType.YEAR: str(day.year), FieldType.DATETIME: f"{day} 08:30"}
    return written.get(field.type, day.isoformat())


def refused(application: Application, field: Field, day: dt.date) -> bool:
    """Whether the day is refused at its field by the rule of spans."""
    try:
        found = examine(replace(application, form=dict(application.form) | {field.name: typed(field, day)})).findings
    except FormInvalid as invalid:
        return field.name in invalid.fields
    return any(f.check == "date_plausible" and f.is_refusal and f.field == field.name for f in found)


@pytest.mark.parametrize("code", OPEN)
def test_no_dated_field_of_an_open_item_takes_what_cannot_be(code: str) -> None:
    application = situation_of(code)
    item = declared().versions[code][-1]
    assert not [f.message for f in examine(application).findings if f.check == "date_plausible"]
    for field in dated_fields(item):
        far = city.TODAY + dt.timedelta(days=366 * 7)
        assert refused(application, field, far), f"{code} {field.name} takes {far}"
        assert refused(application, field, dt.date(1899, 12, 31)), f"{code} {field.name} takes 1899"
        if span_of(code, field.name, city.TODAY).ahead_months == 0 and field.type == FieldType.DATE and field.name != "birth_date":
            assert refused(application, field, city.TODAY + dt.timedelta(days=1)), f"{code} {field.name} takes tomorrow"
            assert not refused(application, field, city.TODAY), f"{code} {field.name} refuses today"


def born(new: str) -> Application:
    person = city.next_person()
    form = city.key_change_form(person) | {"new_value": new}
    return city.application("CHG-004", form, username="special", materials=city.KEY_MATERIALS)


def checks_at(application: Application, level: str) -> dict[str, str]:
    return {f.check: f.message + f.detail for f in examine(application).findings if str(f.level) == level}


def test_a_birth_date_in_the_future_is_refused() -> None:
    assert "晚于今天 2026-11-10" in checks_at(born("2030-01-01"), "refuse")["date_plausible"]


def test_a_birth_date_after_the_first_work_is_refused() -> None:
    assert "不早于首次工作时间" in checks_at(born("2025-06-01"), "refuse")["date_plausible"]


def test_a_birth_date_that_the_number_contradicts_is_asked_about_before_it_is_taken() -> None:
    person = city.next_person()
    other = person.born_on + dt.timedelta(days=3)
    form = city.key_change_form(person) | {"new_value": other.isoformat()}
    application = city.application("CHG-004", form, username="special", materials=city.KEY_MATERIALS)
    assert f"{other} 与身份证号码所载的 {person.born_on} 不一致" in checks_at(application, "remind")["birth_not_of_number"]
    with pytest.raises(NotConfirmed):
        accept_case(replace(application, confirmed=()))
    assert accept_case(replace(application, confirmed=("birth_not_of_number",))).case_no


def test_a_start_of_work_before_the_birth_is_refused() -> None:
    person = city.next_person()
    old = person.work_started_on.isoformat() if person.work_started_on else "（空）"
    form = city.key_change_form(person) | {"change_item": "05", "old_value": old, "new_value": str(person.born_on)}
    application = city.application("CHG-004", form, username="special", materials=city.KEY_MATERIALS)
    assert "不晚于出生日期" in checks_at(application, "refuse")["date_plausible"]


def stop(change_date: str) -> Application:
    form = city.stop_form(city.next_employee()) | {"change_date": change_date}
    return city.application("REG-006", form, materials=("termination_proof",))


def test_a_stop_long_after_its_event_is_asked_about() -> None:
    asked = checks_at(stop("2025-01-01"), "remind")["declared_late"]
    assert "比业务期 2026-11 早 22 个月" in asked
    assert "declared_late" not in checks_at(stop("2026-10-28"), "remind")


def test_a_stop_before_the_birth_is_refused() -> None:
    assert "早于出生日期" in checks_at(stop("1931-01-01"), "refuse")["date_plausible"]
