"""What items promise the heirs is what the run pays them, and what it draws out of an account is off the inheritance: whatever amounts, suspensions
and work lie over the months."""

import random

import pytest
from django.db import connections, transaction

from tests.city import TODAY
from tests.entitlement.people import next_month, paid
from tests.payment.test_reemployed import claimant, taken_on
from yigui.common.months import add_months, period_of
from yigui.entitlement.enums import AmountSource, BenefitKind, BenefitStatus
from yigui.entitlement.models import Amount, Benefit
from yigui.payment.models import PayLine
from yigui.payment.queries import to_come
from yigui.registry.models import Person
from yigui.runs.models import Run
from yigui.runs.opening_warrant import opening_warrant

_PEOPLE = 40


def by_owner(benefit: Benefit, **changed: object) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        Benefit.objects.using("owner").filter(pk=benefit.pk).update(**changed)


def amount_from(benefit: Benefit, month: int, basic: int, account: int, source: AmountSource) -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        warrant = opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        Amount.objects.using("owner").create(
            warrant_id=warrant, benefit=benefit, start_period=month, basic_fen=basic, account_fen=account, total_fen=basic + account, source=source,
            source_id=0,
        )  # fmt: skip


def marked(benefit: Benefit) -> None:
    with connections["super"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO benefits_back_due (benefit_id, from_period) VALUES (%s, %s)", [benefit.pk, benefit.start_period]
        )


def died(benefit: Benefit, month: int) -> None:
    """The person is dead and the benefit ended with a month, in favour of an heir, as `close_for_death` leaves it."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        opening_warrant(cursor, Run.objects.using("owner").create(kind="opening", status="done"))
        Person.objects.using("owner").filter(pk=benefit.person_id).update(life_status="02")
        Benefit.objects.using("owner").filter(pk=benefit.pk).update(
            status=BenefitStatus.ENDED, end_period=max(month, benefit.start_period), payee_name="继承人", payee_number="110101199003071938",
            account_name="继承人", account_no=f"62284855{benefit.pk:011d}",
        )  # fmt: skip
    marked(benefit)


def lines_of(benefit: Benefit) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for line in PayLine.objects.filter(benefit_id=benefit.pk):
        total, account = found.get(line.pay_period, (0, 0))
        found[line.pay_period] = (total + line.amount_fen, account + line.account_fen)
    return found


@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_promised_of_any_benefit_is_what_the_run_pays(seed: int) -> None:
    chance = random.Random(seed)
    paid()
    month = next_month()
    people, at_work = [], set()
    for _ in range(_PEOPLE):
        kind = chance.choice([BenefitKind.UNEMPLOYMENT, BenefitKind.DISABILITY])
        benefit = claimant(add_months(month, -chance.randrange(0, 9)), kind)
        if chance.random() < 0.5:
            by_owner(benefit, case_id=1)
        if chance.random() < 0.5:
            marked(benefit)
        if chance.random() < 0.3:
            taken_on(benefit, add_months(month, chance.randrange(-6, 2)))
            at_work.add(benefit.pk)
        if chance.random() < 0.4:
            source = chance.choice([AmountSource.OPENING, AmountSource.ADJUSTMENT, AmountSource.RECALCULATION])
            since = add_months(benefit.start_period, chance.randrange(0, 5))
            amount_from(benefit, since, chance.randrange(1500_00, 2500_00), chance.randrange(0, 300_00), source)
        if chance.random() < 0.2:
            by_owner(benefit, status=BenefitStatus.SUSPENDED, suspended_from=max(benefit.start_period, add_months(month, -2)))
        people.append(benefit)
    # Some have been paid, some held; amounts are decided anew and work begins.
    paid()
    for benefit in people:
        if chance.random() < 0.4:
            since = add_months(benefit.start_period, chance.randrange(0, 6))
            source = chance.choice([AmountSource.ADJUSTMENT, AmountSource.RECALCULATION])
            amount_from(benefit, since, chance.randrange(1500_00, 2500_00), chance.randrange(0, 300_00), source)
        if benefit.pk not in at_work and chance.random() < 0.2:
            taken_on(benefit, add_months(month, chance.randrange(-3, 3)))
    before, promised = {}, {}
    for benefit in people:
        benefit.refresh_from_db()
        until = add_months(month, chance.randrange(-3, 2))
        before[benefit.pk] = lines_of(benefit)
        # As the form of a death asks it, before the case; `close_for_death` ends it there.
        promised[benefit.pk] = {
            one.month: (one.total_fen, one.account_fen)
            for one in to_come(benefit, benefit.start_period, max(until, benefit.start_period), run=period_of(TODAY))
        }
        died(benefit, until)
    paid()
    for benefit in people:
        had, has = before[benefit.pk], lines_of(benefit)
        told = {m: (has[m][0] - had.get(m, (0, 0))[0], has[m][1] - had.get(m, (0, 0))[1]) for m in has if has[m] != had.get(m)}
        assert told == promised[benefit.pk], (benefit.pk, benefit.kind, told, promised[benefit.pk])
    assert sum(len(one) for one in promised.values()) > _PEOPLE // 2
    assert any(not one for one in promised.values())
