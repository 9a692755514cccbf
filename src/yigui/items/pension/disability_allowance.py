"""Claim for the disability allowance (病残津贴申领)."""

from collections.abc import Iterator, Mapping
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, Place, PreviewLine
from yigui.casework.models import Case
from yigui.common.errors import YiguiError
from yigui.common.money import format_fen
from yigui.common.months import first_day, format_period, months_of, period_of
from yigui.entitlement.after_allowance import words_at_the_end
from yigui.entitlement.assess_person import PersonAssessment, assess_person, span_of
from yigui.entitlement.award import open_benefit
from yigui.entitlement.disability import allowance_of, paid_as
from yigui.entitlement.dossier import NONE, Dossier, dossier_of, needed_dossier
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.errors import AwardRefused
from yigui.items.common.award import component_preview, payee_of, sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.known import Known
from yigui.items.common.stop_contributions import ENDS, PENSION, stop_contributions
from yigui.items.pension._answers import SICK, day_typed, titles_offered, typed_titles
from yigui.items.pension._assessment import basis_preview, dossier_section, index_section, missed_sections
from yigui.items.pension.facts import PensionFacts
from yigui.law.disability import DisabilityAllowance
from yigui.law.needs import BY_NAME
from yigui.law.pension import Component
from yigui.levy.record import record_of
from yigui.payment.late_adjustment import LateAdjustment, adjust_late, late_for_allowance, late_of_allowance
from yigui.registry.enums import AAE140, StopReason


@item("PEN-004")
class DisabilityAllowanceClaim(BenefitItem[PensionFacts]):
    """Opens a monthly allowance before the retirement age, from the dossier; it ends with the month in which the age is reached."""

    writes = (
        "accounts_personal_account", "benefits_amount", "benefits_award", "benefits_benefit", "benefits_certification",
        "registry_coverage", "registry_employment",
    )  # fmt: skip
    elsewhere = ENDS
    needs_living = True
    opens = BenefitKind.DISABILITY

    def prefill(self, known: Known) -> dict[str, Any]:
        """The facts of the dossier made for the allowance, and the paid months until it begins."""
        values = super().prefill(known)
        dossier = dossier_of(known.person) if known.person else None
        if known.person is None or dossier is None or dossier.pre_review.retire_type != SICK:
            return values
        start, answers = period_of(dossier.pre_review.retired_on), dossier.answers
        return values | {
            "benefit_start": format_period(start), "deemed_months": str(answers.deemed_months),
            "actual_months": record_of(known.person, PENSION, until=start).months,
            "benefit_titles": None if answers.titles is None else sorted(answers.titles) or [NONE],
            "retirement_group": answers.group.value if answers.group else None,
        }  # fmt: skip

    def offered(self, place: Place, typed: Mapping[str, Any]) -> Mapping[str, frozenset[str]]:
        return titles_offered(place, day_typed(typed, "benefit_start", place.today))

    def _found(self, facts: PensionFacts) -> tuple[DisabilityAllowance, Component, PersonAssessment, int]:
        """The allowance, its line, the assessment it rests on, and the statutory month.

        Raises:
            YiguiError: no dossier of this allowance, or what the assessment refuses.
        """
        person, dossier = needed_person(facts), _dossier(facts)
        day = first_day(facts["benefit_start"])
        assessed = assess_person(person, area=person.area_id, retired_on=day, answers=dossier.answers, as_of=facts.today)
        statutory = span_of(person, dossier.group).statutory
        found = allowance_of(assessed.assessment, assessed.facts, statutory)
        (component,) = paid_as(assessed.assessment, found).components
        return found, component, assessed, statutory

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """The allowance of all months from its start to this one, at least of one, and no further than it lasts."""
        if not facts.person or not facts["benefit_start"]:
            return None
        found, _, assessed, statutory = self._found(facts)
        start = facts["benefit_start"]
        last = max(start, min(found.last_month(start, statutory), period_of(facts.today)))
        missed = self._missed(facts, found, assessed)
        return found.amount_fen * len(months_of(start, last)) + sum(
            one.increase_fen * len(months_of(one.effective, last)) for one in missed if one.effective <= last
        )

    @staticmethod
    def _missed(facts: PensionFacts, found: DisabilityAllowance, assessed: PersonAssessment) -> list[LateAdjustment]:
        """Adjustments executed since the allowance's start, which it is raised by at once (补调)."""
        person = needed_person(facts)
        return late_for_allowance(
            person, area=person.area_id, start=facts["benefit_start"], fen=found.amount_fen, months=int(assessed.facts.total_months),
            made_by=found.kind,
        )  # fmt: skip

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        found, component, assessed, _ = self._found(facts)
        late = [
            PreviewLine("补调", format_period(one.effective), f"每月增加 {format_fen(one.increase_fen)} 元")
            for one in self._missed(facts, found, assessed)
        ]
        return [*basis_preview(assessed), *component_preview([component]), *late]

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        found, component, assessed, statutory = self._found(facts)
        start = facts["benefit_start"]
        end = found.last_month(start, statutory)
        inputs = assessed.inputs | {
            "appraisal_no": facts["appraisal_no"],
            "kind": found.kind,
            "statutory_month": statutory,
            "again_from": found.again_from,
        }
        benefit = open_benefit(
            person=person, kind=BenefitKind.DISABILITY, insurance=AAE140[PENSION], area=person.area_id, start=start, end=end,
            payee=payee_of(facts, person), components=[component], inputs=inputs, case_id=case.pk, today=facts.today,
            contribution_months=int(assessed.facts.total_months), base_year=assessed.base.year, is_provisional=assessed.is_provisional,
        )  # fmt: skip
        missed = late_of_allowance(benefit)
        adjust_late(benefit, missed)
        stop_contributions(person, facts, from_period=start, reason=StopReason.OTHER)
        notes = [f"{words_at_the_end(found.kind, found.again_from)}。"]
        if assessed.is_provisional:
            notes.append(f"本年度计发基数等尚未公布，暂按 {assessed.base.year} 年计发基数预发，公布后重算并补发差额。")
        return Outcome(
            summary=f"{person.name} 的病残津贴已核定，每月 {format_fen(found.amount_fen)} 元，自 {format_period(start)} 起发。",
            lines=[("个人编号", person.person_no), ("月标准（元）", format_fen(found.amount_fen)), ("发放至", format_period(end))],
            sections=[sheet_section([component]), sheet_section(assessed.assessment.components, "所依据的基本养老金计算（元）"),
                      index_section(assessed), dossier_section(facts.dossier), *missed_sections(missed)],
            notes=notes,
            follow_ups=_again(found),
        )  # fmt: skip


