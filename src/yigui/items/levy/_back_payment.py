"""What individual and historical back payment share."""

from yigui.casework.findings import Finding
from yigui.casework.handlers import Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.charges.case_bills import MonthDue, charge_months, month_due
from yigui.common.money import format_fen
from yigui.common.months import format_period
from yigui.items.common.base import needed_employer, needed_person
from yigui.items.common.facts import Facts
from yigui.items.common.order import add_past_surcharge, ask_for, insurance_name, order_outcome, past_surcharge
from yigui.levy.enums import BillKind
from yigui.levy.models import Bill
from yigui.registry.enums import Insurance

#: Paid with the unit's other dues, by its usual channel.
UNIT_CHANNEL = "02"


def back_dues(facts: Facts, declared_fen: int) -> list[MonthDue]:
    """What every missed month comes to, by the law of that month."""
    employer, person = needed_employer(facts), needed_person(facts)
    return [
        MonthDue(
            person.pk, insurance, period,
            month_due(insurance=insurance, declared_fen=declared_fen, period=period, area=employer.area_id, employer=employer),
        )
        for insurance in facts.needed("insurances")
        for period in facts.months
    ]  # fmt: skip


def back_total(facts: Facts, declared_fen: int) -> tuple[int, int]:
    """Principal and surcharge to today, fen."""
    dues = [d for d in back_dues(facts, declared_fen) if d.due.total_fen]
    return (
        sum(d.due.total_fen for d in dues),
        sum(past_surcharge([(d.period, d.due.total_fen)], area=facts.area_code, today=facts.today) for d in dues),
    )


def nothing_due(facts: Facts, declared_fen: int) -> list[Finding]:
    """A refusal where the insurances and months chosen come to nothing: there would be no bill to pay."""
    total, _ = back_total(facts, declared_fen)
    return [] if total else [Finding("something_due", "所选险种和月份没有需要缴纳的费用，请核对险种和月份。", field="insurances")]


def back_preview(facts: Facts, declared_fen: int) -> list[PreviewLine]:
    """Amounts and the calculation of the first month of each insurance."""
    principal, late = back_total(facts, declared_fen)
    lines = [
        PreviewLine(
            "补缴月份", "", f"{format_period(facts.months[0])} 至 {format_period(facts.months[-1])}，共 {len(facts.months)} 个月"
        ),
        PreviewLine("本金", "", f"{format_fen(principal)} 元"),
        PreviewLine("滞纳金（计至今日）", "", f"{format_fen(late)} 元"),
    ]
    for due in back_dues(facts, declared_fen):
        if due.period == facts.months[0]:
            lines += [
                PreviewLine(
                    f"{Insurance(due.insurance).label} {format_period(due.period)}", line.text, f"{format_fen(line.amount_fen)} 元"
                )
                for line in due.due.lines
            ]
    return lines


def back_pay(facts: Facts, case: Case, declared_fen: int) -> Outcome:
    """Lines, bills with the surcharge so far, and one order over them."""
    employer, person = needed_employer(facts), needed_person(facts)
    dues = back_dues(facts, declared_fen)
    bills = charge_months(
        case_id=case.pk, dues=dues, employer=employer, area=employer.area_id, kind=BillKind.BACK, today=facts.today
    )
    asked: list[tuple[Bill, int]] = []
    for bill in bills:
        months = [(d.period, d.due.total_fen) for d in dues if d.insurance == insurance_name(bill.insurance)]
        if bill.total_fen:
            asked.append((bill, bill.total_fen))
        asked += add_past_surcharge(case=case, bill=bill, months=months, area=employer.area_id, today=facts.today)
    order = ask_for(facts=facts, case=case, bills=asked, pay_channel=UNIT_CHANNEL, employer=employer, person=None)
    span = f"{format_period(facts.months[0])} 至 {format_period(facts.months[-1])}"
    return order_outcome(
        f"{person.name} {span} 的社会保险费已核定补缴 {format_fen(order.amount_fen)} 元。", order, asked,
        ["缴清后计入缴费月数并记入个人账户。"],
    )  # fmt: skip
