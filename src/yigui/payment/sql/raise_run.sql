-- Statements of `payment.raise_run`. What a month must be is what the standards of that very month give beside the account; a benefit that was taken over
-- follows them from the month of the first run of its area on, where what stood before that run was the standard and nothing else.

-- name: taken_over
-- Residents' pensions that were taken over and go on in a month (`from`), by what stood of them before this house's first run of the area (`f_area`, `f_month`,
-- parallel arrays): area, contribution years, month of that run, age in the month before it, age in the month `latest`, what stood beside the account
-- (fen; NULL where nothing stood), and the number of them.
SELECT b.area_id::text, b.contribution_months / 12, f.month, {age_then}, {age_now}, a.total_fen - a.account_fen, count(*)
{taken} GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6

-- name: taken_one
-- The same one by one, of the groups that were left out (`l_…`, parallel arrays): benefits, in their order.
SELECT b.id {taken}
AND (b.area_id::text, b.contribution_months / 12, f.month, {age_then}, {age_now}, coalesce(a.total_fen - a.account_fen, -1)) IN (
    SELECT * FROM unnest(%(l_area)s::text[], %(l_years)s::integer[], %(l_first)s::integer[], %(l_age)s::integer[], %(l_now)s::integer[], %(l_beside)s::bigint[]))
ORDER BY b.id LIMIT %(most)s

-- name: taken
-- A part of the two before.
FROM benefits_benefit b
JOIN registry_person p ON p.id = b.person_id
JOIN unnest(%(f_area)s::text[], %(f_month)s::integer[]) AS f (area, month) ON f.area = b.area_id
LEFT JOIN LATERAL (SELECT m.total_fen, m.account_fen FROM benefits_amount m WHERE m.benefit_id = b.id AND m.source = 'opening' AND m.start_period < f.month
    ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS a ON true
WHERE b.kind = %(kind)s AND b.area_id = ANY (%(areas)s) AND b.case_id IS NULL AND b.start_period <= coalesce(b.end_period, 999912)
    AND coalesce(b.end_period, 999912) >= greatest(%(from)s, f.month)

-- name: residents
-- Residents' pensions that go on in a month (`from`), by all a standard reads of them: one row per area, contribution years and points, with the number of
-- them. A point is [month, month since which its amount stands, beside the account (fen), age]; one each for the first month, each later amount, each
-- month in which standards begin or end (`moments`) and each in which one of the `ages` is reached, up to `latest`.
WITH standing AS ({standing})
SELECT area_id, years, points, count(*) FROM standing GROUP BY 1, 2, 3 ORDER BY 1, 2, 3

-- name: standing
-- The same one by one; a part of the statements around it. Of those that were taken over the groups `t_…` (parallel arrays) alone.
SELECT b.id AS benefit_id, b.area_id, b.years, x.points FROM (
    SELECT b.id, b.area_id::text AS area_id, b.contribution_months / 12 AS years, greatest(b.start_period, %(from)s) AS since, b.end_period, p.born_on
    FROM benefits_benefit b JOIN registry_person p ON p.id = b.person_id
    WHERE b.kind = %(kind)s AND b.area_id = ANY (%(areas)s) AND b.case_id IS NOT NULL AND b.start_period <= coalesce(b.end_period, 999912)
        AND coalesce(b.end_period, 999912) >= %(from)s
    UNION ALL
    SELECT b.id, b.area_id::text, b.contribution_months / 12, greatest(f.month, %(from)s), b.end_period, p.born_on {taken}
    AND (b.area_id::text, b.contribution_months / 12, f.month, {age_then}, a.total_fen - a.account_fen) IN (
        SELECT * FROM unnest(%(t_area)s::text[], %(t_years)s::integer[], %(t_first)s::integer[], %(t_age)s::integer[], %(t_beside)s::bigint[]))
) AS b
CROSS JOIN LATERAL (
    SELECT jsonb_agg(jsonb_build_array(q.month, greatest(a.start_period, b.since), a.total_fen - a.account_fen,
        extract(year FROM age(to_date(q.month::text, 'YYYYMM'), b.born_on))::integer) ORDER BY q.month)::text AS points
    FROM (
        SELECT b.since AS month
        UNION SELECT m.start_period FROM benefits_amount m WHERE m.benefit_id = b.id AND m.start_period > b.since
        UNION SELECT moment FROM unnest(%(moments)s::integer[]) AS moment WHERE moment > b.since
        UNION SELECT reached.month FROM unnest(%(ages)s::integer[]) AS years
            CROSS JOIN LATERAL (SELECT to_char(b.born_on + make_interval(years => years) - interval '1 day' + interval '1 month', 'YYYYMM')::integer AS month) AS reached
            WHERE reached.month > b.since AND reached.month <= %(latest)s
    ) AS q
    CROSS JOIN LATERAL (SELECT m.start_period, m.total_fen, m.account_fen FROM benefits_amount m WHERE m.benefit_id = b.id AND m.start_period <= q.month
        ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS a
    WHERE q.month <= coalesce(b.end_period, 999912)
) AS x
WHERE x.points IS NOT NULL

-- name: stage_residents
-- Stages the raise of those whose group it was worked out for; parallel arrays of the groups' keys with the month, what is more than stands then (fen), and why.
WITH standing AS ({standing})
INSERT INTO benefits_raise (batch_id, benefit_id, start_period, before_fen, after_fen, words)
SELECT %(batch)s, s.benefit_id, g.month, a.total_fen, a.total_fen + g.more, g.words
FROM standing s
JOIN unnest(%(g_area)s::text[], %(g_years)s::integer[], %(g_points)s::text[], %(g_month)s::integer[], %(g_more)s::bigint[], %(g_words)s::text[])
    AS g (area_id, years, points, month, more, words) USING (area_id, years, points)
CROSS JOIN LATERAL (SELECT m.total_fen FROM benefits_amount m WHERE m.benefit_id = s.benefit_id AND m.start_period <= g.month
    ORDER BY m.start_period DESC, m.id DESC LIMIT 1) AS a

-- name: claimants
-- Unemployment benefits that go on in a month: benefit, area, first and last month (a suspended one up to its suspension), months paid, whether an award of
-- ours stands behind it, the awards [[month, months of a suspension before it that count as not drawn]] and the amounts [[month, fen, source]], in
-- their order.
SELECT b.id, b.area_id, b.start_period, least(b.end_period, coalesce(b.suspended_from, 999912) - 1),
    coalesce((SELECT (w.inputs ->> 'paid_months')::integer FROM benefits_award w WHERE w.benefit_id = b.id ORDER BY w.version DESC LIMIT 1), b.contribution_months),
    b.case_id IS NOT NULL,
    coalesce((SELECT jsonb_agg(jsonb_build_array(w.start_period, coalesce((w.inputs ->> 'gap_months')::integer, 0)) ORDER BY w.version)
        FROM benefits_award w WHERE w.benefit_id = b.id), '[]'), a.amounts
FROM benefits_benefit b
CROSS JOIN LATERAL (SELECT jsonb_agg(jsonb_build_array(m.start_period, m.total_fen, m.source) ORDER BY m.start_period, m.id) AS amounts
    FROM benefits_amount m WHERE m.benefit_id = b.id) AS a
WHERE b.kind = %(kind)s AND b.area_id = ANY (%(areas)s) AND least(b.end_period, coalesce(b.suspended_from, 999912) - 1) >= %(from)s AND a.amounts IS NOT NULL
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
