"""Settlement and reconciliation with a unit (单位缴费结算与对账)."""

from yigui.casework.handlers import Outcome, PreviewLine, Subject
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.items.common.base import Item, employer_subject, item, needed_employer
from yigui.items.common.checks.arrears import settlement_states, settlement_sums
from yigui.items.common.facts import Facts
from yigui.items.common.order import bill_table
from yigui.law.contribution import describe_period
from yigui.receipts.queries import waiting_money
from yigui.receipts.settle import settle_recognised


@item("FND-001")
class UnitFundSettlement(Item):
    """Matches waiting receipts with the unit's bills, moves suspense to income, and signs the sheet of the period."""

    def subject(self, facts: Facts) -> Subject:
        return employer_subject(facts.employer)

    def amount_fen(self, facts: Facts) -> int | None:
        return sum(fen for _, fen in waiting_money(facts.employer)) if facts.employer else None

    def preview(self, facts: Facts) -> list[PreviewLine]:
        employer = needed_employer(facts)
        due, paid = settlement_sums(facts)
        lines = [PreviewLine("所选月份", f"应缴 {format_fen(due)} 元", f"实缴 {format_fen(paid)} 元")]
        return lines + [
            PreviewLine(f"到账 {r.reference}", f"待认定 {format_fen(fen)} 元", "抵缴最早的未缴费用，余额留待抵缴")
            for r, fen in waiting_money(employer)[:30]
        ]

    def apply(self, facts: Facts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        due, paid = settlement_sums(facts)
        waiting = waiting_money(employer)
        result = settle_recognised(receipts=[r for r, _ in waiting], case_id=case.pk, today=facts.today) if waiting else None
        moved = result.allocated_fen if result else 0
        states = settlement_states(facts)
        span = describe_period(facts.months[0], facts.months[-1])
        vouchers = "、".join(f"记-{v}" for v in result.vouchers) if result else "无"
        rows = [(s.bill, s.bill.total_fen) for s in sorted(states, key=lambda s: (s.bill.start_period, s.bill.insurance))[:300]]
        return Outcome(
            summary=f"{employer.name} {span} 对账完成，差额 {format_fen(due - paid)} 元，暂收款转入 {format_fen(moved)} 元。",
            facts=[("应缴合计（元）", format_fen(due)), ("实缴合计（元）", format_fen(paid)), ("差额（元）", format_fen(due - paid)),
                   ("暂收款转入（元）", format_fen(moved)), ("记账凭证", vouchers)],
            sections=[bill_table("应缴明细", rows)] if rows else [],
            notes=[facts["note"]] if facts["note"] else [],
        )  # fmt: skip
