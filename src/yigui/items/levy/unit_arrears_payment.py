"""Payment of a unit's arrears (社会保险费欠费补缴)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.charges.case_bills import add_surcharge, source_of_case
from yigui.charges.queries import BillState
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import ItemHandler, item, needed_employer
from yigui.items.common.bill_facts import BillFacts
from yigui.items.common.checks import check
from yigui.items.common.order import ask_for, order_outcome
from yigui.items.levy.facts import LevyFacts
from yigui.law.late_surcharge import surcharge_of_bill
from yigui.levy.models import Bill
from yigui.registry.enums import AAE140


def _shares(facts: BillFacts) -> list[tuple[Bill, int, int]]:
    """(bill, principal to pay now, surcharge on it to today), oldest first, up to the amount; fen."""
    left, rows = facts["amount"], []
    for state in chosen_arrears(facts):
        part = min(left, state.left_fen)
        if part <= 0:
            break
        late = surcharge_of_bill(part, state.due_on, facts.today, area=str(state.bill.area), period=state.bill.start_period)
        rows.append((state.bill, part, late.amount_fen))
        left -= part
    return rows


@item("LVY-005")
class UnitArrearsPayment(ItemHandler[LevyFacts]):
    """Marks unpaid bills for collection, oldest first, with the surcharge to the day; the rest happens when it is paid."""

    writes = ("contributions_bill",)
    all_insurances = True

    def amount_fen(self, facts: LevyFacts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        rows = _shares(facts)
        return [
            PreviewLine(f"{format_period(b.start_period)} 缴费单 {b.id}", f"{format_fen(fen)} 元", f"滞纳金 {format_fen(late)} 元")
            for b, fen, late in rows[:50]
        ]

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        employer = needed_employer(facts)
        asked: list[tuple[Bill, int]] = []
        for bill, fen, late in _shares(facts):
            asked.append((bill, fen))
            if late:
                extra = add_surcharge(bill=bill, fen=late, source_id=source_of_case(case.pk), today=facts.today)
                asked.append((extra, extra.total_fen))
        order = ask_for(facts=facts, case=case, bills=asked, pay_channel=facts["pay_channel"], employer=employer, person=None)
        return order_outcome(
            f"{employer.name} 清欠 {format_fen(facts['amount'])} 元，连同滞纳金共应缴 {format_fen(order.amount_fen)} 元。", order, asked,
            ["滞纳金计至今日，逾期缴纳的按实际天数补收。"],
        )  # fmt: skip


def chosen_arrears(facts: BillFacts) -> list[BillState]:
    """Overdue bills of the chosen insurances and months, oldest first."""
    wanted = {AAE140[i] for i in facts["insurances"] or []}
    found = [
        s for s in facts.bills
        if s.bill.insurance in wanted and s.is_overdue(facts.today) and s.bill.start_period in facts.months
    ]  # fmt: skip
    return sorted(found, key=lambda s: (s.due_on, s.bill.start_period, s.bill.insurance, s.bill.id))


@check("has_arrears")
def has_arrears(facts: BillFacts) -> Iterator[Finding]:
    """The payer has an unpaid bill, past its term, in the chosen months."""
    if not chosen_arrears(facts):
        yield facts.refuse("has_arrears", field="start_month")


@check("oldest_first")
def oldest_first(facts: BillFacts) -> Iterator[Finding]:
    """Older months of the chosen insurances are paid before newer ones."""
    wanted = {AAE140[i] for i in facts["insurances"] or []}
    older = [
        s.bill.start_period for s in facts.bills
        if s.bill.insurance in wanted and s.is_overdue(facts.today) and facts.months and s.bill.start_period < facts.months[0]
    ]  # fmt: skip
    if older:
        yield facts.refuse("oldest_first", f"{format_period(min(older))} 仍有欠费。", field="start_month")


@check("amount_positive", of="LVY-005")
def amount_within_arrears(facts: BillFacts) -> Iterator[Finding]:
    """The amount is more than zero, and not above the arrears that are chosen."""
    amount, total = facts["amount"], sum(s.left_fen for s in chosen_arrears(facts))
    if amount <= 0:
        yield facts.refuse("amount_positive", field="amount")
    elif amount > total > 0:
        yield facts.refuse("amount_positive", f"所选月份欠费本金共 {format_fen(total)} 元，不能多于此数。", field="amount")
