-- Statements of `payment.raise_run`. A benefit with an award of this house is raised to what the standard gives; one that was taken over by what the standard
-- rose, from the month of the first run of its area on: what was paid before is not of this house.

-- name: residents
-- Residents' pensions that go on in a month (`from`), by what a standard reads of them: one row per area, contribution years, month at which an
-- amount begins (`from`, or a later one), age then and in the month before `from`, what is paid beside the account (fen) and whether an award of ours
-- stands behind it, with the number of them.
WITH standing AS ({standing})
SELECT area_id, years, starts, age, age_before, beside_fen, is_ours, count(*) FROM standing GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7

-- name: standing
-- The same one by one; a part of the statements around it.
SELECT DISTINCT ON (b.id, greatest(a.start_period, %(from)s)) b.id AS benefit_id, b.area_id::text AS area_id, b.contribution_months / 12 AS years,
    greatest(a.start_period, %(from)s) AS starts, a.total_fen, a.total_fen - a.account_fen AS beside_fen,
    extract(year FROM age(to_date(greatest(a.start_period, %(from)s)::text, 'YYYYMM'), p.born_on))::integer AS age,
    extract(year FROM age(to_date(%(from)s::text, 'YYYYMM') - interval '1 month', p.born_on))::integer AS age_before,
    b.case_id IS NOT NULL AS is_ours
FROM benefits_benefit b
JOIN registry_person p ON p.id = b.person_id
JOIN benefits_amount a ON a.benefit_id = b.id AND a.start_period <= coalesce(b.end_period, 999912)
WHERE b.kind = %(kind)s AND b.area_id = ANY (%(areas)s) AND b.start_period <= coalesce(b.end_period, 999912) AND coalesce(b.end_period, 999912) >= %(from)s
    AND (b.case_id IS NOT NULL OR b.start_period < %(from)s AND NOT EXISTS (SELECT 1 FROM benefits_raise r JOIN runs_batch o ON o.id = r.batch_id AND o.status = 'executed'
        WHERE r.benefit_id = b.id AND r.start_period = %(from)s))
ORDER BY b.id, greatest(a.start_period, %(from)s), a.start_period DESC, a.id DESC

-- name: stage_residents
-- Stages the raise of those whose group it was worked out for; parallel arrays of the groups' keys, what is more a month (fen), and why.
WITH standing AS ({standing})
INSERT INTO benefits_raise (batch_id, benefit_id, start_period, before_fen, after_fen, words)
SELECT %(batch)s, s.benefit_id, s.starts, s.total_fen, s.total_fen + g.more, g.words
FROM standing s
JOIN unnest(%(g_area)s::text[], %(g_years)s::integer[], %(g_starts)s::integer[], %(g_age)s::integer[], %(g_age_before)s::integer[], %(g_beside)s::bigint[],
    %(g_ours)s::boolean[], %(g_more)s::bigint[], %(g_words)s::text[]) AS g (area_id, years, starts, age, age_before, beside_fen, is_ours, more, words)
    USING (area_id, years, starts, age, age_before, beside_fen, is_ours)

-- name: claimants
-- Unemployment benefits that go on in a month: benefit, area, first and last month, months paid, months of a suspension that count as not drawn, whether an
-- award of ours stands behind it, and the amounts [[month, fen]] in their order.
SELECT b.id, b.area_id, b.start_period, b.end_period, coalesce((w.inputs ->> 'paid_months')::integer, b.contribution_months),
    coalesce((w.inputs ->> 'gap_months')::integer, 0), b.case_id IS NOT NULL, a.amounts
FROM benefits_benefit b
LEFT JOIN LATERAL (SELECT inputs FROM benefits_award w WHERE w.benefit_id = b.id ORDER BY w.version DESC LIMIT 1) AS w ON true
CROSS JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(m.start_period, m.total_fen) ORDER BY m.start_period, m.id) AS amounts
    FROM benefits_amount m WHERE m.benefit_id = b.id) AS a
WHERE b.kind = %(kind)s AND b.area_id = ANY (%(areas)s) AND b.end_period >= %(from)s AND a.amounts IS NOT NULL
ORDER BY b.id

-- name: first_runs
-- The first month this house has paid in each area.
SELECT area, min(period) FROM runs_batch, unnest(areas::text[]) AS area WHERE kind = 'pay' AND status = 'executed' AND area = ANY (%(areas)s) GROUP BY area

-- name: samples
-- The largest increases of a batch: benefit, before, after.
SELECT benefit_id, before_fen, after_fen FROM benefits_raise WHERE batch_id = %(batch)s ORDER BY after_fen - before_fen DESC, benefit_id, start_period LIMIT %(most)s

-- name: grounds
-- What a batch rests on: month, words, people, monthly increase; the most people first.
SELECT start_period, words, count(*), sum(after_fen - before_fen)::bigint FROM benefits_raise WHERE batch_id = %(batch)s GROUP BY 1, 2
ORDER BY 3 DESC, 1, 2 LIMIT %(most)s
