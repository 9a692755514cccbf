"""Claim for funeral grant and survivor benefit (丧葬补助金和抚恤金申领)."""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import months_between, period_of
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.models import Benefit
from yigui.entitlement.plausible import judge_dossier
from yigui.items.common.award import component_preview, sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.checks.benefit import not_awarded_before
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.death import (
    DIED,
    OVERPAID_HEAD,
    close_for_death,
    elsewhere_in_words,
    left_to_heir,
    overpaid_of,
    paid_elsewhere,
    pay_once,
    set_off,
)
from yigui.items.common.facts import Facts
from yigui.items.common.stop_contributions import ENDS, PENSION
from yigui.items.pension.facts import PensionFacts
from yigui.law.calculation import round_half_up
from yigui.law.parameter_table import table
from yigui.law.pension import Component
from yigui.law.survivors import OwnContributionsMissing, SurvivorGrants, survivor_grants
from yigui.levy.record import ContributionRecord, record_of
from yigui.registry.enums import AAE140
from yigui.registry.models import Person


@item("PEN-005")
class SurvivorBenefit(BenefitItem[PensionFacts]):
    """Ends what the deceased had, awards both grants to the heir, and sets months paid after the death off against them."""

    writes = (
        "accounts_personal_account", "benefits_amount", "benefits_award", "benefits_benefit", "benefits_recovery",
        "registry_coverage", "registry_employment", "registry_person",
    )  # fmt: skip
    own_record = DIED
    elsewhere = ENDS

    @staticmethod
    def _grants(facts: PensionFacts) -> SurvivorGrants:
        person = needed_person(facts)
        died_on = facts.needed("death_date")
        benefit = facts.benefit
        if benefit is not None and benefit.kind == BenefitKind.PENSION:
            drawn = months_between(benefit.start_period, period_of(died_on))
            return survivor_grants(person.area_id, _months_of(benefit), died_on, drawn_months=drawn)
        record = record_of(person, PENSION, until=period_of(died_on), coverages=facts.coverages)
        # Without a dossier no deemed months have been recognised (社会保险法第十七条：缴费年限含认定的视同缴费年限).
        if facts.dossier is not None:
            judge_dossier(facts.dossier, person)
        deemed = facts.deemed_months if facts.dossier else 0
        assert deemed is not None
        months = record.months + deemed
        try:
            return survivor_grants(person.area_id, months, died_on)
        except OwnContributionsMissing:
            # Asked for below the years where it caps the grants, and not before: of early years no percent may be on file.
            return survivor_grants(person.area_id, months, died_on, own_paid_fen=own_paid_fen(person, record))

    @staticmethod
    def _components(grants: SurvivorGrants) -> list[Component]:
        return [Component("funeral", "丧葬补助金", grants.lines[0]), Component("survivor", "抚恤金", grants.lines[1])]

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """Both grants, and what was not paid yet up to the death."""
        if not facts.person or not facts["death_date"]:
            return None
        return self._grants(facts).total_fen + left_to_heir(facts, facts["death_date"])

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        if facts.person is None or facts["death_date"] is None:
            return []
        lines = component_preview(self._components(self._grants(facts)))
        for one in overpaid_of(facts.person, facts["death_date"]):
            lines.append(PreviewLine("死亡后多发", f"{len(one.months)} 个月", f"{format_fen(one.amount_fen)} 元，从中抵扣"))
        for one in paid_elsewhere(facts.person, facts["death_date"]):
            lines.append(PreviewLine("首次发放之前的多发", f"{len(one.months)} 个月", elsewhere_in_words(one)))
        return lines

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        grants = self._grants(facts)
        overpaid = overpaid_of(person, facts.needed("death_date"))
        close_for_death(facts, person, facts.needed("death_date"))
        funeral, survivor = self._components(grants)
        number = AAE140[PENSION]
        pay_once(facts, case, person, kind=BenefitKind.FUNERAL, insurance=number, component=funeral)
        benefit = pay_once(facts, case, person, kind=BenefitKind.SURVIVOR, insurance=number, component=survivor)
        done = set_off(facts, case, overpaid, benefit)
        return Outcome(
            summary=f"{person.name} 的丧葬补助金和抚恤金已核定，共 {format_fen(grants.total_fen)} 元，发给 {facts['payee_name']}。",
            lines=[("个人编号", person.person_no), ("死亡日期", str(facts["death_date"])), ("领取人", facts["payee_name"]),
                   ("抚恤金月数", str(grants.survivor_months)), ("合计（元）", format_fen(grants.total_fen))],
            sections=[sheet_section([funeral, survivor]),
                      *([{"title": "死亡后多发待遇", "head": OVERPAID_HEAD, "rows": done.rows}] if done.rows else [])],
            follow_ups=done.follow_ups,
            notes=[f"随 {period_of(facts.today)} 期或下一期支付计划一次性发放。"],
        )  # fmt: skip


def _months_of(benefit: Benefit) -> Decimal | int:
    """Contribution months of a pensioner: as the newest award has them, half ones too; of one taken over as the benefit says."""
    award = benefit.awards.order_by("-version").first()
    known = award.inputs.get("total_months") if award is not None else None
    return benefit.contribution_months if known is None else Decimal(known)


def own_paid_fen(person: Person, record: ContributionRecord) -> int:
    """What the person paid into the account: each year's bases at the percent credited then; fen."""
    credit = table("account/credit")
    parts = (
        year.base_sum_fen * credit.at(PENSION, "employee", area=person.area_id, day=dt.date(year.year, 1, 1)).value / 100
        for year in record.years
    )
    return round_half_up(sum(parts, Decimal(0)))


@check("no_duplicate_benefit", of="PEN-005")
def no_grant_yet(facts: Facts) -> Iterator[Finding]:
    """No funeral grant or survivor benefit was awarded for the death."""
    yield from not_awarded_before(facts, BenefitKind.FUNERAL, BenefitKind.SURVIVOR)


@check("not_work_death")
def not_work_death(facts: CoverageFacts) -> Iterator[Finding]:
    """The death was not recognised as one at work: no injury case of the person ended so."""
    if facts.open_benefit_case_no:
        yield facts.remind("not_work_death", f"该人员有在办的工伤、医疗或生育办件 {facts.open_benefit_case_no}，请先核实。")
