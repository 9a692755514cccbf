"""Suspension of a flexible worker's contributions (灵活就业人员暂停缴费登记)."""

from collections.abc import Iterator
from typing import Any

from yigui.accounts.open_accounts import seal_accounts
from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.common.money import format_fen
from yigui.common.months import add_months, format_period, period_of
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.bill_facts import BillFacts
from yigui.items.common.checks import check
from yigui.items.common.known import Known
from yigui.registry.enums import AAE140, Insurance, StopReason
from yigui.registry.persons import close_coverages
from yigui.registry.queries import active_coverages


@item("REG-008")
class FlexibleWorkerSuspension(ItemHandler[BillFacts]):
    """Ends the personal relations with the month before the stated one, and seals their accounts."""

    writes = ("accounts_personal_account", "registry_coverage")

    def prefill(self, known: Known) -> dict[str, Any]:
        held = active_coverages(known.person, known.period) if known.person else []
        own = [c.insurance for c in held if c.employer_id is None and c.insurance in known.item.insurances]
        return super().prefill(known) | {"insurances": own}

    def preview(self, facts: BillFacts) -> list[PreviewLine]:
        return [
            PreviewLine(Insurance(i).label, "正常缴费", f"自 {format_period(facts['settle_period'])} 起暂停")
            for i in facts["insurances"]
        ]

    def apply(self, facts: BillFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        stop = facts["settle_period"]
        own = [c for c in facts.running_coverages if c.employer_id is None and c.insurance in facts["insurances"]]
        close_coverages(coverages=own, from_period=stop, stop_reason=StopReason.OTHER)
        seal_accounts(person=person, insurances=[c.insurance for c in own])
        last = format_period(add_months(stop, -1))
        return Outcome(
            summary=f"{person.name} 个人缴纳的{'、'.join(c.get_insurance_display() for c in own)}自 {format_period(stop)} 起暂停。",
            lines=[("个人编号", person.person_no), ("最后缴费年月", last)],
            sections=[
                {"title": "暂停险种", "head": ["险种", "最后缴费年月"], "rows": [[c.get_insurance_display(), last] for c in own]}
            ],
            notes=["暂停后医保待遇按规定中止；可随时重新登记续缴，个人账户继续保留。"],
        )


@check("paid_until")
def paid_until(facts: BillFacts) -> Iterator[Finding]:
    """No unpaid bill is left for a month before the suspension; it begins this month or the next."""
    stop = facts["settle_period"]
    now = period_of(facts.today)
    if stop not in (now, add_months(now, 1)):
        yield facts.refuse(
            "paid_until", f"暂停年月只能是 {format_period(now)} 或 {format_period(add_months(now, 1))}。", field="settle_period"
        )
        return
    wanted = {AAE140[i] for i in facts["insurances"] or []}
    for state in facts.bills:
        if state.bill.insurance in wanted and state.left_fen > 0 and state.bill.start_period < stop:
            yield facts.refuse(
                "paid_until", f"{state.label} {format_period(state.bill.start_period)} 欠 {format_fen(state.left_fen)} 元。",
                field="settle_period",
            )  # fmt: skip
            return
