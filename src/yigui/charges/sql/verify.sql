-- Statements of `charges.verify`.

-- name: open
-- Bills less allocations beside the list of open bills, as sets.
SELECT coalesce(b.id, o.bill_id), b.left_fen, o.left_fen
FROM (
    SELECT b.id, (b.total_fen - coalesce(a.fen, 0))::bigint AS left_fen
    FROM contributions_bill b LEFT JOIN (
        SELECT bill_id, sum(amount_fen) AS fen FROM contributions_allocation WHERE step <> 'refund' GROUP BY bill_id
    ) AS a ON a.bill_id = b.id
    WHERE b.kind <> 9 AND b.total_fen <> coalesce(a.fen, 0)
) AS b
FULL JOIN contributions_open_bill o ON o.bill_id = b.id
WHERE b.left_fen IS DISTINCT FROM o.left_fen
ORDER BY 1 LIMIT 20
