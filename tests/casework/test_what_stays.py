"""What was accepted and signed stays: column by column, whatever the application writes; and a new round costs all its signatures."""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests import city
from tests.attacks.givens import given
from tests.casework.test_returned_cases import returned
from tests.casework.test_transitions import waiting
from yigui.casework import accept_case, finish_case
from yigui.casework.enums import FINAL, CaseStatus
from yigui.casework.models import Case
from yigui.common import clock

UNFINISHED = tuple(str(status) for status in CaseStatus if status not in FINAL)
#: Columns that may change while the status stays, in which statuses, and why. Every other column is tried and must be refused.
MAY_CHANGE = {
    "status": (UNFINISHED, "by the table of transitions alone"),
    "effect_error": (UNFINISHED, "why the last attempt failed"),
    "tries": (UNFINISHED, "how many attempts failed"),
    "next_try_at": (UNFINISHED, "when the worker tries again"),
    "returned_on": (UNFINISHED, "when the clock stopped: the day of the newest return"),
    "overdue_noted_on": (UNFINISHED, "when the head was told"),
    "handled_by_id": (("returned",), "a colleague takes the correction up"),
    "handled_on": (("returned",), "with it"),
    "handled_channel": (("returned",), "with it"),
    "risk_class": (("waiting", "returned"), "a partner's answer or a correction raises it; never lowered"),
    "risk_reasons": (("waiting",), "with it"),
}
#: Another value of a column, by its type.
OTHER = {
    "bigint": "coalesce({0}, 0) + 1",
    "smallint": "coalesce({0}, 0) - 1",
    "character varying": "'x' || substr(coalesce({0}, ''), 2)",
    "text": "{0} || 'x'",
    "date": "coalesce({0}, DATE '2026-11-10') + 1",
    "timestamp with time zone": "coalesce({0}, now()) + interval '1 second'",
    "boolean": "NOT {0}",
    "jsonb": "jsonb_build_array('x', {0})",
}


def columns() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'casework_case' AND table_schema = 'public'"
        )
        return dict(cursor.fetchall())


CASES: dict[str, Callable[[pytest.MonkeyPatch], int]] = {
    "open": lambda _: city.accept_class2().pk,
    "waiting": lambda patched: waiting(patched).pk,
    "returned": lambda _: returned()[1].pk,
    "approved": lambda _: int(given("an approved case")["approved"]),
}


def refused(case: int, changes: str, using: str = "default") -> str:
    """The code with which a change of a case is refused; "" when it goes through. Nothing of it remains."""
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        try:
            with transaction.atomic(using=using):
                cursor.execute(f"UPDATE casework_case SET {changes} WHERE id = %s", [case])
        except DatabaseError as error:
            return str(error.__cause__.sqlstate)  # type: ignore[union-attr]
        finally:
            transaction.set_rollback(True, using=using)
    return ""


def test_every_status_that_is_not_final_is_tried_and_every_named_column_exists() -> None:
    assert set(CASES) == set(UNFINISHED)
    assert set(MAY_CHANGE) < set(columns())


@pytest.mark.parametrize("status", UNFINISHED)
def test_no_column_changes_but_those_named(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    case = CASES[status](monkeypatch)
    assert Case.objects.get(pk=case).status == status
    frozen = {name: kind for name, kind in columns().items() if status not in MAY_CHANGE.get(name, ((), ""))[0]}
    assert {"person_id", "employer_id", "area_id", "agency_id", "amount_fen", "form", "round", "login_id"} < set(frozen)
    went_through = {name for name, kind in frozen.items() if refused(case, f"{name} = {OTHER[kind].format(name)}") != "YG006"}
    assert not went_through


def test_a_finished_case_changes_in_nothing() -> None:
    case = city.accept_class3().pk
    assert {name for name, kind in columns().items() if refused(case, f"{name} = {OTHER[kind].format(name)}") != "YG003"} == set()


@pytest.mark.parametrize("target", ["open", "waiting", "approved"])
def test_leaving_a_return_begins_exactly_one_round(target: str) -> None:
    _, case = returned()
    assert refused(case.pk, f"status = '{target}'") == "YG006"
    assert refused(case.pk, f"status = '{target}', round = round + 2") == "YG006"
    assert refused(case.pk, f"status = '{target}', round = round + 1, person_id = person_id + 1") == "YG006"
    corrected = f"status = '{target}', round = round + 1, form = '{{}}', amount_fen = 1"
    assert refused(case.pk, corrected) == "YG009", "by nobody"
    assert refused(case.pk, corrected, using="owner") == ""


def test_a_new_round_has_no_warrant_without_its_own_signatures() -> None:
    _, case = returned()
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE casework_case SET status = 'approved', round = round + 1, form = '{}' WHERE id = %s", [case.pk])
        with pytest.raises(DatabaseError, match="环节未走完"), transaction.atomic(using="owner"):
            cursor.execute("SELECT casework_issue_warrant_v1(%s)", [case.pk])
        transaction.set_rollback(True, using="owner")


def test_a_case_whose_warrant_is_out_is_not_handed_in_again() -> None:
    case = given("an approved case")["approved"]
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SELECT casework_issue_warrant_v1(%s)", [case])
        cursor.execute("UPDATE casework_case SET effect_error = 'x' WHERE id = %s", [case])
        cursor.execute(
            "INSERT INTO casework_return_point (case_id, round, reason, note, made_by_id, material_code, field, is_ours, made_at) "
            "SELECT id, round, 'condition', '条件不符', accepted_by_id, '', '', false, now() FROM casework_case WHERE id = %s", [case]
        )  # fmt: skip
        cursor.execute("UPDATE casework_case SET status = 'returned' WHERE id = %s", [case])
        with pytest.raises(DatabaseError, match="已签发授权凭据，不能重新提交"), transaction.atomic(using="owner"):
            cursor.execute("UPDATE casework_case SET status = 'approved', round = round + 1, form = '{}' WHERE id = %s", [case])
        transaction.set_rollback(True, using="owner")


def test_when_a_case_was_accepted_and_finished_the_database_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """A program whose clock is wrong, or that says so, moves neither: rules and terms of the volume count from there (D165)."""
    old = dt.datetime(2019, 6, 1, 10, tzinfo=clock.CHINA)
    monkeypatch.setattr(accept_case, "clock", SimpleNamespace(now=lambda: old, local=clock.local, today=clock.today))
    monkeypatch.setattr(finish_case, "clock", SimpleNamespace(now=lambda: old, local=clock.local, today=clock.today))
    form = city.basic_change_form(city.next_person())
    case = Case.objects.get(pk=accept_case.accept_case(city.application("CHG-003", form, materials=["id_card"])).pk)
    assert case.status == "finished"
    assert case.finished_at is not None
    now = clock.now()
    assert now - dt.timedelta(minutes=5) < case.accepted_at <= case.finished_at < now + dt.timedelta(minutes=5)
