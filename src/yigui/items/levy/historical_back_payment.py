"""Back payment of contributions of earlier years (历史补缴)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.items.common.base import ItemHandler, item
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.levy._back_payment import back_pay, back_preview, back_total, nothing_due
from yigui.items.levy.facts import LevyFacts

LEGAL_DOCUMENTS = ("back_pay_evidence",)
RELATION_PROOFS = ("employment_contract", "personnel_file", "labour_relation_proof")


@item("LVY-004")
class HistoricalBackPayment(ItemHandler[LevyFacts]):
    """Writes approved months of earlier years, bills them by the law of each month with the surcharge of its time."""

    writes = ("contributions_bill", "contributions_line")
    all_insurances = True

    def check(self, facts: LevyFacts) -> list[Finding]:
        findings = super().check(facts)
        if facts.person is None or facts.employer is None:
            findings.append(Finding("person_known", "未查询到该人员或单位，请核对社会保障号码和单位编号。", field="id_number"))
        elif not any(f.is_refusal for f in findings):
            findings += nothing_due(facts, facts["contribution_base"])
        return findings

    def materials_needed(self, facts: LevyFacts) -> list[str]:
        """Contract or personnel file: `labour_relation_proved` asks for one of them."""
        return [c for c in super().materials_needed(facts) if c not in ("employment_contract",)]

    def amount_fen(self, facts: LevyFacts) -> int | None:
        return back_total(facts, facts["contribution_base"])[0] if facts.employer and facts.person else None

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        return back_preview(facts, facts["contribution_base"])

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        return back_pay(facts, case, facts["contribution_base"])


@check("evidence_valid")
def evidence_valid(facts: Facts) -> Iterator[Finding]:
    """The document number of the ground is given and its file is attached."""
    if len((facts["evidence_no"] or "").strip()) < 4:
        yield facts.refuse("evidence_valid", "请填写文书文号，如：某劳人仲案〔2025〕12号。", field="evidence_no")
    elif not any(code in facts.given for code in LEGAL_DOCUMENTS):
        yield facts.refuse("evidence_valid", "请上传该文书。")


@check("labour_relation_proved")
def labour_relation_proved(facts: Facts) -> Iterator[Finding]:
    """The employment relation in those months is proved by a contract, the personnel file or a proof of the relation."""
    if not any(code in facts.given for code in RELATION_PROOFS):
        yield facts.refuse("labour_relation_proved", "请收取劳动合同或人事档案。")


@check("over_three_years")
def over_three_years(facts: Facts) -> Iterator[Finding]:
    """More months than need no proof (three years) need a legal document: an award, a judgment, an order of inspection or audit."""
    if len(facts.months) <= facts.condition("unproven_back_payment_months"):
        return
    words = ("裁", "判", "监", "审", "调解")
    if not any(w in (facts["evidence_no"] or "") for w in words):
        yield facts.refuse(
            "over_three_years", f"共 {len(facts.months)} 个月，依据须为仲裁裁决、判决、监察或审计文书。", field="evidence_no"
        )
