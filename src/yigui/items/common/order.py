"""What items that ask for money share: orders, their words, and the tables of bills."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from yigui.casework.handlers import Outcome
from yigui.casework.models import Case
from yigui.charges.case_bills import add_surcharge, source_of_case
from yigui.charges.models import PaymentOrder
from yigui.charges.orders import cancel_order, create_order, open_order_for
from yigui.common.money import format_fen
from yigui.items.common.facts import Facts
from yigui.law.contribution import describe_period
from yigui.law.late_surcharge import due_day_of, surcharge_of_bill
from yigui.levy.models import Bill
from yigui.registry.enums import INSURANCE_OF, insurance_label
from yigui.registry.models import Employer, Person


def bill_table(title: str, bills: Sequence[tuple[Bill, int]]) -> dict[str, Any]:
    """Bills and amounts as a table of a document."""
    rows = [
        [
            insurance_label(b.insurance),
            b.get_kind_display(),
            describe_period(b.start_period, b.end_period),
            str(b.id),
            format_fen(fen),
        ]
        for b, fen in bills
    ]
    return {"title": title, "head": ["险种", "类型", "所属期", "缴费单号", "金额（元）"], "rows": rows}


def ask_for(
    *,
    facts: Facts,
    case: Case,
    bills: Sequence[tuple[Bill, int]],
    pay_channel: str,
    employer: Employer | None,
    person: Person | None,
) -> PaymentOrder:
    """An order over the bills; unpaid orders that asked for one of them are cancelled."""
    numbers = [bill.id for bill, _ in bills]
    while old := open_order_for(numbers, employer=employer, person=person):
        cancel_order(code=old.code)
    return create_order(
        case_id=case.pk, case_no=case.case_no, bills=bills, pay_channel=pay_channel, today=facts.today, employer=employer,
        person=person,
    )  # fmt: skip


def order_outcome(summary: str, order: PaymentOrder, bills: Sequence[tuple[Bill, int]], notes: Sequence[str] = ()) -> Outcome:
    """The receipt of a case that ended in an order."""
    return Outcome(
        summary=summary,
        lines=[("缴费码", order.code), ("应缴金额（元）", format_fen(order.amount_fen)), ("有效期至", order.valid_until.isoformat())],
        sections=[bill_table("缴费明细", bills)],
        notes=["凭缴费码在合作银行网点、自助终端、网上银行缴费，或用手机扫描上方二维码缴费。到账即时入账。", *notes],
        scan=("扫码缴费", f"/pay/{order.code}"),
        order=order.code,
    )  # fmt: skip


def past_surcharge(lines: Sequence[tuple[int, int]], *, area: str, today: dt.date) -> int:
    """Surcharge (fen) that months already late have come to today: (month owed, amount in fen) pairs."""
    return sum(
        surcharge_of_bill(fen, due_day_of(area, period), today, area=area, period=period).amount_fen for period, fen in lines
    )


def add_past_surcharge(
    *, case: Case, bill: Bill, months: Sequence[tuple[int, int]], area: str, today: dt.date
) -> list[tuple[Bill, int]]:
    """A surcharge bill for the time the months of a new bill have been late; empty when none has."""
    fen = past_surcharge(months, area=area, today=today)
    if not fen:
        return []
    # It stands beside the new bill, but is not counted against the surcharge for paying the new bill itself late.
    late = add_surcharge(bill=bill, fen=fen, source_id=source_of_case(case.pk), today=today, is_past=True)
    return [(late, late.total_fen)]


def insurance_name(number: int) -> str:
    """Code of the insurance with this AAE140."""
    return INSURANCE_OF[number].value
