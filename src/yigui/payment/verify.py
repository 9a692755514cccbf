"""Verification of money out: every executed run still says what was approved, and the books say the same. Reads only."""

from collections.abc import Iterator

from django.db import connections

from yigui.ledger.declarations import FUND_OF
from yigui.registry.enums import INSURANCE_OF

# Lines, payments and vouchers of executed runs beside what the batch was executed with; only what differs.
_RUNS = """
WITH line AS (SELECT batch_id, count(*) AS rows, sum(amount_fen)::bigint AS fen FROM benefits_line GROUP BY batch_id),
payment AS (SELECT batch_id, sum(amount_fen)::bigint AS fen FROM benefits_payment GROUP BY batch_id),
book AS (
    SELECT v.source_id, sum(e.amount_fen)::bigint AS fen FROM ledger_voucher v JOIN ledger_entry e ON e.voucher_id = v.id
    WHERE v.source_kind = 'batch' AND v.event = 'benefit_payment' AND e.account_id = '1004' AND e.side = 'C' GROUP BY v.source_id
)
SELECT b.id, coalesce(b.executed_count, b.row_count), coalesce(b.executed_fen, b.total_fen), coalesce(l.rows, 0), coalesce(l.fen, 0),
    coalesce(p.fen, 0), coalesce(k.fen, 0)
FROM runs_batch b LEFT JOIN line l ON l.batch_id = b.id LEFT JOIN payment p ON p.batch_id = b.id LEFT JOIN book k ON k.source_id = b.id
WHERE b.kind = 'pay' AND b.status = 'executed'
  AND ((coalesce(b.executed_count, b.row_count), coalesce(b.executed_fen, b.total_fen), coalesce(b.executed_fen, b.total_fen),
        coalesce(b.executed_fen, b.total_fen)) IS DISTINCT FROM (coalesce(l.rows, 0), coalesce(l.fen, 0), coalesce(p.fen, 0), coalesce(k.fen, 0))
      -- What was taken out when it was looked at again is held, with its amount: nothing vanishes between the two.
      OR b.executed_fen + (SELECT coalesce(sum(h.amount_fen), 0) FROM benefits_held h WHERE h.batch_id = b.id AND h.at_execution) <> b.total_fen)
ORDER BY b.id
"""
# A line or payment outside an executed run, or whose warrant is not the run's.
_STRAY = """
SELECT l.batch_id, min(l.benefit_id) FROM benefits_line l LEFT JOIN runs_batch b ON b.id = l.batch_id AND b.kind = 'pay' AND b.status = 'executed'
WHERE b.id IS NULL GROUP BY l.batch_id ORDER BY 1
"""
# Returned money stands in suspense until it is sent again.
_RETURNED = """
SELECT area, insurance, sum(fen)::bigint FROM (
    SELECT b.area_id AS area, b.insurance, r.amount_fen AS fen FROM benefits_result r JOIN benefits_benefit b ON b.id = r.benefit_id
    WHERE r.status = 'returned'
    UNION ALL
    SELECT b.area_id, b.insurance, -s.amount_fen FROM benefits_reissue s JOIN benefits_benefit b ON b.id = s.benefit_id
    WHERE s.sent_batch IS NOT NULL
) AS waiting GROUP BY 1, 2
"""
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
