"""Change of the account a pension is paid into (养老保险待遇发放账户维护申请)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.identifiers import mask_number
from yigui.entitlement.award import change_account
from yigui.items.common.award import payee_of
from yigui.items.common.base import Item, item, needed_person
from yigui.items.common.facts import Facts


@item("PEN-008")
class PaymentAccountChange(Item):
    """Replaces the account; the old one stays in the field history, the next run pays into the new one."""

    def preview(self, facts: Facts) -> list[PreviewLine]:
        if facts.benefit is None:
            return []
        return [PreviewLine("发放账号", mask_number(facts.benefit.account_no), mask_number(facts["account_no"] or ""))]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        change_account(benefit=benefit, payee=payee_of(facts, person))
        return Outcome(
            summary=f"{person.name} 的待遇发放账户已变更，自下一批次起发入新账户。",
            facts=[("个人编号", person.person_no), ("户名", facts["account_name"]), ("新账号", mask_number(facts["account_no"]))],
            notes=["原账户退回的款项请办理退票重发（FND-002）。"],
        )  # fmt: skip
