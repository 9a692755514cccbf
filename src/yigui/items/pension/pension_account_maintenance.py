"""Change of the account a pension is paid into (养老保险待遇发放账户维护申请)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.identifiers import mask_number
from yigui.entitlement.award import change_account
from yigui.items.common.award import account_risk, payee_of
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.common.checks.money import others_of_account
from yigui.items.pension.facts import PensionFacts


@item("PEN-008")
class PaymentAccountChange(BenefitItem[PensionFacts]):
    """Replaces the account; the old one stays in the field history, the next run pays into the new one."""

    writes = ("benefits_benefit",)

    def risk(self, facts: PensionFacts) -> tuple[int, list[str]]:
        """Where the money goes is key information: decided as strictly as how much it is."""
        return account_risk(*super().risk(facts), benefit=facts.benefit, facts=facts)

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        if facts.benefit is None:
            return []
        return [PreviewLine("发放账号", mask_number(facts.benefit.account_no), mask_number(facts["account_no"] or ""))]

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        change_account(benefit=benefit, payee=payee_of(facts, person))
        return Outcome(
            summary=f"{person.name} 的待遇发放账户已变更，自下一批次起发入新账户。",
            lines=[("个人编号", person.person_no), ("户名", facts["account_name"]), ("新账号", mask_number(facts["account_no"]))],
            notes=["原账户退回的款项请办理退票重发（FND-002）。"],
        )  # fmt: skip


@check("account_not_shared")
def account_not_shared(facts: PensionFacts) -> Iterator[Finding]:
    """The account is not another's."""
    if others := others_of_account(facts):
        yield facts.refuse("account_not_shared", f"{others}。", field="account_no")
