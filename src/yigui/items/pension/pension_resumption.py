"""Resumption of a pension (恢复养老保险待遇申请)."""

from collections.abc import Iterator
from typing import Any

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.entitlement.award import change_account, resume
from yigui.entitlement.enums import BenefitStatus
from yigui.entitlement.models import Benefit
from yigui.entitlement.queries import amount_at, certified_until
from yigui.items.common.award import payee_of
from yigui.items.common.base import item, needed_person
from yigui.items.common.benefit_facts import BenefitFacts
from yigui.items.common.benefit_item import BenefitItem
from yigui.items.common.checks import check
from yigui.items.pension.facts import PensionFacts
from yigui.payment.queries import still_due


@item("PEN-007")
class ResumeBenefit(BenefitItem[PensionFacts]):
    """Reopens a suspended benefit; the months since the chosen one that were not paid follow with the next run."""

    writes = ("benefits_benefit",)
    needs_living = True

    def prefill_of_benefit(self, benefit: Benefit) -> dict[str, Any]:
        return {"start_month": format_period(benefit.suspended_from)} if benefit.suspended_from else {}

    def amount_fen(self, facts: PensionFacts) -> int | None:
        """The months from the chosen one to this one that were not paid: they follow with the next run."""
        if facts.benefit is None or facts["start_month"] is None:
            return None
        now = period_of(facts.today)
        return still_due(facts.benefit, facts["start_month"], now, run=now)

    def preview(self, facts: PensionFacts) -> list[PreviewLine]:
        if facts.benefit is None or facts["start_month"] is None:
            return []
        amount = amount_at(facts.benefit, period_of(facts.today))
        fen = amount.total_fen if amount else 0
        return [
            PreviewLine(facts.benefit.get_kind_display(), "暂停", f"自 {format_period(facts['start_month'])} 起恢复"),
            PreviewLine("现月标准", "", f"{format_fen(fen)} 元"),
        ]

    def apply(self, facts: PensionFacts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        reason = reason_label("resume_reason", facts["change_reason"])
        resume(benefit=benefit, from_period=facts.needed("start_month"), reason=reason)
        if facts["account_no"]:
            change_account(benefit=benefit, payee=payee_of(facts, person))
        return Outcome(
            summary=f"{person.name} 的{benefit.get_kind_display()}自 {format_period(facts['start_month'])} 起恢复发放（{reason}）。",
            lines=[("个人编号", person.person_no), ("恢复原因", reason)],
            notes=["未发的月份随下一批次补发。"],
        )  # fmt: skip


@check("is_suspended")
def is_suspended(facts: BenefitFacts) -> Iterator[Finding]:
    """The benefit is suspended."""
    if facts.benefit is None or facts.benefit.status != BenefitStatus.SUSPENDED:
        yield facts.refuse("is_suspended", field="id_number")


@check("cause_removed")
def cause_removed(facts: BenefitFacts) -> Iterator[Finding]:
    """The cause of the suspension is gone: certified again, released, returned, or stopped in error."""
    benefit = facts.benefit
    if benefit is None or benefit.suspended_from is None:
        return
    if facts["change_reason"] == "02" and "court_document" not in facts.given:
        yield facts.refuse("cause_removed", "刑满释放须收取法律文书。", field="change_reason")
    if facts["change_reason"] == "01" and certified_until(benefit.person_id) < period_of(facts.today):
        yield facts.refuse("cause_removed", "请先办理资格认证（CRT-001）。", field="change_reason")
    start = facts["start_month"]
    if start is not None and not benefit.suspended_from <= start <= period_of(facts.today):
        yield Finding(
            "cause_removed", f"恢复年月须在 {format_period(benefit.suspended_from)} 至当前月份之间。", field="start_month"
        )
