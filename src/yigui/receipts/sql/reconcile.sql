-- Statements of `receipts.reconcile`.

-- name: plan
-- What the bills of a month ask for and what is allocated to them. One row per insurance.
SELECT b.insurance, sum(b.total_fen)::bigint, sum(coalesce(a.fen, 0))::bigint
FROM contributions_bill b
LEFT JOIN (SELECT bill_id, sum(amount_fen) AS fen FROM contributions_allocation GROUP BY bill_id) AS a ON a.bill_id = b.id
WHERE b.period = %(period)s AND b.area = ANY(%(areas)s) AND b.kind <> 9
GROUP BY 1

-- name: files
-- Files of money received in a month, with what their vouchers debited to the deposits. Parameters: codes, first, next. The first row has the sums of all
-- (number 0), the others are files where the two differ, newest first: number, name, received, debited.
WITH files AS (
    SELECT id, file_name, total_fen FROM contributions_receipt_file WHERE area_code = ANY(%(codes)s) AND received_on >= %(first)s AND received_on < %(next)s
), posted AS (
    SELECT v.source_id AS id, sum(e.amount_fen) AS fen FROM ledger_voucher v JOIN ledger_entry e ON e.voucher_id = v.id
    WHERE v.source_kind = 'receipt_file' AND v.source_id IN (SELECT id FROM files) AND e.side = 'D' AND e.account_id IN ('1002', '1005') GROUP BY 1
), both_sides AS (SELECT f.id, f.file_name, f.total_fen, coalesce(p.fen, 0)::bigint AS fen FROM files f LEFT JOIN posted p USING (id))
SELECT 0, '', coalesce(sum(total_fen), 0)::bigint, coalesce(sum(fen), 0)::bigint FROM both_sides
UNION ALL
(SELECT id, file_name, total_fen, fen FROM both_sides WHERE total_fen <> fen ORDER BY id DESC LIMIT 200)

-- name: hands
-- By how many hands some lines are left out. Parameters: lines. One row per line: line, hands (0 where it may not be).
SELECT id, contributions_left_out_hands_v1(id) FROM unnest(%(lines)s::bigint[]) AS id

-- name: not_booked
-- Credits of files of the bank that are in no book: lines that wait; lines refused for their reference that stand on a statement with balances; and
-- lines that were left out. `counts`: the money is missing in the books; of a line left out as it may be, it is not. Parameters: codes, before (a day:
-- files received before it). One row per line, newest first: line, file, row, fen, outcome, counts, whether it waits, sentence, reason.
SELECT l.id, l.file_id, l.row_no, l.amount_fen, coalesce(e.outcome, ''),
    CASE WHEN l.fate = 'waiting' AND e.id IS NULL THEN true ELSE NOT contributions_may_be_left_out_v1(l.id) END,
    l.fate = 'waiting' AND e.id IS NULL, l.sentence, coalesce(e.reason, '')
FROM contributions_receipt_line l
JOIN contributions_receipt_file f ON f.id = l.file_id AND f.source = 'bank' AND f.received_on < %(before)s
LEFT JOIN contributions_receipt_line_end e ON e.line_id = l.id
WHERE f.area_code = ANY(%(codes)s) AND NOT l.is_debit AND l.amount_fen IS NOT NULL AND l.received_on IS NOT NULL
    AND (e.id IS NULL OR e.outcome = 'left_out') AND (l.fate = 'waiting' OR (l.fate = 'rejected' AND l.cause = 'other_content'))
ORDER BY l.id DESC

-- name: under_warrants
-- The warrants with a voucher of contributions in the month, and what was allocated and posted under each of them, in all months.
WITH touched AS (
    SELECT DISTINCT warrant_id FROM ledger_voucher
    WHERE area_code = ANY(%(codes)s) AND period = %(period)s AND source_kind IN ('receipt_file', 'case', 'batch')
      AND event IN ('contribution_received', 'collected_by_other_area', 'contribution_reversed', 'collected_by_other_area_reversed', 'refund_current_year', 'refund_prior_year', 'refund_by_other_area')
)
SELECT 'allocated', b.insurance::text, sum(a.amount_fen)::bigint
FROM touched t
JOIN contributions_allocation a ON a.warrant_id = t.warrant_id AND a.bill_id > 0 AND a.receipt_id > 0
JOIN contributions_bill b ON b.id = a.bill_id AND b.source_id = a.bill_source_id
WHERE b.area = ANY(%(areas)s)
GROUP BY 1, 2
UNION ALL
SELECT 'posted', v.fund, sum(CASE e.side WHEN 'C' THEN e.amount_fen ELSE -e.amount_fen END)::bigint
FROM touched t
JOIN ledger_voucher v ON v.warrant_id = t.warrant_id AND v.area_code = ANY(%(codes)s)
JOIN ledger_entry e ON e.voucher_id = v.id
WHERE e.account_id LIKE '4001%%' OR e.account_id = '4501.01' OR (e.account_id = '5401' AND v.event IN ('refund_prior_year', 'refund_by_other_area'))
GROUP BY 1, 2
