-- Statements of `parameters.touched`.

-- name: computed
-- Benefits of some kinds in an area that begin between two months (YYYYMM) and were awarded since the trial a row was signed upon, or raised by a standard.
WITH decided AS (
    SELECT a.benefit_id, a.start_period, a.total_fen, a.assessed_on AS decided_on
    FROM benefits_award a
    WHERE a.id > %(award)s AND a.start_period BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT r.benefit_id, r.start_period, r.after_fen, (o.executed_at AT TIME ZONE 'Asia/Shanghai')::date
    FROM benefits_raise r JOIN runs_batch o ON o.id = r.batch_id AND o.status = 'executed' AND o.executed_at >= %(signed_on)s
    WHERE r.start_period BETWEEN %(first)s AND %(last)s
)
SELECT b.id AS benefit, b.person_id AS person, b.kind, d.start_period, d.total_fen, d.decided_on, count(*) OVER () AS found
FROM decided d JOIN benefits_benefit b ON b.id = d.benefit_id
WHERE b.kind = ANY (%(kinds)s::integer[]) AND parameters_within_v1(b.area_id::text, %(area)s)
ORDER BY d.decided_on DESC, b.id DESC LIMIT %(most)s
