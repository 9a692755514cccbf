"""Every page for outsiders as everybody: nobody, staff, the other kind, the owner, and a stranger of the same kind.

Each address is asked with what makes it work: the owner is served, and whoever is not the owner is refused the same and changes nothing.
"""

import re
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import city, money, seen
from tests.casework.test_returned_cases import form_of, next_pensioner, send_back
from tests.kiosk.test_kiosk import as_operator, as_person, registered
from tests.mobile.test_phone import on_the_phone
from tests.pages import text_of
from tests.pdf import pdf
from tests.portal.test_applying import login_of, paper
from tests.portal.test_signing_in import signed_in
from tests.seen import set_password
from yigui.applying.lists import read_list
from yigui.applying.pages import channel_operator
from yigui.casework.accept_case import accept_case
from yigui.casework.drafts import open_draft
from yigui.casework.models import Case, Draft
from yigui.casework.returns import Point
from yigui.casework.withdraw_case import withdraw_case
from yigui.catalogue.declarations import catalogue
from yigui.documents.store import keep_paper
from yigui.identity.models import UnitLogin
from yigui.identity.unit_logins import add_operator
from yigui.portal.applying import door_at
from yigui.registry.models import Employment, Person
from yigui.synthetic.demo_staff import PASSWORD

SIGN_IN = {"/unit/": "/unit/sign-in/", "/m/": "/m/sign-in/", "/kiosk/unit/": "/kiosk/", "/kiosk/me/": "/kiosk/"}
#: Objects in an address, which a stranger must not find.
OBJECTS = ("<str:case_no>", "<uuid:token>", "<int:number>")
#: What nobody of a kind can have, with the sentence the owner of everything else is told: (kind, end of the address).
NEVER_THERE = {
    ("person", "/export/"): (404, "本办件没有导出文件。"),
    ("person", "/drafts/<uuid:token>/list/"): (422, "本事项没有职工名册"),
    # Their case is finished: it was neither declined nor returned.
    ("unit", "/letter.pdf"): (404, "没有决定书或告知单"),
    ("person", "/letter.pdf"): (404, "没有决定书或告知单"),
    # Nor one that came back.
    ("unit", "/list/returned.xlsx"): (404, "没有退回的行"),
    ("person", "/list/returned.xlsx"): (404, "没有退回的行"),
    # The list of these tests has no row that only a paper is missing of.
    ("unit", "/apply/list/<uuid:token>/papers/"): (422, "没有要补传的材料"),
}
CHANNELS = {"/unit/": "online", "/m/": "mobile", "/kiosk/unit/": "kiosk", "/kiosk/me/": "kiosk"}


