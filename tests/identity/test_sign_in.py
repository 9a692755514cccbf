"""Sign-in: password, lockout, one-time code, one session a person, idle end."""

import datetime as dt
import time
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from tests import city, seen
from yigui.identity import demo, proof, work_sessions
from yigui.identity.models import WorkSession
from yigui.staff.models import StaffEvent, User
from yigui.staff.verify import staff_faults
from yigui.synthetic.demo_staff import PASSWORD

_names = iter(range(1000))


@pytest.fixture
def person() -> User:
    """A new teller of the city centre."""
    made = city.new_user("teller", username=f"t{next(_names)}-{time.time_ns()}", password=PASSWORD, full_name="测试员")
    proof.keep_password(f"staff:{made.pk}", PASSWORD, using="super")
    return made


def sign_in(client: Client, user: User, password: str = PASSWORD) -> Any:
    return client.post("/sign-in/", {"username": user.username, "password": password})


def test_a_right_password_opens_the_workbench(person: User) -> None:
    client = Client()
    assert sign_in(client, person).status_code == 302
    assert client.get("/counter/").status_code == 200
    assert person.password.startswith("kept$")


def test_every_page_but_the_open_ones_asks_for_sign_in() -> None:
    assert Client().get("/counter/").headers["Location"].startswith("/sign-in/")
    assert Client().get("/progress/").status_code == 200
    assert Client().get("/v/AAAA-BBBB-CCCC-DDDD").status_code == 404


def test_five_wrong_passwords_lock_the_account_and_the_right_one_no_longer_opens(person: User) -> None:
    client = Client()
    answers = [sign_in(client, person, "wrong") for _ in range(5)]
    assert [a.status_code for a in answers[:4]] == [401] * 4
    assert answers[4].status_code == 429
    locked = sign_in(Client(), person)
    assert locked.status_code == 429
    assert "锁定三十分钟" in locked.content.decode()


def test_a_second_sign_in_ends_the_first(person: User) -> None:
    first, second = Client(), Client()
    sign_in(first, person)
    sign_in(second, person)
    assert second.get("/counter/").status_code == 200
    assert first.get("/counter/").status_code == 302


def test_an_idle_session_ends(person: User, settings_idle: None) -> None:
    client = Client()
    sign_in(client, person)
    assert client.get("/counter/").status_code == 200
    time.sleep(1.1)
    answer = client.get("/counter/", follow=True)
    assert "未操作" in answer.content.decode()
    assert answer.redirect_chain


def test_an_idle_session_ends_whatever_cookies_a_browser_sends(person: User) -> None:
    """A stolen session was good for twelve hours: its rest lay in a cookie that nobody has to send."""
    client = Client()
    sign_in(client, person)
    assert client.get("/counter/").status_code == 200
    WorkSession.objects.filter(user=person).update(seen_at=timezone.now() - dt.timedelta(minutes=21))
    work_sessions._noted.clear()
    thief = Client()
    thief.cookies["sessionid"] = client.cookies["sessionid"].value
    assert thief.get("/counter/").headers["Location"].startswith("/sign-in/")
    assert client.get("/counter/").status_code == 302


def test_work_keeps_a_session_open(person: User) -> None:
    client = Client()
    sign_in(client, person)
    for _ in range(3):
        WorkSession.objects.filter(user=person).update(seen_at=timezone.now() - dt.timedelta(minutes=15))
        work_sessions._noted.clear()
        assert client.get("/counter/").status_code == 200


@pytest.fixture
def settings_idle() -> Any:
    from django.test import override_settings

    with override_settings(IDLE_MINUTES=1 / 60):
        yield


def test_where_a_part_of_a_page_asks_without_a_session_the_whole_page_goes_to_sign_in(person: User, settings_idle: None) -> None:
    """Else the form of sign-in would stand inside the form that the officer was filling."""
    part = {"HX-Request": "true", "HX-Current-URL": "http://testserver/counter/item/?q=1"}
    nobody = Client().post("/search/results/", {"q": "1"}, headers=part)
    assert (nobody.status_code, nobody.content) == (200, b"")
    assert nobody.headers["HX-Redirect"] == "/sign-in/?next=/counter/item/%3Fq%3D1"
    client = Client()
    sign_in(client, person)
    assert client.get("/counter/").status_code == 200
    time.sleep(1.1)
    ended = client.post("/search/results/", {"q": "1"}, headers=part)
    assert ended.headers["HX-Redirect"] == "/sign-in/?next=/counter/item/%3Fq%3D1"
    assert "未操作" in client.get(ended.headers["HX-Redirect"]).content.decode()


def device_of(person: User) -> bytes:
    """The secret of a person's newest device, as a superuser reads it: the application cannot."""
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT secret FROM identity_device WHERE user_id = %s ORDER BY id DESC LIMIT 1", [person.pk])
        return bytes(cursor.fetchone()[0])


