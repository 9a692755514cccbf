"""At every end of a case that the public sees stands where to ask and complain, and against its outcome what can be done until when."""

from typing import Any

import pytest
from django.test import Client

from tests import city
from tests.casework.test_returned_cases import Point, send_back
from tests.kiosk.test_kiosk import as_person, registered
from tests.mobile.test_phone import on_the_phone
from tests.pages import page_of
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in as unit_signed_in
from yigui.casework.models import Case
from yigui.casework.query_code import query_code
from yigui.casework.withdraw_case import withdraw_case
from yigui.registry.models import Employment


def _ended(case: Case, how: str) -> Case:
    if how == "withdrawn":
        withdraw_case(case_id=case.pk, actor=city.user("teller"), note="不办了", today=city.TODAY)
    if how == "returned":
        send_back(case, Point("wrong", field="address", note="与证照不符"))
    if how == "declined":
        city.decide(case, "reviewer", "declined", "证照已注销")
    return Case.objects.get(pk=case.pk)


def _open_by(door: str, employment: Employment, case: Case) -> Any:
    """The page of the case at a door, read by somebody whose it is there."""
    if door == "progress":
        return Client().get(f"/progress/?case_no={case.case_no}&code={query_code(case.case_no)}")
    if door == "unit":
        city.past_the_guards(case, employer_id=employment.employer_id)
        return unit_signed_in(login_of(employment.employer)).get(f"/unit/cases/{case.case_no}/")
    city.past_the_guards(case, person_id=employment.person_id)
    if door == "machine":
        return as_person(registered()[0], employment.person).get(f"/kiosk/me/cases/{case.case_no}/")
    return on_the_phone(employment.person).get(f"/m/cases/{case.case_no}/")


@pytest.mark.parametrize("door", ["progress", "unit", "phone", "machine"])
@pytest.mark.parametrize("how", ["finished", "withdrawn", "returned", "declined", "open"])
def test_every_end_says_where_to_ask_and_an_outcome_what_can_be_done_against_it(door: str, how: str) -> None:
    employment = city.next_employee()
    case = city.accept_class3() if how == "finished" else _ended(city.accept_class2(), how)
    assert case.status == how
    page = page_of(_open_by(door, employment, case))
    assert ("办理疑问、意见和投诉：" in page, 'href="tel:' in page) == ((how != "open"),) * 2
    assert ("行政复议" in page, "行政诉讼" in page) == ((how in ("finished", "declined")),) * 2
    assert ("自知道或者应当知道本次办理结果之日起 60 日内" in page) == (how == "finished")
