"""Adjustments that were executed while an award was still on its way (补调): its pensioner gets them with the first payment."""

from collections.abc import Sequence
from dataclasses import dataclass

from yigui.common.months import add_months, period_of
from yigui.entitlement.enums import AmountSource, BenefitKind
from yigui.entitlement.models import Amount, Benefit
from yigui.law.calculation import CalculationLine
from yigui.law.pension_adjustment import Pensioner, adjustment_plan
from yigui.runs.models import Batch, BatchStatus
from yigui.warrants.queries import open_warrant_id


@dataclass(frozen=True)
class LateAdjustment:
    """An executed adjustment a benefit belongs to and has not got: its batch, month, increase (fen) and lines."""

    batch_id: int
    effective: int
    increase_fen: int
    lines: tuple[CalculationLine, ...]


def late_adjustments(benefit: Benefit) -> list[LateAdjustment]:
    """Executed adjustments whose plan takes the benefit in by its start, and that have not raised it; the earliest first.

    Each is worked out from what held in the month before it, with the earlier ones of the list.
    """
    if benefit.kind != BenefitKind.PENSION:
        return []
    rows = list(Amount.objects.filter(benefit=benefit).order_by("start_period", "id"))
    had = {row.source_id for row in rows if row.source == AmountSource.ADJUSTMENT}
    batches = Batch.objects.filter(kind="adjust", status=BatchStatus.EXECUTED, areas__contains=[benefit.area_id])
    # Nobody whose pension begins after the month of the adjustment belongs to it.
    batches = batches.filter(period__gte=benefit.start_period).order_by("period")
    found: list[LateAdjustment] = []
    for batch in batches.exclude(pk__in=had)[:50]:
        plan = adjustment_plan(batch.area_code, batch.period // 100)
        effective = period_of(plan.effective)
        held = [row.total_fen for row in rows if row.start_period < effective]
        if benefit.start_period > add_months(period_of(plan.retired_by), 1) or not held:
            continue
        before = held[-1] + sum(one.increase_fen for one in found)
        increase, lines = plan.adjust(Pensioner(benefit.contribution_months, before, benefit.person.born_on, benefit.person.gender))
        if increase > 0:
            found.append(LateAdjustment(batch.pk, effective, increase, lines))
    return found


def adjust_late(benefit: Benefit, missed: Sequence[LateAdjustment]) -> None:
    """Raise a benefit by the adjustments it missed, from their months on, under the open class-1 warrant; the next run pays the months since."""
    warrant = open_warrant_id()
    for one in missed:
        rows = list(Amount.objects.filter(benefit=benefit).order_by("start_period", "id"))
        last_before = [row for row in rows if row.start_period <= one.effective][-1]
        by_start = {one.effective: last_before} | {row.start_period: row for row in rows if row.start_period > one.effective}
        Amount.objects.bulk_create(
            [
                Amount(
                    warrant_id=warrant, benefit=benefit, start_period=period, basic_fen=row.basic_fen, account_fen=row.account_fen,
                    transitional_fen=row.transitional_fen, extra_fen=row.extra_fen, adjusted_fen=row.adjusted_fen + one.increase_fen,
                    total_fen=row.total_fen + one.increase_fen, source=AmountSource.ADJUSTMENT, source_id=one.batch_id,
                )
                for period, row in sorted(by_start.items())
            ]
        )  # fmt: skip
