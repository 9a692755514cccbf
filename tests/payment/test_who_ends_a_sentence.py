"""A reported sentence (服刑) that holds money is decided by an officer whose name stands in the task's log, or by a case; not by the program's word."""

import pytest
from django.db import DatabaseError, connection, connections, transaction

from tests.city import TODAY, user
from tests.entitlement.people import decided, paid, planned
from tests.payment.test_look_again import in_payment
from tests.payment.test_sentences import asked, before, found_free, held_lines, nothing_waits, sentenced
from tests.payment.test_supplement_run import nothing_open
from yigui.entitlement.models import Benefit
from yigui.payment.enums import Hold
from yigui.payment.models import PayLine
from yigui.runs.staged import execute
from yigui.tasks.end_task import finish, reopen
from yigui.tasks.enums import TaskVerb
from yigui.tasks.event_log import change
from yigui.tasks.models import Task
from yigui.tasks.watches import look_for_sentences
from yigui.tasks.work_on import take

__all__ = ["nothing_open"]


def task_of(benefit: Benefit) -> Task:
    return Task.objects.filter(origin_kind="prison_record", part=str(benefit.pk)).latest("pk")


def test_the_programs_word_frees_no_money_that_a_sentence_holds() -> None:
    paid()
    batch = planned()
    by_system, by_nobody, by_a_head, freed = in_payment(batch, 4)
    batch = decided(batch)
    for benefit in (by_system, by_nobody, by_a_head, freed):
        sentenced(benefit, before(batch.period))
    look_for_sentences(TODAY)
    with pytest.raises(DatabaseError, match="没有可由系统自行"), transaction.atomic():
        change(task_of(by_system), TaskVerb.SETTLE, actor=None, note="x", outcome="unfounded", said="x", ended_on=TODAY)
    # By whoever has the columns alone: the database lets nobody do that, and if somebody could, it would free nothing.
    drop = "UPDATE tasks_task SET state = 'dropped', ended_on = '2026-11-10' WHERE id = %s"
    with pytest.raises(DatabaseError, match="任务记录不符"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(drop, [task_of(by_nobody).pk])
    with transaction.atomic(using="super"), connections["super"].cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(drop, [task_of(by_nobody).pk])
        cursor.execute(drop, [task_of(by_system).pk])
    # Somebody who is there, without a post that decides such things.
    with transaction.atomic():
        change(task_of(by_a_head), TaskVerb.DROP, actor=user("accountant"), note="x", said="x", ended_on=TODAY)
    found_free(freed)
    executed = execute(batch_id=batch.pk)
    for benefit in (by_system, by_nobody, by_a_head):
        assert (Hold.SENTENCED, True) in held_lines(executed, benefit)
    assert PayLine.objects.filter(batch_id=executed.pk, benefit_id=freed.pk, pay_period=executed.period).exists()
    again = planned()
    assert {by_system.pk, by_nobody.pk, by_a_head.pk} <= set(asked(again))
    assert freed.pk not in asked(again)
    nothing_waits(again)
    task = reopen(task_id=task_of(by_a_head).pk, actor=user("head"), note="没有权限的人结束的，重新核实。", today=TODAY)
    take(task_id=task.pk, actor=user("auditor"))
    finish(task_id=task.pk, actor=user("auditor"), outcome="not_stopped", note="判决书载明缓刑，待遇照发。", today=TODAY)
    last = planned()
    assert by_a_head.pk not in asked(last)
    nothing_waits(last)