@dataclass
class Asked:
    """An address with what is sent to it: None where a page is only opened. `shown`: the page of answers is looked at first."""

    url: str
    data: dict[str, Any] | None = None
    shown: bool = False

    def by(self, client: Client) -> Any:
        if self.data is None:
            return client.get(self.url)
        more = {}
        if self.shown:
            found = re.search(r'name="shown" value="(\w+)"', text_of(client.get(self.url.replace("submit/", "answers/"))))
            more = {"shown": found[1] if found else ""}
        for value in self.data.values():
            if hasattr(value, "seek"):
                value.seek(0)
        return client.post(self.url, self.data | more)


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
        money.levied(202610)
        self.mine, other = city.next_employee(), city.next_employee()
        while other.employer_id == self.mine.employer_id:
            other = city.next_employee()
        self.logins = [self._login(e) for e in (self.mine, other)]
        self.people = [next_pensioner(), other.person]
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
        self.cases = {"unit": self._export_of_unit(), "person": self._enquiry(self.people[0])}
        colleagues = Employment.objects.filter(employer=self.mine.employer, end_period=None).exclude(pk=self.mine.pk)
        self.staff = iter(colleagues.select_related("person", "employer").order_by("id"))
        self.operator = add_operator(manager=self.logins[0], full_name="王经办", phone="13800000009", items=["REG"])
        self.on_its_way: Case | None = None

    @staticmethod
    def _login(employment: Any) -> UnitLogin:
        login = login_of(employment.employer)
        set_password(login, PASSWORD)
        return login

    def _export_of_unit(self) -> str:
        """A finished case of the employer that made a result and a file."""
        form = {"unit_no": self.mine.employer.unit_no, "start_month": "2026-01", "end_month": "2026-11", "print_format": "02"}
        case = accept_case(city.application("ENQ-004", form, materials=["id_card"], channel="kiosk"))
        assert case.status == "finished", case.effect_error
        return case.case_no

    @staticmethod
    def _enquiry(person: Person) -> str:
        form = {"id_number": person.id_number, "person_name": person.name}
        return accept_case(city.application("ENQ-003", form, materials=["id_card"])).case_no

    def case_at_its_review(self, kind: str, *, is_returned: bool) -> str:
        """A new case of the first one, on its way or returned; the one before is withdrawn."""
        channel = "mobile" if kind == "person" else "online"
        owner: dict[str, Any] = {"applicant": self.people[0]} if kind == "person" else {"login": self.logins[0]}
        last = self.on_its_way and Case.objects.get(pk=self.on_its_way.pk)
        if last is not None and not last.is_final:
            of_last = {"applicant": last.applicant} if last.applicant else {"login": last.login}
            withdraw_case(
                case_id=last.pk,
                actor=last.accepted_by,
                note="换一件",
                today=city.TODAY,
                channel=last.channel,
                **of_last,  # type: ignore[arg-type]
            )
        if kind == "person":
            form, item, materials = form_of(self.people[0]), "CHG-003", ["id_card"]
        else:
            form, item, materials = city.stop_form(self.mine, change_reason="06"), "REG-006", ["termination_proof"]
        case = accept_case(
            city.application(item, form, username=f"channel-{channel}", channel=channel, materials=materials, **owner)
        )
        assert case.status == "open", case.effect_error
        self.on_its_way = send_back(case, Point("other", note="请补正")) if is_returned else case
        return case.case_no

    def draft(self, place: str, kind: str, path: str) -> str:
        """A fresh form, or list, of the first one at this place."""
        operator = channel_operator(CHANNELS[place])
        if "/apply/list/" in path:
            door = door_at("portal" if place == "/unit/" else "kiosk_unit", self.logins[0])
            content = "社会保障号码,姓名,变更原因\n1,某,解除或终止劳动合同".encode()
            item = catalogue().item("REG-006", city.TODAY)
            seen.at_door(self.logins[0], door.channel)
            kept = read_list(
                door, item=item, employer=self.logins[0].employer, content=content, file_name="a.csv", today=city.TODAY
            )
            return str(kept.token)
        if kind == "person":
            person = self.people[0]
            form: dict[str, Any] = {"id_number": person.id_number, "person_name": person.name}
            given = {"id_card": {"source": "shared", "name": "登录时已实名核验"}}
            return str(
                open_draft(user=operator, item_code="ENQ-003", form=form, person=person, applicant=person, materials=given).token
            )
        unit = self.logins[0].employer
        if path.endswith("/drafts/<uuid:token>/list/"):
            return str(
                open_draft(
                    user=operator, item_code="LVY-001", form={"unit_no": unit.unit_no}, employer=unit, login=self.logins[0]
                ).token
            )
        leaving = next(self.staff)
        given = {"termination_proof": {"source": "scanned", "paper": self._paper(), "name": "终止证明.pdf"}}
        draft = open_draft(
            user=operator, item_code="REG-006", form=city.stop_form(leaving), employer=unit, login=self.logins[0], person=leaving.person,
            materials=given,
        )  # fmt: skip
        return str(draft.token)

    def _paper(self) -> int:
        seen.at_door(self.logins[0], "online")
        return keep_paper(
            pdf(b"proof"),
            "终止证明.pdf",
            material_code="termination_proof",
            taken_by=channel_operator("online"),
            taken_on=city.TODAY,
            handed_in_by=self.logins[0],
        ).pk

    def asked(self, path: str, kind: str, place: str) -> Asked:
        """The address of the first one with what makes it work."""
        url = path.replace("<str:code>", "REG-006").replace("<int:number>", str(self.operator.pk)).replace("<int:period>", "202610")
        if "<uuid:token>" in url:
            url = url.replace("<uuid:token>", self.draft(place, kind, path))
        if url.endswith(("/correct/", "/withdraw/")):
            url = url.replace("<str:case_no>", self.case_at_its_review(kind, is_returned=url.endswith("/correct/")))
        url = url.replace("<str:case_no>", self.cases[kind])
        number, name = self.mine.person.id_number, self.mine.person.name
        sent: dict[str, dict[str, Any]] = {
            "/correct/": {}, "/withdraw/": {"reason": "不办了"}, "/apply/drafts/": {"item": "ENQ-003" if kind == "person" else "ENQ-004"},
            "/live/": {}, "/materials/": {"code": "id_card" if kind == "person" else "termination_proof", "source": "scanned", "file": paper("x")}, "/drop/": {},
            "/submit/": {}, "/accept/": {}, "/papers/": {}, f"/operators/{self.operator.pk}/": {"items": ["CHG" if place == "/unit/" else "LVY"], "is_active": "1"},
        }  # fmt: skip
        if "/drafts/" in url and url.endswith("/list/"):
            rows = f"AAC002,AAC003,AAC040\n{number},{name},6000\n"
            return Asked(url, {"file": SimpleUploadedFile("名册.csv", rows.encode())})
        data = next((given for end, given in sent.items() if url.endswith(end)), None)
        return Asked(url, data, shown=url.endswith("/submit/"))

    def state(self) -> Any:
        """What a stranger must not change."""
        return (
            list(Case.objects.order_by("pk").values_list("pk", "status", "round")),
            list(Draft.objects.order_by("pk").values_list("pk", "form", "materials")),
            list(UnitLogin.objects.order_by("pk").values_list("pk", "items", "is_active")),
        )


