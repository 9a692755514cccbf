"""A move between units that does not take every insurance over says which ones end, before it is handed in."""

from tests import city
from tests.city import application
from tests.entitlement.people import done
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of


def test_insurances_the_new_unit_does_not_take_over_are_named() -> None:
    form = city.transfer_form()
    form["insurances"] = [i for i in form["insurances"] if i != "unemployment"]
    asked = examine(application("CHG-006", form, materials=["employment_contract"]))
    shown = [(line.before, line.after) for line in handler_of(asked.facts.item).preview(asked.facts) if line.label == "不再参保"]
    assert [before for before, _ in shown] == ["失业保险"]
    case = done("CHG-006", form, ("employment_contract",), username="teller")
    assert case.status == "finished"


def test_a_move_that_takes_all_over_ends_nothing() -> None:
    asked = examine(application("CHG-006", city.transfer_form(), materials=["employment_contract"]))
    assert "不再参保" not in {line.label for line in handler_of(asked.facts.item).preview(asked.facts)}
