-- Statements of `receipts.verify`.

-- name: bills
-- Bills that a file's warrant wrote and that are no surcharge of a bill.
SELECT b.id, w.subject_id
FROM contributions_bill_case b JOIN warrants_warrant w ON w.id = b.warrant_id
WHERE w.kind = 'receipt' AND (b.kind <> 4 OR b.total_fen <= 0 OR b.for_bill IS NULL)
ORDER BY 1 LIMIT 20

-- name: offsets
-- Credits set off under the warrant that wrote the bill.
SELECT DISTINCT b.id, w.subject_id
FROM contributions_bill_case b
JOIN warrants_warrant w ON w.id = b.warrant_id
JOIN contributions_allocation a ON a.bill_id = b.id AND a.bill_source_id = b.source_id AND a.warrant_id = b.warrant_id
WHERE w.kind = 'receipt' AND a.step = 'offset'
ORDER BY 1 LIMIT 20

-- name: lines
-- Files of which a line is gone: every line stands among the receipts, the lines of the bank account, or those that were not booked. Which are missing.
-- Parameters: codes (areas of the files; null: all).
WITH places AS (
    SELECT file_id, seq FROM contributions_receipt WHERE seq > 0
    UNION ALL SELECT file_id, seq FROM ledger_bank_line WHERE seq > 0
    UNION ALL SELECT file_id, seq FROM contributions_receipt_line
)
SELECT f.id, f.lines_in, coalesce(p.found, 0),
    array(SELECT g FROM generate_series(1, f.lines_in) AS g EXCEPT SELECT x.seq FROM places x WHERE x.file_id = f.id ORDER BY 1 LIMIT 20)
FROM contributions_receipt_file f
LEFT JOIN (SELECT file_id, count(DISTINCT seq) AS found, count(*) AS every FROM places GROUP BY 1) AS p ON p.file_id = f.id
WHERE f.lines_in > 0 AND (coalesce(p.found, 0) <> f.lines_in OR p.every <> f.lines_in)
    AND (%(codes)s::text[] IS NULL OR f.area_code = ANY (%(codes)s::text[]))
ORDER BY 1 LIMIT 20

-- name: fates
-- Files whose counts are not those of their lines.
SELECT f.id FROM contributions_receipt_file f
LEFT JOIN (SELECT file_id, count(*) AS rows FROM contributions_receipt GROUP BY 1) AS r ON r.file_id = f.id
LEFT JOIN (SELECT file_id, count(*) AS rows FROM ledger_bank_line WHERE seq > 0 GROUP BY 1) AS b ON b.file_id = f.id
LEFT JOIN (
    SELECT file_id, count(*) FILTER (WHERE fate = 'known') AS known, count(*) FILTER (WHERE fate = 'rejected') AS rejected,
        count(*) FILTER (WHERE fate = 'waiting') AS waiting FROM contributions_receipt_line GROUP BY 1) AS l ON l.file_id = f.id
WHERE (f.lines_in > 0 AND (f.row_count, f.debit_count, f.known_count, f.rejected_count, f.waiting_count)
    <> (coalesce(r.rows, 0), coalesce(b.rows, 0), coalesce(l.known, 0), coalesce(l.rejected, 0), coalesce(l.waiting, 0)))
    -- Of releases that kept the receipts alone.
    OR (f.lines_in = 0 AND f.row_count <> coalesce(r.rows, 0))
ORDER BY 1 LIMIT 20

-- name: bounds
-- Receipts of which more was shared out and given back than came in, or more taken back than was shared out.
SELECT a.receipt_id, r.amount_fen, a.fen
FROM (SELECT receipt_id, sum(amount_fen)::bigint AS fen FROM contributions_allocation WHERE receipt_id <> 0 GROUP BY 1) AS a
LEFT JOIN contributions_receipt r ON r.id = a.receipt_id
WHERE r.id IS NULL OR a.fen NOT BETWEEN 0 AND r.amount_fen
ORDER BY 1 LIMIT 20
