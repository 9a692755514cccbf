"""Resumption of a pension (恢复养老保险待遇申请)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.catalogue.labels import reason_label
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.entitlement.award import change_account, resume
from yigui.entitlement.queries import amount_at, due_between
from yigui.items.common.award import payee_of
from yigui.items.common.base import Item, item, needed_person
from yigui.items.common.facts import Facts


@item("PEN-007")
class ResumeBenefit(Item):
    """Reopens a suspended benefit; the months since the chosen one that were not paid follow with the next run."""

    def amount_fen(self, facts: Facts) -> int | None:
        """All months from the chosen one to this one follow with the next run."""
        if facts.benefit is None or facts["start_month"] is None:
            return None
        return due_between(facts.benefit, facts["start_month"], period_of(facts.today))

    def preview(self, facts: Facts) -> list[PreviewLine]:
        if facts.benefit is None or facts["start_month"] is None:
            return []
        amount = amount_at(facts.benefit, period_of(facts.today))
        fen = amount.total_fen if amount else 0
        return [
            PreviewLine(facts.benefit.get_kind_display(), "暂停", f"自 {format_period(facts['start_month'])} 起恢复"),
            PreviewLine("现月标准", "", f"{format_fen(fen)} 元"),
        ]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        person, benefit = needed_person(facts), facts.benefit
        assert benefit is not None
        reason = reason_label("resume_reason", facts["change_reason"])
        resume(benefit=benefit, from_period=facts["start_month"], reason=reason)
        if facts["account_no"]:
            change_account(benefit=benefit, payee=payee_of(facts, person))
        return Outcome(
            summary=f"{person.name} 的{benefit.get_kind_display()}自 {format_period(facts['start_month'])} 起恢复发放（{reason}）。",
            facts=[("个人编号", person.person_no), ("恢复原因", reason)],
            notes=["未发的月份随下一批次补发。"],
        )  # fmt: skip
