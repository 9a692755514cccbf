"""Verification asks of every signature that wants a one-time code for the confirmation of whoever it names, though no trigger was off."""

import datetime as dt
from typing import Any

from django.db import connections, transaction

from tests import city, money
from tests.attacks.givens import given
from tests.entitlement.people import carry
from yigui.casework.models import Meeting, Step
from yigui.casework.queries import current_step
from yigui.casework.verify import unconfirmed
from yigui.runs.verify import unconfirmed as unconfirmed_batches


def by_superuser(statement: str, *parameters: Any) -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute(statement, list(parameters))


def test_what_people_signed_with_their_codes_is_silent() -> None:
    case = carry(city.accept_class1())
    assert Step.objects.filter(case=case, state="passed").exclude(code__in=("accept", "meeting")).exists()
    assert Meeting.objects.exists()
    given("an approved match")
    assert list(unconfirmed("default")) == []
    assert list(unconfirmed_batches("default")) == []


def test_a_step_of_class_1_passed_by_a_superuser_is_named() -> None:
    step = current_step(city.accept_class1())
    assert step is not None
    with transaction.atomic(using="super"):
        by_superuser(
            "UPDATE casework_step SET state = 'passed', decided_by_id = %s, decided_at = clock_timestamp(), decided_on = %s, opinion = '同意' WHERE id = %s",
            city.user("reviewer").pk, city.TODAY, step.pk,
        )  # fmt: skip
        assert [s for s in unconfirmed("super") if f"casework_step id={step.pk}（" in s]
        transaction.set_rollback(True, using="super")
    assert list(unconfirmed("default")) == []


def test_an_opinion_or_a_person_exchanged_after_the_code_is_named() -> None:
    case = carry(city.accept_class1())
    step = Step.objects.filter(case=case, state="passed").exclude(code__in=("accept", "meeting")).order_by("seq")[0]
    for change, value in (
        ("opinion", "另一意见"),
        ("decided_by_id", city.user("head").pk),
        ("decided_at", dt.datetime(2020, 1, 1, tzinfo=dt.UTC)),
    ):
        with transaction.atomic(using="super"):
            by_superuser("SET LOCAL session_replication_role = replica")
            by_superuser(f"UPDATE casework_step SET {change} = %s WHERE id = %s", value, step.pk)
            assert [s for s in unconfirmed("super") if f"casework_step id={step.pk}（" in s], change
            transaction.set_rollback(True, using="super")


def test_a_meeting_that_nobody_held_is_named_beside_one_that_was_held() -> None:
    carry(city.accept_class1())
    with transaction.atomic(using="super"):
        by_superuser(
            "INSERT INTO casework_meeting (item_code, held_on, chair_id, minutes, recorded_at) VALUES ('CHG-004', %s, %s, 'x', clock_timestamp())",
            city.TODAY, city.user("director").pk,
        )  # fmt: skip
        assert any("casework_meeting" in s for s in unconfirmed("super"))
        transaction.set_rollback(True, using="super")


def test_a_batch_signed_by_a_superuser_or_of_another_content_is_named() -> None:
    batch = money.plan(202611)
    with transaction.atomic(using="super"):
        by_superuser("SET LOCAL session_replication_role = replica")
        by_superuser(
            "UPDATE runs_batch SET approved_by_id = %s, approved_at = clock_timestamp(), status = 'approved' WHERE id = %s",
            city.user("director").pk,
            batch.pk,
        )
        assert [s for s in unconfirmed_batches("super") if f"runs_batch id={batch.pk}：审批" in s]
        transaction.set_rollback(True, using="super")
    signed = given("an approved match")["match"]
    with transaction.atomic(using="super"):
        by_superuser("SET LOCAL session_replication_role = replica")
        by_superuser("UPDATE runs_batch SET total_fen = total_fen + 1 WHERE id = %s", signed)
        assert [s for s in unconfirmed_batches("super") if f"runs_batch id={signed}：" in s]
        transaction.set_rollback(True, using="super")
