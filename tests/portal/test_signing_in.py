"""An employer's operator signs in, sees the employer's own pages and nothing of others; sessions end for good."""

import datetime as dt
import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.city import application, stop_form
from tests.pages import page_of
from tests.seen import open_unit
from tests.texts import texts
from yigui.casework.accept_case import accept_case
from yigui.casework.models import Case
from yigui.identity.models import OneTimeCode, OutsideSession, UnitLogin
from yigui.identity.passwords import password_rule
from yigui.registry.models import Employer
from yigui.synthetic.demo_staff import PASSWORD

PAGES = ("", "dues/", "staff/", "cases/", "operators/", "account/")


def signed_in(login: UnitLogin, password: str = PASSWORD) -> Client:
    client = Client()
    answer = client.post("/unit/sign-in/", {"username": login.username, "password": password})
    assert answer.status_code == 302, answer.content.decode()
    return client


@pytest.fixture(scope="module")
def logins() -> list[UnitLogin]:
    return list(UnitLogin.objects.select_related("employer").order_by("id")[:2])


def test_every_page_opens_and_names_the_own_employer(logins: list[UnitLogin]) -> None:
    mine, other = logins
    client = signed_in(mine)
    for page in PAGES:
        answer = client.get(f"/unit/{page}")
        assert answer.status_code == 200, page
        text = answer.content.decode()
        assert mine.employer.name in text
        assert other.employer.name not in text
        assert answer["Cache-Control"] == "no-store"


def test_staff_are_the_own_ones_and_found_by_name(logins: list[UnitLogin]) -> None:
    mine, other = logins
    client = signed_in(mine)
    person = mine.employer.employments.filter(end_period=None).first().person
    stranger = (
        other.employer.employments.filter(end_period=None).exclude(person__employments__employer=mine.employer).first().person
    )
    assert person.person_no in client.get("/unit/staff/", {"q": person.id_number}).content.decode()
    assert stranger.person_no not in page_of(client.get("/unit/staff/", {"q": stranger.id_number}))


def test_another_units_case_is_not_there(logins: list[UnitLogin]) -> None:
    mine, other = logins
    foreign = _case_of(other.employer)
    own = _case_of(mine.employer)
    client = signed_in(mine)
    assert client.get(f"/unit/cases/{foreign.case_no}/").status_code == 404
    assert client.get(f"/unit/cases/{own.case_no}/").status_code == 200
    assert own.case_no in client.get("/unit/cases/").content.decode()
    assert foreign.case_no not in client.get("/unit/cases/").content.decode()


def test_without_or_after_a_session_every_page_asks_to_sign_in(logins: list[UnitLogin]) -> None:
    client = signed_in(logins[0])
    stolen = Client()
    stolen.cookies = client.cookies.copy()
    assert stolen.get("/unit/").status_code == 200
    client.post("/unit/sign-out/")
    for visitor in (stolen, Client()):
        for page in PAGES:
            answer = visitor.get(f"/unit/{page}")
            assert (answer.status_code, answer["Location"]) == (302, "/unit/sign-in/"), page


def test_after_a_session_that_rested_too_long_the_same_operator_comes_back_to_the_draft(logins: list[UnitLogin]) -> None:
    login, other = logins
    client = signed_in(login)
    draft = client.post("/unit/apply/drafts/", {"item": "REG-004"})["Location"]
    for who in (login, other):
        OutsideSession.objects.using("super").filter(login=login, ended_at=None).update(
            seen_at=timezone.now() - dt.timedelta(hours=2)
        )
        gone = client.post(f"{draft}submit/", {}, headers={"Referer": f"http://testserver{draft}answers/"})
        assert gone["Location"] == "/unit/sign-in/"
        assert "刚才提交的操作没有执行" in client.get("/unit/sign-in/").content.decode()
        back = client.post("/unit/sign-in/", {"username": who.username, "password": PASSWORD})["Location"]
        assert back == (f"{draft}answers/" if who == login else "/unit/")
    assert client.get(draft).status_code == 404


def test_a_staff_session_is_no_unit_session_and_the_other_way_round(logins: list[UnitLogin]) -> None:
    client = Client()
    client.post("/sign-in/", {"username": "teller", "password": PASSWORD})
    assert client.get("/unit/")["Location"] == "/unit/sign-in/"
    client.post("/unit/sign-in/", {"username": logins[0].username, "password": PASSWORD})
    assert client.get("/counter/").status_code == 302
    assert Client().post("/sign-in/", {"username": logins[0].username, "password": PASSWORD}).status_code == 401
    assert Client().post("/unit/sign-in/", {"username": "teller", "password": PASSWORD}).status_code == 401


def test_the_rule_beside_the_field_is_the_rule_that_is_applied(logins: list[UnitLogin]) -> None:
    login = UnitLogin.objects.select_related("employer").exclude(pk__in=[one.pk for one in logins]).order_by("-id")[0]
    client = signed_in(login)
    assert f"新密码（{password_rule()}）" in page_of(client.get("/unit/account/"))
    assert password_rule() == "至少 10 位，含大写字母、小写字母、数字、符号中的三类"
    for password in ("Chuxing-9", "chuxing2026", "CHUXING2026"):
        form = {"old": PASSWORD, "password": password, "again": password}
        assert client.post("/unit/account/", form).status_code == 422, password
    assert client.post("/unit/account/", {"old": PASSWORD, "password": "Chuxing2026", "again": "Chuxing2026"}).status_code == 302


