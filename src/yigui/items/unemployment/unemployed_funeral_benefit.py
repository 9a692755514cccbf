"""Funeral grant and survivor benefit for the unemployed (失业人员丧葬补助金和抚恤金申领)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import period_of
from yigui.entitlement.enums import BenefitKind
from yigui.items.common.award import component_preview, sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.death import DIED, OVERPAID_HEAD, close_for_death, left_to_heir, overpaid_of, pay_once, set_off
from yigui.items.common.stop_contributions import ENDS
from yigui.law.calculation import CalculationLine
from yigui.law.pension import Component
from yigui.law.unemployment import death_grants
from yigui.registry.enums import AAE140, Insurance

_NUMBER = AAE140[Insurance.UNEMPLOYMENT.value]


@item("UNE-005")
class UnemployedFuneralBenefit(BenefitItem[BenefitFacts]):
    """Ends the unemployment benefit of the deceased and awards both grants by the local standard."""

    writes = (
        "accounts_personal_account", "benefits_amount", "benefits_award", "benefits_benefit", "benefits_recovery",
        "registry_coverage", "registry_employment", "registry_person",
    )  # fmt: skip
    own_record = DIED
    elsewhere = ENDS

    @staticmethod
    def _components(facts: BenefitFacts) -> list[Component]:
        paid = facts.benefit.contribution_months if facts.benefit else 0
        funeral, dependants = death_grants(facts.area_code, facts.needed("death_date"), paid_months=paid)
        period = period_of(facts.needed("death_date"))
        return [
            Component("funeral", "丧葬补助金", CalculationLine("按失业保险金月标准计发", funeral, period, "社会保险法 第四十九条")),
            Component("survivor", "抚恤金", CalculationLine("按失业保险金月标准计发", dependants, period, "社会保险法 第四十九条")),
        ]

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        """Both grants, and what was not paid yet up to the death."""
        if not facts["death_date"]:
            return None
        return sum(c.amount_fen for c in self._components(facts)) + left_to_heir(facts, facts["death_date"])

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        return component_preview(self._components(facts)) if facts["death_date"] else []

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        funeral, survivor = self._components(facts)
        overpaid = overpaid_of(person, facts.needed("death_date"))
        close_for_death(facts, person, facts.needed("death_date"))
        pay_once(facts, case, person, kind=BenefitKind.FUNERAL, insurance=_NUMBER, component=funeral)
        benefit = pay_once(facts, case, person, kind=BenefitKind.SURVIVOR, insurance=_NUMBER, component=survivor)
        done = set_off(facts, case, overpaid, benefit)
        total = funeral.amount_fen + survivor.amount_fen
        return Outcome(
            summary=f"{person.name} 领取失业保险金期间死亡，丧葬补助金和抚恤金共 {format_fen(total)} 元，发给 {facts['payee_name']}。",
            lines=[("个人编号", person.person_no), ("死亡日期", str(facts["death_date"])), ("领取人", facts["payee_name"])],
            sections=[sheet_section([funeral, survivor]),
                      *([{"title": "死亡后多发待遇", "head": OVERPAID_HEAD, "rows": done.rows}] if done.rows else [])],
            follow_ups=done.follow_ups,
        )  # fmt: skip


@check("died_while_claiming")
def died_while_claiming(facts: BenefitFacts) -> Iterator[Finding]:
    """The death lies in a month of the unemployment benefit."""
    benefit = facts.benefit
    if benefit is None or benefit.kind != BenefitKind.UNEMPLOYMENT or facts["death_date"] is None:
        yield facts.refuse("died_while_claiming", field="id_number")
        return
    month = period_of(facts["death_date"])
    if not benefit.start_period <= month <= (benefit.end_period or 999912):
        yield facts.refuse("died_while_claiming", field="death_date")
