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

-- name: standing
-- Benefits of some kinds that are drawn in a month, from `low` to below `high`: benefit, what stands in the month (fen), and what a standard reads: area,
-- years paid (of an unemployment benefit months), age on the first of the month, months drawn before it.
SELECT b.id, a.total_fen, b.area_id::text, CASE WHEN b.kind = 4 THEN coalesce((w.inputs ->> 'paid_months')::integer, b.contribution_months) ELSE b.contribution_months / 12 END,
    CASE WHEN b.kind = 4 THEN 0 ELSE extract(year FROM age(to_date(%(period)s::text, 'YYYYMM'), p.born_on))::integer END,
    CASE WHEN b.kind <> 4 THEN 0 ELSE greatest(0, (%(period)s / 100 - b.start_period / 100) * 12 + %(period)s %% 100 - b.start_period %% 100 - coalesce((w.inputs ->> 'gap_months')::integer, 0)) END
FROM parameters_drawing_v1(%(area)s, %(kinds)s::integer[], %(period)s, %(low)s, %(high)s) d
JOIN benefits_benefit b ON b.id = d.benefit_id
JOIN registry_person p ON p.id = b.person_id
CROSS JOIN LATERAL (SELECT m.total_fen FROM benefits_amount m WHERE m.benefit_id = b.id AND m.start_period <= greatest(b.start_period, %(period)s)
    ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS a
LEFT JOIN LATERAL (SELECT inputs FROM benefits_award w WHERE w.benefit_id = b.id ORDER BY w.version DESC LIMIT 1) AS w ON true
ORDER BY b.id

-- name: pensions
-- Benefits of some kinds that are drawn in a month, from `low` to below `high`: benefit, what stands in the month (fen), and what a plan of adjustment looks at:
-- first month, contribution months, birth, sex.
SELECT b.id, a.total_fen, b.start_period, b.contribution_months, p.born_on, p.gender
FROM parameters_drawing_v1(%(area)s, %(kinds)s::integer[], %(period)s, %(low)s, %(high)s) d
JOIN benefits_benefit b ON b.id = d.benefit_id
JOIN registry_person p ON p.id = b.person_id
CROSS JOIN LATERAL (SELECT m.total_fen FROM benefits_amount m WHERE m.benefit_id = b.id AND m.start_period <= %(period)s
    ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS a
ORDER BY b.id
