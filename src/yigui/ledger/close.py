"""Closing a month (结账): checked, approved, then no later posting into it. One batch closes all books of an area."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from yigui.common.money import format_fen
from yigui.common.months import first_day, format_period, period_of
from yigui.ledger.declarations import DEPOSITS
from yigui.ledger.errors import WrongPosting
from yigui.ledger.models import LedgerAccount, Voucher
from yigui.ledger.queries import book_label, last_closed, trial_balance
from yigui.ledger.year_end import carry_over_rule, is_year_end
from yigui.registry.enums import Insurance
from yigui.registry.queries import area_name
from yigui.runs.checks import bar, warn
from yigui.runs.in_the_way import areas_left
from yigui.runs.kinds import Content, Opening, RunKind, Work, Written, two_people
from yigui.runs.models import Batch, BatchStatus


@dataclass
class _Found:
    """What the books of an area say at the end of a month; sentences by book."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    unbalanced: list[str] = field(default_factory=list)
    open_before: list[str] = field(default_factory=list)
    undrawn: list[str] = field(default_factory=list)
    overdrawn: list[str] = field(default_factory=list)

    @property
    def debit_fen(self) -> int:
        return sum(row["debit_fen"] for row in self.rows)


class CloseKind(RunKind):
    """Closes all books of an area and its counties for a month; in December income and expenditure are carried over first."""

    code, name, help = "close", "月度结账", "closing of a month"
    writes = ("ledger_voucher", "ledger_entry", "ledger_closing", "ledger_voucher_number")
    signers = two_people("各账套已核对，可以结账。", "同意结账。")
    wide_parts = ("ledger/runs/books.html",)
    hint = "结账一般结上月，资金划转后再结。"

    def opening(self, *, area_code: str, period: int, today: dt.date, **more: Any) -> Opening:
        """As `RunKind.opening`.

        Raises:
            BatchRefused: executed already for all its areas.
            UnknownArea: no such area.
            WrongPosting: a month to come.
        """
        if first_day(period) > today:
            raise WrongPosting(f"{format_period(period)} 尚未开始，不能结账。", period=period)
        return Opening(area_code, period, tuple(areas_left(self.code, area_code, period)))

    def content(self, work: Work, staged: Sequence[Any]) -> Content:
        period = work.batch.period
        found = _books_at(work.opening.areas, period)
        waiting = _waiting_before(work.batch)
        checks = [
            bar("not_empty", "有可结账的账套", passed=bool(found.rows), detail=f"{len(found.rows)} 个账套"),
            bar(
                "balanced",
                "借贷平衡",
                passed=not found.unbalanced,
                detail="、".join(found.unbalanced) or f"{format_fen(found.debit_fen)} 元",
            ),
            bar("in_order", "以前期间均已结账", passed=not found.open_before, detail="、".join(found.open_before[:20])),
            warn("earlier_batch", "没有以前期间的结账批次在等待", passed=not waiting, detail="、".join(waiting)),
            warn("month_ended", "本月已终了", passed=period < period_of(work.today), detail=format_period(period)),
            # 1002 and 1005 should be zero after the month's transfer (财会〔2017〕28号).
            warn("undrawn", "收入户、国库存款期末已划转", passed=not found.undrawn, detail="；".join(found.undrawn[:20])),
            warn("overdrawn", "存款没有负数", passed=not found.overdrawn, detail="；".join(found.overdrawn[:20])),
        ]
        summary = {
            "books": found.rows, "is_year_end": is_year_end(period),
            "rule": carry_over_rule(period).isoformat() if is_year_end(period) else None,
        }  # fmt: skip
        return Content(len(found.rows), found.debit_fen, "", summary, checks)

    def write(self, batch: Batch) -> Written | None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT ledger_execute_close_v1(%s)", [batch.pk])
        return None

    def page(self, batch: Batch) -> dict[str, Any]:
        rows = batch.summary.get("books", [])
        return {"books": [row | {"area": area_name(row["area"]), "fund": Insurance(row["fund"]).label} for row in rows]}


def _waiting_before(batch: Batch) -> list[str]:
    """Closings of earlier months of these areas that have been prepared and not executed."""
    rows = Batch.objects.filter(kind=batch.kind, status__in=(BatchStatus.PREPARED, BatchStatus.APPROVED), period__lt=batch.period)
    found = rows.filter(areas__overlap=batch.areas).order_by("period", "id").values_list("pk", "period")[:20]
    return [f"{format_period(period)}（第 {number} 号批次）" for number, period in found]


def _books_at(areas: Sequence[str], period: int) -> _Found:
    found = _Found()
    zero = set(LedgerAccount.objects.filter(is_zero_at_close=True).values_list("code", flat=True))
    for area, fund in sorted(Voucher.objects.filter(area_code__in=areas).values_list("area_code", "fund").distinct()):
        label = book_label(area, fund)
        balances = trial_balance(areas=[area], fund=fund, period=period)
        moved, left = sum(r.debit_fen for r in balances), sum(r.closing_fen for r in balances if r.code in zero)
        if moved != sum(r.credit_fen for r in balances):
            found.unbalanced.append(label)
        if left:
            found.undrawn.append(f"{label} {format_fen(left)} 元")
        below = (r for r in balances if r.code in DEPOSITS and r.closing_fen < 0)
        found.overdrawn += [f"{label} {r.code} {format_fen(r.closing_fen)} 元" for r in below]
        closed = last_closed(area, fund)
        if Voucher.objects.filter(area_code=area, fund=fund, period__lt=period, period__gt=closed or 0).exists():
            found.open_before.append(label)
        found.rows.append({"area": area, "fund": fund, "debit_fen": moved, "undrawn_fen": left})
    return found


CLOSE = CloseKind()
