"""Lump sum payment of missing medical insurance years at retirement (职工医保一次性趸缴)."""

from collections.abc import Iterator

from yigui.casework.findings import Finding
from yigui.casework.handlers import FollowUp, Outcome, PreviewLine
from yigui.casework.models import Case
from yigui.charges.case_bills import add_bill, case_bill_due, source_of_case
from yigui.charges.enums import OrderStatus
from yigui.charges.models import PaymentOrder
from yigui.common.money import format_fen
from yigui.common.months import period_of
from yigui.items.common.base import ItemHandler, item, needed_person
from yigui.items.common.checks import check
from yigui.items.common.facts import Facts
from yigui.items.common.order import ask_for, order_outcome
from yigui.items.levy.facts import LevyFacts
from yigui.law.contribution import Payer, amount_of, rates_of
from yigui.law.parameter_table import table
from yigui.levy.enums import BillKind
from yigui.registry.enums import AAE140, Insurance
from yigui.tasks.finishing_checks import register_check
from yigui.tasks.models import Task
from yigui.tasks.origins import ORDER
from yigui.tasks.references import Reference

_MEDICAL = Insurance.EMPLOYEE_MEDICAL.value


def computed_fen(facts: Facts) -> int:
    """Base times the self-payer's rate of this month, times the months."""
    rates = rates_of(_MEDICAL, Payer.FLEXIBLE, facts.area_code, period_of(facts.today))
    return amount_of(facts["contribution_base"], rates.person) * int(facts["months"])


@item("LVY-013")
class MedicalLumpSumPayment(ItemHandler[LevyFacts]):
    """Bills the missing months at once; paid, they count, and retired treatment begins the month after."""

    writes = ("contributions_bill",)

    def amount_fen(self, facts: LevyFacts) -> int | None:
        return facts["amount"]  # type: ignore[no-any-return]

    def preview(self, facts: LevyFacts) -> list[PreviewLine]:
        return [
            PreviewLine("趸缴月数", "", f"{facts['months']} 个月"),
            PreviewLine("系统测算金额", f"{format_fen(computed_fen(facts))} 元", f"申请 {format_fen(facts['amount'])} 元"),
        ]

    def apply(self, facts: LevyFacts, case: Case) -> Outcome:
        person = needed_person(facts)
        now = period_of(facts.today)
        bill = add_bill(
            source_id=source_of_case(case.pk), employer_id=0, person_id=person.pk, area=person.area_id, insurance=AAE140[_MEDICAL],
            kind=BillKind.LUMP_SUM, period=now, start=now, end=now, people=1, base=facts["contribution_base"], employer_fen=0,
            person_fen=facts["amount"], account_fen=0, due_on=case_bill_due(area=person.area_id, today=facts.today),
        )  # fmt: skip
        asked = [(bill, bill.total_fen)]
        order = ask_for(facts=facts, case=case, bills=asked, pay_channel="06", employer=None, person=person)
        outcome = order_outcome(
            f"{person.name} 职工医保一次性趸缴 {facts['months']} 个月，应缴 {format_fen(order.amount_fen)} 元。", order, asked,
            ["缴清次月起享受退休人员医保待遇。"],
        )  # fmt: skip
        outcome.follow_ups.append(
            FollowUp(
                "medical_retired",
                f"趸缴 {facts['months']} 个月，缴清后自次月起转为退休人员医保待遇。",
                order.amount_fen,
                origin=Reference(ORDER, order.pk, order.code),
            )
        )
        return outcome


def _not_paid(task: Task) -> str:
    """Treatment as a retired person begins when the order is paid, not before."""
    order = PaymentOrder.objects.filter(pk=task.origin_id).first()
    if order is not None and order.status == OrderStatus.PAID:
        return ""
    return f"缴费通知 {task.origin_no} 尚未到账，不能转为退休人员医保待遇；未缴费的请选“未缴费，不予转入”。"


register_check("medical_retired", "begun", _not_paid)


@check("months_missing")
def months_missing(facts: Facts) -> Iterator[Finding]:
    """The number of months equals the gap to the required months."""
    person = facts.person
    if person is None:
        return
    actual, deemed = facts["actual_months"], facts["deemed_months"]
    if actual is None or deemed is None:
        # Each of them decides how much is paid: none is not the same as not said.
        yield Finding("months_missing", "请填写实际缴费月数和视同缴费月数，没有的填 0。", field="deemed_months")
        return
    row = table("contribution/medical_months").at(area=facts.area_code, day=facts.today)
    required = int(row["men" if person.gender == "1" else "women"])
    gap = required - actual - deemed
    if facts["months"] != gap or gap <= 0:
        yield facts.refuse("months_missing", f"规定 {required} 个月，差 {max(gap, 0)} 个月。", field="months")
