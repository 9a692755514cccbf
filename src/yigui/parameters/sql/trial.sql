-- Statements of `parameters.trial`.

-- name: range
-- The lowest and the highest benefit of pensions that go on in these areas.
SELECT min(id), max(id), count(*) FROM benefits_benefit WHERE kind = ANY(%(kinds)s) AND end_period IS NULL AND area_id = ANY(%(areas)s)

-- name: awards
-- The newest award of every pension that goes on, of benefits from `low` to below `high`; those that keep what they were made from.
SELECT DISTINCT ON (a.benefit_id) a.benefit_id, b.person_id, b.area_id, a.is_provisional, a.inputs
FROM benefits_benefit b JOIN benefits_award a ON a.benefit_id = b.id
WHERE b.id >= %(low)s AND b.id < %(high)s AND b.kind = ANY(%(kinds)s) AND b.end_period IS NULL AND b.area_id = ANY(%(areas)s)
    AND a.inputs ? 'retired_on'
ORDER BY a.benefit_id, a.version DESC

-- name: payers
-- The persons with a relation in these areas: the lowest and the highest.
SELECT min(person_id), max(person_id) FROM registry_coverage WHERE area_id = ANY(%(areas)s)

-- name: levy
-- What a month's contributions of persons from `low` to below `high` come to by both rates: the touched, and how many were looked at.
SELECT person_id, employer_id, area, before_fen, after_fen, looked_at
FROM contributions_try_v1(%(before)s::jsonb, %(after)s::jsonb, %(areas)s::text[], %(period)s, %(low)s, %(high)s)
ORDER BY person_id, employer_id
