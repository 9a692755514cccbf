"""Nobody walks through names and numbers, and no stranger locks anybody out."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connections
from django.test import Client

from tests import city
from tests.portal.test_applying import login_of
from tests.seen import set_password
from tests.texts import texts
from yigui.exchange import courier
from yigui.identity import limits
from yigui.identity.limits import CODE_PAIR, CODE_TARGET, SIGN_IN_ACCOUNT, SIGN_IN_SOURCE, Limit, forget_old, spend
from yigui.identity.models import Attempt, KnownSource, OneTimeCode, UnitLogin
from yigui.staff.models import User
from yigui.synthetic.demo_staff import PASSWORD

_addresses = iter(f"198.18.{k // 250}.{k % 250 + 1}" for k in range(20_000))


def somewhere() -> str:
    """An address nobody has used before."""
    return next(_addresses)


messages = texts


def unit() -> UnitLogin:
    login = login_of(city.next_employee().employer)
    set_password(login, PASSWORD)
    return login


@pytest.fixture
def officer() -> User:
    return city.new_user("teller", username=f"limit-{somewhere()}", password=PASSWORD, full_name="测试员")


def staff(username: str, password: str, at: str) -> int:
    return int(Client(REMOTE_ADDR=at).post("/sign-in/", {"username": username, "password": password}).status_code)


def operator(username: str, password: str, at: str) -> int:
    return int(Client(REMOTE_ADDR=at).post("/unit/sign-in/", {"username": username, "password": password}).status_code)


def test_a_stranger_locks_only_themselves_out_of_an_officers_account(officer: User) -> None:
    stranger = somewhere()
    assert [staff(officer.username, "wrong", stranger) for _ in range(7)][-1] == 429
    assert staff(officer.username, PASSWORD, stranger) == 429
    assert staff(officer.username, PASSWORD, somewhere()) == 302


def test_strangers_lock_no_officer_out_of_password_and_code(officer: User) -> None:
    """From seven addresses they use up what can be used up; at her known address she signs in, with password and code."""
    home, her = somewhere(), Client()
    assert staff(officer.username, PASSWORD, home) == 302
    secret = b"12345678901234567890123456789012"
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO identity_device (user_id, secret, step_used, begun_at, confirmed_at) VALUES (%s, %s, -1, now(), now())",
            [officer.pk, secret],
        )
    answers = [staff(officer.username, "wrong", at) for at in [somewhere() for _ in range(7)] for _ in range(6)]
    assert answers.count(429) >= 7, "nothing was used up"
    entered = her.post("/sign-in/", {"username": officer.username, "password": PASSWORD}, REMOTE_ADDR=home)
    assert (entered.status_code, her.session["sign_in_user"]) == (200, officer.pk)
    with connections["super"].cursor() as cursor:
        cursor.execute("SELECT identity_totp_v1(%s, %s)", [secret, int(time.time()) // 30])
        (code,) = cursor.fetchone()
    assert her.post("/sign-in/code/", {"code": code}, REMOTE_ADDR=home).status_code == 302
    assert her.session["_auth_user_id"] == str(officer.pk)


def test_and_of_a_units() -> None:
    login, stranger = unit(), somewhere()
    assert [operator(login.username, "wrong", stranger) for _ in range(7)][-1] == 429
    assert operator(login.username, PASSWORD, somewhere()) == 302


def test_many_strangers_slow_an_account_and_lock_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    login, home = unit(), somewhere()
    assert operator(login.username, PASSWORD, home) == 302
    answers = [operator(login.username, "wrong", somewhere()) for _ in range(SIGN_IN_ACCOUNT.most + 4)]
    assert answers.count(429) >= 2, "beyond the limit one try in ten seconds"
    # Where the account is at home nobody waits; elsewhere it is a matter of seconds.
    assert operator(login.username, PASSWORD, home) == 302
    monkeypatch.setattr(limits, "SIGN_IN_SLOW", Limit("sign_in:slow-later", 1, 10))
    assert operator(login.username, PASSWORD, somewhere()) == 302


def test_an_address_that_tries_many_accounts_is_stopped() -> None:
    address = somewhere()
    answers = [operator(f"51{k:08d}", "wrong", address) for k in range(SIGN_IN_SOURCE.most + 2)]
    assert answers[-1] == 429
    login = unit()
    assert operator(login.username, PASSWORD, address) == 429
    assert operator(login.username, PASSWORD, somewhere()) == 302


def test_right_passwords_of_a_whole_firm_do_not_add_up() -> None:
    login, address = unit(), somewhere()
    assert {operator(login.username, PASSWORD, address) for _ in range(8)} == {302}
    counted = Attempt.objects.get(key=f"{SIGN_IN_SOURCE.name}|{address}")
    assert counted.count == 0


def test_the_proxys_word_counts_and_a_strangers_does_not(officer: User) -> None:
    def tried(**headers: str) -> int:
        client = Client(REMOTE_ADDR=headers.pop("peer"), headers=headers)
        return int(client.post("/sign-in/", {"username": officer.username, "password": "wrong"}).status_code)

    # Behind our proxy each client is their own; a stranger who invents addresses stays one.
    assert {tried(peer="127.0.0.1", **{"X-Forwarded-For": somewhere()}) for _ in range(6)} == {401}
    stranger = somewhere()
    assert [tried(peer=stranger, **{"X-Forwarded-For": somewhere()}) for _ in range(6)][-1] == 429


def test_parallel_tries_are_counted_each() -> None:
    limit = Limit("test:parallel", 5, 3600)

    def one(_: int) -> bool:
        try:
            return spend(limit, "key")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(24))) == 5


# Codes


def forgotten(username: str, at: str, client: Client | None = None) -> Any:
    return (client or Client()).post("/unit/password/", {"username": username}, REMOTE_ADDR=at)


def code_of(phone: str) -> str:
    last = next(m for m in reversed(messages()) if m["phone"] == phone)
    found = re.search(r"验证码 (\d{6})", last["text"])
    assert found is not None
    return found[1]


def said(answer: Any, *hide: str) -> str:
    page = answer.content.decode()
    for text in hide:
        page = page.replace(text, "")
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)


def test_asking_for_a_code_tells_nobody_which_units_there_are() -> None:
    login, nobody = unit(), "5199999999"
    before = len(messages())
    there, nowhere = forgotten(login.username, somewhere()), forgotten(nobody, somewhere())
    assert there.status_code == nowhere.status_code == 200
    assert said(there, login.username) == said(nowhere, nobody)
    assert len(messages()) == before + 1
    phone = login.phone or login.employer.phone
    assert phone[-4:] not in there.content.decode(), "the masked phone tells too much"


def test_nor_which_people_there_are() -> None:
    person = city.next_employee().person
    before = len(messages())
    asked = [{"id_number": person.id_number, "name": name} for name in (person.name, "王大锤")]
    answers = [Client().post("/m/sign-in/", form, REMOTE_ADDR=somewhere()) for form in asked]
    assert {a.status_code for a in answers} == {200}
    assert said(answers[0], person.name) == said(answers[1], "王大锤")
    assert len(messages()) == before + 1


def test_the_same_statements_are_sent_for_somebody_and_nobody() -> None:
    """What a stranger could measure is what the database is asked; the message itself goes out beside the request."""
    from tests.doors.statements import counted, statements

    login = unit()
    forgotten(login.username, somewhere())
    seen = []
    for name in (login.username, "5188888888"):
        with statements() as sent:
            forgotten(name, somewhere())
        seen.append(counted(sent))
    extra = [line for line in seen[0] if line not in seen[1]]
    assert not extra, extra


def test_a_wrong_code_is_answered_alike_for_all() -> None:
    login = unit()
    forms = [
        {"username": name, "code": "000000", "password": "Another-2026", "again": "Another-2026"}
        for name in (login.username, "5177777777")
    ]
    answers = [Client().post("/unit/password/code/", form) for form in forms]
    assert {a.status_code for a in answers} == {422}
    assert said(answers[0], login.username) == said(answers[1], "5177777777")


def test_a_stranger_neither_exhausts_nor_replaces_nor_closes_a_units_code() -> None:
    login, home, stranger = unit(), somewhere(), somewhere()
    mine = Client()
    forgotten(login.username, home, mine)
    phone = login.phone or login.employer.phone
    code = code_of(phone)
    theirs = Client()
    answers = [forgotten(login.username, stranger, theirs).status_code for _ in range(CODE_PAIR.most + 2)]
    assert answers[-1] == 429
    form = {"username": login.username, "password": "Another-2026", "again": "Another-2026"}
    for k in range(8):
        assert theirs.post("/unit/password/code/", form | {"code": f"{k:06d}"}, REMOTE_ADDR=stranger).status_code == 422
    assert theirs.post("/unit/password/code/", form | {"code": code}, REMOTE_ADDR=stranger).status_code == 422, (
        "another browser's code"
    )
    assert mine.post("/unit/password/code/", form | {"code": code}, REMOTE_ADDR=home).status_code == 302


def test_many_strangers_cannot_exhaust_them_either_where_the_unit_is_at_home() -> None:
    login, home = unit(), somewhere()
    assert operator(login.username, PASSWORD, home) == 302
    answers = [forgotten(login.username, somewhere()).status_code for _ in range(CODE_TARGET.most + 3)]
    assert answers[-1] == 429
    assert OneTimeCode.objects.using("super").filter(holder=f"unit:{login.username}").count() == CODE_TARGET.most
    assert forgotten(login.username, home).status_code == 200


def test_codes_asked_for_at_once_are_counted_each() -> None:
    login, address = unit(), somewhere()

    def one(_: int) -> int:
        try:
            return int(forgotten(login.username, address).status_code)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(16))) == [200] * CODE_PAIR.most + [429] * (16 - CODE_PAIR.most)


def test_asking_for_a_login_tells_nobody_whether_numbers_agree() -> None:
    login = unit()
    form = {"full_name": "李晓春", "phone": "13900001111"}
    right = {"unit_no": login.employer.unit_no, "credit_code": login.employer.credit_code}
    answers = [
        Client().post("/unit/open/", form | right | wrong)
        for wrong in ({}, {"credit_code": "91511102MA00000000"}, {"unit_no": "1"})
    ]
    assert {a.status_code for a in answers} == {200}
    assert len({said(a) for a in answers}) == 1


def test_a_gateway_that_fails_is_in_the_log_and_the_message_waits(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(phone: str, text: str) -> None:
        raise OSError("gateway away")

    login = unit()
    phone = login.phone or login.employer.phone
    assert forgotten(login.username, somewhere()).status_code == 200
    with monkeypatch.context() as away:
        away.setattr(courier, "send_text", broken)
        assert courier.carry_texts() == 0
    assert "gateway away" in caplog.text
    assert phone not in caplog.text
    assert messages()[-1]["phone"] == phone
    assert courier.carry_texts() == 0, "it goes out once"


def test_old_counts_are_forgotten_and_those_of_now_are_not() -> None:
    spend(Limit("test:old", 1, 3600), "a")
    spend(Limit("test:now", 1, 3600), "a")
    Attempt.objects.filter(key__startswith="test:old").update(until="2020-01-01T00:00Z")
    KnownSource.objects.create(account="unit:x", source="203.0.113.1", seen_at="2020-01-01T00:00Z")
    assert forget_old() >= 2
    assert not Attempt.objects.filter(key__startswith="test:old").exists()
    assert Attempt.objects.filter(key__startswith="test:now").exists()
