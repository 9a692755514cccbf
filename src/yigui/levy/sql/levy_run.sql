-- Statements of `levy.levy_run`.

-- name: without_base
-- Self-payers with an open relation and no base in the month: they would silently be left out of the plan.
SELECT count(DISTINCT c.person_id) FROM registry_coverage c
WHERE c.employer_id IS NULL AND c.insurance IN ('employee_pension', 'employee_medical') AND c.area_id = ANY(%(areas)s)
  AND c.start_period <= %(period)s AND (c.end_period IS NULL OR c.end_period >= %(period)s)
  AND NOT EXISTS (SELECT 1 FROM contributions_base b WHERE b.person_id = c.person_id AND b.employer_id IS NULL
      AND b.start_period <= %(period)s AND (b.end_period IS NULL OR b.end_period >= %(period)s))

-- name: of_areas
-- Bills of an executed plan in some areas: insurance, count, fen. Params: batch, areas.
SELECT insurance, count(*), coalesce(sum(total_fen), 0)::bigint FROM contributions_bill
WHERE source_id = %(batch)s AND area::text = ANY (%(areas)s) GROUP BY 1 ORDER BY 1
