"""The disability allowance (病残津贴) of a person: what the formula of the pension gives, as the allowance pays it."""

from dataclasses import replace

from yigui.law.disability import DisabilityAllowance, disability_allowance
from yigui.law.pension import Assessment, Component, PensionFacts


def allowance_of(found: Assessment, facts: PensionFacts, statutory_month: int) -> DisabilityAllowance:
    """The allowance that a pension assessed on its first day comes to.

    Args:
        statutory_month: YYYYMM of the person's statutory age.

    Raises:
        ParameterMissing, ImpossibleRecord: as `disability_allowance`.
    """
    return disability_allowance(
        facts.area, facts.retired_on, statutory_month=statutory_month, total_months=facts.total_months,
        full_pension_fen=found.total_fen, own_basic_fen=found.part("basic"),
    )  # fmt: skip


def paid_as(found: Assessment, allowance: DisabilityAllowance) -> Assessment:
    """The assessment with the allowance as its only part."""
    return replace(found, components=(Component("disability", "病残津贴", allowance.line),), total_fen=allowance.amount_fen)


__all__ = ["allowance_of", "paid_as"]
