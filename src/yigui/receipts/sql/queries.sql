-- Statements of `receipts.queries`.

-- name: left
-- Receipts that wait in suspense (暂收款), with what is left of each.
SELECT r.id, r.amount_fen - coalesce(sum(a.amount_fen), 0) AS left_fen
FROM contributions_receipt r LEFT JOIN contributions_allocation a ON a.receipt_id = r.id
WHERE r.area_code = ANY(%(areas)s)
GROUP BY r.id HAVING r.amount_fen - coalesce(sum(a.amount_fen), 0) > 0

-- name: suspense
-- A page of them, newest first. Parameters: areas, limit, offset. One row per receipt.
SELECT id, left_fen FROM ({left}) AS x ORDER BY id DESC LIMIT %(limit)s OFFSET %(offset)s

-- name: suspense_sums
-- How many there are, and their sum. Parameters: areas.
SELECT count(*), coalesce(sum(left_fen), 0)::bigint FROM ({left}) AS x
