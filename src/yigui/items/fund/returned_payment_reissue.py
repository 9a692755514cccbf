"""Reissue of a returned benefit payment (待遇支付退票重发)."""

from collections.abc import Callable, Iterator, Sequence

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.identifiers import is_bank_account, mask_number
from yigui.common.money import format_fen
from yigui.common.normalise import plain_identity
from yigui.common.texts import int_or_none
from yigui.entitlement.award import change_account
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import benefits_of
from yigui.items.common.award import ACCOUNT_CLASS, account_risk, payee_of
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.checks.benefit import alive
from yigui.items.common.checks.death import not_the_dead_persons
from yigui.items.common.checks.money import account_in_name, account_of_others, bank_match
from yigui.items.common.facts import Facts
from yigui.payment.models import Payment, Reissue
from yigui.payment.queries import (
    ReturnedPayment,
    doubts_of,
    is_of_claimed_months,
    reissued_payment,
    returned_payment,
    settled_doubts,
    unconfirmed_file,
    words_of_doubt,
)
from yigui.payment.reason_codes import reason_in_words, return_reason_of
from yigui.payment.reissue import send_again
from yigui.registry.enums import LifeStatus
from yigui.registry.models import Person
from yigui.registry.queries import numbers_of


@item("FND-002")
class ReturnedPaymentReissue(BenefitItem[BenefitFacts]):
    """Sends a returned payment again, with the next run's files; it waits in suspense and is no new expense."""

    writes = ("benefits_benefit", "benefits_reissue")
    #: The proof of kinship is of what is due to an heir.
    optional_materials = ("bank_card", "kinship_proof")

    @staticmethod
    def _found(facts: BenefitFacts) -> ReturnedPayment | None:
        batch = returned_batch(facts)
        if facts.person is None or batch is None:
            return None
        found = (returned_payment(b, batch) for b in benefits_of(facts.person))
        return next((p for p in found if p is not None and p.amount_fen == facts["amount"]), None)

    def amount_fen(self, facts: BenefitFacts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def risk(self, facts: BenefitFacts) -> tuple[int, list[str]]:
        """Another account for what is still drawn, or an heir's, is key information, as for PEN-008; the same account again is not."""
        if _heirs(facts) is not None:
            risk_class, reasons = super().risk(facts)
            return min(risk_class, ACCOUNT_CLASS), [*reasons, "重发至继承人的账户"]
        found = self._found(facts)
        benefit = None if found is None or facts.person is None else _benefit_of(facts.person, found.payment)
        return account_risk(*super().risk(facts), benefit=benefit, facts=facts)

    def preview(self, facts: BenefitFacts) -> list[PreviewLine]:
        found = self._found(facts)
        if found is None:
            return []
        lines = [
            PreviewLine(
                f"退票 {format_fen(found.amount_fen)} 元", mask_number(found.account_no), mask_number(facts["account_no"] or "")
            )
        ]
        key = (found.payment.batch_id, found.payment.benefit_id)
        if key in (doubts := settled_doubts({key})):
            inside = f"银行结果曾经矛盾：{doubts[key]}"
            lines.append(PreviewLine("核实结论", "", inside, from_outside=("", "经办机构已与银行核实确为退票")))
        person = needed_person(facts)
        benefit = _benefit_of(person, found.payment)
        if _heirs(facts) is not None:
            lines.append(PreviewLine("领取人", f"{person.name}（已死亡）", f"{benefit.payee_name}（继承人）"))
        if _moves(benefit, facts["account_no"] or ""):
            lines.append(PreviewLine("以后各月发放账户", mask_number(benefit.account_no), mask_number(facts["account_no"] or "")))
        return lines

    def before_signing(self, facts: Callable[[], BenefitFacts]) -> list[Finding]:
        """The bank may contradict itself after the case was accepted: it is not signed before somebody has decided."""
        now = facts()
        return [*account_of_others(now), *_doubts(now)]

    def apply(self, facts: BenefitFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        found = self._found(facts)
        assert found is not None
        payee = payee_of(facts, person)
        send_again(returned=found, payee=payee, case_id=case.pk)
        benefit = _benefit_of(person, found.payment)
        where = "原账户" if payee.account_no == found.account_no else f"账户 {mask_number(payee.account_no)}"
        # Of somebody dead nothing but what is due to an heir comes here (`alive`).
        is_heirs = person.life_status == LifeStatus.DEAD
        whose = f"{person.name} 死亡后应发给 {benefit.payee_name} 的" if is_heirs else f"{person.name} 的"
        summary = f"{whose}退票款 {format_fen(found.amount_fen)} 元将随下一批次重发至{where}。"
        later = []
        if _moves(benefit, payee.account_no):
            change_account(benefit=benefit, payee=payee)
            summary += f"以后各月的{benefit.get_kind_display()}也改发至该账户。"
            later = [("以后各月发放账户", mask_number(payee.account_no))]
        return Outcome(
            summary=summary,
            lines=[("个人编号", person.person_no), ("原批次", str(found.payment.batch_id)), ("账号", mask_number(payee.account_no)), *later],
            notes=["退票款已在暂收款挂账，重发不重复计入待遇支出。"],
        )  # fmt: skip


def _heirs(facts: BenefitFacts) -> Benefit | None:
    """The benefit of somebody dead whose returned payment is due to another (an heir); None of any other."""
    person = facts.person
    if person is None or person.life_status != LifeStatus.DEAD:
        return None
    found = ReturnedPaymentReissue._found(facts)
    if found is None:
        return None
    benefit = _benefit_of(person, found.payment)
    return None if benefit.payee_number in numbers_of(person) else benefit


def _moves(benefit: Benefit, account_no: str) -> bool:
    """Whether the months to come are paid into the account from now on as well: the benefit is drawn, and into another one."""
    return benefit.status != "ended" and benefit.account_no != account_no


def _benefit_of(person: Person, payment: Payment) -> Benefit:
    return next(b for b in benefits_of(person) if b.pk == payment.benefit_id)


def returned_batch(facts: Facts) -> int | None:
    """The run the returned payment belongs to: the number typed, as `P12-345` or `12`."""
    text = plain_identity(facts["batch_no"] or "").removeprefix("P").split("-")[0]
    return int_or_none(text)


@check("returned_found")
def returned_found(facts: BenefitFacts) -> Iterator[Finding]:
    """A returned payment of the run exists, about which the bank does not contradict itself, of this amount, and goes to another account than the one
    it came back from, else that is asked about; one that was sent again is `not_reissued`'s.
    """
    batch = returned_batch(facts)
    if facts.person is None or batch is None:
        yield facts.refuse("returned_found", field="batch_no")
        return
    found = [p for p in (returned_payment(b, batch) for b in benefits_of(facts.person)) if p is not None]
    yield from _doubts(facts)
    if not found and not _reissued(facts):
        yield facts.refuse("returned_found", field="batch_no")
    elif found and (waiting := unconfirmed_file(found[0])) is not None:
        yield Finding(
            "returned_found",
            f"该笔退票（回执 {waiting.pk} 号）尚未由第二人与银行对账单核对，请先在“发放结果”页核对。",
            field="batch_no",
        )
    elif found and facts["amount"] not in {one.amount_fen for one in found}:
        yield Finding("returned_found", f"退票金额为 {format_fen(found[0].amount_fen)} 元。", field="amount")
    else:
        yield from _against_what_came_back(facts, [one for one in found if one.amount_fen == facts["amount"]])


def _doubts(facts: BenefitFacts) -> Iterator[Finding]:
    """Lines of the bank about the person's payment of the run that contradict what is on record and that nobody has decided about."""
    batch = returned_batch(facts)
    if facts.person is None or batch is None:
        return
    for benefit in benefits_of(facts.person):
        for doubt in doubts_of(batch, benefit.pk):
            yield Finding("returned_found", words_of_doubt(doubt), field="batch_no")


def _against_what_came_back(facts: Facts, found: Sequence[ReturnedPayment]) -> Iterator[Finding]:
    """The account is none that the payment has come back from, at whichever attempt; the reason is the one the bank gave."""
    for one in found:
        back = next((a for a in reversed(one.attempts) if a.account_no == facts["account_no"]), None)
        if back is not None:
            why = f"（{reason_in_words(back.reason)}）" if back.reason else ""
            words = f"填写的账户第 {back.number} 次支付时已被银行退回{why}，很可能再次退回；已核实可以收款的，请写明如何核实。"
            yield Finding.question("returned_found", words, field="account_no")
        said = return_reason_of(one.reason)
        if said and said != facts["return_reason"]:
            words = (
                f"银行退回的原因为“{reason_in_words(one.reason)}”，所填退票原因为“{reason_label('return_reason', facts['return_reason'])}”；"
                "请核对银行退票通知，与银行所述不同的写明依据。"
            )
            yield Finding.question("returned_found", words, field="return_reason")


@check("alive", of="FND-002")
def alive_or_due_to_an_heir(facts: BenefitFacts) -> Iterator[Finding]:
    """The person lives; or what came back is due to the heir, who comes to the counter and is shown by a paper. What was paid for months after the death
    is the run's first, which ends the claim for it with what came back."""
    benefit = _heirs(facts)
    if benefit is None or facts.channel != "counter":
        yield from alive(facts)
        return
    if "kinship_proof" not in facts.given:
        words = f"应发给继承人 {benefit.payee_name} 的退票款，请收取亲属关系或继承权证明。"
        yield Finding("alive", words, field="id_number")
    batch = returned_batch(facts)
    if batch is not None and is_of_claimed_months(benefit, batch):
        words = "该笔退票含死亡后的月份，由下一支付计划先冲减多领追回；冲减后有余款的，再办理重发。"
        yield Finding("alive", words, field="batch_no")
    yield from not_the_dead_persons(facts, "alive", payee=(benefit.payee_number, benefit.payee_name))


@check("bank_match", of="FND-002")
def account_of_person_or_heir(facts: BenefitFacts) -> Iterator[Finding]:
    """The account is in the name of whom it is to pay: the heir's, where what came back is due to one."""
    benefit = _heirs(facts)
    if benefit is not None and is_bank_account(facts["account_no"] or ""):
        yield from account_in_name(facts, benefit.payee_name)
    else:
        yield from bank_match(facts)


@check("not_reissued")
def not_reissued(facts: Facts) -> Iterator[Finding]:
    """The payment was not sent again before."""
    for reissue in _reissued(facts):
        when = (
            f"已随批次 {reissue.sent_batch} 发出，请等待银行结果"
            if reissue.sent_batch
            else "将随下一批次发出；账户有误的，由会计或科室负责人在“发放结果”页申请撤回，撤回后重新办理"
        )
        yield facts.refuse(
            "not_reissued", f"{format_fen(reissue.amount_fen)} 元第 {reissue.attempt} 次支付{when}。", field="batch_no"
        )


def _reissued(facts: Facts) -> list[Reissue]:
    """What was sent again of the person's payments of the run and does not wait to be."""
    batch = returned_batch(facts)
    if facts.person is None or batch is None:
        return []
    if any(returned_payment(b, batch) for b in benefits_of(facts.person)):
        return []
    return [r for r in (reissued_payment(b, batch) for b in benefits_of(facts.person)) if r is not None]
