"""Warnings that matter are answered in writing by whoever signs: on the page, by the use case, and by the database for whoever goes round."""

import re

import pytest
from django.db import Error, connections, transaction

from tests import city, money
from tests.runs.test_kinds import signed_in
from yigui.ledger.close import CLOSE
from yigui.ledger.posting import post
from yigui.levy.levy_run import LEVY
from yigui.runs.batches import approve_batch, batch_of, issue_warrant
from yigui.runs.errors import AnswerMissing
from yigui.runs.models import Batch, WrittenAnswer
from yigui.runs.staged import execute, prepare

AREA, FUND = "511181", "injury"


def of_month(period: int) -> Batch:
    """A closing of a month that has not ended, with a deposit below zero: two warnings at least."""
    with transaction.atomic():
        money.class_1_warrant()
        post(
            event="fiscal_to_expenditure", fund=FUND, area_code=AREA, on=city.TODAY, amounts={"total": 5_000}, source_kind="batch",
            source_id=1,
        )  # fmt: skip
    return prepare(CLOSE, area_code=AREA, period=period, user=city.user("accountant"))


def sqlstate(error: pytest.ExceptionInfo[Error]) -> str:
    return str(error.value.__cause__.sqlstate)  # type: ignore[union-attr]


def test_a_month_that_has_not_ended_and_an_account_below_zero_ask_for_an_answer_of_the_approver() -> None:
    batch = of_month(202611)
    asked = {row["id"] for row in batch.warnings}
    assert {"month_ended", "overdrawn"} <= asked
    assert batch.is_sound
    with pytest.raises(AnswerMissing) as missing:
        approve_batch(batch_id=batch.pk, user=city.user("director"))
    assert set(missing.value.data["checks"]) == asked
    assert "本月已终了" in missing.value.message
    with pytest.raises(AnswerMissing):
        approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch) | {"overdrawn": " 是 "})
    assert not WrittenAnswer.objects.filter(batch=batch).exists()
    assert batch_of(batch.pk).status == "prepared"
    approved = approve_batch(batch_id=batch.pk, user=city.user("director"), answers=money.answers(batch))
    assert approved.status == "approved"
    given = WrittenAnswer.objects.filter(batch=batch)
    assert {a.check_id for a in given} == asked
    assert {(a.person.username, a.step) for a in given} == {("director", "approve")}
    assert execute(batch_id=batch.pk).status == "executed"


def test_the_page_asks_keeps_what_was_typed_and_shows_the_answers_to_the_next() -> None:
    batch = prepare(LEVY, area_code="511102", period=202611, user=city.user("head"))
    assert "month_ended" in {row["id"] for row in batch.warnings}
    director = signed_in("director")
    page = director.get(f"/finance/batches/{batch.pk}/").content.decode()
    assert 'name="answer-month_ended"' in page
    assert 'name="answer-month_ended"' not in signed_in("head").get(f"/finance/batches/{batch.pk}/").content.decode()
    typed = {f"answer-{row['id']}": "已与业务科核实，可以办理" for row in batch.warnings} | {"answer-month_ended": "对"}
    refused = director.post(f"/finance/batches/{batch.pk}/approve/", typed)
    assert refused.status_code == 422
    again = refused.content.decode()
    assert re.search(r'name="answer-month_ended"[^>]*>对<', again)
    assert "已与业务科核实，可以办理" in again
    assert "须书面说明" in again
    typed["answer-month_ended"] = "单位要求提前生成，月末增减另行补收"
    assert director.post(f"/finance/batches/{batch.pk}/approve/", typed).status_code == 302
    shown = signed_in("auditor").get(f"/finance/batches/{batch.pk}/").content.decode()
    assert "单位要求提前生成，月末增减另行补收" in shown


def test_the_database_takes_no_signature_without_the_answers_and_keeps_them_for_ever() -> None:
    batch = prepare(LEVY, area_code="511112", period=202611, user=city.user("head"))
    assert batch.warnings
    director = city.user("director").pk
    approve = "UPDATE runs_batch SET status = 'approved', approved_by_id = %s, approved_at = now() WHERE id = %s"
    # The application signs for nobody, and not even the owner without the answers.
    for login, state in (("default", "YG009"), ("owner", "YG006")):
        with pytest.raises(Error) as refused, transaction.atomic(login), connections[login].cursor() as cursor:
            cursor.execute(approve, [director, batch.pk])
        assert sqlstate(refused) == state
    assert "未书面说明" in str(refused.value)
    # An answer of somebody else is not the signer's.
    for check in batch.warnings:
        WrittenAnswer.objects.using("owner").create(
            batch_id=batch.pk, check_id=check["id"], step="approve", person_id=city.user("director2").pk, text="已核实清楚"
        )
    with pytest.raises(Error) as again, transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(approve, [director, batch.pk])
    assert sqlstate(again) == "YG006"
    for login, statement, state in (
        ("default", "UPDATE runs_answer SET text = '改写的说明' WHERE batch_id = %s", "42501"),
        ("default", "DELETE FROM runs_answer WHERE batch_id = %s", "42501"),
        ("owner", "INSERT INTO runs_answer (batch_id, check_id, step, person_id, text, answered_at) "
         "SELECT batch_id, 'x', step, person_id, '  是  ', now() FROM runs_answer WHERE batch_id = %s LIMIT 1", "23514"),
    ):  # fmt: skip
        with pytest.raises(Error) as kept, transaction.atomic(login), connections[login].cursor() as cursor:
            cursor.execute(statement, [batch.pk])
        assert sqlstate(kept) == state, statement
    with pytest.raises(Error) as owner, transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE runs_answer SET text = '改写的说明' WHERE batch_id = %s", [batch.pk])
    assert sqlstate(owner) == "YG003"
    # Nor a warrant, should a batch have come to be approved some other way.
    with connections["super"].cursor() as cursor, transaction.atomic("super"):
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE runs_batch SET status = 'approved', approved_by_id = %s, approved_at = now() WHERE id = %s",
            [director, batch.pk],
        )
    with pytest.raises(Error) as warrant, transaction.atomic():
        issue_warrant(batch_of(batch.pk))
    assert sqlstate(warrant) == "YG006"


def test_a_batch_says_nothing_of_its_execution_before_it_and_never_more_than_was_approved() -> None:
    batch = prepare(LEVY, area_code="511102", period=202609, user=city.user("head"))
    for change in ("executed_fen = 1", "taken_out = '[1]'", "executed_count = row_count"):
        with pytest.raises(Error) as refused, transaction.atomic(), connections["default"].cursor() as cursor:
            cursor.execute(f"UPDATE runs_batch SET {change} WHERE id = %s", [batch.pk])
        assert sqlstate(refused) == "YG006", change
