"""Lists of the finance desk (财务清单): batches of every kind, and files of money. Both of the areas the agency of whoever looks answers for."""

from typing import Any

from django.db.models import Case, F, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from yigui.common.months import parse_period
from yigui.finance.choice import own_areas
from yigui.ledger.declarations import event_label
from yigui.ledger.models import Voucher
from yigui.ledger.queries import book_label, with_totals
from yigui.receipts.enums import ReceiptSource
from yigui.receipts.models import ReceiptFile
from yigui.registry.enums import Insurance
from yigui.registry.models import Area
from yigui.registry.queries import area_name
from yigui.runs.inbox import period_label
from yigui.runs.kinds import name_of, run_kinds
from yigui.runs.models import Batch, BatchStatus
from yigui.shell.lists import As, Chips, Choice, Column, Day, Listing, Text, Tone
from yigui.staff.models import User
from yigui.tasks.list_exports import declared

_TONES = {
    BatchStatus.DRAFT: Tone.HELD, BatchStatus.PREPARED: Tone.WARN, BatchStatus.APPROVED: Tone.GO, BatchStatus.EXECUTED: Tone.DONE,
    BatchStatus.VOID: Tone.OVER,
}  # fmt: skip


def _areas(user: User) -> list[tuple[str, str]]:
    return list(Area.objects.filter(code__in=own_areas(user)).order_by("level", "code").values_list("code", "name")[:200])


def _in_area(rows: Any, code: str) -> Any:
    """Those of an area and of its counties."""
    return rows.filter(area_code__in=Area.objects.filter(parent=code).values("code")) | rows.filter(area_code=code)


_AREA = Choice("area", "地区", _areas, _in_area)


def _of_month(rows: Any, text: str) -> Any:
    try:
        period = parse_period(text)
    except ValueError as error:
        raise ValueError(f"月份应为年月，例如 2026-11；“{text[:20]}”未作为条件。") from error
    return rows.filter(period=period)


def _batches(user: User) -> "QuerySet[Batch]":
    """Without what each would do: differences and sums are some hundred kilobytes. One that the city has executed is read where it holds one's own
    county's people; what it comes to is the city's, its own part stands on its page."""
    people, own = ("prepared_by", "checked_by", "approved_by", "executed_by", "voided_by"), own_areas(user)
    rows = Batch.objects.filter(Q(area_code__in=own) | Q(areas__overlap=own, status=BatchStatus.EXECUTED)).select_related(*people)
    is_own = Q(area_code__in=own)
    return rows.defer("summary", "checks", "taken_out").annotate(
        done_fen=Case(When(is_own, then=Coalesce("executed_fen", F("total_fen")))),
        done_rows=Case(When(is_own, then=Coalesce("executed_count", F("row_count")))),
    )


def _with_successors(rows: list[Any]) -> list[Any]:
    """Each void batch with the one that was prepared in its place."""
    void = [batch.pk for batch in rows if batch.voided_at]
    after = dict(Batch.objects.filter(replaces__in=void).order_by("id").values_list("replaces_id", "id")) if void else {}
    for batch in rows:
        batch.successor = after.get(batch.pk)
    return rows


def _ended(batch: Any) -> str:
    """Who executed or voided a batch, when and why, and what stands in its place."""
    if batch.voided_at:
        who = batch.voided_by.full_name if batch.voided_by else "系统"
        said = f"{who} {timezone.localtime(batch.voided_at):%m-%d %H:%M}：{batch.void_reason}"
        return said + (f"（第 {batch.successor} 号替代）" if batch.successor else "")
    return f"{batch.executed_by.full_name} {timezone.localtime(batch.executed_at):%m-%d %H:%M}" if batch.executed_by else ""


def _place(batch: Any) -> str:
    """The area of a batch; of another agency's, that it holds one's own."""
    return area_name(batch.area_code) + ("" if batch.done_rows is not None else "（含本地区）")


def _full_name(user: User | None) -> str:
    return user.full_name if user else ""


BATCHES = declared(
    Listing(
        "batches", "批次", "finance", "finance:batches", _batches,
        (
            Column("no", "批次", lambda b: f"第 {b.pk} 号", As.CODE, ("pk",), link=lambda b: reverse("finance:batch", args=[b.pk])),
            Column("kind", "类别", lambda b: f"{name_of(b.kind)} {b.subject}".strip(), sort=("kind",), width=28),
            Column("area", "地区", _place, sort=("area_code",)),
            Column("period", "所属期", lambda b: period_label(b.kind, b.period), As.CODE, ("period",), width=10),
            Column("state", "状态", lambda b: b.state_label, As.STATE, tone=lambda b: _TONES[BatchStatus(b.status)], note=_ended, width=40),
            Column("rows", "行数", lambda b: b.done_rows, As.NUMBER, ("done_rows",), width=10),
            Column("amount", "金额（元）", lambda b: b.done_fen, As.MONEY, ("done_fen",)),
            Column(
                "prepared", "生成", lambda b: f"{'系统 ' if b.is_automatic else ''}{_full_name(b.prepared_by)}".strip(), is_second=True, width=12
            ),
            Column("checked", "复核", lambda b: _full_name(b.checked_by), is_second=True, width=12),
            Column("approved", "审批", lambda b: _full_name(b.approved_by), is_second=True, width=12),
        ),
        ("-pk",),
        conditions=(
            Choice("kind", "类别", lambda user: [(k.code, k.name) for k in run_kinds()], lambda rows, code: rows.filter(kind=code)),
            _AREA,
            Text("month", "所属期", _of_month, "例如 2026-11"),
            Day("from", "生成自", "created_at__date__gte"),
        ),
        chips=Chips("status", "状态", "status", lambda: dict(BatchStatus.choices)),
        prepared=_with_successors, nothing="还没有批次。", empty="没有符合条件的批次。",
    )
)  # fmt: skip

