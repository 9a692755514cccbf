"""Why a payment differs from the one before, in parts that add up to it (明白账)."""

from tests.city import user
from tests.entitlement.people import CITY, awarded, decided, next_month, paid, pensioner, released
from tests.pages import signed_in
from tests.payment.test_runs import plan_of_2025
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period
from yigui.entitlement.models import Amount, Benefit
from yigui.law.pension_adjustment import AdjustmentPlan
from yigui.payment.adjust_run import ADJUST
from yigui.payment.difference import difference_of
from yigui.payment.models import PayLine, Payment
from yigui.runs.staged import execute, prepare

__all__ = ["plan_of_2025"]


def test_back_pay_is_named_when_it_comes_and_when_it_is_not_there_any_more() -> None:
    _, benefit = released()
    assert difference_of(benefit) is None
    while next_month() <= add_months(benefit.start_period, 2):
        paid()
    batch = paid()
    first = Payment.objects.get(
        batch_id=PayLine.objects.filter(benefit_id=benefit.pk).order_by("period")[0].batch_id, benefit_id=benefit.pk
    )
    second = paid()
    found = difference_of(benefit)
    assert found is not None
    assert (found.period, found.before_period) == (second.period, batch.period)
    assert sum(fen for _, fen in found.reasons) == found.fen == found.now_fen - found.before_fen
    assert first.amount_fen > 0
    for one in Benefit.objects.filter(pk__in=PayLine.objects.values("benefit_id").distinct())[:300]:
        its = difference_of(one)
        if its is not None:
            assert sum(fen for _, fen in its.reasons) == its.now_fen - its.before_fen, one.pk


def test_the_yearly_adjustment_is_named_with_its_document_and_its_back_pay(plan_of_2025: AdjustmentPlan) -> None:
    while (last := paid()).period < 202503:
        pass
    sample = pensioner()
    while not PayLine.objects.filter(benefit_id=sample.pk, period=last.period).exists():
        sample = pensioner()
    execute(batch_id=decided(prepare(ADJUST, area_code=CITY, period=2025, user=user("head"))).pk)
    raised = Amount.objects.filter(benefit=sample).order_by("-id")[0]
    assert raised.source == "adjustment"
    now = paid()
    found = difference_of(sample)
    assert found is not None
    words = [text for text, _ in found.reasons]
    assert plan_of_2025.source in words[0]
    assert "自 2025-01 起年度调整基本养老金" in words[0]
    assert f"补发差额 2025-01 至 {format_period(last.period)}" in words[1]
    assert found.fen == sum(fen for _, fen in found.reasons) > 0
    page = signed_in("teller").get(f"/persons/{sample.person.person_no}/benefits/").content.decode()
    assert found.sentence in page
    assert words[1] in page
    # The month after the back pay is not there any more.
    paid()
    later = difference_of(sample)
    assert later is not None
    assert later.before_period == now.period
    assert [fen for _, fen in later.reasons] == [-found.reasons[1][1]]
    assert "不再发生" in later.reasons[0][0]
    assert f"少 {format_fen(-later.fen)} 元" in later.sentence
    # The one after that is as the one before.
    paid()
    same = difference_of(sample)
    assert same is not None
    assert same.reasons == ()
    assert "相同" in same.sentence


def test_nothing_is_said_of_a_benefit_that_was_paid_once_or_never() -> None:
    _, benefit = awarded()
    assert difference_of(benefit) is None
