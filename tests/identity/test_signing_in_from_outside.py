"""The database decides the sign-in of people outside: by what was typed and counted, and by nothing the application says."""

import hashlib
import re
import time
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from tests import city, seen
from tests.mobile.test_phone import on_the_phone
from tests.portal.test_applying import login_of
from tests.portal.test_signing_in import signed_in
from tests.texts import texts
from yigui.identity import proof
from yigui.identity.codes import Target, send_code, try_code
from yigui.identity.kiosks import sign_card
from yigui.identity.models import Credential, OneTimeCode, UnitLogin
from yigui.identity.unit_logins import key_of
from yigui.registry.models import Person
from yigui.staff.locations import Location
from yigui.synthetic.demo_staff import PASSWORD


def one(statement: str, *parameters: Any, using: str = "default") -> Any:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, list(parameters))
        return cursor.fetchone()


def unit() -> UnitLogin:
    login = login_of(city.next_employee().employer)
    seen.set_password(login, PASSWORD)
    return login


def code_for(person: Person, browser: str = "b") -> tuple[Target, str]:
    target = Target("person", person.id_number, person.name)
    send_code(target, source=browser, address="198.51.100.1")
    found = re.search(r"验证码 (\d{6})", texts()[-1]["text"])
    assert found is not None
    return target, found[1]


