"""What the acceptance refuses is said before: the live check asks whether the same subject's case is under way."""

from tests import city
from yigui.casework.accept_case import accept_case
from yigui.casework.application import examine


def test_the_live_check_names_the_unfinished_case_of_the_same_credit_code() -> None:
    form = city.unit_form(next(city._units))
    assert not examine(city.application("REG-001", form, materials=city.UNIT_MATERIALS)).refusals
    under_way = accept_case(city.application("REG-001", form, materials=city.UNIT_MATERIALS))
    found = examine(city.application("REG-001", form, materials=city.UNIT_MATERIALS)).refusals
    assert [f.check for f in found] == ["no_open_case"]
    assert under_way.case_no in found[0].detail
    own = city.application("REG-001", form, materials=city.UNIT_MATERIALS, case_id=under_way.pk)
    assert not examine(own).refusals


def test_enquiries_may_be_asked_at_the_same_time() -> None:
    person = city.next_person()
    form = {"id_number": person.id_number, "person_name": person.name}
    accept_case(city.application("ENQ-003", form, materials=["id_card"]))
    assert not examine(city.application("ENQ-003", form, materials=["id_card"])).refusals
