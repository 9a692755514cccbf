"""Refund of the account of a doubled pension relation (多重养老保险关系个人账户退费)."""

from collections.abc import Iterator

from yigui.accounts.correct import net_by_month, take_out
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.entitlement.enums import BenefitKind
from yigui.items.common.award import sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.death import pay_once
from yigui.items.common.stop_contributions import PENSION
from yigui.law.calculation import CalculationLine
from yigui.law.pension import Component
from yigui.registry.enums import AAE140

_NUMBER = AAE140[PENSION]


@item("ACC-003")
class MultipleAccountRefund(BenefitItem[BenefitFacts]):
    """Keeps one relation, clears the doubled months of the other here, and refunds the personal part credited for them."""

    writes = ("accounts_entry", "benefits_amount", "benefits_award", "benefits_benefit")

    @staticmethod
    def _credited(facts: BenefitFacts) -> int:
        if facts.person is None or not facts.months:
            return 0
        return sum(fen for _, fen in net_by_month(facts.person.pk, _NUMBER, facts.months[0], facts.months[-1]).values())

    def check(self, facts: BenefitFacts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is not None and facts.months:
            fen = self._credited(facts)
            if fen <= 0 or facts["amount"] != fen:
                findings.append(Finding("months_doubled", f"所选月份记入个人账户的金额为 {format_fen(fen)} 元。", field="amount"))
        return findings

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        return [PreviewLine("个人账户", f"重复月份 {format_fen(self._credited(facts))} 元", "清退")]

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        fen = take_out(
            person_id=person.pk,
            insurance=_NUMBER,
            case_id=case.pk,
            today=facts.today,
            amount_fen=self._credited(facts),
            owed_period=facts.months[0],
        )
        span = f"{format_period(facts.months[0])} 至 {format_period(facts.months[-1])}"
        component = Component(
            "account",
            "重复缴费个人部分",
            CalculationLine(f"{span} 记入个人账户", fen, period_of(facts.today), "人社部发〔2009〕187号"),
        )
        pay_once(facts, case, person, kind=BenefitKind.ACCOUNT, insurance=_NUMBER, component=component)
        return Outcome(
            summary=f"{person.name} {span} 的重复缴费个人账户 {format_fen(fen)} 元已清退。",
            lines=[("个人编号", person.person_no), ("保留关系", facts["keep_relation"]), ("清退关系", facts["clear_relation"])],
            sections=[sheet_section([component])],
        )  # fmt: skip


@check("months_doubled")
def months_doubled(facts: BenefitFacts) -> Iterator[Finding]:
    """The months are on the record here; that they are paid in the kept relation too is shown by its certificate."""
    if "transfer_certificate" not in facts.given:
        yield facts.refuse("months_doubled", "请收取另一关系的参保缴费凭证。", field="start_month")


@check("keep_chosen")
def keep_chosen(facts: BenefitFacts) -> Iterator[Finding]:
    """The kept and the cleared relation are different, and the cleared one is ours."""
    if facts["keep_relation"] == facts["clear_relation"]:
        yield facts.refuse("keep_chosen", field="clear_relation")
