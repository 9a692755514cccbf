"""Payment of a unit's arrears (社会保险费欠费补缴)."""

from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.charges.case_bills import add_surcharge, source_of_case
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import Item, item, needed_employer
from yigui.items.common.checks.arrears import chosen_arrears
from yigui.items.common.facts import Facts
from yigui.items.common.order import ask_for, order_outcome
from yigui.law.late_surcharge import surcharge_of_bill
from yigui.levy.models import Bill


def _shares(facts: Facts) -> list[tuple[Bill, int, int]]:
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
class UnitArrearsPayment(Item):
    """Marks unpaid bills for collection, oldest first, with the surcharge to the day; the rest happens when it is paid."""

    def amount_fen(self, facts: Facts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def preview(self, facts: Facts) -> list[PreviewLine]:
        rows = _shares(facts)
        return [
            PreviewLine(f"{format_period(b.start_period)} 缴费单 {b.id}", f"{format_fen(fen)} 元", f"滞纳金 {format_fen(late)} 元")
            for b, fen, late in rows[:50]
        ]

    def apply(self, facts: Facts, case: Case) -> Outcome:
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
