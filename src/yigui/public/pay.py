"""The payment page a QR code opens: what is to be paid, by which number; in a demonstration, a stand-in for the bank."""

import segno
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET, require_POST

from yigui.catalogue.declarations import catalogue
from yigui.charges.models import PaymentOrder
from yigui.common import clock
from yigui.common.errors import NotFound, YiguiError
from yigui.common.identifiers import mask_name
from yigui.common.normalise import plain_identity
from yigui.law.contribution import describe_period
from yigui.levy.models import Bill
from yigui.receipts.pay_order import pay_order
from yigui.registry.enums import insurance_label
from yigui.registry.queries import area_name
from yigui.shell.refused import refusal_said
from yigui.staff.rights import public_page

#: The partner whose payment results the demonstration stands in for.
DEMO_PARTNER = "bank"


def _order(code: str) -> PaymentOrder:
    found = PaymentOrder.objects.select_related("employer", "person").filter(code=plain_identity(code)).first()
    if found is None:
        raise NotFound("没有这个缴费码，请核对缴费通知单。")
    return found


@public_page
@require_GET
def pay(request: HttpRequest, code: str) -> HttpResponse:
    """What an order asks for; names masked, no numbers of persons."""
    order = _order(code)
    amounts = dict(order.bills)
    bills = Bill.objects.filter(id__in=list(amounts)).order_by("insurance", "start_period")[:200]
    rows = [
        (insurance_label(b.insurance), b.get_kind_display(), describe_period(b.start_period, b.end_period), amounts[b.id])
        for b in bills
    ]
    context = {
        "order": order, "rows": rows, "payer": order.employer.name if order.employer else mask_name(order.person.name if order.person else ""),
        "channel": catalogue().enums["pay_channel"].get(order.pay_channel, ""), "is_demo": settings.IS_DEMO,
        "qr": mark_safe(segno.make(f"{settings.PUBLIC_URL}/pay/{order.code}", error="m").svg_inline(scale=4, border=2)),
        "area": area_name((order.employer or order.person).area_id),  # type: ignore[union-attr]
    }  # fmt: skip
    return render(request, "public/pay.html", context)


@public_page
@require_POST
def pay_demo(request: HttpRequest, code: str) -> HttpResponse:
    """In a demonstration only: send the result a bank would send. Sent twice, it is booked once."""
    if not settings.IS_DEMO:
        raise NotFound("没有这个页面。")
    order = _order(code)
    error = ""
    try:
        area = (order.employer or order.person).area_id  # type: ignore[union-attr]
        pay_order(
            code=order.code, amount_fen=order.amount_fen, reference=f"DEMO-{order.code}", partner=DEMO_PARTNER, area_code=area,
            paid_on=clock.today(), today=clock.today(),
        )  # fmt: skip
    except YiguiError as refused:
        error = refusal_said(request, refused)
    if error:
        return render(request, "public/pay_refused.html", {"order": order, "error": error}, status=409)
    return redirect("enquiry:pay", code=order.code)
