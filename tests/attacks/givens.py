"""What an attack finds when it begins: people, cases and batches of the city, each made once a file of tests."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from tests import city, seen
from yigui.casework.models import Event
from yigui.casework.queries import current_step
from yigui.common.errors import YiguiError
from yigui.identity.demo import code_of, secret_of

GIVENS: dict[str, Callable[[], dict[str, Any]]] = {}


def names(what: str) -> Callable[[Callable[[], dict[str, Any]]], Callable[[], dict[str, Any]]]:
    """Under which words an attack asks for it."""

    def keep(make: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        GIVENS[what] = make
        return make

    return keep


def given(what: str) -> dict[str, Any]:
    """The values of what is given, by name."""
    return city.of_city(f"attacks: {what}", GIVENS[what])


@names("a person")
def a_person() -> dict[str, Any]:
    employment = city.next_employee()
    return {"person": employment.person_id, "employer": employment.employer_id}


@names("the staff")
def the_staff() -> dict[str, Any]:
    return {
        name: city.user(name).pk
        for name in ("teller", "teller2", "reviewer", "head", "director", "accountant", "auditor", "secadmin")
    }


@names("a file of one fen")
def a_file_of_one_fen() -> dict[str, Any]:
    """As the application may write it: both tables are only appended to."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, "
            "received_on, created_at) VALUES ('bank', 'evil', '511102', 'x', repeat('e', 64), 1, 1, 0, '[]', '2026-11-10', now()) RETURNING id"
        )
        (file,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text) "
            "VALUES (%s, 'evil', 'x', 1, '511102', '2026-11-10', 1, '', '', '')", [file],
        )  # fmt: skip
    return {"file": file}


@names("a file of results")
def a_file_of_results() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on) "
            "VALUES (repeat('f', 64), 'x', 1, 1, 0, '[]', '2026-11-10') RETURNING id"
        )
        (results,) = cursor.fetchone()
    return {"results": results}


@names("a batch of nobody")
def a_batch_of_nobody() -> dict[str, Any]:
    """A draft that makes itself, filled by the application: as far as it gets without people."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT runs_open_v1('', 'evil', '511100', 202611, '{}', '', true)")
        (batch,) = cursor.fetchone()
        cursor.execute("UPDATE runs_batch SET status = 'prepared', prepared_at = now() WHERE id = %s", [batch])
    return {"batch": batch}


@names("a stolen sign-in")
def a_stolen_sign_in() -> dict[str, Any]:
    """The token of somebody who accepts cases at the counter, their present code, and one they have used."""
    person = city.user("teller2")
    token = seen.token_of(person)
    with connections["super"].cursor() as cursor:
        cursor.execute("UPDATE identity_device SET step_used = %s WHERE user_id = %s", [int(time.time()) // 30, person.pk])
    now = int(time.time()) // 30
    return {"token": token, "code": code_of(secret_of("teller2"), now + 1), "used_code": code_of(secret_of("teller2"), now)}


@names("a case at its review")
def a_case_at_its_review() -> dict[str, Any]:
    """Of class 1."""
    case = city.accept_class1()
    step = current_step(case)
    assert step is not None
    return {"case": case.pk, "step": step.pk, "previous": Event.objects.get(case=case, seq=1).digest}


@names("an approved case")
def an_approved_case() -> dict[str, Any]:
    """Of class 3, whose effects were refused: it waits, and its warrant can be had, as by whoever finishes it again."""

    def refuses(*_: Any) -> Any:
        raise YiguiError("测试")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("yigui.casework.finish_case.changes_digest", refuses)
        case = city.accept_class3()
    assert case.status == "approved"
    return {"approved": case.pk, "about": case.person_id}
