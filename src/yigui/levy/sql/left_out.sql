-- Statements of `levy.left_out`.

-- name: left_out
-- Open relations of a month that make no line: of an insurance nobody has declared rates for, and of a unit with which there is no
-- employment to take the wage from. The retired pay nothing for their medical insurance. Self-payers without a base are a bar of
-- the plan of their own.
WITH open_relation AS (
    SELECT c.person_id, c.insurance, c.employer_id FROM registry_coverage c
    WHERE c.start_period <= %(period)s AND (c.end_period IS NULL OR c.end_period >= %(period)s) AND c.area_id = ANY(%(areas)s)
      AND c.insurance <> ALL(%(yearly)s)
),
missing AS (
    SELECT 'no_rule' AS reason, person_id, insurance FROM open_relation WHERE insurance <> ALL(%(monthly)s)
    UNION ALL
    SELECT 'no_employment', c.person_id, c.insurance FROM open_relation c
    LEFT JOIN registry_employment w ON w.person_id = c.person_id AND w.employer_id = c.employer_id
        AND w.start_period <= %(period)s AND (w.end_period IS NULL OR w.end_period >= %(period)s)
    JOIN registry_person p ON p.id = c.person_id
    WHERE c.employer_id IS NOT NULL AND c.insurance = ANY(%(monthly)s) AND w.person_id IS NULL
      AND NOT (c.insurance = 'employee_medical' AND p.retired_on IS NOT NULL)
    UNION ALL
    SELECT 'elsewhere', c.person_id, c.insurance FROM open_relation c
    WHERE (c.person_id, c.insurance) IN (
        SELECT e.person_id, i.insurance FROM contributions_charged_elsewhere_v1(%(period)s, %(areas)s::text[]) e
        JOIN (SELECT DISTINCT insurance, aae140 FROM contributions_levy_rate) AS i ON i.aae140 = e.insurance)
)
SELECT reason, count(*), (array_agg(person_id ORDER BY person_id))[1:%(samples)s], (array_agg(insurance ORDER BY person_id))[1:%(samples)s]
FROM missing GROUP BY reason ORDER BY reason
