"""One-off grant of a rural contract worker (农民合同制工人一次性生活补助申领)."""

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
from yigui.items.common.checks.benefit import not_awarded_before
from yigui.items.common.death import pay_once
from yigui.items.common.facts import Facts
from yigui.law.calculation import CalculationLine
from yigui.law.pension import Component
from yigui.law.unemployment import rural_grant
from yigui.registry.enums import AAE140, Insurance


@item("UNE-002")
class RuralWorkerGrant(BenefitItem[BenefitFacts]):
    """Calculates the grant by full years with the employer and pays it once."""

    needs_living = True
    writes = ("benefits_amount", "benefits_award", "benefits_benefit")

    @staticmethod
    def _component(facts: BenefitFacts) -> Component:
        months = facts["continuous_months"]
        fen = rural_grant(facts.area_code, facts["unemployed_date"], months)
        text = f"连续工作 {months} 个月，每满一年按一个月标准"
        return Component("grant", "一次性生活补助", CalculationLine(text, fen, period_of(facts.today), "失业保险条例 第二十一条"))

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        return self._component(facts).amount_fen

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        return component_preview([self._component(facts)])

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        component = self._component(facts)
        number = AAE140[Insurance.UNEMPLOYMENT.value]
        pay_once(facts, case, person, kind=BenefitKind.RURAL_GRANT, insurance=number, component=component)
        return Outcome(
            summary=f"{person.name} 的一次性生活补助已核定，{format_fen(component.amount_fen)} 元。",
            lines=[("个人编号", person.person_no), ("金额（元）", format_fen(component.amount_fen))],
            sections=[sheet_section([component])],
        )  # fmt: skip


@check("no_duplicate_benefit", of="UNE-002")
def no_rural_grant_yet(facts: Facts) -> Iterator[Finding]:
    """The grant was not awarded before."""
    yield from not_awarded_before(facts, BenefitKind.RURAL_GRANT)


@check("worked_one_year")
def worked_one_year(facts: Facts) -> Iterator[Finding]:
    """Continuous months with the employer reach the number for a grant."""
    if (facts["continuous_months"] or 0) < facts.condition("rural_grant_continuous_months"):
        yield facts.refuse("worked_one_year", field="continuous_months")


@check("person_did_not_pay")
def person_did_not_pay(facts: Facts) -> Iterator[Finding]:
    """The person is a migrant worker on record, for whom the personal part was not paid."""
    if facts.person is not None and not (facts.person.is_migrant and facts["migrant_flag"]):
        yield facts.refuse("person_did_not_pay", "登记信息不是农民工。", field="migrant_flag")
