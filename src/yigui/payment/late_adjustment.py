"""Adjustments that were executed while an award was still on its way (补调): whoever it pays gets them with the first payment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from yigui.common.months import add_months, period_of
from yigui.entitlement.after_allowance import allowance_taken_over, last_allowance
from yigui.entitlement.enums import AmountSource, BenefitKind
from yigui.entitlement.models import Amount, Benefit
from yigui.law.calculation import CalculationLine
from yigui.law.disability import own_basic_increase
from yigui.law.pension_adjustment import Pensioner
from yigui.payment.adjust_run import plan_of_batch
from yigui.registry.models import Person
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
    """Executed adjustments whose plan takes a pension in by its start, and that have not raised it; the earliest first.

    A pension that goes on from a disability allowance belongs to those of the allowance, whose amount it was then.
    """
    if benefit.kind != BenefitKind.PENSION:
        return []
    rows = list(Amount.objects.filter(benefit=benefit).order_by("start_period", "id"))
    allowance = allowance_taken_over(benefit)
    if allowance is None:
        return _missed(benefit, add_months(benefit.start_period, -1), rows, made_by="")
    # What had raised the allowance until the award came along with its amount.
    first = min(row.pk for row in rows)
    before = list(Amount.objects.filter(benefit=allowance, pk__lt=first).order_by("start_period", "id"))
    return _missed(benefit, allowance.start_period, [*before, *rows], made_by="full", first_effective=allowance.start_period)


def late_for_allowance(person: Person, *, area: str, start: int, fen: int, months: int, made_by: str) -> list[LateAdjustment]:
    """Executed adjustments that a disability allowance which is awarded now belongs to by its start.

    Args:
        made_by: its kind, as `law.disability` says it.
    """
    claimed = Benefit(person=person, area_id=area, start_period=start, contribution_months=months)
    return _missed(claimed, start, [Amount(start_period=start, total_fen=fen)], made_by=made_by)


def late_of_allowance(benefit: Benefit) -> list[LateAdjustment]:
    """The same of an allowance that has just been awarded."""
    found = last_allowance(benefit.person)
    assert found is not None
    rows = list(Amount.objects.filter(benefit=benefit).order_by("start_period", "id"))
    return _missed(benefit, benefit.start_period, rows, made_by=found[1].inputs["kind"])


def _missed(
    benefit: Benefit, since: int, rows: Sequence[Amount], *, made_by: str, first_effective: int | None = None
) -> list[LateAdjustment]:
    """Adjustments of the benefit's place that take in who retired, or began to draw, in `since` and that none of `rows` is of.

    Each is worked out from what held in the month before it, with the earlier ones of the list.
    """
    had: Collection[int] = {row.source_id for row in rows if row.source == AmountSource.ADJUSTMENT}
    batches = Batch.objects.filter(kind="adjust", status=BatchStatus.EXECUTED, areas__contains=[benefit.area_id])
    # Nobody whose benefit begins after the month of the adjustment belongs to it.
    batches = batches.filter(period__gte=benefit.start_period if first_effective is None else first_effective).order_by("period")
    found: list[LateAdjustment] = []
    for batch in batches.exclude(pk__in=had)[:50]:
        plan = plan_of_batch(batch)
        effective = period_of(plan.effective)
        held = [row.total_fen for row in rows if row.start_period < effective]
        if since > period_of(plan.retired_by) or not held:
            continue
        before = held[-1] + sum(one.increase_fen for one in found)
        if made_by in ("", "full"):
            increase, lines = plan.adjust(
                Pensioner(benefit.contribution_months, before, benefit.person.born_on, benefit.person.gender)
            )
        else:
            line = own_basic_increase(before, plan.effective)
            increase, lines = line.amount_fen, (line,)
        if increase > 0:
            found.append(LateAdjustment(batch.pk, effective, increase, lines))
    return found


def adjust_late(benefit: Benefit, missed: Sequence[LateAdjustment]) -> None:
    """Raise a benefit by the adjustments it missed, from their months on, under the open class-1 warrant; the next run pays the months since."""
    warrant = open_warrant_id()
    for one in missed:
        rows = list(Amount.objects.filter(benefit=benefit).order_by("start_period", "id"))
        by_start = {row.start_period: row for row in rows if row.start_period > one.effective}
        # Of a pension that goes on from an allowance none began before the adjustment.
        if until := [row for row in rows if row.start_period <= one.effective]:
            by_start[one.effective] = until[-1]
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
