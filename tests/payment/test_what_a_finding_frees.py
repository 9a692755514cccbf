"""What the end of a task about a reported sentence (服刑) frees: the months a case covers, by a case of after the report; and no other report hides it."""

import datetime as dt

import pytest
from django.db import DatabaseError, connection, transaction

from tests import city
from tests.city import TODAY, user
from tests.entitlement.people import decided, done, next_month, paid, planned
from tests.payment.test_look_again import in_payment, suspended
from tests.payment.test_sentences import asked, before, held_lines, nothing_waits, sentenced
from tests.payment.test_supplement_run import nothing_open, supplement
from tests.tasks.test_reported_sentences import SUSPENSION, suspension
from yigui.casework.models import Case
from yigui.common.months import add_months, format_period
from yigui.entitlement.models import Benefit
from yigui.exchange.import_records import PRISON, import_records
from yigui.exchange.models import PrisonRecord
from yigui.payment.enums import Hold
from yigui.payment.models import PayLine
from yigui.runs.staged import execute
from yigui.tasks.end_task import finish, reopen
from yigui.tasks.enums import TaskState, TaskVerb
from yigui.tasks.event_log import begin_log, change
from yigui.tasks.models import Task
from yigui.tasks.sentences import look_for_sentences
from yigui.tasks.work_on import take

__all__ = ["nothing_open"]


def is_paid(benefit: Benefit, month: int) -> bool:
    return PayLine.objects.filter(benefit_id=benefit.pk, pay_period=month).exists()


def released(month: int) -> set[int]:
    """Benefits whose money waits for nothing any more."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT benefit_id FROM benefits_released_v1(ARRAY['*'], %s)", [month])
        return {benefit for (benefit,) in cursor.fetchall()}


def task_of(benefit: Benefit) -> Task:
    return Task.objects.filter(origin_kind="prison_record", part=str(benefit.pk)).latest("pk")


def invented(model: Task, record: PrisonRecord, benefit: Benefit, *, kind: str, opened_at: dt.datetime) -> Task:
    task = Task.objects.get(pk=model.pk)
    task.pk, task.kind, task.opened_at, task.origin_id, task.part = None, kind, opened_at, record.pk, str(benefit.pk)
    task.person_id, task.state, task.owner_id, task.outcome, task.ended_on = benefit.person_id, TaskState.OPEN, None, "", None
    task.save(force_insert=True)
    begin_log(task, actor=None)
    return task


def test_a_task_of_the_programs_own_and_an_old_case_free_nothing() -> None:
    paid()
    month = next_month()
    first = planned()
    benefit, other = in_payment(first, 2)
    nothing_waits(first)
    suspended(benefit, month)
    case = Case.objects.filter(person=benefit.person, item_code="PEN-006").latest("pk")
    back = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "employee_pension", "change_reason": "04",
        "start_month": format_period(month),
    }  # fmt: skip
    done("PEN-007", back, ("id_card",))
    batch = decided(planned())
    sentenced(other, before(month))
    look_for_sentences(TODAY)
    model = task_of(other)
    sentenced(benefit, before(month))
    record = PrisonRecord.objects.filter(id_number=benefit.person.id_number).latest("pk")
    opened = case.accepted_at - dt.timedelta(days=1)
    with pytest.raises(DatabaseError, match="任务须为服刑核查"), transaction.atomic():
        invented(model, record, benefit, kind="fraud_hit", opened_at=opened)
    # Somebody else's benefit; a report that has not come.
    with pytest.raises(DatabaseError, match="任务须为服刑核查"), transaction.atomic():
        invented(model, record, other, kind="sentence_hit", opened_at=opened)
    record.pk += 1000
    with pytest.raises(DatabaseError, match="任务须为服刑核查"), transaction.atomic():
        invented(model, record, benefit, kind="sentence_hit", opened_at=opened)
    record.pk -= 1000
    with transaction.atomic():
        task = invented(model, record, benefit, kind="sentence_hit", opened_at=opened)
        change(
            task, TaskVerb.SETTLE, actor=None, note="x", outcome="suspended", said="x", ended_on=TODAY, case_kind="case",
            case_id=case.pk, case_no=case.case_no,
        )  # fmt: skip
    executed = execute(batch_id=batch.pk)
    for held in (benefit, other):
        assert held_lines(executed, held) == {(Hold.SENTENCED, True)}
        assert not is_paid(held, month)


def test_a_suspension_from_a_later_month_leaves_the_months_before_it_to_be_decided() -> None:
    paid()
    month = next_month()
    batch = planned()
    late, whole = in_payment(batch, 2)
    batch = decided(batch)
    for benefit in (late, whole):
        sentenced(benefit, before(month))
    executed = execute(batch_id=batch.pk)
    assert held_lines(executed, late) == {(Hold.SENTENCED, True)}
    look_for_sentences(TODAY)
    done("PEN-006", suspension(late, add_months(month, 1)), SUSPENSION)
    done("PEN-006", suspension(whole, month), SUSPENSION)
    assert (task_of(late).state, task_of(late).outcome) == (TaskState.DONE, "suspended")
    assert not {late.pk, whole.pk} & released(month)
    # The head opens the task again, and somebody finds out about what is left: the month follows.
    task = reopen(task_id=task_of(late).pk, actor=user("head"), note="暂停前的月份须核实。", today=TODAY)
    take(task_id=task.pk, actor=user("auditor"))
    finish(task_id=task.pk, actor=user("auditor"), outcome="not_stopped", note="判决书载明该月尚未收监，照发。", today=TODAY)
    assert {late.pk, whole.pk} & released(month) == {late.pk}
    execute(batch_id=decided(supplement()).pk)
    assert is_paid(late, month)
    assert not is_paid(whole, month)


def said_as(benefit: Benefit, name: str, began_on: dt.date, ended_on: dt.date) -> None:
    content = f"{','.join(PRISON.columns)}\n{benefit.person.id_number},{name},{began_on},{ended_on}\n".encode()
    file = import_records(
        PRISON, content=content, file_name="n.csv", partner=city.partner("justice", "司法行政"), user=city.user("head"), today=TODAY
    )
    assert file.accepted_count == 1


def test_a_report_under_another_name_hides_no_true_one() -> None:
    paid()
    month = next_month()
    first = planned()
    (benefit,) = in_payment(first, 1)
    nothing_waits(first)
    began = before(month)
    sentenced(benefit, began)
    said_as(benefit, "王某某", began, began + dt.timedelta(days=3))
    batch = planned()
    assert benefit.pk in asked(batch)
    nothing_waits(batch)
    look_for_sentences(TODAY)
    true = PrisonRecord.objects.get(id_number=benefit.person.id_number, name=benefit.person.name)
    assert Task.objects.filter(origin_kind="prison_record", origin_id=true.pk, part=str(benefit.pk)).exists()
    # The end of the true one, under its own name, counts.
    said_as(benefit, benefit.person.name, began, began + dt.timedelta(days=3))
    last = planned()
    assert benefit.pk not in asked(last)
    nothing_waits(last)