def _dossier(facts: PensionFacts) -> Dossier:
    """The dossier that a pre-review made for this allowance.

    Raises:
        AwardRefused: there is none, or it was made for a retirement or another month; the sentence says what to do.
    """
    dossier, start = needed_dossier(needed_person(facts)), facts["benefit_start"]
    made_for = dossier.pre_review
    if made_for.retire_type != SICK or period_of(made_for.retired_on) != start:
        raise AwardRefused(
            f"退休档案是为 {made_for.retired_on} 的退休建立的，请为病残津贴重新办理退休预审（PEN-001）：离退休类别选“提前退休（病残）”，"
            f"日期填 {format_period(start)} 的任一日。"
        )
    return dossier


def _again(found: DisabilityAllowance) -> list[FollowUp]:
    """The allowance that is computed again when five years are left: work for somebody on that day."""
    if found.again_from is None:
        return []
    words = (
        f"病残津贴自 {format_period(found.again_from)} 起距法定退休年龄满五年，须按基本养老金公式重新计发："
        "以该月办理退休预审（PEN-001）后再办理病残津贴申领（PEN-004），现津贴随之终止。"
    )
    return [FollowUp("benefit_review", words, found.amount_fen, due_on=first_day(found.again_from))]


def _not_in_the_dossier(facts: PensionFacts) -> Iterator[Finding]:
    """What the form says of the facts of the dossier and the dossier does not; what is left empty is the dossier's."""
    try:
        dossier = _dossier(facts)
    except YiguiError as refused:
        yield Finding("capacity_lost", refused.message, field="benefit_start")
        return
    typed: dict[str, Any] = {"deemed_months": facts.get("deemed_months"), "titles": typed_titles(facts)}
    if facts.person is not None and facts.person.gender == "2":
        typed["group"] = facts.get("retirement_group") or None
    fields = {"titles": "benefit_titles", "group": "retirement_group"}
    for name, said in typed.items():
        known = dossier.group if name == "group" else getattr(dossier.answers, name)
        if said is not None and said != known:
            words = f"“{BY_NAME[name].label}”与退休档案所载不同，请更正，或重新办理退休预审（PEN-001）。"
            yield Finding("capacity_lost", words, field=fields.get(name, name))
    paid = facts.record_until(facts["benefit_start"])
    if facts["actual_months"] != paid.months:
        words = f"实际缴费月数应为 {paid.months}（截至 {format_period(facts['benefit_start'])} 的到账记录），所填为 {facts['actual_months']}。"
        yield Finding("capacity_lost", words, field="actual_months")


@check("capacity_lost")
def capacity_lost(facts: PensionFacts) -> Iterator[Finding]:
    """The number of the conclusion holds a digit (that it says total loss the reviewer reads in the paper); the dossier was made for
    this allowance, and the form says nothing else."""
    if facts["appraisal_no"] and not any(c.isdigit() for c in facts["appraisal_no"]):
        yield facts.refuse("capacity_lost", "鉴定书编号有误。", field="appraisal_no")
    if facts.person is not None and facts["benefit_start"]:
        yield from _not_in_the_dossier(facts)
