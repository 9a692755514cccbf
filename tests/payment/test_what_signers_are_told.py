"""What a run's signers are told, and its execution goes by, is asked by the database again: the program that prepares it may say what it likes."""

from typing import Any

import pytest
from django.db import DatabaseError, connections
from django.db.models import Max

from tests.entitlement.people import decided, next_month, paid, planned
from tests.payment.test_look_again import in_payment
from tests.payment.test_sentences import asked, before, found_free, held_lines, nothing_waits, sentenced
from tests.payment.test_supplement_run import nothing_open
from yigui.common.months import add_months
from yigui.entitlement.models import BackDue, Benefit
from yigui.exchange.models import PrisonRecord
from yigui.payment import pay_run
from yigui.payment.enums import Hold
from yigui.payment.models import PayLine
from yigui.runs.models import Batch
from yigui.runs.staged import execute

__all__ = ["nothing_open"]


def is_paid(batch: Batch, benefit: Benefit) -> bool:
    return PayLine.objects.filter(batch_id=batch.pk, benefit_id=benefit.pk, pay_period=batch.period).exists()


def two_in_payment() -> tuple[Benefit, Benefit]:
    paid()
    batch = planned()
    one, other = in_payment(batch, 2)
    nothing_waits(batch)
    return one, other


def test_a_report_that_signers_are_said_to_be_asked_about_is_put_to_them(monkeypatch: pytest.MonkeyPatch) -> None:
    victim, _ = two_in_payment()
    sentenced(victim, before(next_month()))
    with monkeypatch.context() as patched:
        patched.setattr(pay_run, "_sentenced", lambda found: {"flag": "sentenced", "label": "x", "found": 0, "benefits": []})
        with pytest.raises(DatabaseError, match="没有作为提示交签署人说明"):
            planned()
    found_free(victim)


def test_a_report_to_come_was_asked_of_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pairs of record and benefit are those that stand when the run is frozen, whatever numbers it lists."""
    victim, late = two_in_payment()
    sentenced(victim, before(next_month()))
    newest = PrisonRecord.objects.aggregate(most=Max("pk"))["most"]
    real = pay_run._sentences

    def with_some_to_come(*given: Any) -> list[list[int]]:
        return [*real(*given), *([newest + k, late.pk] for k in range(1, 9))]

    monkeypatch.setattr(pay_run, "_sentences", with_some_to_come)
    batch = planned()
    assert asked(batch) == [victim.pk]
    batch = decided(batch)
    sentenced(late, before(batch.period))
    executed = execute(batch_id=batch.pk)
    assert is_paid(executed, victim)
    assert not is_paid(executed, late)
    assert (Hold.SENTENCED, True) in held_lines(executed, late)
    found_free(victim)
    found_free(late)


def test_a_mark_of_after_the_signature_waits_for_the_next_run(monkeypatch: pytest.MonkeyPatch) -> None:
    paid()
    real = pay_run.PayKind.bounds

    def says_it_has_seen_all(self: Any, work: Any) -> list[int]:
        found = real(self, work)
        work.notes["last_mark"] = 10**9
        return found

    monkeypatch.setattr(pay_run.PayKind, "bounds", says_it_has_seen_all)
    batch = decided(planned())
    (benefit,) = in_payment(batch, 1)
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO benefits_back_due (benefit_id, from_period) VALUES (%s, %s) RETURNING id",
            [benefit.pk, add_months(batch.period, -1)],
        )
        (mark,) = cursor.fetchone()
    execute(batch_id=batch.pk)
    assert BackDue.objects.get(pk=mark).done_batch is None
