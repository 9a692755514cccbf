"""A reported sentence (服刑) between the plan and the payment: those who sign are asked, what comes in after them is held, the task's decision frees it."""

import datetime as dt

import pytest
from django.db import connections

from tests import city, money
from tests.city import TODAY, user
from tests.entitlement.people import decided, next_month, paid, planned
from tests.pages import signed_in, text_of
from tests.payment.test_look_again import in_payment
from tests.payment.test_supplement_run import _released, certified, corrected, held_people, last_month, nothing_open, of, supplement
from tests.payment.test_told_before_held import benefit_of, months_paid
from yigui.common.months import first_day
from yigui.entitlement.models import Benefit
from yigui.exchange.import_records import PRISON, import_records
from yigui.payment.enums import Hold
from yigui.payment.models import HeldLine, PayLine, Payment
from yigui.payment.supplement_run import PAY_SUPPLEMENT
from yigui.payment.verify import benefit_faults
from yigui.runs.batches import check_batch
from yigui.runs.errors import BatchRefused
from yigui.runs.models import Batch
from yigui.runs.staged import execute, void
from yigui.tasks.end_task import finish
from yigui.tasks.enums import UNFINISHED
from yigui.tasks.models import Task
from yigui.tasks.sentences import look_for_sentences
from yigui.tasks.work_on import take

__all__ = ["nothing_open"]


def sentenced(benefit: Benefit, began_on: dt.date, ended_on: dt.date | None = None, *, is_said_again: bool = False) -> None:
    """A partner's file reports the sentence; `is_said_again`: as one reported before, in a file that is another one by the order of its columns."""
    sender = city.partner("justice", "司法行政")
    person = benefit.person
    row = dict(zip(PRISON.columns, (person.id_number, person.name, str(began_on), str(ended_on or "")), strict=True))
    columns = list(PRISON.columns)[:: -1 if is_said_again else 1]
    content = f"{','.join(columns)}\n{','.join(row[c] for c in columns)}\n".encode()
    name = f"{benefit.pk}-{began_on}-{ended_on}.csv"
    assert (
        import_records(PRISON, content=content, file_name=name, partner=sender, user=city.user("head"), today=TODAY).accepted_count
        == 1
    )


def before(month: int) -> dt.date:
    """A day in the month before one."""
    return first_day(month) - dt.timedelta(days=10)


def found_free(benefit: Benefit) -> None:
    """Somebody finds out that the sentence stops nothing (probation), and ends the task."""
    look_for_sentences(TODAY)
    tasks = list(Task.objects.filter(origin_kind="prison_record", part=str(benefit.pk), state__in=UNFINISHED))
    assert tasks
    for task in tasks:
        take(task_id=task.pk, actor=user("auditor"))
        finish(task_id=task.pk, actor=user("auditor"), outcome="not_stopped", note="判决书载明缓刑，待遇照发。", today=TODAY)


def asked(batch: Batch) -> list[int]:
    return [benefit for _, benefit in batch.summary["sentences"]]


def held_lines(batch: Batch, benefit: Benefit) -> set[tuple[int, bool]]:
    return set(HeldLine.objects.filter(batch_id=batch.pk, benefit_id=benefit.pk).values_list("hold", "at_execution"))


def nothing_waits(batch: Batch) -> None:
    void(batch_id=batch.pk, user=user("head"), reason="试验结束，不再需要")


def test_who_signs_a_plan_is_asked_about_everybody_reported_and_undecided_and_answers_in_writing() -> None:
    paid()
    month = next_month()
    first = planned()
    known, over, begun, free = in_payment(first, 4)
    assert not {known.pk, over.pk, begun.pk, free.pk} & set(asked(first))
    sentenced(known, before(month))
    # Served before the month; began within it: neither touches the month that is paid.
    sentenced(over, before(month) - dt.timedelta(days=90), before(month))
    sentenced(begun, first_day(month))
    sentenced(free, before(month))
    found_free(free)
    nothing_waits(first)
    batch = planned()
    assert known.pk in asked(batch)
    assert not {over.pk, begun.pk, free.pk} & set(asked(batch))
    assert "sentenced" in {row["id"] for row in batch.warnings}
    others = {name: text for name, text in money.answers(batch).items() if name != "sentenced"}
    with pytest.raises(BatchRefused, match="没有部门报送服刑、尚未核实的领取人"):
        check_batch(batch_id=batch.pk, user=user("accountant"), answers=others)
    client = signed_in("auditor")
    page = text_of(client.get(f"/finance/batches/{batch.pk}/"))
    assert "部门报送服刑、尚未核实" in page
    assert known.person.person_no in client.get(f"/finance/batches/{batch.pk}/differences/sentenced/").content.decode()
    executed = execute(batch_id=decided(batch).pk)
    # Asked and answered: paid.
    for benefit in (known, over, begun, free):
        assert PayLine.objects.filter(batch_id=executed.pk, benefit_id=benefit.pk, pay_period=month).exists()
        assert held_lines(executed, benefit) == set()
    assert list(benefit_faults("default")) == []


