"""At every door an item says what it rests on, and offers what else somebody may need (R036, R098)."""

import re

import pytest
from django.test import Client

from tests import city
from tests.kiosk.test_kiosk import as_operator, registered
from tests.mobile.test_phone import on_the_phone
from tests.pages import signed_in, text_of
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in as operator_of
from yigui.applying.linked import linked_items
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case, Draft
from yigui.catalogue.declarations import catalogue
from yigui.identity.models import UnitLogin

LAW = "《中华人民共和国社会保险法》（主席令第35号，2018年修正）第五十八条"


def offered(page: str) -> dict[str, str]:
    """Item -> the person its form would begin with, of the buttons among the linked items."""
    linked = page.partition('id="linked"')[2]
    found = {}
    for form in re.findall(r"<form.*?</form>", linked):
        code = re.search(r'name="item" value="([^"]+)"', form)
        person = re.search(r'name="person_no" value="([^"]+)"', form)
        if code is not None and code[1] in catalogue().versions:
            found[code[1]] = person[1] if person else ""
    return found


def test_a_tellers_form_offers_linked_items_for_the_same_person_and_names_its_basis() -> None:
    client, person = signed_in("special"), city.next_employee().person
    url = client.post("/counter/drafts/", {"item": "PEN-002", "person_no": person.person_no}).headers["Location"]
    page = text_of(client.get(url))
    assert "第十五条、第十六条" in page
    found = offered(page)
    assert found == dict.fromkeys(["PEN-001", "PEN-010"], person.person_no)
    # Linked, shown, and not built yet: no button.
    assert "CHG-005" in page.partition('id="linked"')[2]
    begun = client.post("/counter/drafts/", {"item": "PEN-001", "person_no": found["PEN-001"]}).headers["Location"]
    draft = Draft.objects.get(token=begun.split("/")[-2])
    assert (draft.item_code, draft.person) == ("PEN-001", person)


def test_a_form_with_faults_keeps_its_basis_and_its_links() -> None:
    client, person = signed_in(), city.next_person()
    url = client.post("/counter/drafts/", {"item": "CHG-003", "person_no": person.person_no}).headers["Location"]
    Draft.objects.filter(token=url.split("/")[-2]).update(form={"id_number": "x"})
    answer = client.get(f"{url}answers/")
    assert answer.status_code == 422
    assert LAW in text_of(answer)
    assert offered(text_of(answer)) == {"CHG-004": person.person_no}


@pytest.mark.parametrize("place", ["/unit/", "/kiosk/unit/"])
def test_an_operators_form_and_case_offer_what_they_may_apply_for(place: str) -> None:
    employment = city.next_employee()
    login = login_of(employment.employer)
    client = as_operator(registered()[0], login) if "kiosk" in place else operator_of(login)
    person_no = employment.person.person_no
    url = client.post(f"{place}apply/drafts/", {"item": "REG-006", "person_no": person_no}).headers["Location"]
    page = text_of(client.get(url))
    assert LAW in page
    assert offered(page)["REG-005"] == person_no
    case = accept_case(city.application("REG-006", city.stop_form(employment), materials=["termination_proof"]))
    assert offered(text_of(client.get(f"{place}cases/{case.case_no}/")))["REG-005"] == person_no


def test_an_operator_is_offered_only_what_their_unit_has_given_them() -> None:
    employment = city.next_employee()
    login = login_of(employment.employer)
    UnitLogin.objects.using("super").filter(pk=login.pk).update(items=["REG-006"])
    login.refresh_from_db()
    client = operator_of(login)
    url = client.post("/unit/apply/drafts/", {"item": "REG-006"}).headers["Location"]
    page = text_of(client.get(url))
    assert offered(page) == {}
    assert "职工续保登记" in page.partition('id="linked"')[2]


def test_a_person_on_the_phone_is_told_where_to_go_for_what_the_phone_does_not_take() -> None:
    person = city.next_person()
    client = on_the_phone(person)
    url = client.post("/m/apply/drafts/", {"item": "CHG-003"}).headers["Location"]
    page = text_of(client.get(url))
    assert LAW in page
    assert offered(page) == {}
    assert "个人关键信息变更" in page.partition('id="linked"')[2]
    assert "/guide/" in page.partition('id="linked"')[2]
    form = {"id_number": person.id_number, "person_name": person.name}
    case = accept_case(city.application("ENQ-003", form, materials=["id_card"]))
    assert "养老个人账户记录更正" in text_of(client.get(f"/m/cases/{case.case_no}/")).partition('id="linked"')[2]


@pytest.mark.parametrize(("username", "has_buttons"), [("special", True), ("director", False)])
def test_the_case_page_offers_linked_items_to_who_sits_at_a_counter(username: str, has_buttons: bool) -> None:
    case: Case = city.accept_class3()
    page = text_of(signed_in(username).get(f"/cases/{case.case_no}/"))
    assert "个人关键信息变更" in page.partition('id="linked"')[2]
    assert bool(offered(page)) is has_buttons


def test_the_items_page_and_the_guide_name_the_basis_and_only_officers_see_what_is_still_to_be_read() -> None:
    page = text_of(signed_in().get("/items/LVY-011/"))
    assert "《社会保险费征缴暂行条例》（国务院令第259号）" in page
    assert "原文待核对" in page
    visitor = next(v for v in catalogue().visitors.values() if "REG-006" in v.items)
    guide = text_of(Client().get("/guide/", {"visitor": visitor.code, "item": "REG-006"}))
    assert LAW in guide
    assert "职工续保登记" in guide
    assert "原文待核对" not in guide


def test_every_link_of_the_catalogue_leads_to_an_item_in_force() -> None:
    for item in catalogue().items(city.TODAY):
        rows = linked_items(item, channel="counter", offers=lambda other: True, today=city.TODAY)
        assert [row.item.code for row in rows] == list(item.related)
        assert item.related, item.code
