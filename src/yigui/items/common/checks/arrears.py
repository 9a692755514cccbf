"""Checks of payments: arrears, amounts, orders, settlement with a unit."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.charges.enums import OrderStatus
from yigui.charges.models import PaymentOrder
from yigui.charges.queries import BillState
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.law.parameter_table import table
from yigui.registry.enums import AAE140


def chosen_arrears(facts: Facts) -> list[BillState]:
    """Overdue bills of the chosen insurances and months, oldest first."""
    wanted = {AAE140[i] for i in facts["insurances"] or []}
    found = [
        s for s in facts.bills
        if s.bill.insurance in wanted and s.is_overdue(facts.today) and s.bill.start_period in facts.months
    ]  # fmt: skip
    return sorted(found, key=lambda s: (s.due_on, s.bill.start_period, s.bill.insurance, s.bill.id))


@check("has_arrears")
def has_arrears(facts: Facts) -> Iterator[Finding]:
    """The payer has an unpaid bill, past its term, in the chosen months."""
    if not chosen_arrears(facts):
        yield facts.refuse("has_arrears", field="start_month")


@check("oldest_first")
def oldest_first(facts: Facts) -> Iterator[Finding]:
    """Older months of the chosen insurances are paid before newer ones."""
    wanted = {AAE140[i] for i in facts["insurances"] or []}
    older = [
        s.bill.start_period for s in facts.bills
        if s.bill.insurance in wanted and s.is_overdue(facts.today) and facts.months and s.bill.start_period < facts.months[0]
    ]  # fmt: skip
    if older:
        yield facts.refuse("oldest_first", f"{format_period(min(older))} 仍有欠费。", field="start_month")


@check("amount_positive")
def amount_positive(facts: Facts) -> Iterator[Finding]:
    """The amount is more than zero, and not above what can be paid with this item."""
    amount = facts["amount"]
    if amount is None:
        return
    if amount <= 0:
        yield facts.refuse("amount_positive", field="amount")
    elif facts.item.code == "LVY-005":
        total = sum(s.left_fen for s in chosen_arrears(facts))
        if amount > total > 0:
            yield facts.refuse("amount_positive", f"所选月份欠费本金共 {format_fen(total)} 元，不能多于此数。", field="amount")


@check("paid_once")
def paid_once(facts: Facts) -> Iterator[Finding]:
    """No order over these months was paid already; an unpaid one is replaced by the new one."""
    if facts.person is None or not facts.months:
        return
    numbers = {s.bill.id for s in facts.bills if s.bill.start_period in facts.months and s.paid_fen}
    paid = PaymentOrder.objects.filter(person=facts.person, status=OrderStatus.PAID).order_by("-id")[:50]
    for order in paid:
        if numbers & {number for number, _ in order.bills} and not any(
            s.bill.id in numbers and s.left_fen > 0 for s in facts.bills
        ):
            yield facts.refuse("paid_once", f"缴费码 {order.code}，{order.created_at:%Y-%m-%d} 缴费。", field="start_month")
            return


@check("months_missing")
def months_missing(facts: Facts) -> Iterator[Finding]:
    """The number of months equals the gap to the required months."""
    person = facts.person
    if person is None:
        return
    row = table("contribution/medical_months").at(area=facts.area_code, day=facts.today)
    required = int(row["men" if person.gender == "1" else "women"])
    gap = required - (facts["actual_months"] or 0) - (facts["deemed_months"] or 0)
    if facts["months"] != gap or gap <= 0:
        yield facts.refuse("months_missing", f"规定 {required} 个月，差 {max(gap, 0)} 个月。", field="months")


@check("difference_explained")
def difference_explained(facts: Facts) -> Iterator[Finding]:
    """The three amounts are those of the system, the difference is theirs, and one that is not zero has its reason."""
    due, paid = settlement_sums(facts)
    if (facts["bill_total"], facts["paid_total"]) != (due, paid):
        yield Finding(
            "difference_explained", "应缴或实缴合计与系统记录不符，请按系统数填写。",
            detail=f"系统应缴 {format_fen(due)} 元，实缴 {format_fen(paid)} 元。", field="bill_total",
        )  # fmt: skip
    elif facts["difference"] != due - paid:
        yield Finding("difference_explained", f"差额应为 {format_fen(due - paid)} 元。", field="difference")
    elif due != paid and len((facts["note"] or "").strip()) < 4:
        yield facts.refuse("difference_explained", "请在备注中写明原因和处理方式。", field="note")


def settlement_states(facts: Facts) -> list[BillState]:
    """Bills of the unit in the months and insurances of a settlement."""
    wanted = {AAE140[i] for i in facts["insurances"] or []}
    return [s for s in facts.bills if s.bill.insurance in wanted and s.bill.start_period in facts.months]


def settlement_sums(facts: Facts) -> tuple[int, int]:
    """Due and paid of a settlement, fen."""
    states = settlement_states(facts)
    return sum(s.bill.total_fen for s in states), sum(s.paid_fen for s in states)


@check("receipt_once")
def receipt_once(facts: Facts) -> Iterator[Finding]:
    """A receipt is matched once: the database keeps it so; here only months that have not begun are refused."""
    if facts.months and facts.months[-1] > period_of(facts.today):
        yield facts.refuse("receipt_once", f"{format_period(facts.months[-1])} 尚未开始。", field="end_month")


@check("own_staff_only")
def own_staff_only(facts: Facts) -> Iterator[Finding]:
    """Only months under this unit are exported: the unit must be known."""
    if facts.employer is None:
        yield facts.refuse("own_staff_only", f"未查询到单位编号 {facts['unit_no']}。", field="unit_no")
