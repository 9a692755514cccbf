"""A pension assessed anew (养老待遇重新核定)."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.errors import YiguiError
from yigui.common.money import format_fen, plain_fen
from yigui.common.months import format_period, months_of, period_of
from yigui.entitlement.assess_person import PersonAssessment, assess_person
from yigui.entitlement.award import add_award, owe_back, renew_terms
from yigui.entitlement.dossier import Answers, dossier_of, retired_on_of, write_dossier
from yigui.entitlement.enums import AmountSource
from yigui.entitlement.errors import AwardRefused
from yigui.entitlement.models import Award, Benefit
from yigui.entitlement.pre_review import keep_pre_review
from yigui.entitlement.queries import amount_at, monthly_benefit
from yigui.items.common.award import component_preview, sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.pension._assessment import dossier_section, index_section
from yigui.items.pension._correction import (
    ACCOUNT,
    KIND,
    NEED_OF,
    TOTAL,
    Basis,
    as_paid,
    corrected,
    differences,
    known_value,
    value_in,
)
from yigui.items.pension.checks import NORMAL
from yigui.items.pension.facts import PensionFacts
from yigui.law.needs import BY_NAME, DEEMED
from yigui.law.pension import Assessment
from yigui.payment.queries import overpaid_since
from yigui.registry.models import Employer, Person


@dataclass(frozen=True)
class Found:
    """An award made again: the newest one, what it rested on, the answers with the correction, the assessment, what the new award
    pays and keeps, its last month where it has one, and the facts in which the two differ."""

    award: Award
    basis: Basis
    answers: Answers
    assessed: PersonAssessment
    assessment: Assessment
    inputs: dict[str, Any]
    end: int | None
    changed: list[tuple[str, str, str]]


@item("PEN-009")
class PensionRecalculation(BenefitItem[PensionFacts]):
    """Makes the award again from the dossier with the corrected fact, and keeps it there; both versions stay side by side, the
    difference is paid or claimed back."""

    writes = ("benefits_amount", "benefits_award", "benefits_benefit", "benefits_dossier_fact", "benefits_pre_review")

    def prefill_of_benefit(self, benefit: Benefit) -> dict[str, Any]:
        return {"benefit_start": format_period(benefit.start_period)}

    def old_value(self, change_item: str, *, person: Person | None, employer: Employer | None) -> str | None:
        benefit = monthly_benefit(person) if person else None
        award = benefit.awards.order_by("-version").first() if benefit else None
        return known_value(award, change_item) if award is not None and award.inputs.get("retired_on") else None

    def _found(self, facts: PensionFacts) -> Found:
        """The award made again from dossier, record and account.

        Raises:
            YiguiError: there is nothing to make again, or the new value is none, is not what record and account say, or changes nothing.
        """
        award = facts.benefit.awards.order_by("-version").first() if facts.benefit else None
        if award is None or not award.inputs.get("retired_on"):
            raise YiguiError("没有可重新核定的待遇。")
        person, what, text = needed_person(facts), facts["change_item"], (facts["new_value"] or "").strip()
        basis = Basis.of(award, facts.dossier)
        value = _value(what, text)
        answers = corrected(basis.answers, award, what, value) if what in NEED_OF else basis.answers
        found = assess_person(
            person, area=award.inputs["area"], retired_on=retired_on_of(award.inputs), answers=answers, as_of=facts.today
        )
        _as_on_file(what, value, found)
        _work_started(person, basis)
        assessment, inputs, end = as_paid(found, award)
        changed = differences(award.inputs, inputs)
        if not changed and assessment.total_fen == award.assessed_fen:
            raise YiguiError("更正后的核定依据和金额与原核定相同，无需重新核定，请核对新值。")
        return Found(award, basis, answers, found, assessment, inputs, end, changed)

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """The difference of all months from the start to this one, paid later or asked back; one month's new standard at least."""
        if facts.benefit is None:
            return None
        found = self._found(facts)
        award, assessment = found.award, found.assessment
        start = max(facts["benefit_start"] or facts.benefit.start_period, facts.benefit.start_period)
        months = months_of(start, max(start, period_of(facts.today)))
        return max(assessment.total_fen, abs(assessment.total_fen - award.assessed_fen) * len(months))

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        found = self._found(facts)
        award, assessment = found.award, found.assessment
        return [
            *(PreviewLine(label, before, after) for label, before, after in found.changed),
            PreviewLine("月标准", f"{format_fen(award.assessed_fen)} 元", f"{format_fen(assessment.total_fen)} 元"),
            *component_preview(assessment.components),
        ]

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        found = self._found(facts)
        award, assessment, inputs = found.award, found.assessment, found.inputs
        _keep_dossier(person, found, facts, case)
        start = max(facts["benefit_start"], benefit.start_period)
        now = amount_at(benefit, start)
        add_award(
            benefit, start=start, components=assessment.components, inputs=inputs, source=AmountSource.RECALCULATION, source_id=case.pk,
            today=facts.today, base_year=inputs["base_year"], is_provisional=found.assessed.is_provisional, reason=facts["reason"],
            adjusted_fen=now.adjusted_fen if now else 0,
        )  # fmt: skip
        renew_terms(
            benefit,
            contribution_months=int(found.assessed.facts.total_months),
            end=benefit.end_period if found.end is None else found.end,
        )
        owe_back(benefit, start=start)
        follow_ups: list[FollowUp] = []
        over = overpaid_since(benefit, start)
        if over:
            fen = sum(fen for _, fen in over)
            words = f"重核后月标准由 {format_fen(award.assessed_fen)} 元降为 {format_fen(assessment.total_fen)} 元，已多发 {len(over)} 个月。"
            form = {"start_month": format_period(over[0][0]), "end_month": format_period(over[-1][0]), "amount": plain_fen(fen)}
            follow_ups.append(FollowUp("recovery", words, fen, form={"FND-003": form}))
        what = reason_label("pension_recalc_item", facts["change_item"])
        return Outcome(
            summary=f"{person.name} 的待遇已重新核定：{format_fen(award.assessed_fen)} 元改为 {format_fen(assessment.total_fen)} 元，自 {format_period(start)} 起。",
            lines=[("个人编号", person.person_no), ("变更项目", what), ("原值", facts["old_value"]), ("新值", facts["new_value"]),
                   ("原月标准（元）", format_fen(award.assessed_fen)), ("新月标准（元）", format_fen(assessment.total_fen))],
            sections=[
                {"title": "核定依据的变化", "head": ["事实", "原核定", "重新核定"], "rows": [list(row) for row in found.changed]},
                sheet_section(assessment.components), index_section(found.assessed), dossier_section(dossier_of(person)),
            ],
            notes=[f"已多发 {format_fen(sum(fen for _, fen in over))} 元，按多领追回。" if over else "差额随下一批次补发。"],
            follow_ups=follow_ups,
        )  # fmt: skip


