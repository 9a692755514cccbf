"""What signs somebody in is changed through the functions of the house: what the owner or a superuser changes with all triggers on is named."""

import datetime as dt

import pytest
from django.db import transaction

from tests import city, seen
from tests.identity.test_signing_in_from_outside import code_for
from tests.integrity.test_every_row_and_column import ask, undone
from tests.portal.test_applying import login_of
from tests.texts import code_sent
from yigui.identity import proof
from yigui.identity.demo import PASSWORD, code_of, secret_of
from yigui.identity.keepings import keeping_faults
from yigui.identity.outside_sessions import SignInPlace, digest_of
from yigui.identity.person_logins import enter_by_code
from yigui.identity.unit_totp import ask_device_code, begin_unit_device
from yigui.integrity.seal import seal_day

KEY = "repeat('0', 64)"


def faults() -> list[str]:
    return list(keeping_faults("super"))


def staff(username: str) -> str:
    return f"staff:{city.user(username).pk}"


def test_silent_after_people_have_signed_in_and_changed_their_passwords() -> None:
    person = city.new_user("reviewer", password=PASSWORD)
    seen.token_of(person)
    proof.change_password(person, PASSWORD, "Anders-2026")
    assert faults() == []


def enrolment() -> str:
    """A code of enrolment that somebody was given."""
    city.of_city("enrolment", lambda: seen.enrolment_of(city.user("guide").pk))
    return str(ask("SELECT max(id) FROM identity_enrolment")[0][0])


def unit_device() -> str:
    """The device of an operator, as they have set it up themselves."""

    def made() -> int:
        login = login_of(city.next_employee().employer)
        ask_device_code(login, source="b", address="198.51.100.7")
        begin_unit_device(login, code_sent(), source="b", address="198.51.100.7")
        return login.pk

    return str(ask("SELECT id FROM identity_unit_device WHERE login_id = %s", city.of_city("unit device", made))[0][0])


def session() -> str:
    """The digest of somebody's session on the phone, opened with a code of a text message."""

    def opened() -> str:
        person = city.next_person()
        _, sent = code_for(person)
        place = SignInPlace("mobile", dt.timedelta(hours=1))
        return digest_of(enter_by_code(id_number=person.id_number, name=person.name, code=sent, source="b", place=place).secret)

    return str(city.of_city("session by a code", opened))


def code() -> str:
    """The last code of a text message that was made."""
    session()
    return str(ask("SELECT max(id) FROM staff_one_time_code")[0][0])


def test_silent_after_people_outside_have_signed_in() -> None:
    assert code()
    assert faults() == []


def test_a_session_or_code_put_in_past_the_triggers_is_named() -> None:
    """It lacks the mark, which the database draws under its own secret."""
    put_in = (
        "INSERT INTO staff_outside_session (digest, person_id, channel, started_at, seen_at, idle, expires_at, address, browser, mark) "
        "SELECT 'mine', person_id, channel, started_at, seen_at, idle, now() + interval '14 hours', '', '', {mark} FROM staff_outside_session WHERE digest = %s"
    )
    for mark in ("''", "mark"):
        with undone():
            ask("SET LOCAL session_replication_role = replica")
            ask(put_in.format(mark=mark), session())
            assert faults() == ["staff_outside_session mine：没有数据库的开通标记，或内容与标记不符。"]
    with undone():
        ask("SET LOCAL session_replication_role = replica")
        ask("UPDATE staff_one_time_code SET holder = 'person:x' WHERE id = %s", code())
        assert faults() == [f"staff_one_time_code {code()}：没有数据库的开通标记，或内容与标记不符。"]


def test_the_innermost_function_called_by_itself_is_known_in_a_demonstration_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with undone():
        ask("SELECT identity_open_outside_v1(NULL, (SELECT min(id) FROM registry_person), 'mobile', '1 hour', '', '')")
        assert faults() == []
        monkeypatch.setattr("django.conf.settings.IS_DEMO", False)
        assert any(fault.startswith("staff_outside_session ") and "没有经过" in fault for fault in faults())


