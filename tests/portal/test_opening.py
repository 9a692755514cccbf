"""An employer without a login asks for one in one step; a second factor where the employer wants it."""

import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django_otp.oath import TOTP

from tests import city
from tests.pages import text_of
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in
from tests.seen import set_password
from tests.texts import code_sent, texts
from yigui.identity import unit_totp
from yigui.identity.models import UnitLogin, UnitRequest
from yigui.identity.unit_logins import phone_of
from yigui.registry.models import Employer
from yigui.synthetic.demo_staff import PASSWORD

#: What the page says of the picture that holds the secret.
QR = "动态口令二维码"


def closed_employer() -> Employer:
    """One without a login and without a request."""
    taken = [*UnitLogin.objects.values_list("employer_id", flat=True), *UnitRequest.objects.values_list("employer_id", flat=True)]
    found = Employer.objects.filter(status="active").exclude(pk__in=taken).order_by("id").first()
    assert found is not None
    return found


def asked(employer: Employer, **changed: str) -> Any:
    form = {"unit_no": employer.unit_no, "credit_code": employer.credit_code, "full_name": "王经办", "phone": "13800000001"}
    return Client().post("/unit/open/", form | changed)


def test_an_unopened_unit_is_refused_asks_in_one_step_and_the_agency_opens() -> None:
    employer = closed_employer()
    refused = Client().post("/unit/sign-in/", {"username": employer.unit_no, "password": PASSWORD})
    assert (refused.status_code, "申请开通" in text_of(refused)) == (401, True)
    assert "已收到" in text_of(asked(employer))
    assert "已收到" in text_of(asked(employer))
    waiting = UnitRequest.objects.get(employer=employer)
    head = Client()
    head.post("/sign-in/", {"username": "head", "password": PASSWORD})
    page = text_of(head.get("/unit-requests/"))
    assert employer.name in page
    assert employer.phone in page
    assert not UnitLogin.objects.filter(employer=employer).exists()
    head.post("/unit-requests/", {"number": waiting.pk, "grant": "1"})
    login = UnitLogin.objects.get(employer=employer)
    assert (login.username, login.full_name, login.phone, login.is_manager) == (employer.unit_no, "王经办", "13800000001", True)
    again = head.post("/unit-requests/", {"number": waiting.pk, "grant": "1"})
    assert again.status_code == 422
    assert "已收到" in text_of(asked(employer)), "whoever asks does not learn that there is a login"
    assert UnitRequest.objects.filter(employer=employer).count() == 1


def test_wrong_numbers_open_nothing_and_a_refusal_needs_a_reason() -> None:
    employer, other = closed_employer(), Employer.objects.filter(status="active").order_by("-id")[0]
    assert asked(employer, credit_code=other.credit_code).status_code == 200
    assert not UnitRequest.objects.filter(employer__in=(employer, other)).exists()
    assert asked(employer, phone="123").status_code == 422
    asked(employer)
    waiting = UnitRequest.objects.get(employer=employer)
    head = Client()
    head.post("/sign-in/", {"username": "head", "password": PASSWORD})
    assert head.post("/unit-requests/", {"number": waiting.pk, "grant": "0"}).status_code == 422
    head.post("/unit-requests/", {"number": waiting.pk, "grant": "0", "note": "电话核实不是本单位人员"})
    waiting.refresh_from_db()
    assert (waiting.is_granted, waiting.note) == (False, "电话核实不是本单位人员")
    teller = Client()
    teller.post("/sign-in/", {"username": "teller", "password": PASSWORD})
    assert teller.get("/unit-requests/").status_code == 403


@pytest.fixture
def login() -> Iterator[UnitLogin]:
    login = login_of(city.next_employee().employer)
    set_password(login, PASSWORD)
    yield login
    # Others of this employer's staff are other tests' people.
    with connections["super"].cursor() as cursor:
        cursor.execute("UPDATE identity_unit_device SET ended_at = now() WHERE login_id = %s", [login.pk])


def code_of(key: bytes, steps: int = 0) -> str:
    """What the authenticator shows now, or so many half minutes later."""
    return f"{TOTP(key, drift=steps).token():06d}"


def key_of(login: UnitLogin) -> bytes:
    """The key the page has just shown."""
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT secret FROM identity_unit_device WHERE login_id = %s AND ended_at IS NULL", [login.pk])
        return bytes(cursor.fetchone()[0])


