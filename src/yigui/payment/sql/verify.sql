-- Statements of `payment.verify`.

-- name: runs
-- Lines, payments and vouchers of executed runs beside what the batch was executed with; only what differs.
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

-- name: returned
-- Returned money stands in suspense until it is sent again.
SELECT area, insurance, sum(fen)::bigint FROM (
    SELECT b.area_id AS area, b.insurance, r.amount_fen AS fen FROM benefits_result r JOIN benefits_benefit b ON b.id = r.benefit_id
    WHERE r.status = 'returned'
    UNION ALL
    SELECT b.area_id, b.insurance, -s.amount_fen FROM benefits_reissue s JOIN benefits_benefit b ON b.id = s.benefit_id
    WHERE s.sent_batch IS NOT NULL
) AS waiting GROUP BY 1, 2
