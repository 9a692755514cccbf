-- Statements of `parameters.trial`.

-- name: range
-- The lowest and the highest benefit there is.
SELECT min(id), max(id) FROM benefits_benefit

-- name: awards
-- The newest awards of the pensions a trial looks at, of benefits from `low` to below `high`.
SELECT benefit_id, inputs FROM parameters_to_try_v1(%(area)s, %(low)s, %(high)s) ORDER BY benefit_id

-- name: payers
-- The persons with a relation: the lowest and the highest.
SELECT min(person_id), max(person_id) FROM registry_coverage WHERE area_id = ANY(%(areas)s)

-- name: levied
-- The months already levied in which a change holds, with the areas that are asked of them, and whether the trial comes to them.
SELECT period, areas, is_tried FROM parameters_levied_v1(%(change)s, %(until)s) ORDER BY period
