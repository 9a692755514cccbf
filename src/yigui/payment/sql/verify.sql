-- Statements of `payment.verify`.

-- name: runs
-- Lines, payments and vouchers of executed runs, what they sent again among them, beside what the batch was executed with; only what differs. What was
-- sent again with a run that does not list it in its summary was not part of its sum.
WITH again AS (
    SELECT r.sent_batch, count(*) AS rows, sum(r.amount_fen)::bigint AS fen FROM benefits_reissue r JOIN runs_batch b ON b.id = r.sent_batch
    WHERE b.summary ? 'reissue_marks' GROUP BY r.sent_batch
),
line AS (SELECT batch_id, count(*) AS rows, sum(amount_fen)::bigint AS fen FROM benefits_line GROUP BY batch_id),
payment AS (SELECT batch_id, sum(amount_fen)::bigint AS fen FROM benefits_payment GROUP BY batch_id),
book AS (
    SELECT v.source_id, sum(e.amount_fen)::bigint AS fen FROM ledger_voucher v JOIN ledger_entry e ON e.voucher_id = v.id
    JOIN runs_batch b ON b.id = v.source_id
    WHERE v.source_kind = 'batch' AND (v.event = 'benefit_payment' OR v.event = 'benefit_reissued' AND b.summary ? 'reissue_marks')
      AND e.account_id = '1004' AND e.side = 'C' GROUP BY v.source_id
),
sums AS (
    SELECT b.id, coalesce(b.executed_count, b.row_count) AS rows, coalesce(b.executed_fen, b.total_fen) AS fen,
        coalesce(l.rows, 0) + coalesce(a.rows, 0) AS line_rows, coalesce(l.fen, 0) + coalesce(a.fen, 0) AS line_fen,
        coalesce(p.fen, 0) + coalesce(a.fen, 0) AS paid_fen, coalesce(k.fen, 0) AS book_fen, b.total_fen,
        -- What was taken out when it was looked at again is held, with its amount: nothing vanishes between the two.
        b.executed_fen + (SELECT coalesce(sum(h.amount_fen), 0) FROM benefits_held h WHERE h.batch_id = b.id AND h.at_execution) AS with_held
    FROM runs_batch b LEFT JOIN line l ON l.batch_id = b.id LEFT JOIN payment p ON p.batch_id = b.id LEFT JOIN book k ON k.source_id = b.id
    LEFT JOIN again a ON a.sent_batch = b.id
    WHERE b.kind IN ('pay', 'pay-supplement') AND b.status = 'executed'
)
SELECT id, rows, fen, line_rows, line_fen, paid_fen, book_fen FROM sums
WHERE (rows, fen, fen, fen) IS DISTINCT FROM (line_rows, line_fen, paid_fen, book_fen) OR with_held <> total_fen
ORDER BY id

-- name: raised
-- Amounts that say a raise of standards gave them, and that no executed one has listed at this sum.
SELECT a.source_id, a.benefit_id, a.start_period FROM benefits_amount a
LEFT JOIN runs_batch b ON b.id = a.source_id AND b.kind = 'raise' AND b.status = 'executed'
LEFT JOIN benefits_raise r ON r.batch_id = a.source_id AND r.benefit_id = a.benefit_id AND r.start_period = a.start_period AND r.after_fen = a.total_fen
WHERE a.source = 'raise' AND (b.id IS NULL OR r.id IS NULL) ORDER BY 1, 2, 3 LIMIT 1000

-- name: returned
-- Returned money stands in suspense until it is sent again, ends a claim, or was found to have arrived after all.
SELECT area, insurance, sum(fen)::bigint FROM (
    SELECT b.area_id AS area, b.insurance, r.amount_fen AS fen FROM benefits_result r JOIN benefits_benefit b ON b.id = r.benefit_id
    WHERE r.status = 'returned'
    UNION ALL
    SELECT b.area_id, b.insurance, CASE l.status WHEN 'returned' THEN l.amount_fen ELSE -l.amount_fen END
    FROM benefits_later_result l JOIN benefits_benefit b ON b.id = l.benefit_id
    UNION ALL
    SELECT b.area_id, b.insurance, -t.amount_fen FROM benefits_settled_return t JOIN benefits_benefit b ON b.id = t.benefit_id
    UNION ALL
    SELECT b.area_id, b.insurance, -s.amount_fen FROM benefits_reissue s JOIN benefits_benefit b ON b.id = s.benefit_id
    WHERE s.sent_batch IS NOT NULL
) AS waiting GROUP BY 1, 2

