"""One Django form per item, built from its declared fields: counter, portal, API and Excel import all bind it."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Any

from django import forms

from yigui.catalogue.declarations import Item, Tables, declared
from yigui.catalogue.field_kinds import Question, kind_of
from yigui.catalogue.shapes import Field
from yigui.common import clock


def question_of(item: Item, field: Field, day: dt.date) -> Question:
    """A field as it is asked on a day; of insurances only those the item handles can be chosen."""
    return _question(item, field, declared().on(day))


def narrowed(question: Question, codes: Collection[str] | None) -> Question:
    """A question with fewer choices; None leaves them all."""
    if codes is None:
        return question
    return replace(question, options={code: label for code, label in question.options.items() if code in codes})


def _question(item: Item, field: Field, tables: Tables) -> Question:
    options = tables.enums.get(field.options or "", {})
    if field.options == "insurance":
        options = {code: label for code, label in options.items() if code in item.insurances}
    return Question(field, options, tables.labels.get(field.options or "", {}))


def form_class(item: Item, day: dt.date) -> type[forms.Form]:
    """The form of an item version, with the choices of a day; its field order is the catalogue's."""
    return _form_class(item, declared().on(day))


class _Fields(dict[str, forms.Field]):
    """The fields of an item's form, shared by all its instances: a form may leave one out, and changes none.

    Django copies every field with its choices for each form it binds, which took a tenth of the time of a case.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


@cache
def _form_class(item: Item, tables: Tables) -> type[forms.Form]:
    fields = {field.name: kind_of(field).form_field(_question(item, field, tables)) for field in item.input_fields}
    made = type(f"Form_{item.slug}", (forms.Form,), fields)
    made.base_fields = _Fields(made.base_fields)  # type: ignore[attr-defined]
    return made


def stored_values(item: Item, cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """Cleaned values as JSON, each as its kind keeps it."""
    return {f.name: kind_of(f).store(cleaned.get(f.name)) for f in item.input_fields}


def restored_values(item: Item, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What `stored_values` kept, as Python values again."""
    return {f.name: kind_of(f).restore(stored.get(f.name)) for f in item.input_fields}


def typed_values(item: Item, stored: Mapping[str, Any]) -> dict[str, Any]:
    """What `stored_values` kept, as somebody would type it into the form."""
    return {f.name: kind_of(f).typed(stored.get(f.name)) for f in item.input_fields}


def shown_values(item: Item, stored: Mapping[str, Any]) -> list[tuple[Field, str]]:
    """The answers of a stored form in words, in the form's order; those not given are left out."""
    today = clock.today()
    rows = ((f, kind_of(f).show(question_of(item, f, today), stored.get(f.name))) for f in item.input_fields)
    return [(field, text) for field, text in rows if text]


def schema_of(item: Item, day: dt.date, offered: Mapping[str, Collection[str]] = MappingProxyType({})) -> dict[str, Any]:
    """JSON Schema of an item's form, for the API's description.

    Args:
        offered: by field the codes that the rule of a place knows, where they are fewer than the list has.
    """
    properties = {}
    for field in item.input_fields:
        question = narrowed(question_of(item, field, day), offered.get(field.name))
        properties[field.name] = kind_of(field).schema(question) | {"title": field.label}
        if field.index_code:
            properties[field.name]["x-index-code"] = field.index_code
    required = [f.name for f in item.input_fields if f.required and not _is_no(f)]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _is_no(field: Field) -> bool:
    """Whether leaving the field out is an answer."""
    kind = kind_of(field)
    return kind.is_box and not kind.takes_list
