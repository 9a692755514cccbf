"""Payment by card of a flexible worker (灵活就业人员持卡缴费): by outlet, kiosk, web page or QR code, the same booking."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import Offer, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.charges.case_bills import MonthDue, base_in_force, charge_months, month_due, record_base
from yigui.charges.enums import OrderStatus
from yigui.charges.models import PaymentOrder
from yigui.common import clock
from yigui.common.money import format_fen
from yigui.common.months import format_period, period_of
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.bill_facts import BillFacts
from yigui.items.common.checks import check
from yigui.items.common.checks.months import month_order
from yigui.items.common.order import ask_for, order_outcome
from yigui.items.levy.facts import LevyFacts
from yigui.law.contribution import Contribution, base_year_months, base_year_of
from yigui.levy.enums import BillKind
from yigui.levy.models import Bill
from yigui.registry.enums import AAE140


def _missing(facts: BillFacts) -> list[MonthDue]:
    """What the chosen months lack at the chosen base: all of a month not billed yet, the difference of one that is."""
    person = needed_person(facts)
    dues = []
    for insurance in facts["insurances"]:
        for period in facts.months:
            due = month_due(
                insurance=insurance, declared_fen=facts["contribution_base"], period=period, area=person.area_id, employer=None
            )
            billed = [r for r in facts.lines if r.employer_id == 0 and r.owed_period == period and r.insurance == AAE140[insurance]]
            more = Contribution(
                due.base_fen - sum(r.base_fen for r in billed), due.employer_fen, due.person_fen - sum(r.person_fen for r in billed),
                due.account_fen - sum(r.account_fen for r in billed), due.lines,
            )  # fmt: skip
            if more.base_fen:
                dues.append(MonthDue(person.pk, insurance, period, more))
    return dues


@item("LVY-007")
class FlexibleWorkerCardPayment(ItemHandler[LevyFacts]):
    """Takes the bills of the chosen months, makes what is missing, and asks for the whole by one number."""

    writes = ("contributions_base", "contributions_bill", "contributions_line")
    offered_for = Offer.PAY_SELF
    all_insurances = True

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        person = needed_person(facts)
        lines = []
        for insurance in facts["insurances"]:
            for period in facts.months[:12]:
                due = month_due(
                    insurance=insurance, declared_fen=facts["contribution_base"], period=period, area=person.area_id, employer=None
                )
                lines.append(PreviewLine(f"{format_period(period)}", due.lines[0].text, f"{format_fen(due.total_fen)} 元"))
        return lines

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        if base_in_force(person=person, employer=None, period=facts.months[-1]) != facts["contribution_base"]:
            record_base(
                person=person,
                employer=None,
                declared_fen=facts["contribution_base"],
                start=facts.months[0],
                # Who pays for earlier months chooses for those; what was chosen for later ones holds on.
                end=None if facts.months[-1] >= period_of(facts.today) else facts.months[-1],
                reason="chosen",
            )
        wanted = {AAE140[i] for i in facts["insurances"]}
        asked: list[tuple[Bill, int]] = [
            (s.bill, s.left_fen) for s in facts.bills
            if s.bill.insurance in wanted and s.bill.start_period in facts.months and s.left_fen and s.bill.kind != BillKind.REFUND
        ]  # fmt: skip
        dues = _missing(facts)
        if dues:
            new = charge_months(
                case_id=case.pk, dues=dues, employer=None, area=person.area_id, kind=BillKind.CURRENT, today=facts.today
            )
            asked += [(b, b.total_fen) for b in new if b.total_fen]
        order = ask_for(facts=facts, case=case, bills=asked, pay_channel=facts["pay_channel"], employer=None, person=person)
        return order_outcome(
            f"{person.name} {format_period(facts.months[0])} 至 {format_period(facts.months[-1])} 应缴 {format_fen(order.amount_fen)} 元，请付款。",
            order, asked, ["付款后凭证可当场打印，或在手机上下载电子票据。"],
        )  # fmt: skip


@check("paid_once")
def paid_once(facts: BillFacts) -> Iterator[Finding]:
    """No order over these months was paid already; an unpaid one is replaced by the new one."""
    if facts.person is None or not facts.months:
        return
    numbers = {s.bill.id for s in facts.bills if s.bill.start_period in facts.months and s.paid_fen}
    paid = PaymentOrder.objects.filter(person=facts.person, status=OrderStatus.PAID).order_by("-id")[:50]
    for order in paid:
        if numbers & {number for number, _ in order.bills} and not any(
            s.bill.id in numbers and s.left_fen > 0 for s in facts.bills
        ):
            yield facts.refuse(
                "paid_once", f"缴费码 {order.code}，{clock.local(order.created_at):%Y-%m-%d} 缴费。", field="start_month"
            )
            return


@check("month_order", of="LVY-007")
def months_of_the_base_year(facts: BillFacts) -> Iterator[Finding]:
    """As for every item; and by themselves people choose another base within the base year only, as the database has it."""
    found = list(month_order(facts))
    yield from found
    if found or facts.application.applicant is None or facts.person is None or not facts.months:
        return
    first, _ = base_year_months(facts.person.area_id, base_year_of(facts.person.area_id, period_of(facts.today)))
    is_new = base_in_force(person=facts.person, employer=None, period=facts.months[-1]) != facts["contribution_base"]
    if is_new and facts.months[0] < first:
        detail = f"本缴费年度自 {format_period(first)} 起；以往月份要改变缴费基数的，请到经办窗口办理。"
        yield facts.refuse("month_order", detail, field="start_month")


@check("no_overlap", of="LVY-007")
def not_paid_yet(facts: BillFacts) -> Iterator[Finding]:
    """No chosen month was paid before: billed it may be, for its bill is what is paid."""
    wanted = {AAE140[i] for i in facts["insurances"]}
    for state in facts.bills:
        is_chosen = state.bill.insurance in wanted and state.bill.start_period in facts.months
        if is_chosen and state.paid_fen > 0 and state.bill.kind != BillKind.REFUND:
            yield facts.refuse(
                "no_overlap", f"{state.label} {format_period(state.bill.start_period)} 已缴费。", field="start_month"
            )
            return
