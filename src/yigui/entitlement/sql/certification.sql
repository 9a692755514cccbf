-- Statements of `entitlement.certification`.

-- name: match
-- Pensioners in payment, their latest certification, and the newest trace of life that would prolong it.
SELECT b.person_id, max(s.seen_on) FROM benefits_benefit b
JOIN registry_person p ON p.id = b.person_id
JOIN (SELECT id AS person_id, id_number, name FROM registry_person
    UNION SELECT person_id, id_number, name FROM registry_former_identity) AS i ON i.person_id = p.id
JOIN exchange_life_sign s ON s.id_number = i.id_number AND s.name = i.name
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
