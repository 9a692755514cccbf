-- Statements of `receipts.settle`.

-- name: late
-- All late payments of the bills this warrant has paid, and the surcharge billed for them so far: what is missing is billed now.
WITH touched AS (
    SELECT DISTINCT b.id, b.source_id, b.employer_id, b.person_id, b.area, b.insurance, b.start_period, b.end_period,
        contributions_due_on_v1(b.employer_id, b.insurance, b.start_period, b.due_on) AS due_on
    FROM contributions_allocation a JOIN contributions_bill b ON b.id = a.bill_id AND b.source_id = a.bill_source_id
    WHERE a.warrant_id = %s AND a.receipt_id > 0 AND a.amount_fen > 0 AND a.received_on > b.due_on AND b.kind NOT IN (4, 9)
)
SELECT t.id, t.employer_id, t.person_id, t.area, t.insurance, t.start_period, t.end_period, t.due_on, a.received_on, sum(a.amount_fen)::bigint,
    (SELECT coalesce(sum(s.total_fen), 0)::bigint FROM contributions_bill_case s WHERE s.for_bill = t.id)
FROM touched t JOIN contributions_allocation a ON a.bill_id = t.id AND a.bill_source_id = t.source_id AND a.receipt_id > 0
WHERE a.received_on > t.due_on
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 ORDER BY 1, 9

-- name: left
-- What is left of each receipt is looked up by its key, one by one: linear whatever the planner believes of a file that has just
-- come in (two sums joined were taken for one row each, and compared with each other row by row).
SELECT area_code, insurance, received_on, is_unknown, sum(left_fen)::bigint
FROM (SELECT r.area_code, r.insurance, r.received_on, r.employer_id IS NULL AND r.person_id IS NULL AS is_unknown,
        r.amount_fen - coalesce((SELECT sum(a.amount_fen) FROM contributions_allocation a WHERE a.receipt_id = r.id), 0) AS left_fen
    FROM contributions_receipt r WHERE r.file_id = %(file)s) AS of_file
WHERE left_fen > 0
GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
