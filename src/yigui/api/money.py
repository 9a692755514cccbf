"""Money over the interface: payment results, receipts in, the levy plan out; files of records. The partner is the token's."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Form, Path, Query, Router, UploadedFile

from yigui.api.schemas import (
    RECEIPT_NAMES,
    PaymentIn,
    PaymentOut,
    PlanOut,
    Problem,
    ReceiptsIn,
    ReceiptsOut,
    RecordsOut,
    ResultsOut,
)
from yigui.common import clock
from yigui.common.errors import Forbidden, NotFound, YiguiError
from yigui.common.money import format_fen, parse_yuan
from yigui.common.months import is_period
from yigui.common.normalise import plain_identity
from yigui.exchange.answered_once import answered_once
from yigui.exchange.contracts import contracts
from yigui.exchange.import_records import import_records
from yigui.exchange.import_registrations import RECORD_FILES
from yigui.exchange.models import ApiToken
from yigui.exchange.money_formats import formats, unknown_heads
from yigui.levy.tax_plan import plan_rows
from yigui.payment.bank_results import import_results, said_of
from yigui.payment.result_formats import BYTES_MAX
from yigui.receipts.files import Import, import_receipts, import_rows
from yigui.receipts.pay_order import pay_order
from yigui.registry.queries import areas_under

router = Router(tags=["money"])
_REFUSALS: dict[Any, Any] = dict.fromkeys((400, 401, 403, 404, 409, 413, 422, 429, 500, 503), Problem)
PAGE = 500


def _token(request: HttpRequest) -> ApiToken:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return token


def _partner(request: HttpRequest) -> str:
    return _token(request).partner_id


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
    code = plain_identity(code)
    if not re.fullmatch(r"[0-9A-Z]{4,24}", code):
        raise NotFound("没有这个缴费码。")
    order, is_new = pay_order(
        code=code, amount_fen=parse_yuan(body.amount), reference=body.reference, partner=_money_partner(request), area_code=body.area,
        paid_on=body.paid_on, today=clock.today(), user=_token(request).user,
    )  # fmt: skip
    return {"order": order.code, "status": order.status, "amount": format_fen(order.amount_fen), "is_new": is_new}


@router.post("/receipts", response={200: ReceiptsOut, **_REFUSALS})
def receipts_in(request: HttpRequest, body: ReceiptsIn) -> dict[str, Any]:
    """Report money that arrived; it is matched, split, posted and credited at once. The same message again gives the first answer."""
    partner = _money_partner(request)
    rows = [dict.fromkeys(RECEIPT_NAMES, "") | row for row in body.rows]
    _refuse_unknown_names(rows, partner)
    today = clock.today()

    def take() -> dict[str, Any]:
        user = _token(request).user
        return _accounted(
            import_rows(rows=rows, message=body.message, partner=partner, area_code=body.area, user=user, today=today)
        )

    return answered_once(
        partner=_token(request).partner,
        message_id=body.message,
        kind="receipts",
        content={"area": body.area, "rows": rows},
        take=take,
        user=_token(request).user,
    )


def _refuse_unknown_names(rows: Sequence[Mapping[str, str]], partner: str) -> None:
    """What nobody reads could be a direction or a currency: it is never passed over.

    Raises:
        UnknownName: a name in a row belongs to no column.
    """
    form = formats()[partner]
    faults = [
        {"where": f"body.rows.{k}.{head}", "what": "不是约定的数据项名称"}
        for k, row in enumerate(rows)
        for head in unknown_heads((head for head, value in row.items() if value or head not in RECEIPT_NAMES), form)
    ]
    if faults:
        named = "、".join(dict.fromkeys(fault["where"].split(".", 3)[3][:40] for fault in faults[:5]))
        raise UnknownName(
            f"报文中有系统不读取的数据项：{named}，整份报文未作任何改动；请对照与{form.label}约定的数据项名称改正，或删去后重新发送。",
            faults=faults[:20],
        )


class UnknownName(YiguiError):
    """A name in a row of a message that belongs to no column (不是约定的数据项)."""

    code = "api.unknown_name"
    http_status = 422


def _accounted(done: Import) -> dict[str, Any]:
    settled = done.settlement
    return {
        "file": done.file.pk if done.file else None, "lines_in": done.lines_in, "new_rows": done.new_rows, "debits": done.debits,
        "duplicates": done.duplicates, "rejected": [list(r) for r in done.rejected], "waiting": [list(r) for r in done.waiting],
        "allocated": format_fen(settled.allocated_fen if settled else 0), "suspense": format_fen(settled.suspense_fen if settled else 0),
        "said": done.said,
    }  # fmt: skip


def _bounded(file: UploadedFile, most: int) -> bytes:
    if (file.size or 0) > most:
        raise YiguiError(f"文件超过 {most // 1_000_000} MB，请分成几个文件。")
    return file.read()


@router.post("/receipts/file", response={200: ReceiptsOut, **_REFUSALS})
def receipt_file_in(request: HttpRequest, file: File[UploadedFile], area: Form[str]) -> dict[str, Any]:
    """Hand in a file of receipts (camt.053/054, or a table with the agreed heads), read and accounted for as at the page. Once: the same
    content again is told so (409). `area`: AAA027, where the money was taken."""
    done = import_receipts(
        content=_bounded(file, settings.FILE_SIZE_MAX), file_name=str(file.name), partner=_money_partner(request), area_code=area,
        user=_token(request).user, today=clock.today(),
    )  # fmt: skip
    return _accounted(done)


@router.post("/records/{kind}", response={200: RecordsOut, **_REFUSALS})
def records_in(request: HttpRequest, file: File[UploadedFile], kind: Path[str]) -> dict[str, Any]:
    """Hand in a file of records (employment_registration, death, life_sign, prison), read and accounted for as at the page. Once, as above."""
    spec = RECORD_FILES.get(kind)
    if spec is None:
        raise NotFound(f"没有数据类别“{kind[:30]}”，可选：{'、'.join(sorted(RECORD_FILES))}。")
    partner = _token(request).partner
    agreed = contracts().takes.get(kind)
    if agreed is None or agreed.department != partner.code:
        raise Forbidden("该协作单位没有约定报送此类数据，请与经办机构联系。")
    taken = import_records(
        spec,
        content=_bounded(file, settings.FILE_SIZE_MAX),
        file_name=str(file.name),
        partner=partner,
        user=_token(request).user,
        today=clock.today(),
    )
    return {
        "file": taken.pk, "rows": taken.row_count, "matched": taken.matched_count, "known": taken.known_count, "waiting": taken.waiting_count,
        "unmatched": taken.unmatched_count, "rejected": [list(r) for r in taken.rejected], "noted": [list(r) for r in taken.noted],
        "said": taken.said,
    }  # fmt: skip


@router.post("/results", response={200: ResultsOut, **_REFUSALS})
def results_in(request: HttpRequest, file: File[UploadedFile]) -> dict[str, Any]:
    """Hand in a file of payment results (pain.002, camt.054, or the agreed text), read and judged as at the page. Once: the same content again is
    told so (409). What came back is due again when two officers have found it on the bank's statement."""
    if _partner(request) not in formats() or formats()[_partner(request)].source != "bank":
        raise Forbidden("该协作单位没有约定发放结果交换，请与经办机构联系。")
    content = _bounded(file, BYTES_MAX)
    taken = import_results(content=content, file_name=str(file.name), today=clock.today(), user=_token(request).user)
    return {
        "file": taken.pk, "rows": taken.row_count, "paid": taken.paid_count, "returned": taken.returned_count, "known": taken.known_count,
        "pending": taken.pending_count, "undated": taken.undated_count, "rejected": [list(r) for r in taken.rejected],
        "waiting": [[w.row_no, w.sentence] for w in taken.waiting.order_by("row_no")], "said": said_of(taken),
    }  # fmt: skip


@router.get("/levy/plan", response={200: PlanOut, **_REFUSALS})
def levy_plan(request: HttpRequest, period: Query[int], area: Query[str], after: Query[int] = 0) -> dict[str, Any]:
    """Unpaid bills of a month for the partner that collects, page by page, in LD/T 92 names and its own codes."""
    form = formats()[_money_partner(request)]
    if not is_period(period) or not 0 <= after < 2**62 or not re.fullmatch(r"[0-9]{6}", area):
        raise NotFound("期间、地区或起始单号有误。")
    rows = plan_rows(areas=areas_under(area), period=period, form=form, after=after, limit=PAGE)
    return {"rows": rows, "next": rows[-1]["AAZ288"] if len(rows) == PAGE else None}
