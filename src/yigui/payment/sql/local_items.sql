-- Statements of `payment.local_items`.

-- name: paid
-- Components beside some parts, of the newest awards of benefits that go on, by area: item, label, document, people, sum a month (fen).
SELECT b.area_id::text, l ->> 0, l ->> 1, l ->> 4, count(DISTINCT b.id), sum((l ->> 3)::bigint)::bigint
FROM benefits_benefit b
CROSS JOIN LATERAL (SELECT lines FROM benefits_award w WHERE w.benefit_id = b.id ORDER BY w.version DESC LIMIT 1) AS w
CROSS JOIN LATERAL jsonb_array_elements(w.lines) AS l
WHERE b.kind = ANY (%(kinds)s::integer[]) AND b.area_id = ANY (%(areas)s) AND b.status IN ('active', 'suspended')
    AND coalesce(b.end_period, 999912) >= %(month)s AND l ->> 0 <> ALL (%(parts)s::text[]) AND (l ->> 3)::bigint > 0
GROUP BY 1, 2, 3, 4 ORDER BY 6 DESC LIMIT 500

-- name: without_lines
-- Benefits without an award that bear a subsidy in a month: how many, and its sum (fen).
SELECT count(*), coalesce(sum(a.extra_fen), 0)::bigint
FROM benefits_benefit b
CROSS JOIN LATERAL (SELECT extra_fen FROM benefits_amount m WHERE m.benefit_id = b.id AND m.start_period <= %(month)s
    ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS a
WHERE b.kind = ANY (%(kinds)s::integer[]) AND b.area_id = ANY (%(areas)s) AND b.status IN ('active', 'suspended')
    AND coalesce(b.end_period, 999912) >= %(month)s AND a.extra_fen > 0
    AND NOT EXISTS (SELECT 1 FROM benefits_award w WHERE w.benefit_id = b.id)

-- name: still_paid
-- How many benefits in payment bear an item in their newest award.
SELECT count(*)
FROM benefits_benefit b
CROSS JOIN LATERAL (SELECT lines FROM benefits_award w WHERE w.benefit_id = b.id ORDER BY w.version DESC LIMIT 1) AS w
WHERE b.kind = ANY (%(kinds)s::integer[]) AND b.area_id = ANY (%(areas)s) AND b.status = 'active' AND coalesce(b.end_period, 999912) >= %(month)s
    AND EXISTS (SELECT 1 FROM jsonb_array_elements(w.lines) AS l WHERE l ->> 0 = %(item)s AND (l ->> 3)::bigint > 0)
