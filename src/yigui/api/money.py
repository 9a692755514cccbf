"""Money over the interface: payment results, receipts in, the levy plan out. The partner is the token's."""

import re
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router

from yigui.api.schemas import PaymentIn, PaymentOut, PlanOut, Problem, ReceiptsIn, ReceiptsOut
from yigui.common import clock
from yigui.common.errors import Forbidden, NotFound
from yigui.common.money import format_fen, parse_yuan
from yigui.common.months import is_period
from yigui.exchange.models import ApiToken
from yigui.exchange.money_formats import formats
from yigui.levy.tax_plan import plan_rows
from yigui.receipts.files import import_rows
from yigui.receipts.pay_order import pay_order
from yigui.registry.queries import areas_under

router = Router(tags=["money"])
_REFUSALS: dict[Any, Any] = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 409: Problem, 422: Problem, 429: Problem}
PAGE = 500


def _partner(request: HttpRequest) -> str:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return token.partner_id


def _money_partner(request: HttpRequest) -> str:
    """The partner, who must be one that collects: a format has been agreed with it.

    Raises:
        Forbidden: another partner.
    """
    partner = _partner(request)
    if partner not in formats():
        raise Forbidden("该协作单位没有约定收费数据交换，请与经办机构联系。")
    return partner


@router.post("/payments/{code}", response={200: PaymentOut, **_REFUSALS})
def payment_result(request: HttpRequest, body: PaymentIn, code: Path[str]) -> dict[str, Any]:
    """Report that an order was paid. Sent again with the same reference it changes nothing."""
    if not re.fullmatch(r"[0-9A-Za-z]{4,24}", code):
        raise NotFound("没有这个缴费码。")
    order, is_new = pay_order(
        code=code, amount_fen=parse_yuan(body.amount), reference=body.reference, partner=_money_partner(request), area_code=body.area,
        paid_on=body.paid_on, today=clock.today(),
    )  # fmt: skip
    return {"order": order.code, "status": order.status, "amount": format_fen(order.amount_fen), "is_new": is_new}


@router.post("/receipts", response={200: ReceiptsOut, **_REFUSALS})
def receipts_in(request: HttpRequest, body: ReceiptsIn) -> dict[str, Any]:
    """Report money that arrived; it is matched, split, posted and credited at once."""
    partner = _money_partner(request)
    rows = [{k: str(v) for k, v in row.dict().items()} for row in body.rows]
    done = import_rows(rows=rows, message=body.message, partner=partner, area_code=body.area, today=clock.today())
    settled = done.settlement
    return {
        "file": done.file.pk if done.file else None, "new_rows": done.new_rows, "duplicates": done.duplicates,
        "rejected": [list(r) for r in done.rejected], "allocated": format_fen(settled.allocated_fen if settled else 0),
        "suspense": format_fen(settled.suspense_fen if settled else 0),
    }  # fmt: skip


@router.get("/levy/plan", response={200: PlanOut, **_REFUSALS})
def levy_plan(request: HttpRequest, period: Query[int], area: Query[str], after: Query[int] = 0) -> dict[str, Any]:
    """Unpaid bills of a month for the partner that collects, page by page, in LD/T 92 names and its own codes."""
    form = formats()[_money_partner(request)]
    if not is_period(period) or not 0 <= after < 2**62 or not re.fullmatch(r"\d{6}", area):
        raise NotFound("期间、地区或起始单号有误。")
    rows = plan_rows(areas=areas_under(area), period=period, form=form, after=after, limit=PAGE)
    return {"rows": rows, "next": rows[-1]["AAZ288"] if len(rows) == PAGE else None}
