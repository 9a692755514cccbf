"""Reported sentences (服刑核查): who draws a benefit while a partner reports a sentence being served is looked into, and what is true has a true end.

A report that is true ends with the suspension (PEN-006) or, where the benefit is not in payment any more, with the claim for what was paid (FND-003);
one that does not stop the benefit (缓刑, 监外执行) or is about somebody else ends with a word. Until then every run asks whoever signs it.
"""

import datetime as dt
from typing import Any

from django.db import connection, transaction

from yigui.catalogue.labels import reason_label
from yigui.common import clock
from yigui.common.months import add_months, format_period, period_of
from yigui.common.sqlfiles import named_sql
from yigui.db.each import each_past
from yigui.entitlement.enums import BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.exchange.models import PrisonRecord
from yigui.payment.paid_span import PaidSpan, ReportedSentence, paid_span, sentences_of
from yigui.tasks import origins
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.models import Task
from yigui.tasks.open_task import open_task
from yigui.tasks.people import agency_of_area
from yigui.tasks.references import Reference

_KIND = "sentence_hit"
#: Reports one look takes up; the rest follow within the hour.
ROWS_MAX = 2000
#: Suspended because of a sentence (suspend_benefit_reason).
_SERVING = "01"


def look_for_sentences(today: dt.date) -> int:
    """Benefits in payment of people reported as serving a sentence (R071), and others of which a run has held a payment for one: somebody finds
    out; gives how many."""

    @transaction.atomic
    def found(row: tuple[int, int, str]) -> bool:
        record_id, benefit_id, reported_name = row
        benefit = Benefit.objects.select_related("person").get(pk=benefit_id)
        sentence = next(s for s in sentences_of(benefit) if s.record_id == record_id)
        paid = paid_span(benefit, sentence.since, sentence.until)
        open_task(
            kind="sentence_hit", origin=Reference(origins.PRISON, record_id), part=str(benefit.pk), note=_note(benefit, sentence, paid, reported_name),
            agency=agency_of_area(benefit.area_id), area_code=benefit.area_id, today=today, person=benefit.person,
            amount_fen=paid.fen or None, form=_forms(benefit, sentence, paid, today),
        )  # fmt: skip
        return True

    def waiting(skip: int) -> list[tuple[int, int, str]]:
        with connection.cursor() as cursor:
            cursor.execute(named_sql("tasks", "watches")["sentences"], {"today": today, "most": ROWS_MAX, "skip": skip})
            return cursor.fetchall()

    return each_past(waiting, found, job="tasks.look_around").done


def _note(benefit: Benefit, sentence: ReportedSentence, paid: PaidSpan, reported_name: str) -> str:
    is_active = benefit.status == BenefitStatus.ACTIVE
    standing = "仍在发放" if is_active else f"现为“{benefit.get_status_display()}”，有款项因此拦截待核实"
    words = f"部门信息显示 {sentence.words}，{benefit.get_kind_display()}{standing}；服刑月份{paid.words or '没有发放'}。缓刑、监外执行的除外，请核实。"
    if reported_name != benefit.person.name:
        words += "报送姓名与登记姓名不一致，请先核对是否同一人。"
    return words


def _forms(benefit: Benefit, sentence: ReportedSentence, paid: PaidSpan, today: dt.date) -> dict[str, dict[str, Any]]:
    """What the cases that settle it begin with: the suspension from the first month after the sentence began, the return of what was paid."""
    forms: dict[str, dict[str, Any]] = {}
    first = max(add_months(sentence.since, 1), benefit.start_period)
    if benefit.status == BenefitStatus.ACTIVE and first <= period_of(today):
        forms["PEN-006"] = {"change_reason": _SERVING, "start_month": format_period(first)}
    if paid:
        forms["FND-003"] = paid.to_recover
    return forms


def _benefit_of(task: Task) -> Benefit:
    return Benefit.objects.get(pk=int(task.part))


def _not_suspended(task: Task) -> str:
    """The suspension it ends with is one for the sentence, of this benefit."""
    benefit = _benefit_of(task)
    if benefit.status == BenefitStatus.SUSPENDED and benefit.status_reason == reason_label("suspend_benefit_reason", _SERVING):
        return ""
    return f"{benefit.get_kind_display()}没有因服刑暂停（现为“{benefit.get_status_display()}”），请先以待遇暂停（PEN-006）办理。"


def _still_in_payment(task: Task) -> str:
    """What was paid is claimed back, and nothing more is paid: a claim alone leaves the benefit running."""
    benefit = _benefit_of(task)
    if benefit.status != BenefitStatus.ACTIVE:
        return ""
    return f"{benefit.get_kind_display()}仍在发放，登记追回不能停发；属实的请先以待遇暂停（PEN-006）办理。"


def _overpaid(task: Task) -> str:
    """Nothing was overpaid only where no month of the sentence was paid, and none will be."""
    benefit = _benefit_of(task)
    began_on = PrisonRecord.objects.get(pk=task.origin_id).began_on
    # One sentence may be reported under several numbers and names.
    for sentence in (s for s in sentences_of(benefit) if s.began_on == began_on):
        if paid := paid_span(benefit, sentence.since, sentence.until):
            return f"服刑月份{paid.words}，不能以没有发放办结；属实的请暂停待遇并追回，缓刑、监外执行或不是本人的选相应结果并写明依据。"
        if (
            benefit.status == BenefitStatus.ACTIVE
            and max(add_months(sentence.since, 1), period_of(clock.today())) <= sentence.until
        ):
            return f"{benefit.get_kind_display()}仍在发放，服刑尚未结束，以后月份仍会发放；属实的请先以待遇暂停（PEN-006）办理。"
    return ""


register_check(_KIND, "suspended", _not_suspended)
register_check(_KIND, "claimed", _still_in_payment)
register_check(_KIND, "unfounded", _overpaid)
