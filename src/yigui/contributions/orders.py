"""Payment orders (缴费通知): several bills paid together by one number: by card, kiosk, web page or QR code, the same booking."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction

from yigui.common.digests import sm3
from yigui.contributions.enums import OrderStatus, ReceiptSource
from yigui.contributions.errors import OrderRefused
from yigui.contributions.formats import ReceiptRow
from yigui.contributions.models import Bill, PaymentOrder, Receipt
from yigui.contributions.receipts import take_in
from yigui.registry.models import Employer, Person

VALID_DAYS = 30
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def create_order(
    *, case_id: int, case_no: str, bills: Sequence[tuple[Bill, int]], pay_channel: str, today: dt.date,
    employer: Employer | None = None, person: Person | None = None,
) -> PaymentOrder:  # fmt: skip
    """An order over bills and the amount (fen) to pay of each.

    Raises:
        OrderRefused: nothing to pay.
    """
    amount = sum(fen for _, fen in bills)
    if amount <= 0:
        raise OrderRefused("所选月份没有需要缴纳的费用。")
    code = "JF" + "".join(secrets.choice(_ALPHABET) for _ in range(16))
    return PaymentOrder.objects.create(
        employer=employer, person=person, case_id=case_id, case_no=case_no, amount_fen=amount, pay_channel=pay_channel, code=code,
        bills=[[bill.id, fen] for bill, fen in bills], valid_until=today + dt.timedelta(days=VALID_DAYS),
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
def pay_order(
    *, code: str, amount_fen: int, reference: str, partner: str, area_code: str, paid_on: dt.date, today: dt.date
) -> tuple[PaymentOrder, bool]:
    """The payment result of a bank, a card reader or a code platform for an order; gives the order and whether it is new.

    The same result sent again changes nothing. The money is settled like any other receipt.

    Args:
        reference: the partner's own number of the payment, unique with it.
        area_code: where the money was taken; the income is that of the place of insurance.

    Raises:
        OrderRefused: unknown order, another amount, cancelled, or paid by another payment.
    """
    order = PaymentOrder.objects.select_for_update().filter(code=code).first()
    if order is None:
        raise OrderRefused(f"没有缴费码为 {code} 的缴费通知，请核对。", code=code)
    if Receipt.objects.filter(partner=partner, reference=reference).exists():
        if order.paid_receipt and order.paid_receipt.reference == reference:
            return order, False
        raise OrderRefused(f"流水号 {reference} 已用于其他缴费。", reference=reference)
    if order.status == OrderStatus.PAID:
        raise OrderRefused("该缴费单已支付,请勿重复缴费。", code=code)
    if order.status == OrderStatus.CANCELLED:
        raise OrderRefused("该缴费通知已撤销，请重新办理缴费后再付款。", code=code)
    if amount_fen != order.amount_fen:
        raise OrderRefused(
            f"缴费金额 {amount_fen / 100:.2f} 元与缴费通知 {order.amount_fen / 100:.2f} 元不符，请按通知金额缴费。", code=code
        )
    row = ReceiptRow(1, reference, paid_on, amount_fen, order_code=code, text=f"缴费码 {code}")
    taken = take_in(
        rows=[row], digest=sm3(f"{partner}|{reference}"), file_name=f"缴费结果 {code}", partner=partner,
        source=ReceiptSource.CARD.value, area_code=area_code, user=None, today=today,
    )  # fmt: skip
    if taken.file is None:
        raise OrderRefused(
            f"缴费结果未被接收：{'；'.join(sentence for _, sentence in taken.rejected) or '流水号重复'}。", code=code
        )
    order.refresh_from_db()
    return order, True


@transaction.atomic
def cancel_order(*, code: str) -> PaymentOrder:
    """Cancel an unpaid order, so that its bills can be asked for anew."""
    order = PaymentOrder.objects.select_for_update().filter(code=code).first()
    if order is None or order.status != OrderStatus.OPEN:
        raise OrderRefused("该缴费通知不存在，或已缴费、已撤销。")
    PaymentOrder.objects.filter(pk=order.pk).update(status=OrderStatus.CANCELLED)
    order.refresh_from_db()
    return order
