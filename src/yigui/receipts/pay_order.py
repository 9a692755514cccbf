"""A payment order is paid: the result of a bank, a card reader or a code platform is taken in like any other receipt."""

import datetime as dt

from django.db import transaction

from yigui.charges.enums import OrderStatus
from yigui.charges.errors import OrderRefused
from yigui.charges.models import PaymentOrder
from yigui.common.digests import sm3
from yigui.common.money import plain_fen
from yigui.exchange.money_formats import ReceiptRow
from yigui.receipts.enums import ReceiptSource
from yigui.receipts.files import one_at_a_time, take_in
from yigui.receipts.models import Receipt
from yigui.staff.models import User


@transaction.atomic
def pay_order(
    *,
    code: str,
    amount_fen: int,
    reference: str,
    partner: str,
    area_code: str,
    paid_on: dt.date,
    today: dt.date,
    user: User | None = None,
) -> tuple[PaymentOrder, bool]:
    """The payment result of a bank, a card reader or a code platform for an order; gives the order and whether it is new.

    The same result sent again changes nothing; another day or amount under its reference is refused. The money is settled like any other receipt.

    Args:
        reference: the partner's own number of the payment, unique with it.
        area_code: where the money was taken; the income is that of the place of insurance.
        user: the account of the partner's program; None: the demonstration's own payment.

    Raises:
        OrderRefused: unknown order, another amount, cancelled, or paid by another payment.
    """
    one_at_a_time()
    order = PaymentOrder.objects.select_for_update().filter(code=code).first()
    if order is None:
        raise OrderRefused(f"没有缴费码为 {code} 的缴费通知，请核对。", code=code)
    if Receipt.objects.filter(partner=partner, reference=reference).exists():
        known = order.paid_receipt
        if known and known.reference == reference and (known.amount_fen, known.received_on) == (amount_fen, paid_on):
            return order, False
        if known and known.reference == reference:
            raise OrderRefused(
                f"流水号 {reference} 已用于本缴费单的另一份缴费结果（{known.received_on}，{plain_fen(known.amount_fen)} 元），"
                f"本次为 {paid_on}、{plain_fen(amount_fen)} 元，未作任何改动，请核对后重新发送。",
                reference=reference,
            )
        raise OrderRefused(f"流水号 {reference} 已用于其他缴费。", reference=reference)
    if order.status == OrderStatus.PAID:
        raise OrderRefused("该缴费单已支付，请勿重复缴费。", code=code)
    if order.status == OrderStatus.CANCELLED:
        raise OrderRefused("该缴费通知已撤销，请重新办理缴费后再付款。", code=code)
    if amount_fen != order.amount_fen:
        raise OrderRefused(
            f"缴费金额 {plain_fen(amount_fen)} 元与缴费通知 {plain_fen(order.amount_fen)} 元不符，请按通知金额缴费。", code=code
        )
    row = ReceiptRow(1, reference, paid_on, amount_fen, order_code=code, text=f"缴费码 {code}")
    taken = take_in(
        rows=[row], digest=sm3(f"{partner}|{reference}"), file_name=f"缴费结果 {code}", partner=partner,
        source=ReceiptSource.CARD.value, area_code=area_code, user=user, today=today,
    )  # fmt: skip
    if taken.file is None:
        raise OrderRefused(
            f"缴费结果未被接收：{'；'.join(sentence for _, sentence in taken.rejected) or '流水号重复'}。", code=code
        )
    order.refresh_from_db()
    return order, True