def _value(what: str, text: str) -> Any:
    """The new value of the form.

    Raises:
        AwardRefused: it is none of its kind, or the change is one that no amount hangs on.
    """
    if what == KIND:
        raise AwardRefused("离退休类别本身不改变待遇金额：退休年月、视同年限等随之更正的，请选相应的变更项目。")
    try:
        match what:
            case "01":
                return value_in(DEEMED, text)
            case "04":
                return value_in(BY_NAME["notional_account"], text)
        return value_in(NEED_OF[what], text)
    except (KeyError, ValueError) as error:
        raise AwardRefused(f"“新值”{text} 不适用于所选的变更项目，请核对。") from error


def _as_on_file(what: str, value: Any, found: PersonAssessment) -> None:
    """Refuse months and an account that are not those on file: they are corrected where they stand, and only then assessed.

    Raises:
        YiguiError: they differ; the sentence names what is on file.
    """
    f = found.facts
    if what == TOTAL and value != f.total_months:
        raise YiguiError(
            f"累计缴费年限按缴费记录和退休档案为 {f.total_months} 个月（其中视同 {f.deemed_months}），所填为 {value}：请先补缴或更正缴费记录，"
            "视同缴费年限有误的选“视同缴费年限”。"
        )
    if what == ACCOUNT and value != found.account_fen:
        raise YiguiError(
            f"退休时个人账户储存额现为 {format_fen(found.account_fen)} 元，所填为 {format_fen(value)} 元：请先办理养老个人账户记录更正（ACC-001）。"
        )


def _work_started(person: Person, basis: Basis) -> dt.date:
    """The day work began, of the dossier or on record.

    Raises:
        YiguiError: it is on neither.
    """
    started = basis.dossier.pre_review.work_started_on if basis.dossier else person.work_started_on
    if started is None:
        raise YiguiError(f"{person.name} 的参加工作日期没有登记，请先办理关键信息变更（CHG-004）补录。")
    return started


def _keep_dossier(person: Person, found: Found, facts: PensionFacts, case: Case) -> None:
    """Write the dossier anew with what was corrected; what was not keeps its source. An award older than dossiers has its first one so."""
    dossier, day = found.basis.dossier, retired_on_of(found.award.inputs)
    if dossier is not None and dossier.answers == found.answers:
        return
    before = dossier.pre_review if dossier else None
    pre_review = keep_pre_review(
        person=person, retire_type=before.retire_type if before else NORMAL, group=found.basis.group_of(person, found.award),
        retired_on=before.retired_on if before else day, work_started_on=_work_started(person, found.basis), deemed_months=int(found.answers.deemed_months),
        paid_months=found.assessed.record.months, problems=(), case_id=case.pk,
    )  # fmt: skip
    write_dossier(
        pre_review=pre_review, answers=found.answers, source=f"待遇重新核定 {case.case_no}：{facts['reason']}", dated_on=None,
        kept=dossier.facts if dossier else (),
    )  # fmt: skip


@check("new_ground")
def new_ground(facts: BenefitFacts) -> Iterator[Finding]:
    """There is an award to be made again, the old value is the one it was made with, and the new one differs from it."""
    benefit = facts.benefit
    award = benefit.awards.order_by("-version").first() if benefit else None
    if benefit is None:
        return
    if award is None or not award.inputs.get("retired_on"):
        yield facts.refuse("new_ground", "期初转入的待遇没有核定依据，请先补录原核定表。", field="id_number")
        return
    if facts["old_value"] == facts["new_value"]:
        yield facts.refuse("new_ground", "新值与原值相同。", field="new_value")
    known = known_value(award, facts["change_item"])
    if known is not None and not _is_same(facts["change_item"], facts["old_value"], known):
        yield facts.refuse("new_ground", f"原核定所用的值为 {known}，所填为 {facts['old_value']}。", field="old_value")


def _is_same(what: str, typed: str, known: str) -> bool:
    """Whether two texts say the same value of a change."""
    try:
        return bool(_value(what, typed.strip()) == _value(what, known))
    except AwardRefused:
        return False
