"""Applications near the ordinary one of an item: one field, or a change and its value, otherwise. For tests that look at all of them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import catalogue
from yigui.catalogue.forms import question_of
from yigui.catalogue.shapes import FieldType
from yigui.entitlement.models import Benefit
from yigui.registry.models import Employer, Person

#: What is tried of each kind of field, beside the choices of lists: bounds, the months around today, a time long ago and one to come.
TRIED: dict[FieldType, tuple[str, ...]] = {
    FieldType.DATE: (
        "1949-10-01",
        "1992-06-30",
        "2014-09-30",
        "2024-12-31",
        "2026-10-31",
        "2026-11-10",
        "2026-12-31",
        "2031-01-01",
    ),
    FieldType.MONTH: ("1992-01", "2010-07", "2024-12", "2026-01", "2026-10", "2026-11", "2026-12", "2027-03", "2031-01"),
    FieldType.YEAR: ("2009", "2025", "2026", "2027"),
    FieldType.MONEY: ("0", "0.01", "1000.00", "9999999.99", "-1.00"),
    FieldType.INT: ("0", "1", "12", "300", "900"),
    FieldType.DECIMAL: ("0", "0.5", "80", "100", "999"),
    FieldType.STRING: ("甲", "1"),
    FieldType.TEXT: ("甲",),
}
#: What a new value of a change may be, whatever is changed.
NEW_VALUES = ("甲", "13911112222", "1985-03-20", "2026-11-10", "0", "5000.00", "240", "1.5", "01", "1", "2", "{number}")


def others(person: Person | None) -> list[str]:
    """Numbers of people in other situations: a pensioner, one at work, one who died, one nobody knows."""
    benefit = Benefit.objects.filter(kind=1, status="active").order_by("-id").first()
    at_work = Person.objects.filter(employments__end_period=None, retired_on=None).exclude(employments=None).order_by("-id").first()
    found = [b.person.id_number for b in (benefit,) if b] + ([at_work.id_number] if at_work else [])
    return [n for n in [*found, "110101199003071938"] if person is None or n != person.id_number]


def variations(item_code: str, form: dict[str, Any], today: dt.date) -> Iterator[tuple[str, dict[str, Any]]]:
    """Names and forms: the ordinary one, then each with one thing changed, then every change with every new value."""
    item = catalogue().item(item_code, today)
    person = Person.objects.filter(id_number=form.get("id_number") or "-").first()
    employer = Employer.objects.filter(unit_no=form.get("unit_no") or "-").first()
    around = others(person)
    yield "as it is", form
    for field in item.input_fields:
        question = question_of(item, field, today)
        values: list[Any] = list(TRIED.get(field.type, ()))
        if field.type == FieldType.ENUM:
            values = list(question.options)
        elif field.type == FieldType.ENUM_LIST:
            values = [[code] for code in question.options]
        elif field.type == FieldType.ID_NUMBER:
            values = [*around]
        elif field.type == FieldType.BOOL:
            values = ["on", ""]
        if not field.required:
            values.append("")
        for value in values:
            if value != form.get(field.name):
                changed = form | {field.name: value}
                if field.name == "id_number" and (other := Person.objects.filter(id_number=value).first()) is not None:
                    changed["person_name"] = other.name
                yield f"{field.name}={value}", {k: v for k, v in changed.items() if v != ""}
    names = {f.name: f for f in item.input_fields}
    if {"change_item", "new_value"} <= names.keys():
        for code in question_of(item, names["change_item"], today).options:
            known = handler_of(item).old_value(code, person=person, employer=employer)  # type: ignore[attr-defined]
            for value in NEW_VALUES:
                new = value.format(number=around[0])
                old = known if known is not None else form.get("old_value", "")
                yield f"change_item={code}, new_value={new}", form | {"change_item": code, "old_value": old, "new_value": new}
