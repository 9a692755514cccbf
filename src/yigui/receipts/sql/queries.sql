-- Statements of `receipts.queries`.

-- name: suspense
-- Receipts that wait in suspense (暂收款), with what is left of each. One row per receipt.
SELECT r.id, r.amount_fen - coalesce(sum(a.amount_fen), 0) AS left_fen
FROM contributions_receipt r LEFT JOIN contributions_allocation a ON a.receipt_id = r.id
WHERE r.area_code = ANY(%(areas)s) AND (%(employer)s = 0 OR r.employer_id = %(employer)s
    OR EXISTS (SELECT 1 FROM contributions_claim c WHERE c.receipt_id = r.id AND c.employer_id = %(employer)s
        AND NOT EXISTS (SELECT 1 FROM contributions_claim_undo x WHERE x.claim_id = c.id AND x.confirmed_by_id IS NOT NULL)))
GROUP BY r.id HAVING r.amount_fen - coalesce(sum(a.amount_fen), 0) > 0
ORDER BY r.id DESC LIMIT %(limit)s