@pytest.fixture(scope="module")
def world() -> World:
    return World()


@pytest.mark.parametrize(("path", "kind"), outside_routes(), ids=str)
def test_every_outside_page_as_everybody(path: str, kind: str, world: World) -> None:
    place = next(p for p in sorted(SIGN_IN, key=len, reverse=True) if path.startswith(p))
    asked = world.asked(path, kind, place)
    before = world.state()
    # Nobody, staff, and the other kind stand outside.
    wrong_kind = {"/unit/": "/m/", "/m/": "/unit/", "/kiosk/unit/": "/kiosk/me/", "/kiosk/me/": "/kiosk/unit/"}[place]
    for visitor in (*world.strangers[place.startswith("/kiosk/")], world.clients[wrong_kind][0]):
        if place.startswith("/kiosk/") or visitor is not world.clients[wrong_kind][0]:
            answer = Asked(asked.url, asked.data).by(visitor)
            assert (answer.status_code, answer.headers.get("Location", "")) == (302, SIGN_IN[place]), asked.url
    # A stranger of the same kind does not find what is not theirs, nor learns that it is there.
    owner, stranger = world.clients[place]
    if any(o in path for o in OBJECTS):
        answer = Asked(asked.url, asked.data).by(stranger)
        assert answer.status_code == (422 if "operators" in path else 404), asked.url
        assert "没有这个经办账号" in text_of(answer) or "operators" not in path
    assert world.state() == before, asked.url
    # The owner is served: the page, or where what was done leads to.
    answer = asked.by(owner)
    never = next((told for (of, end), told in NEVER_THERE.items() if of == kind and path.endswith(end)), None)
    if never is not None:
        assert answer.status_code == never[0], asked.url
        assert never[1] in text_of(answer), asked.url
        return
    location = answer.headers.get("Location", "")
    assert answer.status_code in (200, 302), (asked.url, answer.status_code, text_of(answer)[-600:])
    assert (answer.status_code == 302) == (location.startswith(place) and location != SIGN_IN[place]), (asked.url, location)
    if path.endswith("/submit/"):
        assert "/cases/" in location, "it has become a case"
    if asked.data is not None and not path.endswith("/accept/"):
        assert world.state() != before or path.endswith("/live/"), asked.url
