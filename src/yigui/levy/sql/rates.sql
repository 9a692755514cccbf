-- Statements of `levy.rates` and `levy.supplement_run`.

-- name: moved
-- Where rates and bounds of a month are no longer those that everybody was charged by, in one direction, with what held before.
SELECT area_code, insurance, payer, risk_class, employer_e8, person_e8, floor_fen, ceiling_fen, rule, bounds_rule
FROM contributions_moved_v1(%(period)s, %(areas)s::text[], %(sign)s, %(rates)s::jsonb)

-- name: supplement
-- What is to be charged or given back of a month: lines, persons, fen.
SELECT lines, people, fen FROM contributions_supplement_sums_v1(%(period)s, %(areas)s::text[], %(sign)s, %(rates)s::jsonb)
