-- Statements of `payment.bank_results`.

-- name: known
-- Payments a file names, with their amount, and the result they have already (NULL: none yet). One row per payment that was sent.
WITH asked AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[]) AS k (batch_id, benefit_id, attempt))
SELECT a.batch_id, a.benefit_id, a.attempt, coalesce(p.amount_fen, r.amount_fen), (
    SELECT x.status FROM benefits_result x WHERE x.batch_id = a.batch_id AND x.benefit_id = a.benefit_id AND x.attempt = a.attempt)
FROM asked a
LEFT JOIN benefits_payment p ON a.attempt = 1 AND p.batch_id = a.batch_id AND p.benefit_id = a.benefit_id
LEFT JOIN benefits_reissue r ON a.attempt > 1 AND r.batch_id = a.batch_id AND r.benefit_id = a.benefit_id
    AND r.attempt = a.attempt AND r.sent_batch IS NOT NULL
WHERE coalesce(p.amount_fen, r.amount_fen) IS NOT NULL

-- name: known_refunds
-- Refunds a file names, with their amount, and the result they have already (NULL: none yet). One row per refund that was sent.
WITH asked AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[]) AS k (batch_id, due_id, attempt))
SELECT a.batch_id, a.due_id, a.attempt, p.amount_fen, (
    SELECT x.status FROM benefits_refund_result x WHERE x.batch_id = a.batch_id AND x.due_id = a.due_id)
FROM asked a JOIN benefits_refund_payment p ON p.batch_id = a.batch_id AND p.due_id = a.due_id AND p.hold = 0

-- name: refunds_returned
-- What came back with a file, by the book that owes it; fen.
SELECT d.area_code, d.fund, sum(x.amount_fen)::bigint
FROM benefits_refund_result x JOIN contributions_refund_due d ON d.id = x.due_id
WHERE x.file_id = %s AND x.status = 'returned'
GROUP BY 1, 2
ORDER BY 1, 2
