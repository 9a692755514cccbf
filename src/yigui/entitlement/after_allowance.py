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


def words_of_end(award: Award | None) -> str:
    """The same from the newest award; of one that does not say how it goes on (taken over, or by "half", as release 0.1 made it) the file does."""
    kept = award.inputs if award is not None else {}
    if kept.get("kind") in ("full", "short") or "again_from" in kept:
        return words_at_the_end(kept["kind"], kept.get("again_from"))
    return "按本人档案办理退休手续"


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
    statutory = award.inputs.get("statutory_month")
    if award.inputs.get("kind") != "full" or statutory is None:
        return False
    return benefit.end_period is not None and benefit.end_period >= statutory


def full_without_basis(person: Person) -> Award | None:
    """The award of an allowance by the full formula that does not keep what it was computed of, as release 0.1 made it; None where there is none.

    What it pays may not be computed again at the age, and cannot be made a pension of: that is for people to decide.
    """
    found = last_allowance(person)
    if found is None or found[1].inputs.get("kind") != "full" or "statutory_month" in found[1].inputs:
        return None
    return found[1]


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
    adjusted by, in the parts it was computed of. None for everybody else: theirs is computed; of an allowance whose award does not keep what
    that takes, people are asked (`full_without_basis`).

    Raises:
        AwardRefused: the allowance by the own basic part was to be made again before, or the amount cannot be made out of what its award keeps.
    """
    found = last_allowance(person)
    if found is None:
        return None
    benefit, award = found
    statutory = award.inputs.get("statutory_month")
    if statutory is None:
        return None
    period, again = period_of(retired_on), award.inputs.get("again_from")
    is_running = benefit.end_period is None or benefit.end_period >= min(period, statutory)
    if is_running and again is not None and period >= again:
        raise AwardRefused(
            f"病残津贴自 {format_period(again)} 起应按基本养老金公式重新计发，请先以该月办理退休预审（PEN-001）和病残津贴申领（PEN-004），"
            "再办理退休。"
        )
    if not is_full_until_age(person) or period < statutory:
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
    "NOT_COMPUTED_AGAIN", "allowance_taken_over", "full_without_basis", "is_full_until_age", "last_allowance", "pension_after_allowance",
    "words_at_the_end", "words_of_end",
]  # fmt: skip
