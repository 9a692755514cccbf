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