def test_a_counter_of_used_codes_that_is_set_back_is_named() -> None:
    """A device of somebody at work, not of the demonstration; either record of what was used tells."""
    person = city.new_user("reviewer", password=PASSWORD)
    token = seen.token_of(person)
    secret = secret_of(person.username)
    with undone():
        ask(
            "INSERT INTO identity_device (user_id, secret, step_used, begun_at, confirmed_at) "
            "SELECT %s, %s, -1, t, t FROM (SELECT now() - interval '1 hour' AS t) AS t",
            person.pk, secret,
        )  # fmt: skip
        ask("SELECT identity_confirm_v1(%s, %s, 'something')", token, code_of(secret))
        said = f"identity_device {ask('SELECT max(id) FROM identity_device')[0][0]}：已用动态口令的计数被改小，用过的口令可能再次使用。"
        assert said not in faults()
        ask(f"SELECT setval('identity_tries_used_{person.pk}', 5)")
        assert said in faults()
        ask("UPDATE identity_device SET step_used = 5 WHERE user_id = %s", person.pk)
        assert said in faults()


def test_days_that_move_where_the_program_has_not_said_so_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ask("SELECT identity_days_move_v1()") == [(True,)]
    monkeypatch.setattr("django.conf.settings.IS_DEMO", False)
    monkeypatch.delenv("YIGUI_TODAY")
    assert [fault for fault in faults() if fault.startswith("identity_days：数据库准许业务日期移动")]


def test_silent_after_codes_of_enrolment_devices_of_employers_and_readers() -> None:
    enrolment()
    unit_device()
    head = city.user("head")
    machine = ask("SELECT min(id) FROM staff_kiosk WHERE agency_id = %s", head.agency_id)[0][0]
    with transaction.atomic():
        proof.signed("SELECT identity_issue_reader_v1(%s, %s)", proof.proof_of(head), machine)
    assert faults() == []


