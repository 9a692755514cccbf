"""Claim for unemployment benefit (失业保险金申领)."""

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, first_day, format_period, months_after, period_of
from yigui.entitlement.award import open_benefit
from yigui.entitlement.enums import AmountSource, BenefitKind
from yigui.entitlement.models import Amount
from yigui.items.common.award import component_preview, payee_of, sheet_section
from yigui.items.common.base import Item, item, needed_person
from yigui.items.common.checks.award import unemployment_months
from yigui.items.common.facts import Facts
from yigui.law.calculation import CalculationLine
from yigui.law.pension import Component
from yigui.law.unemployment import benefit_months, monthly_amount
from yigui.registry.enums import AAE140, Insurance
from yigui.warrants.queries import open_warrant_id

_INSURANCE = Insurance.UNEMPLOYMENT.value
_MONTHS_AHEAD = 2


@item("UNE-001")
class UnemploymentBenefit(Item):
    """Awards months and standard by paid months and opens a monthly benefit that ends by itself."""

    @staticmethod
    def _months(facts: Facts) -> int:
        return benefit_months(unemployment_months(facts), facts.area_code, facts["unemployed_date"])

    @staticmethod
    def _standard(facts: Facts, month: int) -> int:
        return monthly_amount(facts.area_code, first_day(facts["benefit_start"]), month)

    def check(self, facts: Facts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is not None and not findings:
            months = self._months(facts)
            if facts["entitled_months"] != months:
                findings.append(Finding("entitled_months", f"按缴费月数可领取 {months} 个月。", field="entitled_months"))
            ahead = months_after(period_of(facts["unemployed_date"]), facts["benefit_start"])
            if not ahead >= 0 or months_after(period_of(facts.today), facts["benefit_start"]) > _MONTHS_AHEAD:
                findings.append(Finding("benefit_start", "起发年月须在失业之后，且不晚于本月后两个月。", field="benefit_start"))
        return findings

    def _component(self, facts: Facts) -> Component:
        fen = self._standard(facts, 1)
        line = CalculationLine("失业保险金月标准", fen, facts["benefit_start"], "社会保险法 第四十七条及地方标准")
        return Component("basic", "失业保险金", line)

    def amount_fen(self, facts: Facts) -> int | None:
        return self._standard(facts, 1) * self._months(facts) if facts.person and facts["benefit_start"] else None

    def preview(self, facts: Facts) -> list[PreviewLine]:
        if facts.person is None or facts["benefit_start"] is None:
            return []
        return [PreviewLine("领取期限", f"累计缴费 {unemployment_months(facts)} 个月", f"{self._months(facts)} 个月"),
                *component_preview([self._component(facts)])]  # fmt: skip

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person = needed_person(facts)
        months, start = self._months(facts), facts["benefit_start"]
        component = self._component(facts)
        benefit = open_benefit(
            person=person, kind=BenefitKind.UNEMPLOYMENT, insurance=AAE140[_INSURANCE], area=person.area_id, start=start,
            end=add_months(start, months - 1), payee=payee_of(facts, person), components=[component],
            inputs={"paid_months": unemployment_months(facts), "months": months}, case_id=case.pk, today=facts.today,
            contribution_months=unemployment_months(facts),
        )  # fmt: skip
        before = component.amount_fen
        for month in range(2, months + 1):
            fen = self._standard(facts, month)
            if fen != before:
                Amount.objects.create(
                    warrant_id=open_warrant_id(), benefit=benefit, start_period=add_months(start, month - 1), basic_fen=fen, account_fen=0,
                    total_fen=fen, source=AmountSource.AWARD, source_id=case.pk,
                )  # fmt: skip
                before = fen
        return Outcome(
            summary=f"{person.name} 的失业保险金已核定，每月 {format_fen(component.amount_fen)} 元，共 {months} 个月。",
            facts=[("个人编号", person.person_no), ("起发年月", format_period(start)),
                   ("终止年月", format_period(add_months(start, months - 1))), ("月标准（元）", format_fen(component.amount_fen))],
            sections=[sheet_section([component])],
            notes=["重新就业、应征服兵役、移居境外、享受养老待遇的停止领取，请及时告知。"],
        )  # fmt: skip