def switched_on(client: Client, login: UnitLogin) -> bytes:
    """Set one-time codes up as the page asks; gives the key the authenticator holds."""
    assert "获取短信验证码" in text_of(client.get("/unit/account/device/"))
    asked_for = client.post("/unit/account/device/", {"send": "1"})
    assert f"尾号 {phone_of(login)[-4:]} 的手机" in text_of(asked_for)
    assert "启用动态口令" in texts()[-1]["text"]
    assert texts()[-1]["phone"] == phone_of(login)
    page = client.post("/unit/account/device/", {"text_code": code_sent()})
    assert QR in text_of(page)
    assert client.post("/unit/account/device/", {"code": "12345"}).status_code == 422
    key = key_of(login)
    assert client.post("/unit/account/device/", {"code": code_of(key, -1)}).status_code == 302
    return key


def test_the_second_factor_is_asked_for_once_switched_on_and_each_code_opens_once(login: UnitLogin) -> None:
    client = signed_in(login)
    key = switched_on(client, login)
    client.post("/unit/sign-out/")
    form = {"username": login.username, "password": PASSWORD}
    assert "动态口令" in text_of(client.post("/unit/sign-in/", form))
    assert client.get("/unit/")["Location"] == "/unit/sign-in/"
    assert client.post("/unit/sign-in/code/", {"code": code_of(key, -1)}).status_code == 401
    fresh = code_of(key, 1)
    assert client.post("/unit/sign-in/code/", {"code": fresh})["Location"] == "/unit/"
    assert client.get("/unit/").status_code == 200
    thief = Client()
    thief.post("/unit/sign-in/", form)
    assert thief.post("/unit/sign-in/code/", {"code": fresh}).status_code == 401
    wrong = client.post("/unit/account/device/", {"off": "1", "old": "wrong"})
    assert (wrong.status_code, "密码不正确" in text_of(wrong)) == (403, True)
    assert client.post("/unit/account/device/", {"off": "1", "old": PASSWORD}).status_code == 302
    assert signed_in(login).get("/unit/").status_code == 200


def test_an_open_session_alone_sets_no_device_up(login: UnitLogin) -> None:
    client, elsewhere = signed_in(login), signed_in(login)
    assert QR not in text_of(client.post("/unit/account/device/"))
    client.post("/unit/account/device/", {"send": "1"})
    code = code_sent()
    wrong = client.post("/unit/account/device/", {"text_code": f"{(int(code) + 1) % 1000000:06d}"})
    assert (wrong.status_code, "短信验证码不正确" in text_of(wrong), QR in text_of(wrong)) == (422, True, False)
    stolen = elsewhere.post("/unit/account/device/", {"text_code": code})
    assert (stolen.status_code, QR in text_of(stolen)) == (422, False), "the code is good in the browser that asked for it"
    assert QR in text_of(client.post("/unit/account/device/", {"text_code": code}))
    again = client.post("/unit/account/device/", {"text_code": code})
    assert (again.status_code, QR in text_of(again)) == (422, False), "a code counts once"


def test_a_code_is_good_for_what_its_message_says(login: UnitLogin) -> None:
    client = signed_in(login)
    client.post("/unit/password/", {"username": login.username})
    for_the_password = code_sent()
    assert client.post("/unit/account/device/", {"text_code": for_the_password}).status_code == 422
    client.post("/unit/account/device/", {"send": "1"})
    form = {"username": login.username, "code": code_sent(), "password": f"{PASSWORD}9x", "again": f"{PASSWORD}9x"}
    assert "验证码不正确" in text_of(client.post("/unit/password/code/", form))
    assert QR in text_of(client.post("/unit/account/device/", {"text_code": form["code"]}))


def test_a_device_that_was_begun_and_left_is_confirmed_by_nobody(login: UnitLogin) -> None:
    client = signed_in(login)
    client.post("/unit/account/device/", {"send": "1"})
    client.post("/unit/account/device/", {"text_code": code_sent()})
    key = key_of(login)
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "UPDATE identity_unit_device SET begun_at = begun_at - interval '31 minutes' WHERE login_id = %s", [login.pk]
        )
    late = client.post("/unit/account/device/", {"code": code_of(key)})
    assert (late.status_code, "重新设置" in text_of(late)) == (422, True)


def test_five_wrong_codes_lock_and_a_code_without_the_password_opens_nothing(login: UnitLogin) -> None:
    client = signed_in(login)
    key = switched_on(client, login)
    stranger = Client()
    assert stranger.post("/unit/sign-in/code/", {"code": code_of(key)}).status_code == 401
    stranger.post("/unit/sign-in/", {"username": login.username, "password": PASSWORD})
    for _ in range(5):
        assert stranger.post("/unit/sign-in/code/", {"code": "12345"}).status_code == 401
    assert "已锁定" in text_of(stranger.post("/unit/sign-in/code/", {"code": code_of(key)}))


def test_the_address_names_issuer_and_secret(login: UnitLogin) -> None:
    key = bytes(range(20))
    address = unit_totp.totp_address(login, key)
    secret = re.search(r"secret=([A-Z2-7]+)", address)
    assert secret is not None
    assert base64.b32decode(secret[1]) == key
