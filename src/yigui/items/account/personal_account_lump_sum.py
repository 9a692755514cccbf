"""One-off claim of a pension personal account (个人账户一次性待遇申领（含余额继承）)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.entitlement.assess_person import months_needed, span_of
from yigui.entitlement.dossier import dossier_of
from yigui.entitlement.enums import BenefitKind
from yigui.entitlement.plausible import judge_dossier
from yigui.items.common.award import sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.checks.benefit import not_awarded_before
from yigui.items.common.checks.death import rightful_payee
from yigui.items.common.checks.relations import not_pensioner
from yigui.items.common.death import DIED, close_for_death, left_to_heir, pay_once
from yigui.items.common.facts import Facts
from yigui.items.common.payout import empty_account
from yigui.items.common.stop_contributions import ENDS, PENSION, stop_contributions
from yigui.law.calculation import CalculationLine
from yigui.law.pension import Component
from yigui.law.retirement_age import RetirementGroup
from yigui.levy.record import record_of
from yigui.payment.queries import account_left
from yigui.registry.enums import AAE140, StopReason

_NUMBER = AAE140[PENSION]
_DEAD, _ABROAD, _CHOSEN = "01", "02", "03"


@item("ACC-002")
class AccountLumpSum(BenefitItem[BenefitFacts]):
    """Ends the pension relation and pays the balance of the account to the person or the heir."""

    writes = (
        "accounts_entry", "accounts_personal_account", "benefits_amount", "benefits_award", "benefits_benefit",
        "registry_coverage", "registry_employment", "registry_person",
    )  # fmt: skip
    own_record = DIED
    elsewhere = ENDS
    optional_materials = ("emigration_proof", "death_certificate", "kinship_proof")

    def check(self, facts: BenefitFacts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is not None:
            left = account_left(facts.person, PENSION, until=facts.last_drawn_month, run=period_of(facts.today)).left_fen
            if facts["account_balance"] != left or left <= 0:
                findings.append(Finding("account_balance", f"个人账户余额为 {format_fen(left)} 元。", field="account_balance"))
        findings += rightful_payee(facts, is_dead=facts["change_reason"] == _DEAD)
        return findings

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        """The account, and after a death what was not paid yet of other benefits up to it."""
        after_death = facts["change_reason"] == _DEAD and facts["death_date"]
        return facts.needed("account_balance") + (left_to_heir(facts, facts.needed("death_date")) if after_death else 0)

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        return [PreviewLine("个人账户", f"{format_fen(facts['account_balance'])} 元", "一次性支付后为 0")]

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        reason = reason_label("account_end_reason", facts["change_reason"])
        fen = empty_account(person=person, insurance=PENSION, case_id=case.pk, today=facts.today, until=facts.last_drawn_month)
        component = Component(
            "account", "个人账户一次性待遇", CalculationLine("个人账户余额", fen, period_of(facts.today), "社会保险法 第十四条")
        )
        if facts["change_reason"] == _DEAD:
            close_for_death(facts, person, facts.needed("death_date"))
        else:
            stop = StopReason.ABROAD if facts["change_reason"] == _ABROAD else StopReason.OTHER
            stop_contributions(person, facts, from_period=add_months(period_of(facts.today), 1), reason=stop)
        pay_once(facts, case, person, kind=BenefitKind.ACCOUNT, insurance=_NUMBER, component=component)
        return Outcome(
            summary=f"{person.name} 的养老保险个人账户 {format_fen(fen)} 元一次性支付给 {facts['payee_name']}，养老保险关系终止。",
            lines=[("个人编号", person.person_no), ("终止原因", reason), ("领取人", facts["payee_name"])],
            sections=[sheet_section([component])],
        )  # fmt: skip


@check("no_duplicate_benefit", of="ACC-002")
def account_not_paid_yet(facts: Facts) -> Iterator[Finding]:
    """The account was not paid out before."""
    yield from not_awarded_before(facts, BenefitKind.ACCOUNT)


@check("written_choice")
def written_choice(facts: BenefitFacts) -> Iterator[Finding]:
    """Who has reached the age with fewer months than a pension needs may end the relation, by a choice of their own in writing.

    Source: 社会保险法 第十四条（个人账户不得提前支取）、实施《中华人民共和国社会保险法》若干规定 第三条.
    """
    if facts["change_reason"] != _CHOSEN:
        return
    if "application_form" not in facts.given:
        yield facts.refuse("written_choice", field="change_reason")
    person = facts.person
    if person is None:
        return
    dossier, now = dossier_of(person), period_of(facts.today)
    span = span_of(person, RetirementGroup.MEN if person.gender != "2" else dossier.group if dossier else RetirementGroup.WOMEN_55)
    is_in_doubt = person.gender == "2" and dossier is None and now >= span_of(person, RetirementGroup.WOMEN_50).statutory
    if now < span.statutory and is_in_doubt:
        # Which of the two ages is hers has not been found: before the later one only a dossier can say that it is the earlier.
        detail = f"尚无退休档案，不知是否按原 50 周岁退休；{format_period(span.statutory)} 以前请先办理退休预审（PEN-001）。"
        yield facts.refuse("written_choice", detail, field="change_reason")
    elif now < span.statutory:
        detail = f"法定退休年月为 {format_period(span.statutory)}，未到龄不能提前支取个人账户。"
        yield facts.refuse("written_choice", detail, field="change_reason")
    if dossier is not None:
        judge_dossier(dossier, person)
    months = record_of(person, PENSION, until=now, coverages=facts.coverages).months + (
        dossier.answers.deemed_months if dossier else 0
    )
    needed = months_needed(span, now)
    if months >= needed:
        detail = f"累计缴费 {months} 个月，已满最低 {needed} 个月，请办理退休申请（PEN-002）。"
        yield facts.refuse("written_choice", detail, field="change_reason")


@check("not_pensioner", of="ACC-002")
def pension_ended(facts: BenefitFacts) -> Iterator[Finding]:
    """The person receives no pension; what is left of an account is inherited once the pension has ended."""
    if facts["change_reason"] != _DEAD:
        yield from not_pensioner(facts)
    elif facts.benefit is not None and facts.benefit.kind == BenefitKind.PENSION:
        detail = "养老金尚未终止，请先办理丧葬补助金和抚恤金申领（PEN-005）。"
        yield facts.refuse("not_pensioner", detail, field="id_number")
