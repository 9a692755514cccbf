"""Cancellation of a residents' pension relation (城乡居民养老保险注销登记)."""

from collections.abc import Iterator

from yigui.accounts.open_accounts import seal_accounts
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.money import format_fen
from yigui.common.months import add_months, period_of
from yigui.entitlement.award import end_benefit
from yigui.entitlement.enums import BenefitKind, BenefitStatus
from yigui.entitlement.queries import benefits_of
from yigui.items.common.award import sheet_section
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.checks.benefit import not_awarded_before
from yigui.items.common.checks.death import heir_shown, rightful_payee
from yigui.items.common.death import DIED, OVERPAID_HEAD, SetOff, close_for_death, left_to_heir, overpaid_of, pay_once, set_off
from yigui.items.common.facts import Facts
from yigui.items.common.payout import empty_account
from yigui.items.common.stop_contributions import ENDS
from yigui.items.resident.resident_pension_claim import RESIDENT
from yigui.law.calculation import CalculationLine
from yigui.law.pension import Component
from yigui.law.resident_pension import resident_funeral_grant
from yigui.payment.queries import account_left
from yigui.registry.enums import AAE140, StopReason
from yigui.registry.persons import close_coverages

_NUMBER = AAE140[RESIDENT]
_DEAD, _ABROAD, _DRAWS_OTHER, _CARRIED = "01", "02", "03", "04"


