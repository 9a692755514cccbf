"""Claim for the residents' pension (城乡居民养老保险待遇申领)."""

from yigui.accounts.open_accounts import seal_accounts
from yigui.accounts.queries import balance_of
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import first_day, format_period
from yigui.entitlement.award import open_benefit
from yigui.entitlement.enums import BenefitKind
from yigui.items.common.award import component_preview, payee_of, sheet_section
from yigui.items.common.base import Item, item, needed_person
from yigui.items.common.facts import Facts
from yigui.law.resident_pension import ResidentPension, resident_pension
from yigui.levy.record import record_of
from yigui.registry.enrol import close_coverages
from yigui.registry.enums import AAE140, Insurance, StopReason

RESIDENT = Insurance.RESIDENT_PENSION.value
_NUMBER = AAE140[RESIDENT]


def resident_years(facts: Facts) -> int:
    """Calendar years paid as a resident."""
    return len(record_of(facts.person, RESIDENT, coverages=facts.coverages).years) if facts.person else 0


@item("RES-001")
class ResidentPensionClaim(Item):
    """Checks age and years, calculates basic and account part, and opens the monthly benefit."""

    @staticmethod
    def _found(facts: Facts) -> ResidentPension:
        person = needed_person(facts)
        balance = balance_of(person.pk, _NUMBER)
        return resident_pension(person.area_id, first_day(facts["benefit_start"]), resident_years(facts), balance)

    def check(self, facts: Facts) -> list[Finding]:
        findings = super().check(facts)
        months = resident_years(facts) * 12
        if facts.person is not None and facts["actual_months"] != months:
            findings.append(Finding("actual_months", f"居民养老保险缴费记录为 {months} 个月。", field="actual_months"))
        return findings

    def amount_fen(self, facts: Facts) -> int | None:
        return self._found(facts).total_fen if facts.person and facts["benefit_start"] else None

    def preview(self, facts: Facts) -> list[PreviewLine]:
        return component_preview(self._found(facts).components)

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person = needed_person(facts)
        found, start = self._found(facts), facts["benefit_start"]
        years = resident_years(facts)
        open_benefit(
            person=person, kind=BenefitKind.RESIDENT, insurance=_NUMBER, area=person.area_id, start=start, payee=payee_of(facts, person),
            components=found.components, inputs={"years": years, "account_fen": balance_of(person.pk, _NUMBER)}, case_id=case.pk,
            today=facts.today, contribution_months=years * 12,
        )  # fmt: skip
        own = [c for c in facts.open_coverages if c.insurance == RESIDENT and c.start_period < start]
        close_coverages(coverages=own, from_period=start, stop_reason=StopReason.RETIRED)
        seal_accounts(person=person, insurances=[RESIDENT])
        return Outcome(
            summary=f"{person.name} 的居民养老金已核定，每月 {format_fen(found.total_fen)} 元，自 {format_period(start)} 起发。",
            facts=[("个人编号", person.person_no), ("缴费年限", f"{years} 年"), ("月标准（元）", format_fen(found.total_fen))],
            sections=[sheet_section(found.components)],
            notes=["请每年办理领取资格认证（CRT-001）。"],
        )  # fmt: skip
