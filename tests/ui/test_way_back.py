"""What stands before somebody who opened the address of a deed, or whose deed was refused: never a bare page."""

import uuid

import pytest
from django.test import Client

from tests import city
from tests.pages import signed_in, text_of

#: What a browser says it wants when somebody opens an address.
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("deed", "page"),
    [
        ("/cases/{case}/decide/", "/cases/{case}/"),
        ("/counter/drafts/", "/counter/"),
        ("/counter/drafts/{uuid}/submit/", "/counter/drafts/{uuid}/"),
        ("/finance/batches/1/void/", "/finance/batches/1/"),
        ("/tasks/1/take/", "/tasks/1/"),
    ],
)
def test_the_address_of_a_deed_opens_the_page_of_its_thing_and_does_nothing(deed: str, page: str) -> None:
    names = {"case": city.accept_class2().case_no, "uuid": str(uuid.uuid4())}
    client = signed_in("teller")
    answer = client.get(deed.format(**names), headers=BROWSER)
    assert (answer.status_code, answer.headers["Location"]) == (302, page.format(**names))
    assert "不会执行任何操作" in text_of(client.get("/account/"))


def test_a_part_of_a_page_and_a_program_are_told_what_they_did_wrong() -> None:
    client = signed_in("teller")
    assert client.get("/counter/drafts/", headers={"HX-Request": "true", "Accept": "text/html"}).status_code == 405
    assert client.get("/counter/drafts/", headers={"Accept": "*/*"}).status_code == 405


def test_a_refused_deed_shows_the_way_back_to_the_page_that_held_its_form() -> None:
    teller = signed_in("teller")
    refused = teller.post("/counter/drafts/", {"item": "REG-099"}, headers={"Referer": "http://testserver/counter/cases/?page=2"})
    assert refused.status_code == 422
    assert 'href="/counter/cases/?page=2" id="page-before"' in text_of(refused)
    assert "data-keeps-typed" in text_of(refused)
    foreign = teller.post("/counter/drafts/", {"item": "REG-099"}, headers={"Referer": "https://elsewhere.example/counter/"})
    assert 'href="/counter/" id="page-before"' in text_of(foreign)
    assert "elsewhere" not in text_of(foreign)


def test_a_page_that_takes_its_own_form_is_its_own_page_before() -> None:
    page = "http://testserver/counter/?day=1"
    refused = signed_in("teller").post("/counter/drafts/", {"item": "REG-099"}, headers={"Referer": page})
    assert 'href="/counter/?day=1" id="page-before"' in text_of(refused)


def test_a_page_that_cannot_be_seen_has_no_page_before_it() -> None:
    assert "page-before" not in text_of(signed_in("teller").get("/persons/0/"))


def test_at_an_outside_door_too() -> None:
    token = uuid.uuid4()
    assert Client().get(f"/unit/apply/drafts/{token}/drop/", headers=BROWSER).headers["Location"] == f"/unit/apply/drafts/{token}/"
