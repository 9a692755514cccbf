"""Who sits at the keyboard is what the database has seen: passwords, one-time codes and open sign-ins, tried with the real logins."""

import re
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from django.db import Error, connection, connections, transaction

from tests import city, seen
from tests.doors.statements import counted, statements
from yigui.db import presence
from yigui.identity import demo, limits, proof

PASSWORD = "Right-Horse-7"
SECRET = b"12345678901234567890123456789012"


def asked(statement: str, *parameters: object, using: str = "default") -> tuple[object, ...]:
    with connections[using].cursor() as cursor:
        cursor.execute(statement, list(parameters))
        row = cursor.fetchone()
    assert row is not None
    return tuple(row)


def holder_of(username: str) -> str:
    return f"staff:{city.user(username).pk}"


@pytest.fixture
def reviewer() -> Iterator[str]:
    """A member of the staff with a known password, and without a device."""
    asked("WITH gone AS (DELETE FROM identity_device RETURNING 1) SELECT count(*) FROM gone", using="super")
    proof.keep_password(holder_of("reviewer2"), PASSWORD, using="super")
    for kind in ("staff", "code", "sign", "used"):
        asked("SELECT setval(%s, 1)", f"identity_tries_{kind}_{city.user('reviewer2').pk}", using="super")
    yield "reviewer2"
    asked("WITH gone AS (DELETE FROM identity_device RETURNING 1) SELECT count(*) FROM gone", using="super")


def device_of(username: str) -> bytes:
    asked(
        "WITH made AS (INSERT INTO identity_device (user_id, secret, step_used, begun_at, confirmed_at) "
        "VALUES (%s, %s, -1, now(), now()) RETURNING 1) SELECT count(*) FROM made",
        city.user(username).pk, SECRET, using="super",
    )  # fmt: skip
    return SECRET


