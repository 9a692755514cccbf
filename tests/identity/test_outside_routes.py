"""Every page for outsiders as everybody: nobody, staff, the other kind, the owner, and a stranger of the same kind."""

from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import city
from tests.kiosk.test_kiosk import as_operator, as_person, registered
from tests.mobile.test_phone import on_the_phone
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in
from yigui.applying.lists import read_list
from yigui.applying.pages import channel_operator
from yigui.casework.accept_case import accept_case
from yigui.casework.drafts import open_draft
from yigui.catalogue.declarations import catalogue
from yigui.identity.models import UnitLogin
from yigui.identity.unit_logins import set_password
from yigui.portal.applying import door_at
from yigui.synthetic.demo_staff import PASSWORD

SIGN_IN = {"/unit/": "/unit/sign-in/", "/m/": "/m/sign-in/", "/kiosk/unit/": "/kiosk/", "/kiosk/me/": "/kiosk/"}
#: Objects in an address, which a stranger must not find.
OBJECTS = ("<str:case_no>", "<uuid:token>", "<int:number>")


def outside_routes() -> list[tuple[str, str]]:
    """Every address of a page for outsiders with the kind it is for."""
    found: list[tuple[str, str]] = []

    def walk(patterns: list[Any], prefix: str) -> None:
        for pattern in patterns:
            path = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                walk(pattern.url_patterns, path)
            elif isinstance(pattern, URLPattern) and hasattr(pattern.callback, "outside_kind"):
                found.append((path, pattern.callback.outside_kind))

    walk(get_resolver().url_patterns, "/")
    return found


class World:
    """Two employers and two people with sessions at every place, and something of the first of each."""

    def __init__(self) -> None:
        mine, other = city.next_employee(), city.next_employee()
        while other.employer_id == mine.employer_id:
            other = city.next_employee()
        self.logins = [self._login(e) for e in (mine, other)]
        self.people = [mine.person, other.person]
        machine, second = registered()[0], registered()[0]
        third, fourth = registered()[0], registered()[0]
        # The machines first: there the password is set, which ends what was open elsewhere.
        self.clients = {
            "/kiosk/unit/": [as_operator(c, login) for c, login in zip((machine, second), self.logins, strict=True)],
            "/kiosk/me/": [as_person(c, person) for c, person in zip((third, fourth), self.people, strict=True)],
            "/unit/": [signed_in(login) for login in self.logins],
            "/m/": [on_the_phone(person) for person in self.people],
        }
        # Nobody and an officer, at a machine and at a browser: a machine is led back to its own pages before anything is asked.
        self.strangers = {True: (registered()[0], registered()[0]), False: (Client(), Client())}
        for _, teller in self.strangers.values():
            teller.post("/sign-in/", {"username": "teller", "password": PASSWORD})
        stop = city.application("REG-006", city.stop_form(mine), materials=["termination_proof"])
        self.cases = {"unit": accept_case(stop).case_no}
        form = {"id_number": mine.person.id_number, "person_name": mine.person.name}
        self.cases["person"] = accept_case(city.application("ENQ-003", form, materials=["id_card"])).case_no
        self.number = self.logins[0].pk

    @staticmethod
    def _login(employment: Any) -> UnitLogin:
        login = login_of(employment.employer)
        set_password(login, PASSWORD)
        return login

    def token(self, place: str, kind: str, path: str) -> str:
        """A fresh form, or list, of the first one at this place."""
        channel = {"/unit/": "online", "/m/": "mobile"}.get(place, "kiosk")
        if "/list/" in path:
            door = door_at("portal" if place == "/unit/" else "kiosk_unit", self.logins[0])
            content = "社会保障号码,姓名,变更原因\n1,某,解除或终止劳动合同".encode()
            item = catalogue().item("REG-006", city.TODAY)
            kept = read_list(
                door, item=item, employer=self.logins[0].employer, content=content, file_name="a.csv", today=city.TODAY
            )
            return str(kept.token)
        owner = {"login": self.logins[0]} if kind == "unit" else {"applicant": self.people[0]}
        return str(open_draft(user=channel_operator(channel), item_code="ENQ-006", form={}, **owner).token)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def world() -> World:
    return World()


def status(client: Client, url: str) -> tuple[int, str]:
    answer = client.get(url)
    if answer.status_code == 405:
        answer = client.post(url)
    return answer.status_code, answer.headers.get("Location", "")


@pytest.mark.parametrize(("path", "kind"), outside_routes(), ids=str)
def test_every_outside_page_as_everybody(path: str, kind: str, world: World) -> None:
    place = next(p for p in sorted(SIGN_IN, key=len, reverse=True) if path.startswith(p))
    url = (
        path.replace("<str:case_no>", world.cases[kind]).replace("<str:code>", "REG-006").replace("<int:number>", str(world.number))
    ).replace("<int:period>", "202610")
    token = world.token(place, kind, path) if "<uuid:token>" in path else ""
    url = url.replace("<uuid:token>", token)
    # Nobody, staff, and the other kind stand outside.
    wrong_kind = {"/unit/": "/m/", "/m/": "/unit/", "/kiosk/unit/": "/kiosk/me/", "/kiosk/me/": "/kiosk/unit/"}[place]
    for visitor in (*world.strangers[place.startswith("/kiosk/")], world.clients[wrong_kind][0]):
        if place.startswith("/kiosk/") or visitor is not world.clients[wrong_kind][0]:
            assert status(visitor, url) == (302, SIGN_IN[place]), url
    # A stranger of the same kind does not find what is not theirs, nor learns that it is there.
    owner, stranger = world.clients[place]
    if any(o in path for o in OBJECTS):
        code, location = status(stranger, url)
        assert code in (403, 404, 422) or "operators" in url, (url, code)
        assert not (code == 302 and world.cases[kind] in location)
    # The owner gets in; the answer is theirs to read, or a sentence.
    code, location = status(owner, url)
    assert code in (200, 302, 403, 404, 405, 409, 422), (url, code)
    assert (code, location) != (302, SIGN_IN[place]), url
