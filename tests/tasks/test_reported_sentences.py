"""A report of a sentence that is true has a true end: the suspension ends its task, and nothing else does while the benefit is paid."""

import datetime as dt

import pytest

from tests.city import TODAY, application, user
from tests.entitlement.people import decided, done, next_month, paid, pensioner, planned
from tests.payment.test_look_again import in_payment
from tests.payment.test_sentences import asked, before, held_lines, nothing_open, nothing_waits, sentenced
from tests.payment.test_supplement_run import corrected, of, supplement
from yigui.casework.application import examine
from yigui.casework.handlers import handler_of
from yigui.catalogue.declarations import catalogue
from yigui.common.money import format_fen, plain_fen
from yigui.common.months import add_months, first_day, format_period
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at
from yigui.exchange.models import PrisonRecord
from yigui.payment.enums import Hold
from yigui.payment.models import PayLine
from yigui.payment.paid_span import paid_span, paid_while_sentenced
from yigui.payment.queries import paid_after
from yigui.payment.supplement_run import PAY_SUPPLEMENT
from yigui.runs.models import Batch
from yigui.runs.staged import execute
from yigui.tasks.end_task import finish
from yigui.tasks.enums import TaskState
from yigui.tasks.errors import TaskRefused
from yigui.tasks.models import Task
from yigui.tasks.sentences import look_for_sentences
from yigui.tasks.work_on import take

__all__ = ["nothing_open"]

SUSPENSION = ("id_card", "court_document")


def task_of(benefit: Benefit) -> Task:
    look_for_sentences(TODAY)
    return Task.objects.filter(origin_kind="prison_record", part=str(benefit.pk)).latest("pk")


def taken(benefit: Benefit) -> Task:
    task = task_of(benefit)
    take(task_id=task.pk, actor=user("auditor"))
    return task


def suspension(benefit: Benefit, month: int, reason: str = "01") -> dict[str, str]:
    return {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "employee_pension",
        "change_reason": reason, "start_month": format_period(month), "note": "试验",
    }  # fmt: skip


def drawing() -> tuple[Benefit, int]:
    """A pensioner the last run has paid, and that month."""
    paid()
    month = add_months(next_month(), -1)
    return next(
        b for b in (pensioner() for _ in range(80)) if PayLine.objects.filter(benefit_id=b.pk, pay_period=month).exists()
    ), month


def ends(task: Task, outcome: str) -> None:
    finish(task_id=task.pk, actor=user("auditor"), outcome=outcome, note="已核实判决书和执行情况。", today=TODAY)


def test_a_true_report_ends_with_the_suspension_by_itself_and_with_nothing_else_while_it_is_paid() -> None:
    benefit, month = drawing()
    sentenced(benefit, before(month))
    task = taken(benefit)
    assert task.kind == "sentence_hit"
    assert task.form["PEN-006"] == {"change_reason": "01", "start_month": format_period(month)}
    with pytest.raises(TaskRefused, match="本系统已发"):
        ends(task, "unfounded")
    # A claim for what was paid leaves the benefit running: the task stays.
    fen = sum(f for m, f in paid_after(benefit, 0) if m >= month)
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "employee_pension", "benefit_item": "01",
        "start_month": format_period(month), "end_month": format_period(add_months(next_month(), -1)), "amount": plain_fen(fen),
        "paid_back": "0",
    }  # fmt: skip
    done("FND-003", form, ("overpayment_notice", "id_card"))
    task.refresh_from_db()
    assert task.state == TaskState.TAKEN
    done("PEN-006", suspension(benefit, month), SUSPENSION)
    task.refresh_from_db()
    assert (task.state, task.outcome) == (TaskState.DONE, "suspended")
    assert look_for_sentences(TODAY) == 0


def test_a_suspension_for_something_else_does_not_end_it() -> None:
    benefit, month = drawing()
    sentenced(benefit, before(month))
    task = taken(benefit)
    done("PEN-006", suspension(benefit, month, reason="02"), SUSPENSION)
    task.refresh_from_db()
    assert task.state == TaskState.TAKEN


def test_nothing_was_overpaid_only_where_no_month_of_the_sentence_was_or_will_be_paid() -> None:
    benefit, _ = drawing()
    sentenced(benefit, TODAY.replace(day=1))
    task = taken(benefit)
    with pytest.raises(TaskRefused, match="服刑尚未结束"):
        ends(task, "unfounded")
    sentenced(benefit, TODAY.replace(day=1), TODAY)
    ends(task, "unfounded")
    task.refresh_from_db()
    assert task.outcome == "unfounded"


def shown(form: dict[str, str]) -> dict[str, str]:
    """What a suspension would change, as whoever decides about it reads it."""
    found = examine(application("PEN-006", form, username="special", materials=SUSPENSION))
    return {line.label: line.after for line in handler_of(catalogue().item("PEN-006", TODAY)).preview(found.facts)}


def test_the_suspension_says_which_months_were_paid_before_it_and_since_the_sentence() -> None:
    benefit, month = drawing()
    sentenced(benefit, before(month))
    start = add_months(month, 1)
    form = suspension(benefit, start)
    with pytest.MonkeyPatch.context() as patched:
        # The runs of this test are of months long ago: the suspension begins after them.
        patched.setattr("yigui.items.pension.pension_suspension.period_of", lambda day: max(start, day.year * 100 + day.month))
        lines = shown(form)
    assert f"本系统已发 {format_period(month)}（1 个月）" in lines["暂停前的服刑月份"]
    assert paid_while_sentenced(benefit, start).fen == sum(f for m, f in paid_after(benefit, month - 1) if m == month)
    assert lines["须追回"] == f"{format_fen(sum(f for m, f in paid_after(benefit, month - 1)))} 元"
    # For another reason the sentence says nothing.
    assert "暂停前的服刑月份" not in shown(suspension(benefit, start, reason="02"))