def test_what_is_reported_after_the_plan_is_held_at_its_execution_and_freed_by_the_decision() -> None:
    paid()
    month = next_month()
    batch = planned()
    late, probation, decided_before = in_payment(batch, 3)
    batch = decided(batch)
    assert not {late.pk, probation.pk} & set(asked(batch))
    for benefit in (late, probation, decided_before):
        sentenced(benefit, before(month))
    found_free(decided_before)
    executed = execute(batch_id=batch.pk)
    assert {(t["reason"], t["rows"]) for t in executed.taken_out} == {(f"taken-{Hold.SENTENCED}", 2)}
    for benefit in (late, probation):
        assert held_lines(executed, benefit) == {(Hold.SENTENCED, True)}
        assert not PayLine.objects.filter(batch_id=batch.pk, benefit_id=benefit.pk).exists()
        assert not Payment.objects.filter(batch_id=batch.pk, benefit_id=benefit.pk).exists()
    assert PayLine.objects.filter(batch_id=batch.pk, benefit_id=decided_before.pk).exists()
    client = signed_in("auditor")
    assert "服刑信息待核实" in text_of(client.get(f"/finance/batches/{batch.pk}/"))
    assert late.person.person_no in client.get(f"/finance/batches/{batch.pk}/differences/taken-8/").content.decode()
    assert list(benefit_faults("default")) == []
    # The decision frees the one at once; the other waits for it, and no supplementary batch names it meanwhile.
    found_free(probation)
    between = execute(batch_id=decided(supplement()).pk)
    assert PayLine.objects.filter(batch_id=between.pk, benefit_id=probation.pk, pay_period=month).count() == 1
    assert not PayLine.objects.filter(benefit_id=late.pk, pay_period=month).exists()
    # The month's plan asks whoever signs about it.
    following = planned()
    assert late.pk in asked(following)
    assert probation.pk not in asked(following)
    executed = execute(batch_id=decided(following).pk)
    assert PayLine.objects.filter(batch_id=executed.pk, benefit_id=late.pk, pay_period=month).count() == 1
    assert list(benefit_faults("default")) == []


def test_a_supplementary_batch_asks_and_looks_again_like_the_months() -> None:
    known, late = held_people(2)
    month = last_month()
    sentenced(benefit_of(known), before(month))
    certified(known)
    certified(late)
    batch = supplement()
    assert benefit_of(known).pk in asked(batch)
    assert "sentenced" in {row["id"] for row in batch.warnings}
    batch = decided(batch)
    sentenced(benefit_of(late), before(month))
    executed = execute(batch_id=batch.pk)
    assert month in months_paid(known)
    assert month not in months_paid(late)
    assert held_lines(executed, benefit_of(late)) == {(Hold.SENTENCED, True)}
    assert not PAY_SUPPLEMENT.arrivals(area_code="511100", today=TODAY)
    found_free(benefit_of(late))
    execute(batch_id=decided(supplement()).pk)
    assert month in months_paid(late)
    assert list(benefit_faults("default")) == []


def test_a_returned_payment_is_asked_about_and_held_and_freed_too() -> None:
    if next_month() == 202412:
        paid()
    known, late = corrected(2)

    def first_month(reissue: object) -> int:
        rows = PayLine.objects.filter(batch_id=reissue.batch_id, benefit_id=reissue.benefit_id)  # type: ignore[attr-defined]
        return rows.order_by("pay_period")[0].pay_period

    sentenced(of(known), before(first_month(known)))
    batch = supplement()
    assert known.benefit_id in asked(batch)
    batch = decided(batch)
    sentenced(of(late), before(first_month(late)))
    executed = execute(batch_id=batch.pk)
    known.refresh_from_db()
    late.refresh_from_db()
    assert (known.sent_batch, late.sent_batch) == (batch.pk, None)
    held = HeldLine.objects.get(batch_id=executed.pk, benefit_id=late.benefit_id, hold=Hold.SENTENCED, at_execution=True)
    assert held.amount_fen == late.amount_fen
    assert not PAY_SUPPLEMENT.arrivals(area_code="511100", today=TODAY)
    found_free(of(late))
    second = execute(batch_id=decided(supplement()).pk)
    late.refresh_from_db()
    assert late.sent_batch == second.pk
    assert list(benefit_faults("default")) == []


def test_a_sentence_keeps_back_the_months_it_touches_and_no_later_ones() -> None:
    (person,) = held_people(1)
    benefit, month = benefit_of(person), last_month()
    certified(person)
    assert _released(benefit)
    with connections["super"].cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "INSERT INTO benefits_held (warrant_id, batch_id, benefit_id, pay_period, amount_fen, hold, at_execution) "
            "SELECT min(id), 999999, %s, %s, 100, 8, true FROM warrants_warrant", [benefit.pk, month],
        )  # fmt: skip
        cursor.execute("SET session_replication_role = origin")
    began = before(month) - dt.timedelta(days=60)
    sentenced(benefit, began)
    assert not _released(benefit)
    # Released before the month that is due: it waits for nothing.
    sentenced(benefit, began, before(month))
    assert _released(benefit)
