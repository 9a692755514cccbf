"""Wherever a visitor of a machine gets to, there is its frame: a way back, an end that wipes, and the clock that does it by itself."""

import re
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests import city
from tests.kiosk.test_kiosk import as_operator, as_person, registered
from tests.pages import text_of
from tests.portal.test_applying import login_of
from yigui.casework.accept_case import accept_case
from yigui.identity.kiosks import COOKIE
from yigui.identity.models import OutsideSession

PAGES_MAX = 200
#: The first page shows nothing of anybody and asks for nothing.
NEEDS_NONE = ("/kiosk/",)


def links(page: str, at: str) -> list[str]:
    found = []
    for href in re.findall(r'<a\b[^>]*\shref="([^"#]+)"', page):
        parts = urlsplit(urljoin(at, href.replace("&amp;", "&")))
        if parts.netloc in ("", "testserver") and not parts.path.startswith("/static/"):
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def crawl(client: Client) -> dict[str, Any]:
    """Every page that links lead to from the first one, as this machine, by address."""
    waiting, seen = ["/kiosk/"], {}
    while waiting and len(seen) < PAGES_MAX:
        at = waiting.pop(0)
        # Of pages that differ by their query only, one of a kind is looked at.
        shape = re.sub(r"=[^&]*", "", at)
        if shape in seen:
            continue
        answer = client.get(at, follow=True)
        seen[shape] = answer
        if "text/html" in answer["Content-Type"]:
            waiting += links(answer.content.decode(), answer.request["PATH_INFO"])
    return seen


@pytest.fixture(scope="module")
def machines(fresh_city: None) -> dict[str, Client]:
    employment, person = city.next_employee(), city.next_person()
    accept_case(city.application("ENQ-003", {"id_number": person.id_number, "person_name": person.name}, materials=["id_card"]))
    return {
        "nobody": registered()[0],
        "a person": as_person(registered()[0], person),
        "an operator": as_operator(registered()[0], login_of(employment.employer)),
    }


@pytest.mark.parametrize("who", ["nobody", "a person", "an operator"])
def test_every_page_a_machine_gets_to_has_its_frame(who: str, machines: dict[str, Client]) -> None:
    pages = crawl(machines[who])
    assert len(pages) > 8
    for shape, answer in pages.items():
        if "text/html" not in answer["Content-Type"] or answer.request["PATH_INFO"] in NEEDS_NONE:
            continue
        source = answer.content.decode()
        assert "ui/kiosk.js" in source or re.search(r"ui/kiosk\.\w+\.js", source), shape
        assert 'id="sign-out"' in source, f"{shape}: nothing to sign out by"
        assert "/kiosk/" in source, f"{shape}: no way back"
        assert "ui/phone.js" not in source, f"{shape}: would install itself on the machine"


def test_a_machine_opens_no_page_of_another_place(machines: dict[str, Client]) -> None:
    for address in ("/m/", "/m/sign-in/", "/unit/", "/unit/sign-in/", "/unit/password/"):
        assert machines["nobody"].get(address)["Location"] == "/kiosk/"


def test_leaving_ends_the_session_and_wipes_what_the_browser_keeps() -> None:
    client, _ = registered()
    person = city.next_person()
    as_person(client, person)
    secret = client.cookies[COOKIE].value
    answer = client.post("/kiosk/leave/")
    assert (answer["Location"], answer["Clear-Site-Data"]) == ("/kiosk/", '"storage"')
    assert not OutsideSession.objects.filter(person=person, ended_at=None).exists()
    assert client.cookies[COOKIE].value == secret, "the machine itself stays known"
    assert client.get("/kiosk/me/")["Location"] == "/kiosk/"


def test_a_refusal_at_a_machine_leads_back_to_its_first_page(machines: dict[str, Client]) -> None:
    page = machines["a person"].get("/kiosk/me/cases/0/").content.decode()
    assert 'href="/kiosk/">返回首页' in re.sub(r"\s+", " ", page).replace("> 返", ">返")
    assert "sign-in/?next" not in page


@pytest.mark.parametrize(("address", "back"), [("/nowhere/", "/guide/"), ("/v/AAAA", ""), ("/pay/AAAA", "/guide/")])
def test_nobody_outside_is_led_to_the_officers_sign_in(address: str, back: str) -> None:
    page = text_of(Client().get(address))
    if back:
        assert f'href="{back}"' in page
    assert 'href="/"' not in page


def test_papers_open_within_the_machines_page_only(machines: dict[str, Client]) -> None:
    client = machines["a person"]
    (slip, *_) = [link for link in links(_case_page(client), "/kiosk/me/") if link.endswith("slip.pdf")]
    answer = client.get(slip)
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert "frame-src 'self'" in client.get("/kiosk/me/")["Content-Security-Policy"]


def _case_page(client: Client) -> str:
    page = client.get("/kiosk/me/cases/").content.decode()
    (case, *_) = [link for link in links(page, "/kiosk/me/cases/") if re.fullmatch(r"/kiosk/me/cases/[^/]+/", link)]
    return client.get(case).content.decode()


def test_the_wipe_does_not_need_a_form_to_sign_out_by() -> None:
    """The clock once called a form that sign-in pages do not have, and nothing was wiped."""
    path = finders.find("ui/kiosk.js")
    assert isinstance(path, str)
    with open(path, encoding="utf-8") as file:
        script = file.read()
    assert 'getElementById("sign-out").submit' not in script
    assert 'location.replace("/kiosk/")' in script
