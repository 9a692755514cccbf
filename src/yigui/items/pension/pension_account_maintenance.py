"""Change of the account a pension is paid into (养老保险待遇发放账户维护申请)."""

from collections.abc import Iterator
from dataclasses import replace

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.identifiers import is_bank_account, mask_number
from yigui.common.money import format_fen
from yigui.common.months import period_of
from yigui.entitlement.award import change_account, owe_back
from yigui.entitlement.models import Benefit
from yigui.items.common.award import ACCOUNT_CLASS, account_risk, payee_of
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.checks.benefit import alive, is_pensioner
from yigui.items.common.checks.death import not_the_dead_persons
from yigui.items.common.checks.money import account_in_name, bank_match, others_of_account
from yigui.items.pension.facts import PensionFacts
from yigui.payment.queries import owed_to_heirs
from yigui.registry.enums import LifeStatus
from yigui.registry.models import Person


@item("PEN-008")
class PaymentAccountChange(BenefitItem[PensionFacts]):
    """Replaces the account; the old one stays in the field history, the next run pays into the new one."""

    writes = ("benefits_benefit",)
    #: Of what is owed to an heir.
    optional_materials = ("kinship_proof",)

    def risk(self, facts: PensionFacts) -> tuple[int, list[str]]:
        """Where the money goes is key information: decided as strictly as how much it is."""
        risk_class, reasons = super().risk(facts)
        if _owed(facts):
            return min(risk_class, ACCOUNT_CLASS), [*reasons, "变更继承人的收款账户"]
        return account_risk(risk_class, reasons, benefit=facts.benefit, facts=facts)

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """Of a dead person what is owed to the heir: it goes out with the next run, into the account named here."""
        owed = _owed(facts)
        return sum(fen for _, fen in owed) if owed else None

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        if owed := _owed(facts):
            number = mask_number(facts["account_no"] or "")
            return [
                PreviewLine(f"{b.payee_name}：{b.get_kind_display()} {format_fen(fen)} 元", mask_number(b.account_no), number)
                for b, fen in owed
            ]
        if facts.benefit is None:
            return []
        return [PreviewLine("发放账号", mask_number(facts.benefit.account_no), mask_number(facts["account_no"] or ""))]

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        if owed := _owed(facts):
            return _to_the_heir(facts, person, owed)
        assert benefit is not None
        change_account(benefit=benefit, payee=payee_of(facts, person))
        return Outcome(
            summary=f"{person.name} 的待遇发放账户已变更，自下一批次起发入新账户。",
            lines=[("个人编号", person.person_no), ("户名", facts["account_name"]), ("新账号", mask_number(facts["account_no"]))],
            notes=["原账户退回的款项请办理退票重发（FND-002）。"],
        )  # fmt: skip


def _owed(facts: BenefitFacts) -> list[tuple[Benefit, int]]:
    """What of a dead person's benefits is still owed to an heir, with the sum of each (fen): of several heirs to the one the account is of."""
    person = facts.person
    if person is None or person.life_status != LifeStatus.DEAD:
        return []
    owed = owed_to_heirs(person, run=period_of(facts.today))
    return [one for one in owed if one[0].payee_name == facts["account_name"]] or owed


def _to_the_heir(facts: PensionFacts, person: Person, owed: list[tuple[Benefit, int]]) -> Outcome:
    """Pay what is owed to the heir into the account of the form, with the next run."""
    payee = replace(payee_of(facts, person), name=owed[0][0].payee_name, number=owed[0][0].payee_number)
    for benefit, _ in owed:
        change_account(benefit=benefit, payee=payee)
        owe_back(benefit, start=benefit.start_period)
    total, number = format_fen(sum(fen for _, fen in owed)), mask_number(payee.account_no)
    return Outcome(
        summary=f"{person.name} 死亡后应发给 {payee.name} 的 {total} 元，自下一批次起发入其本人账户。",
        lines=[("个人编号", person.person_no), ("领取人", payee.name), ("待发金额（元）", total), ("户名", payee.account_name), ("新账号", number)],
    )  # fmt: skip


@check("alive", of="PEN-008")
def alive_or_owed_to_an_heir(facts: PensionFacts) -> Iterator[Finding]:
    """The person lives; or money is owed to the heir, who comes to the counter and is shown by a paper."""
    owed = _owed(facts)
    if not owed or facts.channel != "counter":
        yield from alive(facts)
        return
    if "kinship_proof" not in facts.given:
        words = f"应发给继承人 {owed[0][0].payee_name} 的款项变更账户，请收取亲属关系或继承权证明。"
        yield Finding("alive", words, field="id_number")
    if len({benefit.payee_number for benefit, _ in owed}) > 1:
        words = "应发给继承人的款项分属几名领取人，请按户名所属的领取人分别办理。"
        yield Finding("alive", words, field="account_name")
    yield from not_the_dead_persons(facts, "alive", payee=(owed[0][0].payee_number, owed[0][0].payee_name))


@check("is_pensioner", of="PEN-008")
def is_pensioner_or_heir(facts: PensionFacts) -> Iterator[Finding]:
    """The person receives a pension, or an heir what is left of one."""
    if not _owed(facts):
        yield from is_pensioner(facts)


@check("bank_match", of="PEN-008")
def account_of_person_or_heir(facts: PensionFacts) -> Iterator[Finding]:
    """The account is in the name of whom it is to pay: the heir's, where money is owed to one."""
    owed = _owed(facts)
    if owed and is_bank_account(facts["account_no"] or ""):
        yield from account_in_name(facts, owed[0][0].payee_name)
    else:
        yield from bank_match(facts)


@check("account_not_shared")
def account_not_shared(facts: PensionFacts) -> Iterator[Finding]:
    """The account is not another's."""
    if others := others_of_account(facts):
        yield facts.refuse("account_not_shared", f"{others}。", field="account_no")