def entered(target: Target, code: str, number: int | None, browser: str = "b") -> Any:
    return one(
        "SELECT secret, person FROM identity_person_enter_v1(%s, %s, %s, %s, %s, 'mobile', '20 minutes', '', '')", target.first, target.second,
        browser, code, number,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("message", "digest"),
    [
        (b"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"), (b"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
    ],
)  # fmt: skip
def test_sha1_is_that_of_fips_180(message: bytes, digest: str) -> None:
    assert bytes(one("SELECT identity_sha1_v1(%s)", message, using="super")[0]).hex() == digest


def test_sha1_of_every_length_around_a_block() -> None:
    for length in (54, 55, 56, 57, 63, 64, 65, 119, 120, 128):
        found = one("SELECT identity_sha1_v1(%s)", b"x" * length, using="super")[0]
        assert bytes(found) == hashlib.sha1(b"x" * length).digest(), length


# RFC 6238, appendix B.
@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "94287082"), (1111111109, "07081804"), (1111111111, "14050471"), (1234567890, "89005924"), (2000000000, "69279037")],
)
def test_codes_of_operators_are_those_of_rfc_6238(second: int, code: str) -> None:
    assert one("SELECT identity_unit_totp_v1(%s, %s, 8)", b"12345678901234567890", second // 30, using="super") == (code,)


def test_the_password_of_an_operator_is_kept_as_a_verifier_the_application_cannot_read() -> None:
    login = unit()
    login.refresh_from_db()
    assert login.password == ""
    assert Credential.objects.using("super").get(holder=f"unit:{login.pk}").verifier
    with pytest.raises(DatabaseError):
        one("SELECT verifier FROM identity_credential")


def test_a_right_password_opens_and_a_wrong_or_forgotten_try_does_not() -> None:
    login = unit()
    key = key_of(login.username, PASSWORD)
    assert one("SELECT outcome FROM identity_unit_sign_in_v1(%s, %s, NULL)", login.username, key) == ("locked",)
    wrong = proof.tried("SELECT identity_unit_try_v1(%s, 'wrong')", login.username)
    assert one("SELECT outcome FROM identity_unit_sign_in_v1(%s, %s, %s)", login.username, key, wrong) == ("wrong",)
    right = proof.tried("SELECT identity_unit_try_v1(%s, %s)", login.username, key)
    assert one("SELECT outcome FROM identity_unit_sign_in_v1(%s, 'wrong', %s)", login.username, right) == ("wrong",)
    assert one("SELECT outcome FROM identity_unit_sign_in_v1(%s, %s, %s)", login.username, key, right) == ("ok",)
    assert one("SELECT outcome FROM identity_unit_sign_in_v1(%s, %s, %s)", login.username, key, right) == ("wrong",), "once"


def test_a_try_is_not_answered_in_the_transaction_that_can_take_it_back() -> None:
    person = city.next_person()
    target, code = code_for(person)
    with transaction.atomic():
        (number,) = one("SELECT identity_try_code_v1('person', %s, %s, 'b', %s)", target.first, target.second, code)
        assert entered(target, code, number) == (None, None)
        transaction.set_rollback(True)
    assert entered(target, code, number) == (None, None), "what was taken back was never typed"
    with pytest.raises(RuntimeError), transaction.atomic():
        try_code(target, code, source="b", address="198.51.100.1")
    number = try_code(target, code, source="b", address="198.51.100.1")
    with transaction.atomic():
        assert entered(target, code, number)[1] == person.pk
        transaction.set_rollback(True)
    secret, who = entered(target, code, number)
    assert who == person.pk
    assert entered(target, code, number) == (None, None), "each code opens once"
    assert one("SELECT identity_act_v1(%s)", f"outside:{secret}")[0] == city.user("channel-mobile").pk


def test_of_a_code_five_tries_are_kept_and_no_sixth() -> None:
    target, code = code_for(city.next_person())
    assert all(try_code(target, "x", source="b", address="198.51.100.1") for _ in range(5))
    number = try_code(target, code, source="b", address="198.51.100.1")
    assert number is None
    assert entered(target, code, number) == (None, None)


def test_a_try_with_another_number_is_of_no_use() -> None:
    """What was typed for one code does not answer for another one."""
    mine, theirs = city.next_person(), city.next_person()
    my_target, _ = code_for(mine)
    their_target, their_code = code_for(theirs)
    number = try_code(my_target, their_code, source="b", address="198.51.100.1")
    assert entered(their_target, their_code, number) == (None, None)


def test_thirty_codes_an_hour_are_the_most_whatever_the_application_says() -> None:
    person = city.next_person()
    made = [one("SELECT identity_ask_code_v1('person', %s, %s, 'b', '')", person.id_number, person.name)[0] for _ in range(32)]
    assert made == [True] * 30 + [False] * 2


def test_only_the_courier_reads_messages_and_nothing_else() -> None:
    person = city.next_person()
    send_code(Target("person", person.id_number, person.name), source="b", address="198.51.100.1")
    assert one("SELECT phone FROM identity_text ORDER BY id DESC LIMIT 1", using="courier") == (person.mobile,)
    readable = one(
        "SELECT array_agg(c.relname::text) FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm') "
        "AND has_any_column_privilege('yigui_courier', c.oid, 'SELECT, INSERT, UPDATE')", using="super",
    )[0]  # fmt: skip
    assert readable == ["identity_text"]
    called = one(
        "SELECT count(*) FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace AND has_function_privilege('yigui_courier', p.oid, 'EXECUTE') "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')",
        using="super",
    )  # fmt: skip
    assert called == (0,)
    assert texts()[-1]["phone"] == person.mobile
    assert one("SELECT count(*) FROM identity_text", using="super") == (0,), "a message that went out is kept nowhere"


def test_the_secret_of_a_session_is_with_the_browser_alone() -> None:
    """Whoever reads the table of web sessions finds no key to the session that the database has opened."""
    for client in (signed_in(unit()), on_the_phone(city.next_employee().person)):
        secret = client.cookies["yigui_outside"].value
        assert len(secret) == 64
        kept = Session.objects.get(session_key=client.cookies["sessionid"].value).get_decoded()
        assert secret not in str(kept)
        thief = Client()
        thief.cookies["sessionid"] = client.cookies["sessionid"].value
        assert thief.get("/unit/").status_code == thief.get("/m/").status_code == 302


def test_a_card_is_read_by_the_reader_of_a_machine_in_use() -> None:
    from yigui.identity.kiosks import register_kiosk, switch_kiosk

    area = Location.objects.get(name="市社保局自助服务区")
    head = city.user("head")
    kiosk, _, key = register_kiosk(actor=head, location=area, name="读卡", place="一楼", reader_url="http://127.0.0.1:9101/card")
    person = city.next_person()

    def outcome(card: str) -> str:
        return str(one("SELECT outcome FROM identity_card_enter_v1(%s, %s, '2 minutes', '', '')", kiosk.pk, card)[0])

    now = int(time.time())
    card = sign_card(key, id_number=person.id_number, name=person.name, at=now)
    assert outcome(card.replace(person.id_number, city.next_person().id_number)) == "forged"
    assert outcome(card) == "ok"
    assert outcome(card) == "late"
    assert outcome(sign_card(key, id_number=person.id_number, name="某某", at=now)) == "unknown"
    switch_kiosk(actor=head, kiosk=kiosk, is_active=False)
    assert outcome(sign_card(key, id_number=person.id_number, name=person.name, at=now - 1)) == "unread"


def test_tries_codes_and_messages_are_forgotten_after_a_day() -> None:
    target, _ = code_for(city.next_person())
    try_code(target, "x", source="b", address="198.51.100.1")
    with connections["super"].cursor() as cursor:
        cursor.execute("UPDATE identity_try SET tried_at = tried_at - interval '2 days'")
        cursor.execute("UPDATE staff_one_time_code SET expires_at = expires_at - interval '2 days'")
    with connection.cursor() as cursor:
        cursor.execute("SELECT identity_forget_v1()")
    assert one("SELECT count(*) FROM identity_try", using="super") == (0,)
    assert not OneTimeCode.objects.using("super").exists()


def test_parallel_tries_of_a_code_are_counted_each() -> None:
    """While one try is not yet decided, the next waits for it: none is counted with an older picture."""
    target, _ = code_for(city.next_person())
    url = settings.DATABASES["default"]
    login = f"postgresql://{url['USER']}:{url['PASSWORD']}@{url['HOST']}:{url['PORT']}/{url['NAME']}"
    ask = "SELECT identity_try_code_v1('person', %s, %s, 'b', 'x')"
    with psycopg.connect(login) as first, psycopg.connect(login) as second:
        first.execute(ask, [target.first, target.second])
        second.execute("SET statement_timeout = '300ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            second.execute(ask, [target.first, target.second])
