-- Statements of `payment.refund_run`.

-- name: stage
-- Refunds that are owed, wait in no batch and whose payee lives, the oldest first; at most %(most)s. Writes benefits_refund_staged.
INSERT INTO benefits_refund_staged (batch_id, due_id, amount_fen, bank_code, account_name, account_no)
SELECT %(batch)s, due_id, amount_fen, bank_code, account_name, account_no
FROM benefits_refunds_v1(%(areas)s)
WHERE standing IN ('due', 'returned') AND waiting_batch IS NULL AND NOT is_dead
ORDER BY due_id
LIMIT %(most)s

-- name: books
-- What a batch has staged, by area and fund; fen. And how many of each came back before and go to the same account again.
SELECT n.area_code, n.fund, count(*), sum(t.amount_fen)::bigint,
    count(*) FILTER (WHERE n.standing = 'returned' AND NOT n.is_moved), count(*) FILTER (WHERE t.account_no = '' OR t.account_name = '')
FROM benefits_refund_staged t JOIN benefits_refunds_v1(%(areas)s) AS n ON n.due_id = t.due_id
WHERE t.batch_id = %(batch)s
GROUP BY 1, 2
ORDER BY 1, 2

-- name: waiting
-- What is owed now: payable (in no batch), in a batch, and held because the payee is dead; counts and fen.
SELECT count(*) FILTER (WHERE waiting_batch IS NULL AND NOT is_dead), count(*) FILTER (WHERE waiting_batch IS NOT NULL),
    count(*) FILTER (WHERE waiting_batch IS NULL AND is_dead), coalesce(sum(amount_fen) FILTER (WHERE waiting_batch IS NULL AND is_dead), 0)::bigint
FROM benefits_refunds_v1(%(areas)s)
WHERE standing IN ('due', 'returned')

-- name: lines
-- The refunds of a batch with what became of them, in their order; at most %(most)s. `hold` is NULL before the execution.
SELECT t.due_id, d.refund_id, d.area_code, d.fund, t.amount_fen, t.account_name, t.account_no, p.hold, coalesce(l.status, x.status), coalesce(l.reason, x.reason)
FROM benefits_refund_staged t
JOIN contributions_refund_due d ON d.id = t.due_id
LEFT JOIN benefits_refund_payment p ON p.batch_id = t.batch_id AND p.due_id = t.due_id
LEFT JOIN benefits_refund_result x ON x.batch_id = t.batch_id AND x.due_id = t.due_id
LEFT JOIN LATERAL (SELECT n.status, n.reason FROM benefits_later_refund_result n WHERE n.batch_id = t.batch_id AND n.due_id = t.due_id
    ORDER BY n.seq DESC LIMIT 1) AS l ON true
WHERE t.batch_id = %(batch)s
ORDER BY t.due_id
LIMIT %(most)s

-- name: standing
-- Payments of a batch by the bank's last word: status, count, fen.
SELECT coalesce(l.status, x.status, 'open'), count(*), sum(p.amount_fen)::bigint
FROM benefits_refund_payment p LEFT JOIN benefits_refund_result x ON x.batch_id = p.batch_id AND x.due_id = p.due_id
LEFT JOIN LATERAL (SELECT n.status FROM benefits_later_refund_result n WHERE n.batch_id = p.batch_id AND n.due_id = p.due_id
    ORDER BY n.seq DESC LIMIT 1) AS l ON true
WHERE p.batch_id = %(batch)s AND p.hold = 0
GROUP BY 1