def test_months_before_the_first_run_are_named_and_claimed_by_what_the_worker_says_of_them() -> None:
    benefit, _ = drawing()
    runs = Batch.objects.filter(kind="pay", status="executed", areas__contains=[benefit.area_id])
    first = runs.order_by("period")[0].period
    since = add_months(first, -3)
    assert not benefit.case_id
    assert benefit.start_period <= since
    last = add_months(first, -1)
    span = paid_span(benefit, add_months(since, -1), last)
    opening = amount_at(benefit, since)
    assert opening is not None
    assert (span.ours, [m for m, _ in span.before_us]) == ([], [since, add_months(since, 1), last])
    sentenced(benefit, first_day(since) - dt.timedelta(days=10))
    task = task_of(benefit)
    assert "在本系统首次发放之前，没有发放记录" in task.note
    # What nobody here knows to be paid is no sum of the task; the suspension names it apart.
    assert task.amount_fen == sum(fen for _, fen in paid_after(benefit, add_months(since, -1)))
    said = f"{format_period(since)} 至 {format_period(last)}（3 个月）最多 {format_fen(span.opening_fen)} 元，是否已发待核实"
    assert shown(suspension(benefit, add_months(last, 1)))["须追回"].endswith(said)
    form = {
        "id_number": benefit.person.id_number, "person_name": benefit.person.name, "insurance": "employee_pension", "benefit_item": "01",
        "start_month": format_period(since), "end_month": format_period(last), "amount": plain_fen(span.opening_fen), "paid_back": "0",
    }  # fmt: skip
    materials = ("overpayment_notice", "id_card")
    found = examine(application("FND-003", form, username="special", materials=materials))
    assert [f.message for f in found.refusals] == []
    (question,) = [f for f in found.reminders if f.needs_reason]
    assert "没有发放记录" in question.message
    assert "写明明细的名称、日期和金额" in question.message
    too_much = examine(
        application("FND-003", form | {"amount": plain_fen(span.opening_fen + 1)}, username="special", materials=materials)
    )
    assert ["应退金额超过其合计" in f.message for f in too_much.reminders if f.needs_reason] == [True]
    case = done(
        "FND-003", form, materials, confirmed=["not_above_overpaid"], reasons={question.key: "原经办方 2024-12-20 发放明细第 3 页"}
    )
    assert "原经办方 2024-12-20 发放明细第 3 页" in str(case.findings)


def test_a_later_report_with_an_end_counts_and_the_newest_wins() -> None:
    paid()
    month = next_month()
    batch = planned()
    reported = set(PrisonRecord.objects.values_list("id_number", flat=True))
    benefit = next(b for b in in_payment(batch, 30) if b.person.id_number not in reported)
    sentenced(benefit, before(month) - dt.timedelta(days=60))
    nothing_waits(batch)
    first = planned()
    assert benefit.pk in asked(first)
    # Released before the month: nothing is asked, and what was asked of the longer report is not held at the execution.
    sentenced(benefit, before(month) - dt.timedelta(days=60), before(month))
    nothing_waits(first)
    second = planned()
    assert benefit.pk not in asked(second)
    assert PrisonRecord.objects.filter(id_number=benefit.person.id_number).count() == 2
    # The end was a mistake: said again as at first.
    sentenced(benefit, before(month) - dt.timedelta(days=60), is_said_again=True)
    nothing_waits(second)
    assert benefit.pk in asked(planned())


def test_a_report_that_reaches_further_than_what_was_decided_is_looked_into_anew() -> None:
    benefit, month = drawing()
    sentenced(benefit, before(month), first_day(month))
    task = taken(benefit)
    ends(task, "not_stopped")
    assert look_for_sentences(TODAY) == 0
    sentenced(benefit, before(month), first_day(month) + dt.timedelta(days=80))
    assert task_of(benefit).pk != task.pk
    # One that reaches less far does not open a third.
    sentenced(benefit, before(month), first_day(month) + dt.timedelta(days=40))
    assert look_for_sentences(TODAY) == 0


def test_a_returned_payment_of_a_benefit_that_is_not_paid_any_more_waits_for_somebody() -> None:
    if next_month() == 202412:
        paid()
    # Of whom nothing was reported by another test.
    again = next(
        one
        for (one,) in iter(lambda: corrected(1), None)
        if not PrisonRecord.objects.filter(id_number=of(one).person.id_number).exists()
    )
    benefit = of(again)
    rows = PayLine.objects.filter(batch_id=again.batch_id, benefit_id=again.benefit_id)
    month = rows.order_by("pay_period")[0].pay_period
    batch = supplement()
    batch = decided(batch)
    sentenced(benefit, before(month))
    done("PEN-006", suspension(benefit, TODAY.year * 100 + TODAY.month, reason="02"), SUSPENSION)
    executed = execute(batch_id=batch.pk)
    assert held_lines(executed, benefit) == {(Hold.SENTENCED, True)}
    assert not PAY_SUPPLEMENT.arrivals(area_code="511100", today=TODAY)
    task = taken(benefit)
    assert "有款项因此拦截待核实" in task.note
    ends(task, "not_stopped")
    execute(batch_id=decided(supplement()).pk)
    again.refresh_from_db()
    assert again.sent_batch is not None
