"""Refund of the account of a doubled pension relation (多重养老保险关系个人账户退费)."""

from collections.abc import Iterator

from yigui.accounts.correct import Correction, correction_of, take_out
from yigui.accounts.queries import balance_of
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
from yigui.law.parameter_table import ParameterMissing
from yigui.law.pension import Component
from yigui.registry.enums import AAE140

_NUMBER = AAE140[PENSION]


@item("ACC-003")
class MultipleAccountRefund(BenefitItem[BenefitFacts]):
    """Keeps one relation, clears the doubled months of the other here, and refunds the personal part credited for them."""

    writes = ("accounts_entry", "benefits_amount", "benefits_award", "benefits_benefit")

    def check(self, facts: BenefitFacts) -> list[Finding]:
        findings = super().check(facts)
        try:
            found = cleared(facts)
        except ParameterMissing as missing:
            return [*findings, Finding("interest_known", f"清退须连同各年利息：{missing.message}", field="start_month")]
        if facts.person is None or found is None:
            return findings
        fen = -found.total_fen
        if fen <= 0 or facts["amount"] != fen:
            findings.append(Finding("months_doubled", f"应退金额为 {format_fen(fen)} 元：{_in_words(found)}。", field="amount"))
        elif fen > (balance := balance_of(facts.person.pk, _NUMBER)):
            words = f"账户余额 {format_fen(balance)} 元，不足清退 {format_fen(fen)} 元；请先核对账户的年度结息和支出记录。"
            findings.append(Finding("months_doubled", words, field="amount"))
        return findings

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        found = cleared(facts)
        if found is None:
            return []
        interest = [PreviewLine(f"{year} 年利息", f"{format_fen(-fen)} 元", "清退") for year, fen in found.interest.items() if fen]
        return [PreviewLine("个人账户", f"重复月份 {format_fen(_credited(found))} 元", "清退"), *interest]

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        found = cleared(facts)
        assert found is not None
        fen = take_out(
            person_id=person.pk,
            insurance=_NUMBER,
            case_id=case.pk,
            today=facts.today,
            amount_fen=-found.total_fen,
            owed_period=facts.months[0],
        )
        span = f"{format_period(facts.months[0])} 至 {format_period(facts.months[-1])}"
        component = Component(
            "account",
            "重复缴费个人部分",
            CalculationLine(f"{span} {_in_words(found)}", fen, period_of(facts.today), "人社部发〔2009〕187号"),
        )
        pay_once(facts, case, person, kind=BenefitKind.ACCOUNT, insurance=_NUMBER, component=component)
        return Outcome(
            summary=f"{person.name} {span} 的重复缴费个人账户储存额 {format_fen(fen)} 元已清退（{_in_words(found)}）。",
            lines=[("个人编号", person.person_no), ("保留关系", facts["keep_relation"]), ("清退关系", facts["clear_relation"])],
            sections=[sheet_section([component])],
        )  # fmt: skip


def cleared(facts: BenefitFacts) -> Correction | None:
    """What leaves the account: all that was credited for the months, and what it has earned in every year that has ended (储存额); amounts
    below zero. None where the form does not say of whom or which months. This year's interest is reckoned at its end and stays.

    Raises:
        ParameterMissing: a year on the way has no published rate.
    """
    if facts.person is None or not facts.months:
        return None
    return correction_of(
        person_id=facts.person.pk, insurance=_NUMBER, insurance_name=PENSION, area=facts.area_code,
        amounts=dict.fromkeys(facts.months, 0), today=facts.today,
    )  # fmt: skip


def _credited(found: Correction) -> int:
    return sum(before for _, before, _ in found.changes)


def _in_words(found: Correction) -> str:
    interest = -sum(found.interest.values())
    years = [year for year, fen in found.interest.items() if fen]
    earned = f"，{min(years)} 至 {max(years)} 年利息 {format_fen(interest)} 元" if years else ""
    return f"记入个人账户 {format_fen(_credited(found))} 元{earned}"


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
