-- Statements of `entitlement.certification`.

-- name: match
-- Pensioners in payment, their latest certification, and the newest trace of life that would prolong it: under a number that leads to them
-- (`registry_person_of_v1`) and a name they have or had.
SELECT b.person_id, max(s.seen_on) FROM benefits_benefit b
JOIN registry_person p ON p.id = b.person_id
JOIN (SELECT id AS person_id, id_number FROM registry_person WHERE merged_into_id IS NULL
    UNION SELECT f.person_id, f.id_number FROM registry_former_identity f
    WHERE NOT EXISTS (SELECT 1 FROM registry_person q WHERE q.id_number = f.id_number AND q.merged_into_id IS NULL)
      AND NOT EXISTS (SELECT 1 FROM registry_former_identity g WHERE g.id_number = f.id_number AND g.id > f.id)) AS i ON i.person_id = p.id
JOIN exchange_life_sign s ON s.id_number = i.id_number
    AND (s.name = p.name OR EXISTS (SELECT 1 FROM registry_former_identity o WHERE o.person_id = p.id AND o.name = s.name))
WHERE b.kind = ANY(%(kinds)s) AND b.status <> 'ended' AND b.area_id = ANY(%(areas)s) AND s.seen_on >= %(since)s AND p.life_status = '01'
  AND NOT EXISTS (SELECT 1 FROM exchange_deaths_v1() d WHERE d.person_id = p.id AND d.standing IN ('in_force', 'other_day'))
  AND NOT EXISTS (SELECT 1 FROM benefits_certification c WHERE c.person_id = b.person_id AND c.certified_on >= s.seen_on)
GROUP BY b.person_id

-- name: due
-- Pensioners whose certification is good to a month between two, the oldest first; whether they are being helped, and were told. One row per benefit.
SELECT d.*, t.days, t.is_told
FROM (
    SELECT p.id, p.person_no, p.name, p.id_number, p.mobile, b.area_id, coalesce(c.until, 0) AS until,
        EXISTS (SELECT 1 FROM benefits_assisted_task t WHERE t.person_id = p.id AND t.closed_on IS NULL)
    FROM benefits_benefit b JOIN registry_person p ON p.id = b.person_id
    LEFT JOIN LATERAL (SELECT max(valid_until) AS until FROM benefits_certification c WHERE c.person_id = b.person_id) AS c ON true
    WHERE b.kind = ANY(%(kinds)s) AND b.status = 'active' AND b.area_id = ANY(%(areas)s) AND coalesce(c.until, 0) BETWEEN %(low)s AND %(high)s
    ORDER BY coalesce(c.until, 0), p.id LIMIT %(most)s
) AS d
CROSS JOIN LATERAL benefits_told_v1(d.id, d.until, d.area_id) AS t
ORDER BY d.until, d.id
