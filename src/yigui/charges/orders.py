"""Payment orders (缴费通知): several bills paid together by one number: by card, kiosk, web page or QR code, the same booking."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction

from yigui.charges.enums import OrderStatus
from yigui.charges.errors import OrderRefused
from yigui.charges.models import PaymentOrder
from yigui.law.conditions import condition
from yigui.levy.models import Bill
from yigui.registry.models import Employer, Person

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def create_order(
    *, case_id: int, case_no: str, bills: Sequence[tuple[Bill, int]], pay_channel: str, today: dt.date,
    employer: Employer | None = None, person: Person | None = None,
) -> PaymentOrder:  # fmt: skip
    """An order over bills and the amount (fen) to pay of each.

    It can be paid by for as many days as the agency has ruled (`business/conditions`); what is owed does not change by that.

    Raises:
        OrderRefused: nothing to pay, or nobody who pays.
    """
    payer = employer or person
    if payer is None:
        raise OrderRefused("缴费通知没有缴费人，请选择单位或个人。")
    days = condition("payment_order_days", area=payer.area_id, day=today)
    amount = sum(fen for _, fen in bills)
    if amount <= 0:
        raise OrderRefused("所选月份没有需要缴纳的费用。")
    code = "JF" + "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return PaymentOrder.objects.create(
        employer=employer, person=person, case_id=case_id, case_no=case_no, amount_fen=amount, pay_channel=pay_channel, code=code,
        bills=[[bill.id, fen] for bill, fen in bills], valid_until=today + dt.timedelta(days=days),
    )  # fmt: skip


def open_order_for(
    bill_ids: Sequence[int], *, employer: Employer | None = None, person: Person | None = None
) -> PaymentOrder | None:
    """An unpaid, valid order that already asks for one of these bills."""
    rows = PaymentOrder.objects.filter(status=OrderStatus.OPEN)
    rows = rows.filter(employer=employer) if employer else rows.filter(person=person)
    for order in rows.order_by("-id")[:50]:
        if {number for number, _ in order.bills} & set(bill_ids):
            return order
    return None


@transaction.atomic
def cancel_order(*, code: str) -> PaymentOrder:
    """Cancel an unpaid order, so that its bills can be asked for anew."""
    order = PaymentOrder.objects.select_for_update().filter(code=code).first()
    if order is None or order.status != OrderStatus.OPEN:
        raise OrderRefused("该缴费通知不存在，或已缴费、已撤销。")
    PaymentOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED)
    order.refresh_from_db()
    return order
