"""Whoever draws what work stops and finds work is paid no further month, also where the work began after the plan was approved."""

import datetime as dt
import itertools

from django.db import connections, transaction

from tests.city import TODAY
from tests.entitlement.people import decided, next_month, paid, planned
from tests.entitlement.sheet_people import _number
from yigui.common.months import add_months, first_day
from yigui.entitlement.enums import AmountSource, BenefitKind, BenefitStatus
from yigui.entitlement.models import Amount, Benefit
from yigui.payment.enums import Hold
from yigui.payment.models import HeldLine, PayLine
from yigui.registry.enums import AAE140, Insurance
from yigui.registry.models import Employer, Employment, Person
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant
from yigui.runs.staged import execute
from yigui.tasks.models import Task
from yigui.tasks.watches import look_for_employed

_SERIAL = itertools.count(1)


def claimant(
    since: int, kind: BenefitKind = BenefitKind.UNEMPLOYMENT, *, fen: int = 1864_00, born: dt.date = dt.date(1985, 3, 1)
) -> Benefit:
    """Somebody an opening load brings with an unemployment benefit, or an allowance, since a month."""
    insurance = Insurance.UNEMPLOYMENT if kind == BenefitKind.UNEMPLOYMENT else Insurance.EMPLOYEE_PENSION
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        warrant = opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        person = Person.objects.using("owner").create(
            person_no=f"8{next(_SERIAL):09d}", id_type="01", id_number=_number(born, "1"), name="单小禾", gender="1", born_on=born,
            work_started_on=first_day(200801), area_id="511102",
        )  # fmt: skip
        benefit = Benefit.objects.using("owner").create(
            person=person, kind=kind, insurance=AAE140[insurance.value], area_id="511102", start_period=since,
            end_period=add_months(since, 23), status=BenefitStatus.ACTIVE, contribution_months=120, payee_name=person.name,
            payee_number=person.id_number, bank_code="102665100001", account_name=person.name, account_no=f"62288800{person.pk:011d}",
        )  # fmt: skip
        Amount.objects.using("owner").create(
            warrant_id=warrant, benefit=benefit, start_period=since, basic_fen=fen, account_fen=0, total_fen=fen,
            source=AmountSource.OPENING, source_id=0,
        )  # fmt: skip
    return Benefit.objects.get(pk=benefit.pk)


def taken_on(benefit: Benefit, month: int) -> None:
    """The claimant has work since a month."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        unit = Employer.objects.using("owner").order_by("id")[0]
        Employment.objects.using("owner").create(
            person_id=benefit.person_id, employer=unit, start_period=month, declared_wage_fen=5000_00, employment_form="01"
        )


def test_work_found_between_plan_and_payment_stops_the_benefit_and_the_runs_after_it() -> None:
    paid()
    month = next_month()
    stays, leaves = claimant(month), claimant(month)
    batch = decided(planned())
    taken_on(leaves, month)
    execute(batch_id=batch.pk)
    held = HeldLine.objects.get(batch_id=batch.pk, benefit_id=leaves.pk)
    assert (held.hold, held.at_execution, held.amount_fen) == (Hold.REEMPLOYED, True, 1864_00)
    assert not PayLine.objects.filter(benefit_id=leaves.pk).exists()
    assert PayLine.objects.filter(benefit_id=stays.pk).count() == 1
    # Known before the plan: held by the plan itself, with the month before.
    following = paid()
    again = HeldLine.objects.filter(batch_id=following.pk, benefit_id=leaves.pk)
    assert {(h.hold, h.at_execution, h.pay_period) for h in again} == {
        (Hold.REEMPLOYED, False, month), (Hold.REEMPLOYED, False, following.period),
    }  # fmt: skip
    assert not PayLine.objects.filter(benefit_id=leaves.pk).exists()


def test_months_before_the_work_began_are_paid() -> None:
    paid()
    month = next_month()
    benefit = claimant(month)
    paid()
    taken_on(benefit, next_month())
    following = paid()
    assert list(PayLine.objects.filter(benefit_id=benefit.pk).values_list("pay_period", flat=True)) == [month]
    assert HeldLine.objects.get(batch_id=following.pk, benefit_id=benefit.pk).pay_period == following.period


def test_a_disability_allowance_is_paid_for_the_month_in_which_work_begins_and_stops_with_the_next() -> None:
    paid()
    month = next_month()
    benefit = claimant(month, BenefitKind.DISABILITY)
    batch = decided(planned())
    taken_on(benefit, month)
    execute(batch_id=batch.pk)
    assert list(PayLine.objects.filter(benefit_id=benefit.pk).values_list("pay_period", flat=True)) == [month]
    # Work that began before the plan of the next month is seen by it; work that begins in between by the second look.
    other = claimant(month, BenefitKind.DISABILITY)
    batch = decided(planned())
    taken_on(other, add_months(batch.period, -1))
    execute(batch_id=batch.pk)
    held = {row.benefit_id: row for row in HeldLine.objects.filter(batch_id=batch.pk, benefit_id__in=(benefit.pk, other.pk))}
    assert {(b, h.hold, h.at_execution, h.pay_period) for b, h in held.items()} == {
        (benefit.pk, Hold.REEMPLOYED, False, batch.period), (other.pk, Hold.REEMPLOYED, True, batch.period),
    }  # fmt: skip
    look_for_employed(TODAY)
    note = Task.objects.get(origin_kind="employed", origin_id=benefit.pk).note
    assert "领取病残津贴期间" in note
    assert "已发 0 个月" in note
    assert "自次月起停发" in note
