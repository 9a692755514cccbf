"""Closing a month (结账): checked, approved, then no later posting into it. One batch closes all books of an area."""

from typing import Any

from django.db import connection, transaction

from yigui.common.months import format_period, is_period
from yigui.ledger.declarations import DEPOSITS
from yigui.ledger.errors import WrongPosting
from yigui.ledger.models import LedgerAccount, Voucher
from yigui.ledger.queries import book_label, debits_of, last_closed, trial_balance
from yigui.ledger.year_end import carry_over, is_year_end
from yigui.registry.models import Area
from yigui.runs.batches import batch_of, check, issue_warrant, lock_approved, mark_executed, open_batch, seal_content
from yigui.runs.models import Batch
from yigui.runs.run_job import run_job
from yigui.staff.models import User

KIND = "close"


def _books(areas: list[str]) -> list[tuple[str, str]]:
    rows = Voucher.objects.filter(area_code__in=areas).values_list("area_code", "fund").distinct()
    return sorted(rows)


def plan_close(*, area_code: str, period: int, user: User) -> Batch:
    """Prepare the closing of a month for the books of an area and its counties; gives the batch, ready for approval.

    Raises:
        WrongPosting: not a month, or no such area.
        BatchRefused: executed already, or approved and waiting.
    """
    with run_job(kind="close-plan", area_code=area_code[:6], period=str(period)[:10], total_steps=1, user=user) as progress:
        batch = _plan_close(area_code, period, user)
        progress.step()
    return batch


def _plan_close(area_code: str, period: int, user: User) -> Batch:
    if not is_period(period) or not Area.objects.filter(pk=area_code).exists():
        raise WrongPosting(f"期间 {period} 或地区 {area_code} 有误，请核对。")
    areas = sorted({area_code, *Area.objects.filter(parent_id=area_code).values_list("code", flat=True)})
    batch = open_batch(kind=KIND, area_code=area_code, period=period, areas=areas, user=user)
    rows: list[dict[str, Any]] = []
    unbalanced, open_before, not_zero, overdrawn, debit = [], [], [], [], 0
    zero = set(LedgerAccount.objects.filter(is_zero_at_close=True).values_list("code", flat=True))
    for area, fund in _books(areas):
        balances = trial_balance(areas=[area], fund=fund, period=period)
        moved = sum(r.debit_fen for r in balances)
        if moved != sum(r.credit_fen for r in balances):
            unbalanced.append(book_label(area, fund))
        left = sum(r.closing_fen for r in balances if r.code in zero)
        if left:
            not_zero.append(f"{book_label(area, fund)} {left / 100:,.2f} 元")
        overdrawn += [
            f"{book_label(area, fund)} {r.code} {r.closing_fen / 100:,.2f} 元"
            for r in balances
            if r.code in DEPOSITS and r.closing_fen < 0
        ]
        closed = last_closed(area, fund)
        earlier = Voucher.objects.filter(area_code=area, fund=fund, period__lt=period, period__gt=closed or 0).exists()
        if earlier:
            open_before.append(book_label(area, fund))
        debit += moved
        rows.append({"area": area, "fund": fund, "debit_fen": moved, "undrawn_fen": left})
    checks = [
        check("not_empty", "有可结账的账套", passed=bool(rows), detail=f"{len(rows)} 个账套"),
        check("balanced", "借贷平衡", passed=not unbalanced, detail="、".join(unbalanced) or f"{debit / 100:,.2f} 元"),
        check("in_order", "以前期间均已结账", passed=not open_before, detail="、".join(open_before[:20])),
    ]
    # 1002 and 1005 should be zero after the month's transfer: an alarm for the accountant, no bar (财会〔2017〕28号).
    summary = {"books": rows, "undrawn": not_zero, "overdrawn": overdrawn, "is_year_end": is_year_end(period)}
    return seal_content(batch, row_count=len(rows), total_fen=debit, digest="", summary=summary, checks=checks)


def execute_close(*, batch_id: int) -> Batch:
    """Close the books of an approved batch, under its warrant; running it again changes nothing.

    Raises:
        BatchRefused: not approved.
        WrongPosting: something was posted into the month since it was approved.
    """
    with transaction.atomic():
        batch = lock_approved(batch_id, KIND)
        if batch is None:
            return batch_of(batch_id)
        issue_warrant(batch)
        for book in batch.summary["books"]:
            if is_year_end(batch.period):
                carry_over(fund=book["fund"], area_code=book["area"], period=batch.period, batch_id=batch.pk)
            with connection.cursor() as cursor:
                cursor.execute("SELECT ledger_close_v1(%s, %s, %s, %s)", [book["fund"], book["area"], batch.period, batch.pk])
        if debits_of([(b["area"], b["fund"]) for b in batch.summary["books"]], batch.period) != batch.total_fen:
            raise WrongPosting(
                f"{format_period(batch.period)} 自审批后又有新凭证，请作废第 {batch.pk} 号批次后重新生成。", batch=batch.pk
            )
        return mark_executed(batch)