def present(secret: bytes, later: int = 0) -> str:
    return demo.code_of(secret, int(time.time()) // 30 + later)


def test_a_deed_after_the_session_has_ended_leads_back_to_the_page_that_held_its_form(person: User) -> None:
    case = city.accept_class2()
    page = f"/cases/{case.case_no}/"
    client = Client()
    gone = client.post(f"{page}decide/", {"verdict": "passed"}, headers={"Referer": f"http://testserver{page}?from=inbox"})
    assert gone.headers["Location"] == f"/sign-in/?next={page}%3Ffrom%3Dinbox"
    said = client.get(gone.headers["Location"]).content.decode()
    assert "刚才提交的操作没有执行" in said
    after = client.post("/sign-in/", {"username": person.username, "password": PASSWORD, "next": f"{page}?from=inbox"})
    assert client.get(after.headers["Location"]).status_code == 200


@pytest.mark.parametrize("referer", ["", "https://elsewhere.example/cases/1/", "http://testserver/no/such/page/"])
def test_without_a_page_of_ours_before_it_a_deed_leads_back_to_the_page_of_its_thing(referer: str) -> None:
    case = city.accept_class2()
    gone = Client().post(f"/cases/{case.case_no}/decide/", {}, headers={"Referer": referer} if referer else {})
    assert gone.headers["Location"] == f"/sign-in/?next=/cases/{case.case_no}/"


def test_a_device_is_set_up_and_then_asked_for(person: User) -> None:
    client = Client()
    sign_in(client, person)
    without = client.post("/account/device/", {"enrolment": "23456-789AB"})
    assert (without.status_code, "启用码不正确" in without.content.decode()) == (422, True)
    enrolment = seen.enrolment_of(person.pk)
    assert "<svg" in client.post("/account/device/", {"enrolment": f"{enrolment[:5]} {enrolment[5:].lower()}"}).content.decode()
    assert "不正确" in client.post("/account/device/", {"code": "000000"}).content.decode()
    secret = device_of(person)
    assert client.post("/account/device/", {"code": present(secret)}).status_code == 302
    assert proof.has_device(person.pk)
    assert client.post("/account/device/", {"enrolment": enrolment}).status_code == 302
    again = Client()
    asked = sign_in(again, person)
    assert "请输入动态口令" in asked.content.decode()
    assert again.get("/counter/").status_code == 302
    assert again.post("/sign-in/code/", {"code": "123"}).status_code == 401
    assert again.post("/sign-in/code/", {"code": present(secret, 1)}).status_code == 302
    assert again.get("/counter/").status_code == 200


def test_a_device_from_before_is_asked_for_until_there_is_a_new_one(person: User) -> None:
    device = TOTPDevice.objects.create(user=person, confirmed=True, name="动态口令")
    client = Client()
    assert "请输入动态口令" in sign_in(client, person).content.decode()
    assert client.post("/sign-in/code/", {"code": f"{totp(device.bin_key):06d}"}).status_code == 302
    assert client.get("/counter/").status_code == 200


def test_what_is_signed_goes_by_the_sign_in_that_the_browser_carries(person: User) -> None:
    client = Client()
    sign_in(client, person)
    cookie = client.cookies["yigui_proof"]
    assert (cookie["httponly"], proof.seen(cookie.value)) == (True, person.pk)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session WHERE session_data LIKE %s", [f"%{cookie.value[:20]}%"])
        assert cursor.fetchone() == (0,)
    client.post("/sign-out/")
    assert proof.seen(cookie.value) is None
    assert client.cookies["yigui_proof"].value == ""


def test_where_a_device_is_required_nothing_opens_before_it(person: User) -> None:
    from django.test import override_settings

    with override_settings(REQUIRE_TOTP=True):
        client = Client()
        sign_in(client, person)
        assert client.get("/counter/").headers["Location"] == "/account/device/"


def test_a_hash_that_a_release_before_has_left_is_taken_away_and_its_owner_signs_in(person: User) -> None:
    """D27: whoever read it could have signed in with it."""
    User.objects.using("super").filter(pk=person.pk).update(password=make_password(PASSWORD, hasher="argon2"))
    assert proof.forget_hashes() == 1
    kept = User.objects.get(pk=person.pk).password
    assert (kept.startswith("kept$"), proof.forget_hashes()) == (True, 0)
    newest = StaffEvent.objects.filter(table_name="staff_user", row_id=person.pk).latest("id")
    assert (newest.verb, newest.actor_id) == ("hash_forgotten", None)
    assert list(staff_faults("super")) == []
    assert sign_in(Client(), person).status_code == 302


def test_no_account_keeps_a_hash() -> None:
    assert not User.objects.filter(password__startswith="argon2").exists()


@pytest.mark.parametrize("weak", ["short1A", "alllowercase", "12345678901"])
def test_weak_passwords_are_refused(person: User, weak: str) -> None:
    client = Client()
    sign_in(client, person)
    answer = client.post("/account/password/", {"old_password": PASSWORD, "new_password1": weak, "new_password2": weak})
    assert answer.status_code == 200
    assert proof.sign_in(person.username, PASSWORD).outcome == "ok"


def test_a_changed_password_opens_and_the_old_one_no_longer_does(person: User) -> None:
    client = Client()
    sign_in(client, person)
    new = "Xin-Mima-77"
    assert (
        client.post("/account/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new}).status_code == 302
    )
    assert sign_in(Client(), person).status_code == 401
    assert sign_in(Client(), person, new).status_code == 302


def test_a_switched_off_account_does_not_open(person: User) -> None:
    User.objects.using("super").filter(pk=person.pk).update(is_active=False)
    assert sign_in(Client(), person).status_code == 401
