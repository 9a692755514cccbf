"""Pensions taken over from the system before: what it paid is not paid again, whatever looks back beyond the first run."""

from tests.city import user
from tests.entitlement.people import CITY, decided, paid, pensioner, planned
from yigui.common.months import add_months
from yigui.entitlement.models import BackDue
from yigui.entitlement.queries import amount_at
from yigui.payment.adjust_run import ADJUST
from yigui.payment.models import PayLine
from yigui.runs.staged import execute, prepare

FIRST = 202604


def test_the_first_run_of_an_area_pays_its_month_and_an_adjustment_only_tops_up_the_months_before() -> None:
    first = execute(batch_id=decided(planned(FIRST)).pk)
    benefit = pensioner()
    before = amount_at(benefit, FIRST)
    assert before is not None
    assert (benefit.case_id, first.period) == (None, FIRST)
    assert benefit.start_period < add_months(FIRST, -24)
    # Something marks the benefit from its very beginning, as its end would (with a case's warrant, which is tested elsewhere).
    BackDue.objects.using("super").create(benefit_id=benefit.pk, from_period=benefit.start_period)
    execute(batch_id=decided(prepare(ADJUST, area_code=CITY, period=2026, user=user("head"))).pk)
    after = amount_at(benefit, FIRST)
    assert after is not None
    increase = after.total_fen - before.total_fen
    assert increase > 0
    second = paid()
    lines = PayLine.objects.filter(benefit_id=benefit.pk, batch_id=second.pk).order_by("pay_period")
    assert list(lines.values_list("pay_period", "version", "amount_fen", "reason")) == [
        (202601, 0, increase, 3), (202602, 0, increase, 3), (202603, 0, increase, 3), (FIRST, 1, increase, 3),
        (add_months(FIRST, 1), 0, after.total_fen, 1),
    ]  # fmt: skip
    assert {r.account_fen for r in lines if r.pay_period <= FIRST} == {0}