def test_five_wrong_passwords_lock_and_a_code_unlocks() -> None:
    login = _new_login()
    client = Client()
    answers = [client.post("/unit/sign-in/", {"username": login.username, "password": "wrong"}).status_code for _ in range(6)]
    assert answers[:4] == [401] * 4
    assert answers[-1] == 429
    _set_by_code(client, login, "Chuxing-2026")
    assert signed_in(login, "Chuxing-2026").get("/unit/").status_code == 200


def test_the_first_password_needs_the_code_that_was_sent_and_each_code_opens_once() -> None:
    login = _new_login()
    client = Client()
    sent = _ask_for_code(client, login)
    bad = {
        "username": login.username,
        "code": "000000" if sent != "000000" else "111111",
        "password": "Chuxing-2026",
        "again": "Chuxing-2026",
    }
    assert client.post("/unit/password/code/", bad).status_code == 422
    weak = bad | {"code": sent, "password": "short", "again": "short"}
    assert client.post("/unit/password/code/", weak).status_code == 422
    good = bad | {"code": sent}
    assert client.post("/unit/password/code/", good | {"again": "other"}).status_code == 422
    assert client.post("/unit/password/code/", good).status_code == 302
    assert client.post("/unit/password/code/", good).status_code == 422
    assert signed_in(login, "Chuxing-2026").get("/unit/").status_code == 200


def test_a_code_is_closed_after_five_wrong_tries_and_few_are_sent_an_hour() -> None:
    login = _new_login()
    client = Client()
    sent = _ask_for_code(client, login)
    wrong = f"{(int(sent) + 1) % 10**6:06d}"
    form = {"username": login.username, "password": "Chuxing-2026", "again": "Chuxing-2026"}
    for _ in range(5):
        client.post("/unit/password/code/", form | {"code": wrong})
    assert client.post("/unit/password/code/", form | {"code": sent}).status_code == 422
    for _ in range(4):
        _ask_for_code(client, login)
    answer = client.post("/unit/password/", {"username": login.username})
    assert answer.status_code == 429
    assert "过于频繁" in answer.content.decode()
    assert OneTimeCode.objects.using("super").filter(holder=f"unit:{login.username}").count() == 5


def test_a_manager_adds_operators_and_only_a_manager(logins: list[UnitLogin]) -> None:
    mine, other = logins
    client = signed_in(mine)
    form = {"full_name": "王经办", "phone": "13800000001", "items": ["REG", "LVY"]}
    assert client.post("/unit/operators/", form).status_code == 302
    added = UnitLogin.objects.filter(employer=mine.employer, full_name="王经办").latest("id")
    assert (added.items, added.is_manager) == (["LVY", "REG"], False)
    assert "王经办" in client.get("/unit/operators/").content.decode()
    again = client.post("/unit/operators/", form | {"full_name": "李经办"})
    assert (again.status_code, "已用于本单位的经办账号" in again.content.decode()) == (422, True)
    assert not UnitLogin.objects.filter(employer=mine.employer, full_name="李经办").exists()
    _set_by_code(client, added, "Chuxing-2026")
    operator = signed_in(added, "Chuxing-2026")
    assert operator.post("/unit/operators/", form).status_code == 422
    assert signed_in(other).post(f"/unit/operators/{added.pk}/", {"items": ["CHG"]}).status_code == 422
    client.post(f"/unit/operators/{added.pk}/", {"items": ["CHG"]})
    added.refresh_from_db()
    assert (added.items, added.is_active) == (["CHG"], False)
    assert operator.get("/unit/")["Location"] == "/unit/sign-in/"


def _case_of(employer: Employer) -> Case:
    """A case of one of the employer's staff, taken at the counter."""
    employment = employer.employments.filter(end_period=None).select_related("person", "employer").order_by("-id").first()
    assert employment is not None
    return accept_case(application("REG-006", stop_form(employment), materials=["termination_proof"]))


def _new_login() -> UnitLogin:
    taken = UnitLogin.objects.values_list("employer_id", flat=True)
    employer = Employer.objects.filter(status="active").exclude(pk__in=list(taken)).exclude(phone="").order_by("-id").first()
    assert employer is not None
    return open_unit(employer)


def _ask_for_code(client: Client, login: UnitLogin) -> str:
    assert client.post("/unit/password/", {"username": login.username}).status_code == 200
    last = texts()[-1]
    found = re.search(r"验证码 (\d{6})", last["text"])
    assert found is not None
    return found[1]


def _set_by_code(client: Client, login: UnitLogin, password: str) -> None:
    form = {"username": login.username, "code": _ask_for_code(client, login), "password": password, "again": password}
    assert client.post("/unit/password/code/", form).status_code == 302
