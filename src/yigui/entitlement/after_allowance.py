"""The pension after a disability allowance (病残津贴): what was paid by the full formula is not computed again at the age.

Source: 人社部发〔2024〕72号 第三条、第四条.
"""

import datetime as dt
from dataclasses import replace

from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.assess_person import PersonAssessment, assessment_from
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.models import Award, Benefit
from yigui.entitlement.queries import amount_at
from yigui.levy.record import ContributionRecord
from yigui.registry.models import Person

#: What the sheet of the allowance promises, the task says when it ends, and the award of the pension does.
NOT_COMPUTED_AGAIN = "到达法定退休年龄时办理退休手续，待遇不再重新计算"


def words_at_the_end(kind: str, again_from: int | None) -> str:
    """What follows an allowance of a kind, without the full stop: for its sheet and for the task before it ends."""
    if kind == "full":
        return NOT_COMPUTED_AGAIN
    if again_from is None:
        return "支付期满后停发；重新就业参保缴费的，自次月起停发"
    return f"距法定退休年龄满五年时（{format_period(again_from)}）按基本养老金公式重新计发一次"


def last_allowance(person: Person) -> tuple[Benefit, Award] | None:
    """The newest disability allowance of a person with its newest award; None where there is none that was awarded here."""
    benefit = Benefit.objects.filter(person=person, kind=BenefitKind.DISABILITY).order_by("-start_period", "-id").first()
    award = benefit.awards.order_by("-version").first() if benefit else None
    return (benefit, award) if benefit is not None and award is not None else None


def is_full_until_age(person: Person) -> bool:
    """Whether the person draws, or drew to the age, an allowance by the full formula."""
    found = last_allowance(person)
    if found is None:
        return False
    benefit, award = found
    return (
        award.inputs.get("kind") == "full"
        and benefit.end_period is not None
        and benefit.end_period >= award.inputs["statutory_month"]
    )


def allowance_taken_over(pension: Benefit) -> Benefit | None:
    """The allowance by the full formula that a pension goes on from; None where it was computed."""
    found = last_allowance(pension.person)
    if found is None or not is_full_until_age(pension.person):
        return None
    allowance = found[0]
    return allowance if allowance.end_period is not None and allowance.end_period < pension.start_period else None


def pension_after_allowance(
    person: Person, *, retired_on: dt.date, as_of: dt.date, record: ContributionRecord
) -> PersonAssessment | None:
    """The pension of somebody who retires at the age out of an allowance by the full formula: the allowance's own amount, with what it was
    adjusted by, in the parts it was computed of. None for everybody else: theirs is computed.

    Raises:
        AwardRefused: the allowance by the own basic part was to be made again before, or the amount cannot be made out of what its award keeps.
    """
    found = last_allowance(person)
    if found is None:
        return None
    benefit, award = found
    period, again = period_of(retired_on), award.inputs.get("again_from")
    is_running = benefit.end_period is None or benefit.end_period >= min(period, award.inputs["statutory_month"])
    if is_running and again is not None and period >= again:
        raise AwardRefused(
            f"病残津贴自 {format_period(again)} 起应按基本养老金公式重新计发，请先以该月办理退休预审（PEN-001）和病残津贴申领（PEN-004），"
            "再办理退休。"
        )
    if not is_full_until_age(person) or period < award.inputs["statutory_month"]:
        return None
    made = assessment_from(award.inputs, as_of, record)
    if not award.is_provisional and made.assessment.total_fen != award.assessed_fen:
        raise AwardRefused(
            f"现病残津贴核定为 {format_fen(award.assessed_fen)} 元，按其核定依据复算为 {format_fen(made.assessment.total_fen)} 元："
            "请先办理待遇重新核定（PEN-009）更正津贴，再办理退休，待遇按更正后的津贴转入。"
        )
    amount = amount_at(benefit, add_months(period, 1))
    assert amount is not None
    return replace(made, is_taken_over=True, adjusted_fen=amount.adjusted_fen)


__all__ = [
    "NOT_COMPUTED_AGAIN", "allowance_taken_over", "is_full_until_age", "last_allowance", "pension_after_allowance", "words_at_the_end",
]  # fmt: skip
