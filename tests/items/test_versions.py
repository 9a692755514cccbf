"""A case keeps the version of its item: what was accepted under an older one is finished by it after a newer one holds."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests import city
from tests.conftest import TODAY
from tests.entitlement.people import RETIREMENT_MATERIALS, carry, done, next_retiring, prereview_form, retirement_form
from tests.items import money_forms
from tests.items.benefit_forms import FORMS, disabled
from tests.pages import signed_in
from yigui.casework.accept_case import accept_case
from yigui.casework.handlers import open_codes
from yigui.casework.models import Case
from yigui.casework.resubmit_case import resubmit_case
from yigui.catalogue.declarations import Item, declared
from yigui.registry.models import Employer, Person

Made = tuple[dict[str, Any], tuple[str, ...], str]


def _prereview() -> Made:
    person, month = next_retiring()
    return prereview_form(person, f"{month // 100}-{month % 100:02d}-15"), ("personnel_file", "id_card"), "teller"


def _disability() -> Made:
    form, materials, _ = disabled(202609)
    return form, tuple(materials), "special"


def _normal() -> Made:
    person, month = next_retiring()
    return retirement_form(person, month), RETIREMENT_MATERIALS, "special"


def _early() -> Made:
    form, materials, _ = FORMS["early retirement"]()
    return form, tuple(materials), "special"


def _suspension() -> Made:
    form, materials, _ = FORMS["suspension"]()
    return form, tuple(materials), "special"


def _resumption() -> Made:
    form, materials, _ = FORMS["suspension"]()
    done("PEN-006", form, tuple(materials))
    asked = {name: form[name] for name in ("id_number", "person_name", "insurance")}
    return asked | {"change_reason": "04", "start_month": "2026-11"}, ("id_card",), "special"


def _settlement() -> Made:
    form, materials, _ = money_forms.FORMS["settlement"]()
    return form, tuple(materials), "teller"


#: An ordinary form of every item that has more than one version, with all that the newest asks.
MAKES: dict[str, Callable[[], Made]] = {
    "PEN-001": _prereview,
    "PEN-002": _normal,
    "PEN-003": _early,
    "PEN-004": _disability,
    "PEN-006": _suspension,
    "PEN-007": _resumption,
    "FND-001": _settlement,
}
#: What is finished as it is accepted (class 3) never waits for a newer version.
SEVERAL = [
    (code, item)
    for code in sorted(open_codes())
    if len(declared().versions[code]) > 1
    for item in declared().versions[code]
    if item.risk_class < 3
]


def day_under(item: Item) -> dt.date:
    """The last day before the next version holds on which people work; of the newest today."""
    later = [i.valid_from for i in declared().versions[item.code] if i.valid_from > item.valid_from]
    return max(min(later) - dt.timedelta(days=3), item.valid_from) if later else TODAY


def accepted_under(item: Item) -> tuple[Case, dict[str, Any], tuple[str, ...], str]:
    form, materials, username = MAKES[item.code]()
    asked = {name: value for name, value in form.items() if name in {f.name for f in item.input_fields}}
    case = accept_case(city.application(item.code, asked, username=username, materials=materials, today=day_under(item)))
    assert (case.item_version, case.status) == (item.valid_from, "open")
    return case, asked, materials, username


def test_every_item_with_several_versions_is_tried() -> None:
    assert {code for code, _ in SEVERAL} == set(MAKES)


@pytest.mark.parametrize(("code", "item"), SEVERAL, ids=lambda v: str(getattr(v, "valid_from", v)))
def test_a_case_of_each_version_is_finished_after_the_newest_holds(code: str, item: Item) -> None:
    case, _, _, _ = accepted_under(item)
    ended = carry(case)
    assert (ended.status, ended.effect_error, ended.item_version) == ("finished", "", item.valid_from)
    if ended.person_id:
        assert Person.objects.get(pk=ended.person_id).id_number == ended.form["id_number"]
    else:
        assert Employer.objects.get(pk=ended.employer_id or 0).unit_no == ended.form["unit_no"]


@pytest.mark.parametrize(("code", "item"), SEVERAL, ids=lambda v: str(getattr(v, "valid_from", v)))
def test_a_correction_is_asked_and_examined_by_the_version_of_the_case(code: str, item: Item) -> None:
    case, form, materials, username = accepted_under(item)
    city.decide(case, "reviewer", "returned", "请核对后重新提交")
    shown = signed_in(username).post(f"/cases/{case.case_no}/correct/", follow=True).content.decode()
    asked = {field.name for field in item.input_fields}
    assert ('name="retirement_group"' in shown) == ("retirement_group" in asked)
    assert not [f.name for f in declared().versions[code][-1].input_fields if f.name not in asked and f'name="{f.name}"' in shown]
    again = city.application(code, form, username=username, materials=materials, case_id=case.pk)
    ended = carry(resubmit_case(case=Case.objects.get(pk=case.pk), application=again))
    assert (ended.status, ended.effect_error, ended.round, ended.item_version) == ("finished", "", 2, item.valid_from)
    assert set(ended.form) == {f.name for f in item.input_fields}
