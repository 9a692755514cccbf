"""The forms of an item: one set of fields for all of them."""

import datetime as dt

from yigui.catalogue.declarations import catalogue
from yigui.catalogue.forms import form_class

DAY = dt.date(2026, 11, 10)


def test_a_form_that_leaves_a_field_out_leaves_it_to_the_others() -> None:
    made = form_class(catalogue().item("CHG-003", DAY), DAY)
    shorter, other = made({}), made({})
    shorter.fields.pop("new_value")
    assert "new_value" not in shorter.fields
    assert "new_value" in other.fields
    assert "new_value" in made({}).fields
    assert "new_value" not in shorter.errors
    assert "new_value" in other.errors


def test_what_was_wrong_in_one_form_is_not_wrong_in_the_next() -> None:
    made = form_class(catalogue().item("CHG-003", DAY), DAY)
    wrong = made({"id_number": "1", "person_name": "某", "change_item": "no such", "old_value": "a", "new_value": "b"})
    right = made({"id_number": "11010519491231002X", "person_name": "某", "change_item": "01", "old_value": "a", "new_value": "b"})
    assert set(wrong.errors) == {"change_item"}
    assert not right.errors
    assert right.cleaned_data["change_item"] == "01"
