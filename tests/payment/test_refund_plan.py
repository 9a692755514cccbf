"""Refunds prepare themselves on their day, where any are owed, and wait in the inbox of those who sign."""

import datetime as dt

import pytest

from tests import money
from tests.city import TODAY, user
from tests.payment.test_refund_batches import decided, due_ids, planned, refunded, staged
from yigui.payment.refund_run import REFUNDS
from yigui.runs import schedule
from yigui.runs.batches import approve_batch, check_batch, confirm_batch
from yigui.runs.inbox import waiting_for
from yigui.runs.models import PlannedRun, Run
from yigui.runs.schedule import due_plan, prepare_due
from yigui.runs.staged import execute


def test_refunds_have_a_day_of_their_own() -> None:
    plan = due_plan(REFUNDS, money.CITY, dt.date(2026, 11, 8))
    assert plan is not None
    assert (plan.period, plan.due_on) == (202611, dt.date(2026, 11, 8))
    before = due_plan(REFUNDS, money.CITY, dt.date(2026, 11, 7))
    assert before is not None
    assert before.period == 202610


def test_a_month_without_refunds_bothers_nobody_and_the_next_one_takes_what_has_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "run_kinds", lambda: [REFUNDS])
    (empty,) = prepare_due(dt.date(2026, 10, 9))
    assert (empty.period, empty.batch, empty.error) == (202610, None, "")
    assert not Run.objects.filter(kind="refunds-plan").exists()
    assert not [w for w in waiting_for(user("head")) if w.planned_id == empty.pk]
    # A batch by hand earlier in the month does not stand for the plan: what has come since is paid on its day.
    refunded()
    by_hand = execute(batch_id=decided(planned()).pk)
    refund = refunded()
    made = {row.period: row for row in prepare_due(TODAY)}
    assert set(made) == {202611}
    batch = made[202611].batch
    assert batch is not None
    assert set(due_ids(refund)) <= set(staged(batch))
    assert (by_hand.subject, batch.subject) == ("", "第2批")
    assert (batch.is_automatic, batch.prepared_by, batch.state_label, batch.area_code) == (True, None, "待确认", money.CITY)
    assert PlannedRun.objects.get(kind="refunds", period=202610).batch is None
    assert prepare_due(TODAY) == []
    # It waits for each of those who sign, one after the other, and for nobody else.
    for name, deed, sign in (
        ("head", "confirm", confirm_batch),
        ("accountant", "check", check_batch),
        ("director", "approve", approve_batch),
    ):
        assert [w.deed for w in waiting_for(user(name)) if w.batch_id == batch.pk] == [deed]
        assert not [w for w in waiting_for(user("cashier")) if w.batch_id == batch.pk]
        sign(batch_id=batch.pk, user=user(name), answers=money.answers(batch))
    assert execute(batch_id=batch.pk).written_fen == batch.total_fen