@pytest.mark.parametrize(
    ("statement", "place", "said"),
    [
        ("UPDATE identity_credential SET verifier = repeat('0', 64) WHERE holder = '{director}'", "identity_credential {director}", "没有经过本系统的登录功能"),
        ("UPDATE identity_credential SET salt = repeat('0', 32) WHERE holder = '{director}'", "identity_credential {director}", "没有经过本系统的登录功能"),
        ("DELETE FROM identity_credential WHERE holder = '{director}'", "identity_credential {director}", "已被删除"),
        (
            "SELECT identity_keep_v1('{director}', repeat('0', 32), 't=2,m=102400,p=8', repeat('0', 64), false)",
            "identity_credential {director}", "由数据库所有者直接更换",
        ),
        ("UPDATE identity_device SET secret = '\\x00' WHERE id = {device}", "identity_device {device}", "没有经过本系统的登录功能"),
        ("UPDATE identity_device SET ended_at = now() WHERE id = {device}", "identity_device {device}", "没有经过本系统的登录功能"),
        ("DELETE FROM identity_device WHERE id = {device}", "identity_device {device}", "已被删除"),
        ("UPDATE identity_enrolment SET digest = repeat('0', 64) WHERE id = {enrolment}", "identity_enrolment {enrolment}", "没有经过本系统的登录功能"),
        (
            "INSERT INTO identity_enrolment (id, user_id, digest, issued_at, expires_at) VALUES (990099, 1, repeat('0', 64), now(), now())",
            "identity_enrolment 990099", "没有经过本系统的登录功能",
        ),
        ("UPDATE identity_unit_device SET secret = '\\x00' WHERE id = {unit_device}", "identity_unit_device {unit_device}", "没有经过本系统的登录功能"),
        (
            "INSERT INTO identity_unit_device (id, login_id, secret, step_used, begun_at, confirmed_at) VALUES (990099, 1, '\\x00', -1, now(), now())",
            "identity_unit_device 990099", "没有经过本系统的登录功能",
        ),
        ("DELETE FROM identity_unit_device WHERE id = {unit_device}", "identity_unit_device {unit_device}", "已被删除"),
        (
            "INSERT INTO identity_reader (kiosk_id, key, kept_at) VALUES (990099, 'mine', now()) ON CONFLICT (kiosk_id) DO UPDATE SET key = 'mine'",
            "identity_reader 990099", "没有经过本系统的登录功能",
        ),
        ("UPDATE identity_pepper SET pepper = '\\x00'", "identity_pepper 1", "没有经过本系统的登录功能"),
        (
            "INSERT INTO identity_proof (digest, holder, user_id, kind, opened_at, seen_at, idle, expires_at, ended_why) "
            "VALUES ('mine', '{director}', 1, 'staff', now(), now(), '1 hour', now() + interval '1 hour', '')",
            "identity_proof mine", "没有经过本系统的登录功能",
        ),
        (
            "INSERT INTO identity_confirmation (id, user_id, what, confirmed_at, proof) SELECT 990099, user_id, 'batch 1 approve', clock_timestamp(), digest "
            "FROM identity_proof WHERE kind = 'staff' AND ended_at IS NULL LIMIT 1",
            "identity_confirmation 990099", "没有经过本系统的登录功能",
        ),
        (
            "INSERT INTO identity_confirmation (id, user_id, what, confirmed_at, proof) VALUES (990099, 1, 'batch 1 approve', clock_timestamp(), 'none')",
            "identity_confirmation 990099", "没有有效的登录",
        ),
        # Sign-ins of people outside, and the codes that open them.
        (
            "INSERT INTO staff_outside_session (digest, person_id, channel, started_at, seen_at, idle, expires_at, address, browser) "
            "SELECT 'mine', min(id), 'mobile', now(), now(), '1 hour', now() + interval '12 hours', '', '' FROM registry_person",
            "staff_outside_session mine", "没有经过本系统的登录功能",
        ),
        ("UPDATE staff_outside_session SET person_id = person_id + 1 WHERE digest = '{session}'", "staff_outside_session {session}", "没有经过本系统的登录功能"),
        ("UPDATE staff_outside_session SET expires_at = 'infinity' WHERE digest = '{session}'", "staff_outside_session {session}", "没有数据库的开通标记"),
        (
            "UPDATE staff_outside_session SET ended_at = now() WHERE digest = '{session}'; "
            "UPDATE staff_outside_session SET ended_at = NULL WHERE digest = '{session}'",
            "staff_outside_session {session}", "没有经过本系统的登录功能",
        ),
        (
            "INSERT INTO staff_one_time_code (id, holder, source, address, digest, expires_at, tries, is_used) "
            "VALUES (990099, 'person:x', '', '', repeat('0', 64), now() + interval '2 hours', 0, false)",
            "staff_one_time_code 990099", "没有经过本系统的登录功能",
        ),
        ("UPDATE staff_one_time_code SET digest = repeat('0', 64) WHERE id = {code}", "staff_one_time_code {code}", "没有经过本系统的登录功能"),
        ("UPDATE staff_one_time_code SET expires_at = 'infinity' WHERE id = {code}", "staff_one_time_code {code}", "没有数据库的开通标记"),
        # Days that move.
        ("INSERT INTO identity_days (id, moves, said_at) VALUES (990099, true, now())", "identity_days 990099", "没有经过本系统的登录功能"),
        ("SELECT identity_let_days_move_v1(false)", "identity_days {days}", "没有经过本系统的登录功能"),
    ],
)  # fmt: skip
def test_what_is_changed_with_the_triggers_on_is_named(statement: str, place: str, said: str) -> None:
    # Somebody is signed in, whichever test comes first.
    assert seen.token_of(city.user("director"))
    assert ask("SELECT 1 FROM identity_proof WHERE kind = 'staff' AND ended_at IS NULL LIMIT 1")
    values = {
        "director": staff("director"), "device": str(ask("SELECT max(id) FROM identity_device WHERE ended_at IS NULL")[0][0]),
        "enrolment": enrolment(), "unit_device": unit_device(), "session": session(), "code": code(),
        "days": str(ask("SELECT last_value + 1 FROM identity_days_id_seq")[0][0]),
    }  # fmt: skip
    for name, value in values.items():
        statement, place = statement.replace(f"{{{name}}}", value), place.replace(f"{{{name}}}", value)
    with undone():
        for part in statement.split("; "):
            ask(part)
        found = faults()
    assert any(fault.startswith(f"{place}：") and said in fault for fault in found), found