FILES = declared(
    Listing(
        "receipt-files", "到账文件", "finance", "finance:receipts",
        lambda user: ReceiptFile.objects.filter(area_code__in=own_areas(user)),
        (
            Column("no", "文件", lambda f: f"第 {f.pk} 号", As.CODE, ("pk",), link=lambda f: reverse("finance:file", args=[f.pk]), width=12),
            Column("source", "渠道", lambda f: f.get_source_display(), sort=("source",), width=12),
            Column("name", "名称", lambda f: f.file_name, sort=("file_name",), width=36),
            Column("area", "收款地区", lambda f: area_name(f.area_code), sort=("area_code",), width=12),
            Column("received", "接收日期", lambda f: f.received_on, As.DAY, ("received_on",), width=12),
            Column("rows", "笔数", lambda f: f.row_count, As.NUMBER, ("row_count",), width=10),
            Column("twice", "重复", lambda f: f.duplicate_count, As.NUMBER, ("duplicate_count",), width=10),
            Column("rejected", "退回", lambda f: f.rejected_count if f.lines_in else len(f.rejected), As.NUMBER, ("rejected_count",), width=10),
            Column("waiting", "待核", lambda f: f.waiting_count, As.NUMBER, ("waiting_count",), width=10),
            Column("amount", "金额（元）", lambda f: f.total_fen, As.MONEY, ("total_fen",)),
        ),
        ("-pk",),
        conditions=(
            _AREA,
            Text("file", "文件名", lambda rows, text: rows.filter(file_name__contains=text)),
            Day("from", "接收自", "received_on__gte"),
            Day("until", "接收至", "received_on__lte"),
        ),
        chips=Chips("source", "渠道", "source", lambda: dict(ReceiptSource.choices)),
        nothing="还没有到账文件。", empty="没有符合条件的到账文件。",
    )
)  # fmt: skip

#: What a voucher came out of, in words.
SOURCES = {"case": "办件", "receipt_file": "到账文件", "batch": "批次", "result_file": "银行结果文件"}


def _numbered(voucher: Any) -> int | None:
    """Its number in the closed period; None while the period is open."""
    return voucher.vouchernumber.number if hasattr(voucher, "vouchernumber") else None


def _behind(voucher: Any) -> str:
    """The page of what a voucher came out of; its own page names the case."""
    page = {"receipt_file": "finance:file", "batch": "finance:batch"}.get(voucher.source_kind)
    return reverse(page, args=[voucher.source_id]) if page else reverse("finance:voucher", args=[voucher.pk])


VOUCHERS = declared(
    Listing(
        "vouchers", "记账凭证", "books", "finance:vouchers",
        lambda user: Voucher.objects.filter(area_code__in=own_areas(user)).select_related("vouchernumber"),
        (
            Column("no", "凭证", str, As.CODE, ("pk",), link=lambda v: reverse("finance:voucher", args=[v.pk]), width=14),
            Column("number", "凭证号", lambda v: _numbered(v) or "未结账", As.CODE, width=10),
            Column("day", "日期", lambda v: v.posted_on, As.DAY, ("posted_on",), width=12),
            Column("book", "账套", lambda v: book_label(v.area_code, v.fund), sort=("area_code", "fund"), width=30),
            Column("event", "业务", lambda v: event_label(v.event), note=lambda v: "冲销" if v.reverses_id else "", width=26),
            Column("summary", "摘要", lambda v: v.summary, is_second=True, width=40),
            Column("source", "来源", lambda v: f"{SOURCES.get(v.source_kind, '系统')} {v.source_id}", link=_behind, width=20),
            Column("amount", "金额（元）", lambda v: v.total_fen, As.MONEY),
        ),
        ("-pk",),
        conditions=(
            _AREA,
            Choice(
                "fund", "基金", lambda user: [(i.value, i.label) for i in Insurance if i != Insurance.MATERNITY],
                lambda rows, fund: rows.filter(fund=fund),
            ),
            Text("period", "会计期间", _of_month, "例如 2026-11"),
        ),
        chips=Chips("source", "来源", "source_kind", lambda: SOURCES),
        prepared=with_totals, nothing="还没有凭证。", empty="没有符合条件的凭证。",
    )
)  # fmt: skip