def code_of(secret: bytes, steps: int = 0) -> str:
    (code,) = asked("SELECT identity_totp_v1(%s, %s)", secret, int(time.time()) // 30 + steps, using="super")
    return str(code)


# The test vectors of RFC 6238, appendix B, for SHA-256 (eight digits).
@pytest.mark.parametrize(
    ("seconds", "digits"),
    [
        (59, "46119246"), (1111111109, "68084774"), (1111111111, "67062674"), (1234567890, "91819424"), (2000000000, "90698825"),
        (20000000000, "77737706"),
    ],
)  # fmt: skip
def test_codes_are_those_of_rfc_6238(seconds: int, digits: str) -> None:
    assert asked("SELECT identity_totp_v1(%s, %s, 8)", SECRET, seconds // 30, using="super") == (digits,)


# RFC 4231, test cases 1, 2 and 6 (a key longer than a block).
@pytest.mark.parametrize(
    ("key", "message", "mac"),
    [
        (b"\x0b" * 20, b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        (b"Jefe", b"what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            b"\xaa" * 131, b"Test Using Larger Than Block-Size Key - Hash Key First",
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
        ),
    ],
)  # fmt: skip
def test_hmac_is_that_of_rfc_4231(key: bytes, message: bytes, mac: str) -> None:
    assert asked("SELECT encode(identity_hmac_v1(%s, %s), 'hex')", key, message, using="super") == (mac,)


def test_the_right_password_opens_a_sign_in_that_the_database_knows(reviewer: str) -> None:
    signed = proof.sign_in(reviewer, PASSWORD)
    assert signed.outcome == "ok"
    assert proof.seen(signed.token) == city.user(reviewer).pk
    proof.end(signed.token)
    assert proof.seen(signed.token) is None


@pytest.mark.parametrize(("username", "password"), [("reviewer2", "Wrong-Horse-7"), ("nobody-at-all", PASSWORD), ("reviewer2", "")])
def test_a_wrong_name_or_password_opens_nothing(reviewer: str, username: str, password: str) -> None:
    assert proof.sign_in(username, password) == proof.SignedIn("wrong", "")


@pytest.fixture
def kept_as_in_the_house(reviewer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reviewer's password with the parameters that the module names; those of the tests are quicker."""
    named = re.search(r'^PARAMETERS = "(.+)"$', Path(proof.__file__).read_text(), re.MULTILINE)
    assert named is not None
    monkeypatch.setattr(proof, "PARAMETERS", named[1])
    proof.keep_password(holder_of(reviewer), PASSWORD, using="super")


@pytest.mark.usefixtures("kept_as_in_the_house")
def test_an_unknown_name_is_answered_like_a_known_one(reviewer: str) -> None:
    first, again, other = (asked("SELECT * FROM identity_salt_v1(%s)", name) for name in ("nobody", "nobody", "nobody2"))
    assert first == again != other
    known = asked("SELECT * FROM identity_salt_v1(%s)", reviewer)
    assert (len(str(first[0])), first[1]) == (len(str(known[0])), known[1])


def test_with_a_device_the_code_completes_the_sign_in_once(reviewer: str) -> None:
    secret = device_of(reviewer)
    half = proof.sign_in(reviewer, PASSWORD)
    assert half.outcome == "code"
    assert proof.seen(half.token) is None
    assert proof.complete(half.token, "000000").outcome == "wrong"
    code = code_of(secret)
    whole = proof.complete(half.token, code)
    assert whole.outcome == "ok"
    assert proof.seen(whole.token) == city.user(reviewer).pk
    again = proof.sign_in(reviewer, PASSWORD)
    assert proof.complete(again.token, code).outcome == "wrong"
    assert proof.complete(half.token, code_of(secret, 1)).outcome == "wrong"
    assert proof.complete(again.token, code_of(secret, 1)).outcome == "ok"


def tried(statement: str, *parameters: object) -> list[object]:
    """The answers of many tries in a transaction that is rolled back: as the application's login may try."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        answers = [row[0] for row in cursor.fetchall()]
        transaction.set_rollback(True)
    return answers


def test_a_code_that_was_used_is_not_good_again_after_a_rollback(reviewer: str) -> None:
    secret = device_of(reviewer)
    half = proof.sign_in(reviewer, PASSWORD)
    code = code_of(secret)
    with transaction.atomic():
        assert proof.complete(half.token, code).outcome == "ok"
        transaction.set_rollback(True)
    assert proof.complete(half.token, code).outcome == "wrong"
    assert proof.complete(half.token, code_of(secret, 1)).outcome == "ok"


def test_tries_are_counted_though_the_transaction_is_rolled_back(reviewer: str) -> None:
    many = "SELECT (identity_sign_in_v1(%s, 'x', '1 min', '1 min')).outcome FROM generate_series(1, %s)"
    assert tried(many, reviewer, 1000) == ["wrong"] * 1000
    assert tried(many, reviewer, 1) == ["locked"]
    assert proof.sign_in(reviewer, PASSWORD).outcome == "locked"


def test_the_limit_of_passwords_lies_far_above_what_the_doors_let_through(reviewer: str) -> None:
    """Else strangers could use it up there, and lock the owner out at her own address too."""
    doors = limits.SIGN_IN_ACCOUNT.most + limits.SIGN_IN_ACCOUNT.seconds // limits.SIGN_IN_SLOW.seconds * limits.SIGN_IN_SLOW.most
    many = "SELECT (identity_sign_in_v1(%s, 'x', '1 min', '1 min')).outcome FROM generate_series(1, %s)"
    assert tried(many, reviewer, 3 * doors) == ["wrong"] * (3 * doors)
    assert proof.sign_in(reviewer, PASSWORD).outcome == "ok"


def test_strangers_use_up_nobodys_codes(reviewer: str) -> None:
    """Wrong passwords, and codes without a sign-in, count for nothing where the owner types hers."""
    secret = device_of(reviewer)
    half = proof.sign_in(reviewer, PASSWORD)
    tried("SELECT (identity_sign_in_v1(%s, 'x', '1 min', '1 min')).outcome FROM generate_series(1, 100)", reviewer)
    tried("SELECT (identity_complete_v1('no such token', '000000', '1 min', '1 min')).outcome FROM generate_series(1, 100)")
    assert proof.complete(half.token, code_of(secret)).outcome == "ok"


def test_whoever_knows_the_password_tries_few_codes_in_all_their_sign_ins(reviewer: str) -> None:
    """And takes none of those that are typed within the owner's open sign-in."""
    secret = device_of(reviewer)
    own = proof.complete(proof.sign_in(reviewer, PASSWORD).token, code_of(secret)).token
    for _ in range(5):
        half = proof.sign_in(reviewer, PASSWORD).token
        tried("SELECT (identity_complete_v1(%s, 'x', '1 min', '1 min')).outcome FROM generate_series(1, 2)", half)
    last = proof.sign_in(reviewer, PASSWORD).token
    assert proof.complete(last, code_of(secret, 1)).outcome == "wrong", "the right one, but the eleventh"
    asked("SELECT identity_confirm_v1(%s, %s, 'a deed')", own, code_of(secret, 1), using="super")


def lasts(token: object) -> tuple[object, ...]:
    """Idle time and length of a sign-in, as the database keeps them."""
    return asked(
        "SELECT idle, expires_at - opened_at FROM identity_proof WHERE digest = identity_digest_v1(%s)", token, using="super"
    )


@pytest.mark.parametrize("long", ["100 years", "12 hours 1 minute", None])
def test_a_sign_in_lasts_twelve_hours_at_most_whatever_the_caller_says(reviewer: str, long: str | None) -> None:
    salt, parameters = asked("SELECT * FROM identity_salt_v1(%s)", reviewer)
    key = proof.derived_key(PASSWORD, str(salt), str(parameters))
    plain = asked("SELECT token FROM identity_sign_in_v1(%s, %s, %s::interval, %s::interval)", reviewer, key, long, long)[0]
    secret = device_of(reviewer)
    half = proof.sign_in(reviewer, PASSWORD).token
    whole = asked(
        "SELECT token FROM identity_complete_v1(%s, %s, %s::interval, %s::interval)", half, code_of(secret), long, long
    )[0]  # fmt: skip
    for token in (plain, whole):
        idle, length = lasts(token)
        assert idle <= timedelta(hours=12)
        assert length < timedelta(hours=12, seconds=1)


def test_a_changed_password_ends_the_other_sign_ins(reviewer: str) -> None:
    one, two = (proof.sign_in(reviewer, PASSWORD).token for _ in range(2))
    salt, parameters = asked("SELECT * FROM identity_salt_v1(%s)", reviewer)
    old = proof.derived_key(PASSWORD, str(salt), str(parameters))
    fresh = proof.fresh_salt()
    new = proof.derived_key("Other-Horse-8", fresh, proof.PARAMETERS)
    asked("SELECT identity_change_password_v1(%s, %s, %s, %s, encode(sha256(convert_to(%s, 'UTF8')), 'hex'))",
          one, old, fresh, proof.PARAMETERS, new)  # fmt: skip
    assert proof.seen(one) is not None
    assert proof.seen(two) is None
    assert proof.sign_in(reviewer, PASSWORD).outcome == "wrong"
    assert proof.sign_in(reviewer, "Other-Horse-8").outcome == "ok"


def test_a_sign_in_ends_by_idleness_and_when_the_account_is_closed(reviewer: str) -> None:
    token = proof.sign_in(reviewer, PASSWORD).token
    asked("WITH u AS (UPDATE identity_proof SET seen_at = now() - interval '21 minutes' WHERE ended_at IS NULL RETURNING 1) "
          "SELECT count(*) FROM u", using="super")  # fmt: skip
    assert proof.seen(token) is None
    token = proof.sign_in(reviewer, PASSWORD).token
    asked("WITH u AS (UPDATE staff_user SET is_active = false WHERE username = %s RETURNING 1) SELECT count(*) FROM u",
          reviewer, using="super")  # fmt: skip
    try:
        assert proof.seen(token) is None
        assert proof.sign_in(reviewer, PASSWORD).outcome == "wrong"
    finally:
        asked("WITH u AS (UPDATE staff_user SET is_active = true WHERE username = %s RETURNING 1) SELECT count(*) FROM u",
              reviewer, using="super")  # fmt: skip


SECRETS = (
    "identity_credential",
    "identity_device",
    "identity_enrolment",
    "identity_proof",
    "identity_confirmation",
    "identity_pepper",
)


@pytest.mark.parametrize("table", SECRETS)
@pytest.mark.parametrize(
    "statement",
    ["SELECT * FROM {}", "DELETE FROM {}", "INSERT INTO {} DEFAULT VALUES", "TRUNCATE {}", "COPY {} TO STDOUT", "LOCK TABLE {}"],
)
def test_no_login_of_the_application_reads_or_writes_secrets(table: str, statement: str) -> None:
    with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement.format(table))


@pytest.mark.parametrize(
    "call",
    [
        "identity_open_v1('staff:1', 1, 'staff', '1 hour', '1 hour')", "identity_keep_v1('staff:1', 'aaaaaaaaaaaaaaaa', '', repeat('a', 64), false)",
        "identity_use_code_v1(1, '000000')", "identity_may_try_v1('staff:1')", "identity_confirm_v1('x', 'x', 'x')",
        "identity_totp_v1('x', 1)", "identity_issue_enrolment_v1(1, 1)", "identity_counters_v1('staff:1')", "identity_require_v1('x')",
    ],
)  # fmt: skip
def test_what_opens_a_sign_in_is_not_for_the_application_to_call(call: str) -> None:
    with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {call}")


def test_a_password_alone_enrols_no_device(reviewer: str) -> None:
    """Who has stolen a first password (D: the first device) needs what a second person has handed over; the newest code counts, once."""
    user = city.user(reviewer)
    person = proof.with_proof(city.user(reviewer), proof.sign_in(reviewer, PASSWORD).token)
    for typed in ("", "0000000000"):
        with pytest.raises(proof.CodeWrong, match="启用码"):
            proof.begin_device(person, typed)
    former, newest = seen.enrolment_of(user.pk), seen.enrolment_of(user.pk)
    with pytest.raises(proof.CodeWrong):
        proof.begin_device(person, former)
    secret = proof.begin_device(person, newest)
    step = int(time.time()) // 30
    # A second code ends what was begun with the first: whoever began it proves nothing any more.
    last = seen.enrolment_of(user.pk)
    assert not proof.confirm_device(person, demo.code_of(secret, step))
    secret = proof.begin_device(person, last)
    assert proof.confirm_device(person, demo.code_of(secret, step))
    with pytest.raises(proof.Moved):
        proof.begin_device(person, last)


def test_a_code_of_enrolment_runs_out(reviewer: str) -> None:
    user = city.user(reviewer)
    person = proof.with_proof(city.user(reviewer), proof.sign_in(reviewer, PASSWORD).token)
    code = seen.enrolment_of(user.pk)
    asked("WITH u AS (UPDATE identity_enrolment SET expires_at = now() - interval '1 second' WHERE user_id = %s RETURNING 1) SELECT count(*) FROM u",
          user.pk, using="super")  # fmt: skip
    with pytest.raises(proof.CodeWrong, match="已过期"):
        proof.begin_device(person, code)


def test_the_counter_of_tries_cannot_be_set_back(reviewer: str) -> None:
    names = [f"identity_tries_{kind}_{city.user(reviewer).pk}" for kind in ("staff", "code", "sign")]
    for call in (f"{deed}('{name}'{what})" for name in names for deed, what in (("setval", ", 1"), ("nextval", ""))):
        with pytest.raises(Error, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SELECT {call}")


def test_a_name_alone_is_no_proof(monkeypatch: pytest.MonkeyPatch) -> None:
    # Elsewhere in the tests people are seen by themselves (`tests/seen.py`).
    monkeypatch.setattr(presence, "_token_of", lambda person: str(getattr(person, "_proof_token", "")))
    with pytest.raises(proof.NotSeen):
        proof.proof_of(city.user("reviewer"))
    with pytest.raises(proof.NotSeen):
        city.accept_class3()


def test_errors_of_the_functions_say_what_to_do(reviewer: str) -> None:
    with pytest.raises(Error) as refused, transaction.atomic():
        asked("SELECT identity_begin_device_v1('no such token', 'x')")
    cause = refused.value.__cause__
    assert isinstance(cause, psycopg.Error)
    assert cause.sqlstate == "YG009"
    assert "请重新登录" in str(cause)


@pytest.mark.usefixtures("kept_as_in_the_house")
def test_a_name_that_nobody_has_costs_what_one_costs_that_somebody_has(reviewer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same derivation, the same statements, a try counted in a sequence, a digest compared: nothing to be measured from outside."""
    derived, plain = [], proof.derived_key

    def counting(password: str, salt: str, parameters: str) -> str:
        derived.append((len(salt), parameters))
        return plain(password, salt, parameters)

    monkeypatch.setattr(proof, "derived_key", counting)
    sent: list[list[str]] = []
    spent = []
    for name, counter in ((reviewer, holder_of(reviewer).replace(":", "_")), ("nobody-of-this-house", "nobody")):
        (before,) = asked(f"SELECT last_value FROM identity_tries_{counter}", using="super")
        with statements() as lines:
            assert proof.sign_in(name, "Wrong-Horse-7").outcome == "wrong"
        (after,) = asked(f"SELECT last_value FROM identity_tries_{counter}", using="super")
        sent.append(counted(lines))
        spent.append(before != after)
    assert derived[0] == derived[1]
    assert sent[0] == sent[1]
    assert spent == [True, True]
    # Always the same salt for the same name, or it would be known for one that nobody has.
    assert asked("SELECT * FROM identity_salt_v1('nobody-of-this-house')") == asked(
        "SELECT * FROM identity_salt_v1('nobody-of-this-house')"
    )
