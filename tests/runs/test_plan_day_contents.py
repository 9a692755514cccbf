"""What stands in the plans that made themselves on their day: every open relation, every benefit in payment, by hand (R101, R102)."""

from collections import Counter

import pytest
from django.db import transaction

from tests import city, money
from tests.city import TODAY, user
from tests.entitlement.people import CITY, done, released
from tests.items.money_forms import base_rows
from yigui.common.months import add_months, format_period
from yigui.entitlement.enums import CERTIFIED_KINDS, MONTHLY_KINDS
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at, certified_until, death_of
from yigui.levy.declare import declare, judge
from yigui.levy.enums import MONTHLY
from yigui.levy.levy_run import LEVY
from yigui.levy.models import LevyLine
from yigui.payment.enums import Hold, LineReason
from yigui.payment.models import HeldLine, PayLine, Payment
from yigui.payment.pay_run import PAY
from yigui.registry.enums import AAE140
from yigui.registry.models import Coverage, Employment
from yigui.runs import schedule
from yigui.runs.batches import approve_batch, check_batch, confirm_batch
from yigui.runs.kinds import RunKind
from yigui.runs.models import Batch
from yigui.runs.schedule import prepare_due
from yigui.runs.staged import execute

#: Rates of Sichuan in October 2026, percent: employer, person (国办发〔2019〕13号, 川人社规〔2024〕7号, the city's medical rate).
RATES = {"employee_pension": ("16", "8"), "unemployment": ("0.6", "0.4"), "employee_medical": ("8.7", "2")}
FLOOR, CEILING = 4588_00, 22938_00


def made_and_signed(kind: RunKind, monkeypatch: pytest.MonkeyPatch) -> Batch:
    """The plan that made itself today, taken over, signed by those it needs, and executed."""
    monkeypatch.setattr(schedule, "run_kinds", lambda: [kind])
    (row,) = prepare_due(TODAY)
    batch = row.batch
    assert batch is not None, row.error
    assert (batch.is_automatic, batch.prepared_by, batch.area_code, row.due_on <= TODAY) == (True, None, CITY, True)
    confirm_batch(batch_id=batch.pk, user=user("head"), answers=money.answers(batch))
    if kind.needs_check:
        check_batch(batch_id=batch.pk, user=user("accountant"), answers=money.answers(batch))
    approve_batch(batch_id=batch.pk, user=user("director"), answers=money.answers(batch))
    return execute(batch_id=batch.pk)


def by_hand(fen: int, percent: str) -> int:
    """Percent of a base, to the fen, half up: with whole numbers only."""
    whole, _, tenths = percent.partition(".")
    return (fen * int(whole + (tenths or "0")) + 500) // 1000


