-- Statements of `payment.sent_files`.

-- name: pay
-- The payments of one file of a run, in its order: those sent again with the run are its last file. Of a block where %(insurance)s and %(area)s
-- are given. One row per payment: batch, benefit, attempt.
WITH files AS (SELECT coalesce((max(seq) - 1) / %(size)s + 1, 0) AS n FROM benefits_payment WHERE batch_id = %(batch)s)
SELECT p.batch_id, p.benefit_id, 1
FROM benefits_payment p
WHERE p.batch_id = %(batch)s AND p.seq BETWEEN (%(file)s::bigint - 1) * %(size)s + 1 AND %(file)s::bigint * %(size)s
    AND (%(insurance)s::integer IS NULL OR (p.insurance, p.area) = (%(insurance)s::integer, %(area)s::integer))
UNION ALL
SELECT r.batch_id, r.benefit_id, r.attempt
FROM benefits_reissue r JOIN benefits_benefit b ON b.id = r.benefit_id
WHERE r.sent_batch = %(batch)s AND %(file)s = (SELECT n + 1 FROM files)
    AND (%(insurance)s::integer IS NULL OR (b.insurance, b.area_id) = (%(insurance)s::integer, %(areas)s::text))
ORDER BY 1, 2, 3

-- name: refunds
-- The refunds of a batch, which are one file. One row per refund: batch, due, attempt. Blocks as above, by fund.
SELECT p.batch_id, p.due_id, 1
FROM benefits_refund_payment p JOIN contributions_refund_due d ON d.id = p.due_id
WHERE p.batch_id = %(batch)s AND p.hold = 0 AND %(file)s = 1
    AND (%(fund)s::text IS NULL OR (d.fund, d.area_code) = (%(fund)s::text, %(areas)s::text))
ORDER BY 1, 2
