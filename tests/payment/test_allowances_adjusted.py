"""Disability allowances are adjusted: by the plan of the place where they are the full formula, else by the nation's percentage."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tests.city import user
from tests.entitlement.people import CITY, RETIREMENT_MATERIALS, decided, done
from tests.entitlement.test_after_allowance import drawing, retiring
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at
from yigui.law import disability
from yigui.law import pension_adjustment as adjustment_module
from yigui.law.disability import own_basic_increase, own_basic_sql
from yigui.law.pension_adjustment import AdjustmentPlan, Pensioner, adjustment_plan
from yigui.payment.adjust_run import ADJUST, adjustments_of
from yigui.payment.late_adjustment import late_adjustments
from yigui.runs.staged import execute, prepare, void


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> AdjustmentPlan:
    """The trial plan of 2026, for who retired or began to draw in 2025."""
    found = replace(adjustment_plan(CITY, 2026), effective=dt.date(2026, 1, 1), retired_by=dt.date(2025, 12, 31))
    monkeypatch.setattr(adjustment_module, "_plans", lambda: (found,))
    return found


def increase_of(plan: AdjustmentPlan, benefit: Benefit) -> int:
    return plan.adjust(
        Pensioner(benefit.contribution_months, benefit.awards.get().assessed_fen, benefit.person.born_on, benefit.person.gender)
    )[0]


def known_percent(monkeypatch: pytest.MonkeyPatch, percent: str) -> None:
    """The percentage of 2026, as it will be published."""
    real = disability.table

    def table(name: str) -> object:
        row = SimpleNamespace(value=Decimal(percent), source="人社部发〔2026〕某号")
        return SimpleNamespace(find=lambda **_: row, at=lambda **_: row) if name == "pension/allowance_adjustment" else real(name)

    monkeypatch.setattr(disability, "table", table)


@given(fen=st.integers(1, 2_000_000), percent=st.decimals("0.1", "10", places=2))
def test_the_percentage_says_the_same_to_one_and_to_all(fen: int, percent: Decimal) -> None:
    with pytest.MonkeyPatch.context() as patch, connection.cursor() as cursor:
        known_percent(patch, str(percent))
        cursor.execute(f"SELECT {own_basic_sql(percent)} FROM (SELECT %s::bigint AS pension_fen) AS who", [fen])
        assert cursor.fetchone() == (own_basic_increase(fen, dt.date(2026, 1, 1)).amount_fen,)


def test_allowances_are_in_the_run_each_by_its_article_and_the_pension_after_one_too(
    monkeypatch: pytest.MonkeyPatch, plan: AdjustmentPlan
) -> None:
    _, _, full = drawing(monkeypatch, dt.date(2025, 2, 1), dt.date(1968, 5, 1))
    _, _, basic = drawing(monkeypatch, dt.date(2025, 2, 1), dt.date(1972, 5, 1))
    ends, sheet, before = drawing(monkeypatch, dt.date(2025, 2, 1), dt.date(1966, 5, 1))
    assert [b.awards.get().inputs["kind"] for b in (full, basic, before)] == ["full", "basic", "full"]
    done("PEN-002", retiring(monkeypatch, ends, sheet, dt.date(2026, 10, 1)), RETIREMENT_MATERIALS)
    pension = Benefit.objects.get(person=ends, kind=1)

    unknown = prepare(ADJUST, area_code=CITY, period=2026, user=user("head"))
    assert not unknown.is_sound
    (bar,) = (c for c in unknown.checks if c["id"] == "allowance_percent")
    assert (bar["passed"], "2026 年比例没有配置" in bar["detail"]) == (False, True)
    void(batch_id=unknown.pk, user=user("head"), reason="等待全国比例公布后重新生成")

    known_percent(monkeypatch, "2")
    batch = prepare(ADJUST, area_code=CITY, period=2026, user=user("head"))
    assert batch.is_sound, batch.checks
    execute(batch_id=decided(batch).pk)
    own = basic.awards.get().total_fen
    for benefit, increase in (
        (full, increase_of(plan, full)),
        (basic, own_basic_increase(own, plan.effective).amount_fen),
        (before, increase_of(plan, before)),
    ):
        (explained,) = adjustments_of(benefit.pk)
        assert explained.increase_fen == increase == sum(explained.steps) > 0
        amount = amount_at(benefit, 202601)
        assert amount is not None
        assert (amount.adjusted_fen, amount_at(benefit, 202512).adjusted_fen) == (increase, 0)  # type: ignore[union-attr]
    # The pension waits for its first payment: it gets with it what the allowance got after the award.
    assert [(m.batch_id, m.increase_fen) for m in late_adjustments(pension)] == [(batch.pk, increase_of(plan, before))]
    form = {
        "id_number": ends.id_number, "person_name": ends.name, "benefit_start": "2026-11", "account_name": ends.name, "pay_method": "01",
        "account_no": pension.account_no, "amount": f"{pension.awards.get().total_fen / 100:.2f}",
    }  # fmt: skip
    done("PEN-010", form, ("id_card", "bank_card"))
    amount = amount_at(pension, 202611)
    assert amount is not None
    assert amount.adjusted_fen == increase_of(plan, before)
    assert late_adjustments(pension) == []

    # Awarded after it: the claim is raised at once.
    _, _, late = drawing(monkeypatch, dt.date(2025, 3, 1), dt.date(1972, 6, 1))
    amount = amount_at(late, 202611)
    assert amount is not None
    assert amount.adjusted_fen == own_basic_increase(late.awards.get().total_fen, plan.effective).amount_fen
    _, _, new = drawing(monkeypatch, dt.date(2026, 2, 1), dt.date(1972, 6, 1))
    assert amount_at(new, 202611).adjusted_fen == 0  # type: ignore[union-attr]