def test_on_the_plan_day_the_levy_plan_holds_every_open_relation_once_and_a_sample_is_as_by_hand(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # One unit declares wages above the ceiling: nobody of the city earns as much.
    rich = city.next_employee().employer
    rows = [row | {"declared_wage": "30000.00"} for row in base_rows(rich)]
    with transaction.atomic():
        money.class_1_warrant()
        declare(verdicts=judge(rows=rows, employer=rich, year=2026), employer=rich, year=2026)
    batch = made_and_signed(LEVY, monkeypatch)
    month = batch.period
    assert month == 202610
    lines = Counter(LevyLine.objects.filter(source_id=batch.pk).values_list("person_id", "employer_id", "insurance"))
    assert set(lines.values()) == {1}
    opened = Coverage.objects.filter(insurance__in=MONTHLY, start_period__lte=month, person__retired_on=None).exclude(
        end_period__lt=month
    )
    relations = {(c.person_id, c.employer_id or 0, AAE140[c.insurance]) for c in opened}
    retired = set(Coverage.objects.exclude(person__retired_on=None).values_list("person_id", flat=True))
    assert {key for key in lines if key[0] not in retired} == relations
    assert len(relations) > 10_000
    # By hand: wages below the floor, between the bounds, and declared above the ceiling.
    at_work = Employment.objects.filter(end_period=None, start_period__lte=month, person__retired_on=None).exclude(employer=rich)
    wages = {
        "below": [(w, w.declared_wage_fen) for w in at_work.filter(declared_wage_fen__lt=FLOOR).order_by("id")[:20]],
        "between": [(w, w.declared_wage_fen) for w in at_work.filter(declared_wage_fen__range=(FLOOR, CEILING)).order_by("id")[:20]],
        "above": [(w, 30000_00) for w in Employment.objects.filter(employer=rich, end_period=None, person__retired_on=None)],
    }  # fmt: skip
    looked_at: Counter[str] = Counter()
    for where, people in wages.items():
        for work, wage in people:
            base = min(max(wage, FLOOR), CEILING)
            for insurance, (employer, person) in RATES.items():
                found = LevyLine.objects.filter(
                    source_id=batch.pk, person_id=work.person_id, employer_id=work.employer_id, insurance=AAE140[insurance]
                )
                for line in found:
                    assert (line.base_fen, line.employer_fen, line.person_fen) == (
                        base,
                        by_hand(base, employer),
                        by_hand(base, person),
                    )
                    looked_at[where] += 1
    assert {where: looked_at[where] for where in wages} == {where: len(RATES) * len(people) for where, people in wages.items()}
    assert all(len(people) > 0 for people in wages.values())


def test_on_the_plan_day_the_pay_plan_holds_every_active_line_once_none_suspended_and_the_arrears(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    person, late = released(since=202501)
    halted = Benefit.objects.filter(awards=None, status="active", kind=1, person__life_status="01").order_by("-id")[0]
    form = {
        "id_number": halted.person.id_number, "person_name": halted.person.name, "insurance": "employee_pension", "change_reason": "06",
        "start_month": format_period(202611), "note": "核实中",
    }  # fmt: skip
    done("PEN-006", form, ("id_card",), confirmed=("reason_listed",))
    batch = made_and_signed(PAY, monkeypatch)
    month = batch.period
    assert month == 202611
    paid = _counted(batch, month)
    held = dict(HeldLine.objects.filter(batch_id=batch.pk, pay_period=month).values_list("benefit_id", "hold"))
    assert set(paid.values()) == {1}
    assert not set(paid) & set(held)
    active = [
        b
        for b in Benefit.objects.filter(kind__in=MONTHLY_KINDS, start_period__lte=month)
        .exclude(status="pending")
        .select_related("person")
        if (b.end_period or month) >= month and (b.suspended_from or month + 1) > month and amount_at(b, month) is not None
    ]
    # Every active one is paid once or is held for a reason that is true of its person.
    assert {b.pk for b in active} == set(paid) | set(held)
    assert len(paid) > 100
    for benefit in active:
        if benefit.pk in held:
            is_dead = death_of(benefit.person) is not None or benefit.person.life_status == "02"
            is_uncertified = benefit.kind in CERTIFIED_KINDS and certified_until(benefit.person_id) < month
            assert {Hold.DEAD: is_dead, Hold.UNCERTIFIED: is_uncertified}.get(Hold(held[benefit.pk]), True), benefit.pk
    assert halted.pk not in paid
    assert halted.pk not in held
    # The pension that began in the past has every month since, each once, each as it holds in it; the payment is their sum.
    rows = PayLine.objects.filter(batch_id=batch.pk, benefit_id=late.pk).order_by("pay_period")
    months = [late.start_period]
    while months[-1] < month:
        months.append(add_months(months[-1], 1))
    assert [line.pay_period for line in rows] == months
    assert len(months) > 12
    assert {line.pay_period for line in rows if line.reason == LineReason.UNPAID} == set(months[:-1])
    for line in rows:
        amount = amount_at(late, line.pay_period)
        assert amount is not None
        assert line.amount_fen == amount.total_fen
    assert Payment.objects.get(batch_id=batch.pk, benefit_id=late.pk).amount_fen == sum(line.amount_fen for line in rows)
    assert person.pk == late.person_id


def _counted(batch: Batch, month: int) -> Counter[int]:
    rows = PayLine.objects.filter(batch_id=batch.pk, pay_period=month).exclude(reason=LineReason.DEDUCTION)
    return Counter(rows.values_list("benefit_id", flat=True))
