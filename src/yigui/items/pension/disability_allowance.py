"""Claim for the disability allowance (病残津贴申领)."""

from collections.abc import Iterator
from dataclasses import replace

from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day, format_period, months_of, period_of
from yigui.entitlement.assess_person import assess_person, group_by_month, span_of
from yigui.entitlement.award import open_benefit
from yigui.entitlement.dossier import Answers
from yigui.entitlement.enums import BenefitKind
from yigui.items.common.award import component_preview, payee_of, sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.stop_contributions import PENSION, stop_contributions
from yigui.items.pension._answers import typed_titles
from yigui.items.pension.facts import PensionFacts
from yigui.law.disability import DisabilityAllowance, disability_allowance
from yigui.law.needs import GROUP, refusal_of
from yigui.law.pension import Component
from yigui.law.retirement_age import RetirementGroup
from yigui.registry.enums import AAE140, StopReason


@item("PEN-004")
class DisabilityAllowanceClaim(BenefitItem[PensionFacts]):
    """Opens a monthly allowance before the retirement age; it ends with the month in which the age is reached."""

    writes = (
        "accounts_personal_account", "benefits_amount", "benefits_award", "benefits_benefit", "benefits_certification",
        "registry_coverage", "registry_employment",
    )  # fmt: skip
    opens = BenefitKind.DISABILITY

    def _found(self, facts: PensionFacts) -> tuple[DisabilityAllowance, Component, int, int]:
        """The allowance, its line, the months it rests on, and the statutory month."""
        person = needed_person(facts)
        day = first_day(facts["benefit_start"])
        group = self._group(facts)
        answers = facts.dossier.answers if facts.dossier else Answers(deemed_months=0, titles=frozenset())
        # A version of the form that did not ask takes the dossier's; without one there are no deemed months and no title.
        if facts.asks("deemed_months"):
            answers = replace(answers, deemed_months=facts.named("deemed_months"), titles=typed_titles(facts))
        assessed = assess_person(person, area=person.area_id, retired_on=day, answers=answers, as_of=facts.today)
        months = int(assessed.facts.total_months)
        span = span_of(person, group)
        found = disability_allowance(
            person.area_id, day, statutory_month=span.statutory, total_months=months,
            full_pension_fen=assessed.assessment.total_fen, own_basic_fen=assessed.assessment.part("basic"),
        )  # fmt: skip
        return found, Component("disability", "病残津贴", found.line), months, span.statutory

    @staticmethod
    def _group(facts: PensionFacts) -> RetirementGroup:
        """Men theirs, women as the form says; where its version does not ask, as the dossier says, else by the month.

        Raises:
            FactMissing: a woman's is not said.
        """
        person = needed_person(facts)
        if person.gender != "2":
            return RetirementGroup.MEN
        if not facts.asks("retirement_group"):
            return facts.dossier.group if facts.dossier else group_by_month(person, facts["benefit_start"])
        group = facts.get("retirement_group")
        if not group:
            raise refusal_of([GROUP], person.area_id)
        return RetirementGroup(group)

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """The allowance of all months from its start to this one, at least of one, and no further than it lasts."""
        if not facts.person or not facts["benefit_start"]:
            return None
        found, _, _, statutory = self._found(facts)
        start = facts["benefit_start"]
        return found.amount_fen * len(months_of(start, max(start, min(self._end(found, start, statutory), period_of(facts.today)))))

    @staticmethod
    def _end(found: DisabilityAllowance, start: int, statutory: int) -> int:
        """The last month of the allowance, at least its first."""
        end = statutory if found.months is None else min(statutory, add_months(start, found.months - 1))
        return max(start, end)

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        return component_preview([self._found(facts)[1]])

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        found, component, months, statutory = self._found(facts)
        start = facts["benefit_start"]
        end = self._end(found, start, statutory)
        open_benefit(
            person=person, kind=BenefitKind.DISABILITY, insurance=AAE140[PENSION], area=person.area_id, start=start, end=end,
            payee=payee_of(facts, person), components=[component], inputs={"appraisal_no": facts["appraisal_no"], "kind": found.kind},
            case_id=case.pk, today=facts.today, contribution_months=months,
        )  # fmt: skip
        stop_contributions(person, facts, from_period=start, reason=StopReason.OTHER)
        return Outcome(
            summary=f"{person.name} 的病残津贴已核定，每月 {format_fen(found.amount_fen)} 元，自 {format_period(start)} 起发。",
            lines=[("个人编号", person.person_no), ("月标准（元）", format_fen(found.amount_fen)), ("发放至", format_period(end))],
            sections=[sheet_section([component])],
            notes=[_after(found)],
            follow_ups=_again(found),
        )  # fmt: skip


def _after(found: DisabilityAllowance) -> str:
    """What follows the allowance, by its kind."""
    if found.kind == "full":
        return "到达法定退休年龄时办理退休手续，待遇不再重新计算。"
    if found.again_from is None:
        return "支付期满后停发；重新就业参保缴费的，自次月起停发。"
    return f"距法定退休年龄满五年时（{format_period(found.again_from)}）按基本养老金公式重新计发一次。"


def _again(found: DisabilityAllowance) -> list[FollowUp]:
    """The allowance that is computed again when five years are left: work for somebody on that day."""
    if found.again_from is None:
        return []
    words = f"病残津贴自 {format_period(found.again_from)} 起距法定退休年龄满五年，须按基本养老金公式重新计发：终止现津贴后按重新计发的标准办理（PEN-004）。"
    return [FollowUp("benefit_review", words, found.amount_fen, due_on=first_day(found.again_from))]


@check("capacity_lost")
def capacity_lost(facts: Facts) -> Iterator[Finding]:
    """The number of the conclusion holds a digit; that it says total loss the reviewer reads in the paper."""
    if facts["appraisal_no"] and not any(c.isdigit() for c in facts["appraisal_no"]):
        yield facts.refuse("capacity_lost", "鉴定书编号有误。", field="appraisal_no")
