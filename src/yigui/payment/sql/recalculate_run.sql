-- Statements of `payment.recalculate_run`.

-- name: awards
-- The newest award of each benefit, where it is provisional (for the base, a wage or the account's interest) and its benefit goes on.
-- Its sum is that of its lines: what adjustments had given when it was made stays beside it.
SELECT a.benefit_id, a.start_period, a.inputs, (SELECT sum((line ->> 3)::bigint)::bigint FROM jsonb_array_elements(a.lines) AS line) FROM (
    SELECT DISTINCT ON (benefit_id) * FROM benefits_award WHERE benefit_id IN (
        SELECT benefit_id FROM benefits_award WHERE is_provisional AND base_year <= %(year)s)
    ORDER BY benefit_id, version DESC) AS a
JOIN benefits_benefit b ON b.id = a.benefit_id
WHERE a.is_provisional AND b.area_id = ANY(%(areas)s) AND (a.inputs ->> 'retired_on') LIKE %(retired)s
ORDER BY a.benefit_id

-- name: waiting
-- What the newest provisional awards that go on rest on, each kind once: area, year of retirement, base's year, first open year of the
-- account (null where the account is final), and the last year of the record.
SELECT DISTINCT b.area_id, left(a.inputs ->> 'retired_on', 4)::int, a.base_year, (a.inputs -> 'account_since' ->> 'first_year')::int,
    (a.inputs -> 'years' -> -1 ->> 0)::int
FROM (
    SELECT DISTINCT ON (benefit_id) * FROM benefits_award WHERE benefit_id IN (SELECT benefit_id FROM benefits_award WHERE is_provisional)
    ORDER BY benefit_id, version DESC) AS a
JOIN benefits_benefit b ON b.id = a.benefit_id
WHERE a.is_provisional AND b.area_id = ANY(%(areas)s) AND a.inputs ? 'retired_on'
