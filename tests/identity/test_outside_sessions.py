"""Sign-ins of units and persons: they end when what opened them changes, are few, rest briefly, and can be seen and ended."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connections, transaction
from django.db.models import F
from django.test import Client

from tests import city
from tests.mobile.test_phone import on_the_phone
from tests.pages import text_of
from tests.portal.test_applying import login_of
from tests.seen import marked, open_session, set_password
from yigui.identity import outside_sessions
from yigui.identity.models import OutsideSession, UnitLogin
from yigui.identity.outside_connection import as_outsider
from yigui.identity.outside_pages import browser_of
from yigui.identity.outside_sessions import SESSIONS_MAX, end_sessions_of, note_seen
from yigui.identity.unit_logins import change_operator
from yigui.registry.models import Person
from yigui.synthetic.demo_staff import PASSWORD

NEW = "Another-2026"


def unit() -> UnitLogin:
    login = login_of(city.next_employee().employer)
    set_password(login, PASSWORD)
    return login


def signed_in(login: UnitLogin, password: str = PASSWORD, **headers: str) -> Client:
    client = Client(headers=headers)
    assert client.post("/unit/sign-in/", {"username": login.username, "password": password}).status_code == 302
    return client


def is_in(client: Client, page: str = "/unit/") -> bool:
    return bool(client.get(page).status_code == 200)


def test_changing_the_password_ends_every_other_sign_in() -> None:
    login = unit()
    stolen, mine = signed_in(login), signed_in(login)
    answer = mine.post("/unit/account/", {"old": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 302
    assert is_in(mine)
    assert not is_in(stolen)


def test_a_reset_by_code_ends_them_all() -> None:
    login = unit()
    stolen = signed_in(login)
    set_password(login, NEW)
    assert not is_in(stolen)
    assert "登录已失效" in text_of(stolen.get("/unit/", follow=True))


def test_a_wrong_old_password_ends_nothing() -> None:
    login = unit()
    client = signed_in(login)
    client.post("/unit/account/", {"old": "wrong", "password": NEW, "again": NEW})
    assert is_in(client)


def test_sessions_of_the_release_before_end_too() -> None:
    login = unit()
    old = signed_in(login)
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE staff_outside_session SET login_id = NULL WHERE login_id = %s RETURNING digest", [login.pk])
        digests = [digest for (digest,) in cursor.fetchall()]
    for digest in digests:
        marked(digest)
    assert is_in(old)
    set_password(login, NEW)
    assert not is_in(old)


def test_another_operator_of_the_unit_stays_signed_in() -> None:
    login = unit()
    colleague = UnitLogin.objects.using("super").create(
        employer=login.employer, username=f"{login.username}-x", is_manager=False, phone="13900000001"
    )
    set_password(colleague, PASSWORD)
    theirs = signed_in(colleague)
    set_password(login, NEW)
    assert is_in(theirs)


def test_closing_a_login_ends_its_sessions() -> None:
    login = unit()
    colleague = UnitLogin.objects.using("super").create(
        employer=login.employer, username=f"{login.username}-y", is_manager=False, phone="13900000001"
    )
    set_password(colleague, PASSWORD)
    signed_in(colleague)
    change_operator(manager=login, operator_id=colleague.pk, items=["*"], is_active=False)
    assert not OutsideSession.objects.filter(login=colleague, ended_at=None).exists()


def test_of_many_sign_ins_the_oldest_gives_way() -> None:
    login = unit()
    clients = [signed_in(login) for _ in range(SESSIONS_MAX + 2)]
    assert [is_in(client) for client in clients] == [False, False, *[True] * SESSIONS_MAX]


def test_of_a_person_too() -> None:
    person = city.next_employee().person
    clients = [on_the_phone(person) for _ in range(SESSIONS_MAX + 1)]
    assert [is_in(client, "/m/") for client in clients] == [False, *[True] * SESSIONS_MAX]


def test_open_sign_ins_are_listed_and_each_can_be_ended() -> None:
    login = unit()
    other = signed_in(login, **{"User-Agent": "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"})
    mine = signed_in(login)
    page = mine.get("/unit/account/").content.decode()
    assert "Chrome · Windows" in page
    assert page.count("本次登录") == 1
    (number,) = re.findall(r'name="end" value="(\w+)"', page)
    mine.post("/unit/account/", {"end": number})
    assert not is_in(other)
    assert is_in(mine)


def test_a_strangers_sign_in_cannot_be_ended() -> None:
    mine, theirs = unit(), unit()
    stranger = signed_in(theirs)
    digest = OutsideSession.objects.get(login=theirs, ended_at=None).digest
    for number in (digest[:16], digest, "", "%", digest[:1]):
        signed_in(mine).post("/unit/account/", {"end": number, "old": "", "password": ""})
    assert is_in(stranger)


def test_a_person_sees_theirs_and_ends_one() -> None:
    person = city.next_employee().person
    other, mine = on_the_phone(person), on_the_phone(person)
    (number,) = re.findall(r'name="end" value="(\w+)"', mine.get("/m/sessions/").content.decode())
    mine.post("/m/sessions/", {"end": number})
    assert (is_in(other, "/m/"), is_in(mine, "/m/")) == (False, True)


def rest(minutes: float, **whose: Any) -> None:
    OutsideSession.objects.filter(**whose, ended_at=None).update(seen_at=F("seen_at") - dt.timedelta(minutes=minutes))


def test_a_session_that_rested_is_over_whatever_cookies_the_browser_sends() -> None:
    login = unit()
    client = signed_in(login)
    rest(19, login=login)
    assert is_in(client)
    rest(21, login=login)
    thief = Client()
    for name in ("sessionid", "yigui_outside"):
        thief.cookies[name] = client.cookies[name].value
    answer = thief.get("/unit/", follow=True)
    assert "较长时间未操作" in text_of(answer)
    assert not is_in(client)


def test_work_keeps_a_session_open(monkeypatch: pytest.MonkeyPatch) -> None:
    login = unit()
    client = signed_in(login)
    for _ in range(3):
        rest(15, login=login)
        outside_sessions._noted.clear()
        assert is_in(client)


def test_that_somebody_is_there_is_not_written_for_every_request() -> None:
    login = unit()
    client = signed_in(login)
    is_in(client)
    before = OutsideSession.objects.get(login=login, ended_at=None).seen_at
    for _ in range(5):
        is_in(client)
    assert OutsideSession.objects.get(login=login, ended_at=None).seen_at == before


def test_a_session_at_rest_is_not_woken_by_a_request() -> None:
    login = unit()
    made = open_session(employer=login.employer, login=login, channel="online")
    rest(21, login=login)
    note_seen(made.secret, 1200)
    assert OutsideSession.objects.get(login=login, ended_at=None).seen_at < dt.datetime.now(tz=dt.UTC) - dt.timedelta(minutes=20)


def test_the_database_itself_shows_a_resting_session_nothing() -> None:
    login = unit()
    made = open_session(employer=login.employer, login=login, channel="online")
    with as_outsider(made):
        assert Person.objects.exists()
    rest(21, login=login)
    with as_outsider(made):
        assert not Person.objects.exists()


def test_ending_says_how_many_there_were() -> None:
    login = unit()
    signed_in(login)
    signed_in(login)
    assert end_sessions_of(login=login) == 2
    assert end_sessions_of(login=login) == 0


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (Linux; Android 14) Chrome/120 Mobile MicroMessenger/8.0", "微信 · 安卓"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14) Version/17 Safari/605", "Safari · macOS"), ("curl/8", "浏览器"), ("", "浏览器"),
    ],
)  # fmt: skip
def test_a_browser_is_named_as_people_know_it(agent: str, name: str) -> None:
    assert browser_of(agent) == name
