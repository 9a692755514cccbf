"""Verification of money out: every executed run still says what was approved, and the books say the same. Reads only."""

from collections.abc import Iterator

from django.db import connections

from yigui.common.sqlfiles import named_sql
from yigui.ledger.declarations import FUND_OF
from yigui.payment.enums import PaymentStatus
from yigui.registry.enums import INSURANCE_OF

_RUNS = named_sql("payment", "verify")["runs"]
# A line or payment outside an executed run, or whose warrant is not the run's.
_STRAY = """
SELECT l.batch_id, min(l.benefit_id) FROM benefits_line l LEFT JOIN runs_batch b ON b.id = l.batch_id AND b.kind IN ('pay', 'pay-supplement')
  AND b.status = 'executed'
WHERE b.id IS NULL GROUP BY l.batch_id ORDER BY 1
"""
_RAISED = named_sql("payment", "verify")["raised"]
_RETURNED = named_sql("payment", "verify")["returned"]
_SUSPENSE = """
SELECT area_code, fund, sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END)::bigint FROM ledger_entry WHERE account_id = '2001.05'
GROUP BY 1, 2
"""


def benefit_faults(using: str) -> Iterator[str]:
    """Yield a sentence for every run, line or suspense account that does not agree."""
    with connections[using].cursor() as cursor:
        cursor.execute(_RUNS)
        for batch, rows, fen, line_rows, line_fen, paid_fen, book_fen in cursor.fetchall():
            yield (
                f"第 {batch} 号支付计划：执行 {rows} 行 {fen} 分，明细 {line_rows} 行 {line_fen} 分，支付指令 {paid_fen} 分，账务 {book_fen} 分。"
            )
        cursor.execute(_STRAY)
        for batch, benefit in cursor.fetchall():
            yield f"benefits_line batch_id={batch} benefit_id={benefit}：不属于已执行的支付计划。"
        cursor.execute(_RAISED)
        for batch, benefit, period in cursor.fetchall():
            yield f"benefits_amount benefit_id={benefit} start_period={period}：与第 {batch} 号待遇标准调整批次所列的金额不符，或该批次未执行。"
        cursor.execute(_RETURNED)
        waiting: dict[tuple[str, str], int] = {}
        for area, insurance, fen in cursor.fetchall():
            key = (area, FUND_OF[INSURANCE_OF[insurance].value])
            waiting[key] = waiting.get(key, 0) + fen
        cursor.execute(_SUSPENSE)
        booked = {(area, fund): fen for area, fund, fen in cursor.fetchall()}
    for key in sorted(set(waiting) | set(booked)):
        if waiting.get(key, 0) != booked.get(key, 0):
            yield f"{key[0]} {key[1]} 待重发退票 {waiting.get(key, 0)} 分，暂收款 2001.05 余额 {booked.get(key, 0)} 分。"


_REFUNDS = named_sql("payment", "verify")["refund_batches"]
_REFUND_BOOKS = named_sql("payment", "verify")["refund_books"]


def refund_faults(using: str) -> Iterator[str]:
    """Yield a sentence for every batch of refunds, line or book that does not agree."""
    with connections[using].cursor() as cursor:
        cursor.execute(_REFUNDS)
        for batch, rows, fen, lines, paid, paid_fen, all_fen, book_fen in cursor.fetchall():
            yield (
                f"第 {batch} 号退费批次：审批 {lines} 行，执行 {rows} 行 {fen} 分；支付 {paid} 行 {paid_fen} 分，"
                f"连同剔除共 {all_fen} 分，账务 {book_fen} 分，互不相符。"
            )
        cursor.execute(
            "SELECT p.batch_id, p.due_id FROM benefits_refund_payment p LEFT JOIN runs_batch b ON b.id = p.batch_id AND b.kind = 'refunds' "
            "AND b.status = 'executed' LEFT JOIN contributions_refund_due d ON d.id = p.due_id WHERE b.id IS NULL OR d.id IS NULL "
            "OR d.amount_fen <> p.amount_fen AND p.hold = 0 ORDER BY 1, 2 LIMIT 20"
        )
        for batch, due in cursor.fetchall():
            yield f"benefits_refund_payment batch_id={batch} due_id={due}：不属于已执行的退费批次，或与核准的退费不符。"
        cursor.execute(_REFUND_BOOKS)
        for area, fund, owed, booked in cursor.fetchall():
            yield f"{area} {fund} 待支付退费 {owed} 分，暂收款 2001.04 余额 {booked} 分。"


_RESULT_FILES = named_sql("payment", "verify")["result_files"]
_RESULT_LINES = named_sql("payment", "verify")["result_lines"]
_SETTLED = named_sql("payment", "verify")["settled_returns"]


def result_faults(using: str) -> Iterator[str]:
    """Yield a sentence for every file of the bank's results of which a line is missing, or too many."""
    with connections[using].cursor() as cursor:
        cursor.execute(_RESULT_FILES)
        for file, status, accounted, stand in cursor.fetchall():
            yield f"发放结果回执 {file} 号：记有{PaymentStatus(status).label} {accounted} 笔，现有 {stand} 笔。"
        cursor.execute(_RESULT_LINES)
        for file, lines, accounted, said, kept in cursor.fetchall():
            yield f"发放结果回执 {file} 号：共 {lines} 笔，各项合计 {accounted} 笔；待核实记有 {said} 笔，现有 {kept} 笔。"
        cursor.execute(_SETTLED)
        for run, taken, ended in cursor.fetchall():
            yield f"第 {run} 号支付计划：退票冲减 {taken} 分，追回登记退票收回 {ended} 分。"
