"""What changes somebody's own record an operator brings for people of long standing only, and hears so at the first page."""

from typing import Any

import pytest

from tests import city
from tests.city import TODAY, enrolment_form
from tests.pages import text_of
from tests.portal.test_applying import applied, begin, login_of, seeker_and_login
from tests.portal.test_signing_in import signed_in
from yigui.casework.errors import FormInvalid
from yigui.casework.models import Draft
from yigui.casework.outside_acceptance import why_not_for
from yigui.catalogue.declarations import catalogue
from yigui.identity.models import UnitLogin
from yigui.registry.models import Employment, Person

SAID = "本月以前入职、离职不满两年且用工关系不是事后补报的职工"


@pytest.fixture(scope="module")
def newcomer(fresh_city: None) -> tuple[UnitLogin, Person]:
    """Somebody whom the operator has just taken on by themselves."""
    seeker, login = seeker_and_login()
    applied(login, "REG-004", enrolment_form(seeker))
    return login, Person.objects.get(id_number=seeker.id_number)


def forms(login: UnitLogin, person: Person) -> dict[str, dict[str, Any]]:
    known = {"id_number": person.id_number, "person_name": person.name, "account_name": person.name, "account_no": "6228480012345678914",
             "mobile": "13812345678"}  # fmt: skip
    award = known | {
        "birth_date": person.born_on.isoformat(), "work_start_date": "1996-01-01", "retire_type": "01", "retire_date": "2026-11-20",
        "deemed_months": "0", "actual_months": "240", "benefit_start": "2026-12",
    }  # fmt: skip
    return {"PEN-002": award, "PEN-003": award}


@pytest.mark.parametrize("item", ["PEN-002", "PEN-003"])
def test_for_somebody_just_taken_on_it_is_refused_at_the_form(newcomer: tuple[UnitLogin, Person], item: str) -> None:
    login, person = newcomer
    declared = catalogue().item(item, TODAY)
    form = {k: v for k, v in forms(login, person)[item].items() if k in {f.name for f in declared.input_fields}}
    if "unit_no" in {f.name for f in declared.input_fields}:
        form["unit_no"] = login.employer.unit_no
    with pytest.raises(FormInvalid) as refused:
        applied(login, item, form)
    assert set(refused.value.fields) == {"id_number"}
    assert SAID in refused.value.fields["id_number"][0]
    assert declared.name in refused.value.fields["id_number"][0]


def test_the_picker_and_the_live_form_say_so_before_anything_is_filled_in(newcomer: tuple[UnitLogin, Person]) -> None:
    login, person = newcomer
    client = signed_in(login)
    before = Draft.objects.filter(login=login).count()
    answer = client.post("/unit/apply/drafts/", {"item": "PEN-002", "person_no": person.person_no})
    assert (answer.status_code, SAID in answer.content.decode()) == (403, True)
    assert Draft.objects.filter(login=login).count() == before
    # What touches nobody's record goes on.
    assert person.id_number in text_of(client.get(begin(client, "REG-006", person_no=person.person_no)))
    url = begin(client, "PEN-002")
    assert (
        SAID in client.post(f"{url}live/", forms(login, person)["PEN-002"] | {"unit_no": login.employer.unit_no}).content.decode()
    )


def test_who_left_long_ago_is_refused_and_who_is_at_work_is_not() -> None:
    gone = Employment.objects.filter(end_period__lt=202411, employer__status="active").select_related("employer", "person").first()
    staying = city.next_employee()
    item = catalogue().item("PEN-002", TODAY)
    assert gone is not None
    again = Employment.objects.filter(person=gone.person, employer=gone.employer, end_period=None).exists()
    assert (why_not_for(login_of(gone.employer), item, gone.person_id, TODAY) == "") is again
    assert why_not_for(login_of(staying.employer), item, staying.person_id, TODAY) == ""
    assert why_not_for(login_of(gone.employer), catalogue().item("REG-006", TODAY), gone.person_id, TODAY) == ""
