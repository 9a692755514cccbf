"""A row of a list (名单) that says it was handed in is the case it names: the list's own, or of the employer's list it went over from."""

import pytest
from django.db import DatabaseError, transaction

from tests import city
from yigui.casework.accept_case import accept_case
from yigui.casework.application_lists import keep_list
from yigui.casework.models import ApplicationList
from yigui.registry.models import Employer


def kept(unit: Employer, row: dict[str, object]) -> ApplicationList:
    values = {"state": "done", "row_no": 1, "number": "x", "values": {}} | row
    more = {"item_code": "CHG-003", "file_name": "a.xlsx", "papers": {}, "most": 10, "lines_in": 1}
    return keep_list(user=city.user("teller"), login=None, employer=unit, rows=[values], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("key", ["api:1:somebody-elses", "list:0b3ffb0a-3b43-4d20-a1a2-8a6f5b9ad111:1"])
def test_the_key_of_somebody_elses_case_makes_no_row_of_a_list_handed_in(key: str) -> None:
    unit = city.next_employee().employer
    case = accept_case(
        city.application("CHG-003", city.basic_change_form(city.next_person()), materials=["id_card"], idempotency_key=key)
    )
    with pytest.raises(DatabaseError, match="没有该行的办件"), transaction.atomic():
        kept(unit, {"key": key, "case_no": case.case_no})


def test_a_row_that_went_over_may_have_been_handed_in_under_the_key_of_the_earlier_list() -> None:
    unit = city.next_employee().employer
    earlier = kept(unit, {"state": "good"})
    key = f"list:{earlier.token}:1"
    case = accept_case(
        city.application("CHG-003", city.basic_change_form(city.next_person()), materials=["id_card"], idempotency_key=key)
    )
    later = kept(unit, {"key": key, "case_no": case.case_no})
    assert later.rows[0]["case_no"] == case.case_no
    # Of another employer's list it is none.
    another = next(e.employer for e in iter(city.next_employee, None) if e.employer_id != unit.pk)
    with pytest.raises(DatabaseError, match="没有该行的办件"), transaction.atomic():
        kept(another, {"key": key, "case_no": case.case_no})
