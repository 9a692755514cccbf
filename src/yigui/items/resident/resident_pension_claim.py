"""Claim for the residents' pension (城乡居民养老保险待遇申领)."""

from collections.abc import Iterator
from typing import Any

from yigui.accounts.open_accounts import seal_accounts
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day, format_period, months_of, period_of
from yigui.entitlement.award import open_benefit
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.resident import RESIDENT, assess_resident
from yigui.items.common.award import component_preview, payee_of, sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.coverage_facts import CoverageFacts
from yigui.items.common.facts import Facts
from yigui.items.common.known import Known
from yigui.law.resident_pension import ResidentPension, resident_claim_age, resident_minimum_years
from yigui.levy.record import record_of
from yigui.registry.enums import AAE140, StopReason
from yigui.registry.persons import close_coverages

_NUMBER = AAE140[RESIDENT]


def resident_years(facts: CoverageFacts) -> int:
    """Calendar years paid as a resident."""
    return len(record_of(facts.person, RESIDENT, coverages=facts.coverages).years) if facts.person else 0


@item("RES-001")
class ResidentPensionClaim(BenefitItem[BenefitFacts]):
    """Checks age and years, calculates basic and account part, and opens the monthly benefit."""

    writes = ("benefits_amount", "benefits_award", "benefits_benefit", "benefits_certification", "registry_coverage")
    opens = BenefitKind.RESIDENT
    needs_living = True

    account_insurance = RESIDENT

    def prefill(self, known: Known) -> dict[str, Any]:
        values = super().prefill(known)
        if known.person is not None:
            first = add_months(period_of(known.person.born_on), resident_claim_age() * 12 + 1)
            years = len(record_of(known.person, RESIDENT).years)
            values |= {"actual_months": years * 12, "benefit_start": format_period(first)}
        return values

    @staticmethod
    def _found(facts: BenefitFacts) -> tuple[ResidentPension, dict[str, Any], bool]:
        return assess_resident(needed_person(facts), start=first_day(facts["benefit_start"]), years=resident_years(facts))

    def check(self, facts: BenefitFacts) -> list[Finding]:
        findings = super().check(facts)
        months = resident_years(facts) * 12
        if facts.person is not None and facts["actual_months"] != months:
            findings.append(Finding("actual_months", f"居民养老保险缴费记录为 {months} 个月。", field="actual_months"))
        return findings

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        """The pension of all months from its start to this one, at least of one."""
        if not facts.person or not facts["benefit_start"]:
            return None
        start = facts["benefit_start"]
        return self._found(facts)[0].total_fen * len(months_of(start, max(start, period_of(facts.today))))

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        found, inputs, is_provisional = self._found(facts)
        lines = [PreviewLine("预发", "", _provisional(inputs))] if is_provisional else []
        return [*component_preview(found.components), *lines]

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        (found, inputs, is_provisional), start = self._found(facts), facts["benefit_start"]
        years = resident_years(facts)
        open_benefit(
            person=person, kind=BenefitKind.RESIDENT, insurance=_NUMBER, area=person.area_id, start=start, payee=payee_of(facts, person),
            components=found.components, inputs=inputs, case_id=case.pk, today=facts.today, contribution_months=years * 12,
            base_year=inputs["base_year"], is_provisional=is_provisional,
        )  # fmt: skip
        own = [c for c in facts.running_coverages if c.insurance == RESIDENT and c.start_period < start]
        close_coverages(coverages=own, from_period=start, stop_reason=StopReason.RETIRED)
        seal_accounts(person=person, insurances=[RESIDENT])
        return Outcome(
            summary=f"{person.name} 的居民养老金已核定，每月 {format_fen(found.total_fen)} 元，自 {format_period(start)} 起发。",
            lines=[("个人编号", person.person_no), ("缴费年限", f"{years} 年"), ("月标准（元）", format_fen(found.total_fen))],
            sections=[sheet_section(found.components)],
            notes=[*([_provisional(inputs)] if is_provisional else []), "请每年办理领取资格认证（CRT-001）。"],
        )  # fmt: skip


def _provisional(inputs: dict[str, Any]) -> str:
    """Which interest an award waits for."""
    first, last = inputs["account_since"]["first_year"], inputs["base_year"] - 1
    named = f"{last} 年" if first >= last else f"{first} 至 {last} 年中"
    return f"个人账户{named}的记账利率尚未公布，暂不计该年利息预发，公布后重算并补发差额。"


@check("age_60")
def age_60(facts: Facts) -> Iterator[Finding]:
    """The person is 60 by the start month, which is the month after the birthday at the earliest."""
    if facts.person is None or not facts["benefit_start"]:
        return
    reached = facts.person.born_on.year * 100 + resident_claim_age() * 100 + facts.person.born_on.month
    first = add_months(reached, 1)
    if facts["benefit_start"] < first or period_of(facts.today) < reached:
        yield facts.refuse("age_60", f"最早可自 {format_period(first)} 起领取。", field="benefit_start")


@check("years_enough")
def years_enough(facts: Facts) -> Iterator[Finding]:
    """Paid years reach the required number, fewer for those who were near 60 when the scheme began."""
    if facts.person is None:
        return
    needed = resident_minimum_years(facts.person.born_on, facts.today)
    if (facts["actual_months"] or 0) < needed * 12:
        yield facts.refuse("years_enough", f"须缴费 {needed} 年。", field="actual_months")


@check("no_other_pension_paid")
def no_other_pension_paid(facts: BenefitFacts) -> Iterator[Finding]:
    """No other pension is in payment."""
    if facts.benefit is not None or (facts.person is not None and facts.person.is_retired):
        label = facts.benefit.get_kind_display() if facts.benefit else "职工养老金"
        yield facts.refuse("no_other_pension_paid", f"在领：{label}。", field="id_number")
