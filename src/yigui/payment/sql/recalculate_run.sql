-- Statements of `payment.recalculate_run`. What an executed run has left to people because it would be lower is theirs (PEN-009) as long as it
-- stands at that sum.

-- name: awards
-- The newest award of each benefit, where it is provisional (for the base, a wage or the account's interest) and its benefit goes on.
-- Its sum is that of its lines: what adjustments had given when it was made stays beside it.
WITH left_to_people AS MATERIALIZED (
    SELECT (l ->> 0)::bigint AS benefit_id, (l ->> 1)::bigint AS fen
    FROM runs_batch r CROSS JOIN LATERAL jsonb_array_elements(r.summary -> 'lowered') AS l WHERE r.kind = 'recalculate' AND r.status = 'executed'
)
SELECT a.benefit_id, a.start_period, a.inputs, s.fen, b.kind FROM (
    SELECT DISTINCT ON (benefit_id) * FROM benefits_award WHERE benefit_id IN (
        SELECT benefit_id FROM benefits_award WHERE is_provisional AND base_year <= %(year)s)
    ORDER BY benefit_id, version DESC) AS a
JOIN benefits_benefit b ON b.id = a.benefit_id
CROSS JOIN LATERAL (SELECT sum((line ->> 3)::bigint)::bigint AS fen FROM jsonb_array_elements(a.lines) AS line) AS s
WHERE a.is_provisional AND b.area_id = ANY(%(areas)s) AND coalesce(a.inputs ->> 'retired_on', a.inputs ->> 'starts_on') LIKE %(retired)s
    AND NOT EXISTS (SELECT 1 FROM left_to_people l WHERE l.benefit_id = a.benefit_id AND l.fen = s.fen)
ORDER BY a.benefit_id

-- name: waiting
-- What the newest provisional awards that go on rest on, each kind once: area, year of retirement, first open year of the
-- account (null where the account is final), the last year of the record, and the kind of benefit.
WITH left_to_people AS MATERIALIZED (
    SELECT (l ->> 0)::bigint AS benefit_id, (l ->> 1)::bigint AS fen
    FROM runs_batch r CROSS JOIN LATERAL jsonb_array_elements(r.summary -> 'lowered') AS l WHERE r.kind = 'recalculate' AND r.status = 'executed'
)
SELECT DISTINCT b.area_id, left(coalesce(a.inputs ->> 'retired_on', a.inputs ->> 'starts_on'), 4)::int,
    (a.inputs -> 'account_since' ->> 'first_year')::int, (a.inputs -> 'years' -> -1 ->> 0)::int, b.kind
FROM (
    SELECT DISTINCT ON (benefit_id) * FROM benefits_award WHERE benefit_id IN (SELECT benefit_id FROM benefits_award WHERE is_provisional)
    ORDER BY benefit_id, version DESC) AS a
JOIN benefits_benefit b ON b.id = a.benefit_id
CROSS JOIN LATERAL (SELECT sum((line ->> 3)::bigint)::bigint AS fen FROM jsonb_array_elements(a.lines) AS line) AS s
WHERE a.is_provisional AND b.area_id = ANY(%(areas)s) AND coalesce(a.inputs ->> 'retired_on', a.inputs ->> 'starts_on') IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM left_to_people l WHERE l.benefit_id = a.benefit_id AND l.fen = s.fen)