-- name: refund_batches
-- Executed batches of refunds whose staged lines, payments, vouchers and digest are not what was approved and executed; only what differs.
WITH staged AS (
    SELECT b.id, s.refunds AS rows, s.fen, lpad(to_hex(s.digest), 16, '0') AS digest
    FROM runs_batch b CROSS JOIN LATERAL (SELECT count(*) AS refunds, coalesce(sum(t.amount_fen), 0)::bigint AS fen,
        coalesce(bit_xor(hashint8extended(t.due_id, hashtextextended(concat_ws('|', t.bank_code, t.account_name, t.account_no), t.amount_fen))), 0)
            AS digest FROM benefits_refund_staged t WHERE t.batch_id = b.id) AS s
    WHERE b.kind = 'refunds' AND b.status = 'executed'
),
payment AS (
    SELECT batch_id, count(*) AS lines, count(*) FILTER (WHERE hold = 0) AS rows, coalesce(sum(amount_fen) FILTER (WHERE hold = 0), 0)::bigint AS fen,
        sum(amount_fen)::bigint AS all_fen
    FROM benefits_refund_payment GROUP BY batch_id
),
book AS (
    SELECT v.source_id, sum(e.amount_fen)::bigint AS fen FROM ledger_voucher v JOIN ledger_entry e ON e.voucher_id = v.id
    WHERE v.source_kind = 'batch' AND v.event = 'refund_paid' AND v.reverses_id IS NULL AND e.account_id = '1004' AND e.side = 'C'
    GROUP BY v.source_id
)
SELECT b.id, b.executed_count, b.executed_fen, coalesce(p.lines, 0), coalesce(p.rows, 0), coalesce(p.fen, 0), coalesce(p.all_fen, 0), coalesce(k.fen, 0)
FROM runs_batch b JOIN staged s ON s.id = b.id LEFT JOIN payment p ON p.batch_id = b.id LEFT JOIN book k ON k.source_id = b.id
WHERE (b.row_count, b.total_fen, b.digest::text, b.row_count, b.total_fen, b.executed_count, b.executed_fen, b.executed_fen) IS DISTINCT FROM
    (s.rows, s.fen, s.digest, coalesce(p.lines, 0), coalesce(p.all_fen, 0), coalesce(p.rows, 0), coalesce(p.fen, 0), coalesce(k.fen, 0))
ORDER BY b.id

-- name: refund_books
-- Books in which what is owed as refunds (dues, less what was paid, and again what came back) is not what stands in 2001.04. Fen.
WITH owed AS (
    SELECT area_code, fund, sum(fen)::bigint AS fen FROM (
        SELECT area_code, fund, amount_fen AS fen FROM contributions_refund_due
        UNION ALL
        SELECT d.area_code, d.fund, -p.amount_fen FROM benefits_refund_payment p JOIN contributions_refund_due d ON d.id = p.due_id WHERE p.hold = 0
        UNION ALL
        SELECT d.area_code, d.fund, x.amount_fen FROM benefits_refund_result x JOIN contributions_refund_due d ON d.id = x.due_id
        WHERE x.status = 'returned'
        UNION ALL
        SELECT d.area_code, d.fund, CASE l.status WHEN 'returned' THEN l.amount_fen ELSE -l.amount_fen END
        FROM benefits_later_refund_result l JOIN contributions_refund_due d ON d.id = l.due_id
    ) AS moves GROUP BY 1, 2
),
booked AS (
    SELECT area_code, fund, sum(CASE side WHEN 'C' THEN amount_fen ELSE -amount_fen END)::bigint AS fen
    FROM ledger_entry WHERE account_id = '2001.04' GROUP BY 1, 2
)
SELECT area_code, fund, coalesce(o.fen, 0), coalesce(b.fen, 0) FROM owed o FULL JOIN booked b USING (area_code, fund)
WHERE coalesce(o.fen, 0) <> coalesce(b.fen, 0)
ORDER BY 1, 2

-- name: result_files
-- Files of the bank's results of which fewer or more results stand than they account for, by status; only what differs. One row per file and status.
WITH stand AS (
    SELECT file_id, status, count(*) AS rows FROM (
        SELECT file_id, status FROM benefits_result UNION ALL SELECT file_id, status FROM benefits_later_result
        UNION ALL SELECT file_id, status FROM benefits_refund_result UNION ALL SELECT file_id, status FROM benefits_later_refund_result) AS r
    GROUP BY 1, 2
),
accounted AS (
    SELECT f.id AS file_id, s.status, s.rows
    FROM benefits_result_file f CROSS JOIN LATERAL (VALUES ('paid', f.paid_count), ('returned', f.returned_count)) AS s (status, rows)
)
SELECT file_id, status, coalesce(a.rows, 0), coalesce(s.rows, 0) FROM accounted a FULL JOIN stand s USING (file_id, status)
WHERE coalesce(a.rows, 0) <> coalesce(s.rows, 0)
ORDER BY 1, 2

-- name: result_lines
-- Files whose lines do not add up, or that hold other waiting lines than they say. One row per file: lines in, lines accounted for, waiting said and kept.
SELECT f.id, f.row_count, f.paid_count + f.returned_count + f.known_count + f.pending_count + f.waiting_count + jsonb_array_length(f.rejected),
    f.waiting_count, (SELECT count(*) FROM benefits_result_waiting w WHERE w.file_id = f.id)
FROM benefits_result_file f
WHERE f.row_count <> f.paid_count + f.returned_count + f.known_count + f.pending_count + f.waiting_count + jsonb_array_length(f.rejected)
    OR f.waiting_count <> (SELECT count(*) FROM benefits_result_waiting w WHERE w.file_id = f.id)
ORDER BY f.id

-- name: settled_returns
-- Runs under which other sums have ended claims as returned money than left the suspense. One row per run; fen.
SELECT run_id, coalesce(s.fen, 0), coalesce(t.fen, 0)
FROM (SELECT run_id, sum(amount_fen)::bigint AS fen FROM benefits_settled_return GROUP BY 1) AS s
FULL JOIN (SELECT source_id AS run_id, sum(amount_fen)::bigint AS fen FROM benefits_recovery_return WHERE source = 'returned' GROUP BY 1) AS t USING (run_id)
WHERE coalesce(s.fen, 0) <> coalesce(t.fen, 0)
ORDER BY 1