@item("RES-002")
class ResidentPensionCancellation(BenefitItem[BenefitFacts]):
    """Ends the relation, pays the rest of the account and after a death the funeral grant, sets overpaid months off."""

    writes = (
        "accounts_entry", "benefits_amount", "benefits_award", "benefits_benefit", "benefits_recovery", "registry_coverage", "registry_person",
    )  # fmt: skip
    own_record = DIED
    elsewhere = ENDS
    #: The last shows a pension that another agency pays.
    optional_materials = ("death_certificate", "emigration_proof", "kinship_proof", "retirement_form")

    account_insurance = RESIDENT

    def check(self, facts: BenefitFacts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is not None:
            left = account_left(facts.person, RESIDENT, until=facts.last_drawn_month, run=period_of(facts.today)).left_fen
            if facts["account_balance"] != left:
                findings.append(Finding("account_balance", f"个人账户余额为 {format_fen(left)} 元。", field="account_balance"))
            if not any(c.insurance == RESIDENT for c in facts.coverages):
                findings.append(Finding("active_relation", "没有居民养老保险关系。", field="id_number"))
        findings += rightful_payee(facts, is_dead=facts["change_reason"] == _DEAD)
        if facts["change_reason"] == _DRAWS_OTHER and not _draws_other_pension(facts):
            words = "没有查询到该人员领取其他养老待遇，个人账户不能据此退还。"
            detail = "由外地经办机构发放的，请收取由其核定盖章的退休（退职）申请表；尚未领取的，请按保险关系转出办理。"
            findings.append(Finding("other_pension_drawn", words, detail=detail, field="change_reason"))
        return findings

    def _funeral(self, facts: BenefitFacts) -> Component:
        died_on = facts.needed("death_date")
        fen = resident_funeral_grant(facts.area_code, died_on)
        return Component(
            "funeral", "丧葬补助金", CalculationLine("按基础养老金月数", fen, period_of(died_on), "国发〔2014〕8号及地方规定")
        )

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        """The account, and after a death the grant and what was not paid yet up to it; nothing where the account is carried over."""
        if facts["change_reason"] == _CARRIED:
            return 0
        amount = facts.needed("account_balance")
        if facts["change_reason"] == _DEAD and facts["death_date"]:
            amount += self._funeral(facts).amount_fen + left_to_heir(facts, facts["death_date"])
        return int(amount)

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        after = "随保险关系转移，不退还现金" if facts["change_reason"] == _CARRIED else "退还后为 0"
        lines = [PreviewLine("个人账户余额", f"{format_fen(facts['account_balance'])} 元", after)]
        if facts["change_reason"] == _DEAD and facts["death_date"]:
            lines.append(PreviewLine("丧葬补助金", "", f"{format_fen(self._funeral(facts).amount_fen)} 元"))
        return lines

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        if facts["change_reason"] == _CARRIED:
            return self._carry_over(facts)
        fen = empty_account(person=person, insurance=RESIDENT, case_id=case.pk, today=facts.today, until=facts.last_drawn_month)
        rest = Component("account", "个人账户余额", CalculationLine("个人账户余额", fen, period_of(facts.today), "国发〔2014〕8号"))
        components = [rest] if fen else []
        done = SetOff([], [])
        if facts["change_reason"] == _DEAD:
            funeral = self._funeral(facts)
            components.append(funeral)
            overpaid = overpaid_of(person, facts.needed("death_date"))
            close_for_death(facts, person, facts.needed("death_date"))
            benefit = pay_once(facts, case, person, kind=BenefitKind.FUNERAL, insurance=_NUMBER, component=funeral)
            done = set_off(facts, case, overpaid, benefit)
        elif facts.benefit is not None and facts.benefit.kind == BenefitKind.RESIDENT:
            end_benefit(
                benefit=facts.benefit,
                last_period=period_of(facts.today),
                reason=reason_label("resident_end_reason", facts["change_reason"]),
            )
        pay_once(facts, case, person, kind=BenefitKind.ACCOUNT, insurance=_NUMBER, component=rest)
        self._close(facts)
        return Outcome(
            summary=f"{person.name} 的居民养老保险关系已注销，支付给 {facts['payee_name']} 共 {format_fen(sum(c.amount_fen for c in components))} 元。",
            lines=[("个人编号", person.person_no), ("注销原因", reason_label("resident_end_reason", facts["change_reason"]))],
            sections=[*([sheet_section(components)] if components else []),
                      *([{"title": "死亡后多发待遇", "head": OVERPAID_HEAD, "rows": done.rows}] if done.rows else [])],
            follow_ups=done.follow_ups,
        )  # fmt: skip

    @staticmethod
    def _close(facts: BenefitFacts) -> None:
        """End the relation after this month and seal the account."""
        after = add_months(period_of(facts.today), 1)
        own = [c for c in facts.running_coverages if c.insurance == RESIDENT and c.start_period < after]
        stop = {_DEAD: StopReason.DEAD, _ABROAD: StopReason.ABROAD}.get(facts["change_reason"], StopReason.MOVED)
        close_coverages(coverages=own, from_period=after, stop_reason=stop)
        seal_accounts(person=needed_person(facts), insurances=[RESIDENT])

    def _carry_over(self, facts: BenefitFacts) -> Outcome:
        """A relation that is carried over: the account is sealed with what it holds and follows the person, nothing is paid.

        Source: 人社部发〔2014〕17号（城乡养老保险制度衔接）.
        """
        person = needed_person(facts)
        self._close(facts)
        balance = format_fen(facts.needed("account_balance"))
        return Outcome(
            summary=f"{person.name} 的居民养老保险关系已注销，个人账户 {balance} 元封存，随保险关系转移，不支付现金。",
            lines=[("个人编号", person.person_no), ("注销原因", reason_label("resident_end_reason", facts["change_reason"])),
                   ("封存余额（元）", balance)],
        )  # fmt: skip


def _draws_other_pension(facts: BenefitFacts) -> bool:
    """Whether another pension is drawn: one we pay, or one that another agency's paper shows."""
    if facts.person is None or "retirement_form" in facts.given:
        return True
    paid = (b for b in benefits_of(facts.person) if b.kind == BenefitKind.PENSION and b.status != BenefitStatus.ENDED)
    return facts.person.is_retired or any(paid)


@check("no_duplicate_benefit", of="RES-002")
def resident_account_not_paid_yet(facts: Facts) -> Iterator[Finding]:
    """The account was not paid out before."""
    yield from not_awarded_before(facts, BenefitKind.ACCOUNT)


@check("kin_confirmed", of="RES-002")
def heir_confirmed(facts: Facts) -> Iterator[Finding]:
    """When the relation ends by death, the payee is a relative or heir, whether the day is filled in or not."""
    if facts["change_reason"] == _DEAD or facts["death_date"] is not None:
        yield from heir_shown(facts)