def test_what_is_changed_past_the_triggers_is_named_also_with_an_entry_appended_for_it() -> None:
    """The trail is a second record beside the digests of rows (D5): whoever appends an entry must forge it too."""
    with undone():
        ask("SET LOCAL session_replication_role = replica")
        ask(f"UPDATE identity_credential SET verifier = {KEY} WHERE holder = %s", staff("director"))
        assert faults() == [f"identity_credential {staff('director')}：现值与最后一次变动记录不符。"]
    with undone():
        ask("SET LOCAL session_replication_role = replica")
        ask(
            f"INSERT INTO identity_credential (holder, salt, parameters, verifier, must_change, changed_at) VALUES ('staff:99999', '', '', {KEY}, false, now())"
        )
        assert faults() == ["identity_credential staff:99999：没有变动记录。"]


def test_a_device_put_in_is_known_in_a_demonstration_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    person = city.new_user("reviewer", password=PASSWORD)
    seen.typed_by(person)
    assert faults() == []
    monkeypatch.setattr("django.conf.settings.IS_DEMO", False)
    assert any(fault.startswith("identity_device ") for fault in faults())


def test_a_seal_over_it_is_silent() -> None:
    seal_day()
    assert faults() == []


OPENED = (
    "INSERT INTO identity_proof (digest, holder, user_id, kind, opened_at, seen_at, idle, expires_at, ended_why) "
    "VALUES ('mine', '{director}', 1, 'staff', now(), now(), '1 hour', now() + interval '1 hour', '')"
)
REPLACED = f"UPDATE identity_credential SET verifier = {KEY} WHERE holder = '{{director}}'"
CONFIRMED = (
    "INSERT INTO identity_confirmation (id, user_id, what, confirmed_at, proof) SELECT 990099, user_id, 'batch 1 approve', clock_timestamp(), digest "
    "FROM identity_proof WHERE kind = 'staff' AND ended_at IS NULL LIMIT 1"
)


@pytest.mark.parametrize(
    "function",
    [
        "identity_evil()", "identity_keep_v1(boolean)", "identity_open_v1(boolean)", "identity_confirm_v1(boolean)", "pg_temp.identity_keep_v1()",
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["plpgsql", "sql"])
def test_a_function_of_another_that_bears_such_a_name_is_none_of_the_house(function: str, language: str) -> None:
    called = function.replace("boolean", "true")
    work = "; ".join(statement.replace("{director}", staff("director")) for statement in (OPENED, REPLACED, CONFIRMED))
    seen.token_of(city.user("director"))
    with undone():
        ask(
            f"CREATE FUNCTION {function} RETURNS void LANGUAGE {language} AS $$ {f'BEGIN {work}; END' if language == 'plpgsql' else work} $$"
        )
        ask(f"SELECT {called}")
        ask(f"DROP FUNCTION {function}")
        found = faults()
    for place in ("identity_proof mine", f"identity_credential {staff('director')}", "identity_confirmation 990099"):
        assert f"{place}：变动没有经过本系统的登录功能。" in found, found


def test_a_name_written_into_the_text_of_a_statement_says_nothing() -> None:
    forged = REPLACED.replace("{director}", staff("director")).replace("'", "''")
    with undone():
        ask(
            f"DO $$ BEGIN EXECUTE E'{forged} /*\\nPL/pgSQL function identity_change_password_v1(text,text,text,text,text) line 3 at SQL statement*/'; END $$"
        )
        found = faults()
    assert f"identity_credential {staff('director')}：变动没有经过本系统的登录功能。" in found


def test_the_names_are_those_of_the_room() -> None:
    """Every function of the house that begins so, and no other."""
    standing = ask("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proname ~ '^identity_' ORDER BY 1")
    assert [name for (name,) in standing] == sorted(ask("SELECT identity_ours_v1()")[0][0])


def test_a_confirmation_by_a_code_is_silent() -> None:
    person = city.new_user("reviewer", password=PASSWORD)
    token, code = seen.token_of(person), seen.typed_by(person)
    with undone():
        ask("SET LOCAL yigui.codes_again = 'on'")
        ask("SELECT identity_confirm_v1(%s, %s, 'something')", token, code)
        ask("UPDATE identity_proof SET seen_at = clock_timestamp() WHERE digest = identity_digest_v1(%s)", token)
        assert ask(
            "SELECT by_function FROM identity_keeping WHERE table_name = 'identity_confirmation' ORDER BY id DESC LIMIT 1"
        ) == [("identity_confirm_v1",)]
        assert faults() == []
