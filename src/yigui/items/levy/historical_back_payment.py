"""Back payment of contributions of earlier years (历史补缴)."""

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.items.common.base import Item, item
from yigui.items.common.facts import Facts
from yigui.items.levy._back_payment import back_pay, back_preview, back_total
from yigui.law.parameter_table import ParameterMissing


@item("LVY-004")
class HistoricalBackPayment(Item):
    """Writes approved months of earlier years, bills them by the law of each month with the surcharge of its time."""

    def check(self, facts: Facts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is None or facts.employer is None:
            findings.append(Finding("person_known", "未查询到该人员或单位，请核对社会保障号码和单位编号。", field="id_number"))
        elif not findings:
            try:
                back_total(facts, facts["contribution_base"])
            except ParameterMissing as missing:
                findings.append(Finding("parameters_known", missing.message, field="start_month"))
        return findings

    def materials_needed(self, facts: Facts) -> list[str]:
        """Contract or personnel file: `labour_relation_proved` asks for one of them."""
        return [c for c in super().materials_needed(facts) if c not in ("employment_contract",)]

    def amount_fen(self, facts: Facts) -> int | None:
        try:
            return back_total(facts, facts["contribution_base"])[0] if facts.employer and facts.person else None
        except ParameterMissing:
            return None

    def preview(self, facts: Facts) -> list[PreviewLine]:
        return back_preview(facts, facts["contribution_base"])

    def apply(self, facts: Facts, case: Case) -> Outcome:
        return back_pay(facts, case, facts["contribution_base"])
