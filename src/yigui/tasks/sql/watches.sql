-- What nobody brings and somebody must do. Each statement gives rows for which no task was opened yet; %(most)s bounds them, %(skip)s of the first failed before.
-- Read by the hour (`tasks.watches`).

-- name: deaths
-- 死亡仍在领取: benefits not ended of persons whom a partner reported as dead. One row per record and benefit; the oldest record first.
-- A report that was in doubt meanwhile counts anew once it holds again: `earlier` tasks about it were ended for the doubt.
SELECT d.id AS record_id, d.died_on, d.name AS reported_name, b.id AS benefit_id, (
    SELECT count(*) FROM tasks_task t
    WHERE t.origin_kind = 'death_record' AND t.origin_id = d.id AND t.outcome = 'not_in_force' AND split_part(t.part, '-', 1) = b.id::text
) AS earlier
FROM exchange_deaths_v1() f
JOIN exchange_death_record d ON d.id = f.record_id
JOIN registry_person p ON p.id = f.person_id
JOIN benefits_benefit b ON b.person_id = p.id AND b.kind < 11 AND b.status <> 'ended'
WHERE f.standing IN ('in_force', 'other_day')
    AND NOT EXISTS (
        SELECT 1 FROM tasks_task t
        WHERE t.person_id = p.id AND t.origin_kind = 'death_record' AND t.kind <> 'death_conflict'
            AND (t.origin_id = d.id AND t.outcome <> 'not_in_force' OR t.state IN ('open', 'taken', 'handed_on'))
    )
ORDER BY d.id, b.id
LIMIT %(most)s OFFSET %(skip)s;

-- name: deaths_in_doubt
-- Tasks under way that rest on a report of a death which holds no more (contradicted, dismissed, withdrawn). One row per report.
SELECT DISTINCT t.origin_id AS record_id, f.person_id, f.standing
FROM tasks_task t
JOIN exchange_deaths_v1() f ON f.record_id = t.origin_id AND f.standing NOT IN ('in_force', 'other_day')
WHERE t.origin_kind = 'death_record' AND t.kind <> 'death_conflict' AND t.state IN ('open', 'taken', 'handed_on')
ORDER BY t.origin_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: sentences
-- 服刑期间仍在领取: persons whom a partner reported as serving a sentence, nobody having decided about the report or one that reaches as far, and whose
-- benefit is in payment, or of whose benefit, whatever its status, a run has held a payment for a sentence (8). One row per report and benefit.
SELECT s.id, b.id, s.name
FROM benefits_sentenced_v1() f
JOIN exchange_prison_record s ON s.id = f.record_id
JOIN benefits_benefit b ON b.id = f.benefit_id
WHERE s.began_on <= %(today)s
    AND (b.status = 'active' OR EXISTS (SELECT 1 FROM benefits_held h WHERE h.benefit_id = b.id AND h.hold = 8))
    AND NOT EXISTS (
        SELECT 1 FROM benefits_reports_reaching_v1(s.id) AS o (id)
        JOIN tasks_task t ON t.origin_kind = 'prison_record' AND t.origin_id = o.id AND t.part = b.id::text
    )
ORDER BY s.id, b.id
LIMIT %(most)s OFFSET %(skip)s;

-- name: returned
-- 退票未重发: payments whose last attempt the bank gave back and that were not sent again, with the day the bank's word came in; `withdrawn`: the batch that took the
-- last decision to send it again back, whereupon it is somebody's work anew. One row per payment.
SELECT r.batch_id, r.benefit_id, r.attempt, r.amount_fen, r.reason, f.received_on, w.withdrawn
FROM (
    SELECT batch_id, benefit_id, attempt, 0 AS seq, amount_fen, reason, file_id FROM benefits_result WHERE status = 'returned'
    UNION ALL SELECT batch_id, benefit_id, attempt, seq, amount_fen, reason, file_id FROM benefits_later_result WHERE status = 'returned'
) AS r
JOIN benefits_result_file f ON f.id = r.file_id
CROSS JOIN LATERAL (SELECT max(i.withdrawn_batch) AS withdrawn FROM benefits_reissue i
    WHERE i.batch_id = r.batch_id AND i.benefit_id = r.benefit_id AND i.attempt = r.attempt + 1) AS w
WHERE NOT EXISTS (
        SELECT 1 FROM benefits_later_result l
        WHERE l.batch_id = r.batch_id AND l.benefit_id = r.benefit_id AND l.attempt = r.attempt AND l.seq > r.seq
    )
    AND NOT EXISTS (
        SELECT 1 FROM benefits_settled_return s
        WHERE s.batch_id = r.batch_id AND s.benefit_id = r.benefit_id AND s.attempt = r.attempt AND s.amount_fen = r.amount_fen
    )
    AND NOT EXISTS (
        SELECT 1 FROM benefits_result n
        WHERE n.batch_id = r.batch_id AND n.benefit_id = r.benefit_id AND n.attempt > r.attempt
    )
    AND NOT EXISTS (
        SELECT 1 FROM benefits_reissue i
        WHERE i.batch_id = r.batch_id AND i.benefit_id = r.benefit_id AND i.attempt > r.attempt AND i.withdrawn_batch IS NULL
    )
    AND NOT EXISTS (
        SELECT 1 FROM tasks_task t
        WHERE t.origin_kind = 'returned' AND t.origin_id = r.batch_id AND t.origin_no = r.benefit_id || '-' || r.attempt
            AND t.part = coalesce(w.withdrawn::text, '')
    )
ORDER BY r.batch_id, r.benefit_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: refunds_stuck
-- 退费退票、收款人死亡: refunds still owed that came back from the account they would go to again, or whose payee is dead. One row per due.
SELECT f.due_id, f.refund_id, f.area_code, f.amount_fen, f.batch_id, f.is_dead, f.reason
FROM benefits_refunds_v1((SELECT array_agg(code::text) FROM registry_area)) AS f
WHERE f.standing IN ('due', 'returned') AND (f.is_dead OR (f.standing = 'returned' AND NOT f.is_moved))
    AND NOT EXISTS (
        SELECT 1 FROM tasks_task t WHERE t.origin_kind = 'refund_due' AND t.origin_id = f.due_id
            AND t.part = CASE WHEN f.is_dead THEN 'dead' ELSE f.batch_id::text END
    )
ORDER BY f.due_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: refunds_moved
-- 已改付或已到账的退费: tasks under way about refunds that are paid, or go to another account now. One row per due.
SELECT f.due_id, f.standing = 'paid' AS is_paid
FROM benefits_refunds_v1((SELECT array_agg(code::text) FROM registry_area)) AS f
WHERE (f.standing = 'paid' OR (NOT f.is_dead AND (f.standing = 'due' OR f.is_moved)))
    AND EXISTS (SELECT 1 FROM tasks_task t WHERE t.origin_kind = 'refund_due' AND t.origin_id = f.due_id
        AND t.state IN ('open', 'taken', 'handed_on'))
ORDER BY f.due_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: held
-- 拦截待核实: benefits that an executed run held because they are drawn twice (3) or because less is due than was paid (9).
-- One row per benefit and reason, of the newest run; none while a task about it is under way.
SELECT DISTINCT ON (h.benefit_id, h.hold) h.benefit_id, h.hold, h.batch_id, h.pay_period, h.amount_fen
FROM benefits_held h
WHERE h.hold IN (3, 9)
    AND NOT EXISTS (
        SELECT 1 FROM tasks_task t
        WHERE t.origin_kind = 'held_line' AND t.origin_id = h.benefit_id
            AND (t.part = h.hold || '-' || h.batch_id OR (t.part LIKE h.hold || '-%%' AND t.state IN ('open', 'taken', 'handed_on')))
    )
ORDER BY h.benefit_id, h.hold, h.batch_id DESC
LIMIT %(most)s OFFSET %(skip)s;

-- name: run_recoveries
-- 批次产生的追回: claims an executed run opened for what was paid after a death (case_id is minus the batch), that no case has taken over, while
-- nobody is seeing to the person's overpayment and the death holds. One row per claim; `left_fen` is what has not come back.
SELECT r.id AS recovery_id, r.benefit_id, -r.case_id AS batch_id, r.start_period, r.end_period, r.ground, r.amount_fen - back.fen AS left_fen
FROM benefits_recovery r
JOIN benefits_benefit b ON b.id = r.benefit_id
CROSS JOIN LATERAL (SELECT coalesce(sum(n.amount_fen), 0)::bigint AS fen FROM benefits_recovery_return n WHERE n.recovery_id = r.id) AS back
JOIN registry_person p ON p.id = b.person_id
WHERE r.case_id < 0 AND r.amount_fen > back.fen
    AND (p.life_status = '02' OR EXISTS (SELECT 1 FROM exchange_deaths_v1(p.id) f WHERE f.standing IN ('in_force', 'other_day')))
    AND NOT EXISTS (
        SELECT 1 FROM tasks_task t
        WHERE (t.origin_kind = 'recovery' AND t.origin_id = r.id)
            OR (t.person_id = b.person_id AND t.kind IN ('fraud_hit', 'recovery') AND t.state IN ('open', 'taken', 'handed_on'))
    )
ORDER BY r.id
LIMIT %(most)s OFFSET %(skip)s;

-- name: employed
-- 领取待遇期间就业: benefits in payment that work stops, of persons who have been taken on since, also where the work has ended again: runs hold
-- the benefit all the same. One row per benefit.
SELECT b.id AS benefit_id, min(e.start_period) AS since, min(e.employer_id) AS employer_id
FROM benefits_benefit b
JOIN registry_employment e ON e.person_id = b.person_id AND e.start_period >= b.start_period
WHERE b.kind IN (2, 4) AND b.status = 'active'
    AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.origin_kind = 'employed' AND t.origin_id = b.id)
GROUP BY b.id
ORDER BY b.id
LIMIT %(most)s OFFSET %(skip)s;

-- name: endless
-- 没有终止年月的失业保险金: in payment without a last month, from before the database refused it (`benefits_unemployment_ends_v1`). One row per benefit.
SELECT b.id AS benefit_id, b.start_period
FROM benefits_benefit b
WHERE b.kind = 4 AND b.status = 'active' AND b.end_period IS NULL
    AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.origin_kind = 'endless' AND t.origin_id = b.id)
ORDER BY b.id
LIMIT %(most)s OFFSET %(skip)s;

-- name: lowered
-- 重算后降低: awards that an executed recalculation has left out because they would be lower. One row per award and sums.
SELECT r.id AS batch_id, (l ->> 0)::bigint AS benefit_id, (l ->> 1)::bigint AS before_fen, (l ->> 2)::bigint AS after_fen
FROM runs_batch r
CROSS JOIN LATERAL jsonb_array_elements(r.summary -> 'lowered') AS l
WHERE r.kind = 'recalculate' AND r.status = 'executed'
    AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.origin_kind = 'lowered' AND t.origin_id = (l ->> 0)::bigint
        AND t.part = (l ->> 1) || '-' || (l ->> 2))
ORDER BY r.id, benefit_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: ending
-- 病残津贴到龄: allowances that end within two months (%(until)s, YYYYMM) with the age at which the pension is to be awarded.
SELECT b.id AS benefit_id, b.end_period
FROM benefits_benefit b
JOIN registry_person p ON p.id = b.person_id AND p.retired_on IS NULL AND p.life_status = '01'
WHERE b.kind = 2 AND b.status <> 'ended' AND b.end_period <= %(until)s
    AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.origin_kind = 'ending' AND t.origin_id = b.id)
ORDER BY b.end_period, b.id
LIMIT %(most)s OFFSET %(skip)s;

-- name: repaid
-- 已收讫的退款: claims whose money is all back while somebody still sees to it. One row per claim.
SELECT r.id AS recovery_id
FROM tasks_task t
JOIN benefits_recovery r ON r.id = t.origin_id
WHERE t.kind = 'repayment' AND t.origin_kind = 'recovery' AND t.state IN ('open', 'taken', 'handed_on')
    AND r.amount_fen <= (SELECT coalesce(sum(n.amount_fen), 0) FROM benefits_recovery_return n WHERE n.recovery_id = r.id)
ORDER BY r.id
LIMIT %(most)s OFFSET %(skip)s;

-- name: waiting_deaths
-- 待核定的死亡信息: reports about people of some areas that contradict our record or each other. One row per report, the oldest first. Parameters: areas.
SELECT f.record_id, f.person_id, f.standing
FROM exchange_deaths_v1() f
JOIN registry_person p ON p.id = f.person_id AND p.area_id = ANY (%(areas)s::text[])
WHERE f.standing IN ('other_name', 'before_birth', 'contradicted', 'other_day')
ORDER BY f.record_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: new_conflicts
-- Those of them for which no task was opened yet. One row per report, the oldest first.
SELECT f.record_id, f.person_id, f.standing
FROM exchange_deaths_v1() f
WHERE f.standing IN ('other_name', 'before_birth', 'contradicted', 'other_day')
    AND NOT EXISTS (SELECT 1 FROM tasks_task t WHERE t.kind = 'death_conflict' AND t.origin_kind = 'death_record' AND t.origin_id = f.record_id)
ORDER BY f.record_id
LIMIT %(most)s OFFSET %(skip)s;

-- name: settled_deaths
-- Tasks under way about reports that wait no more. One row per report.
SELECT t.origin_id
FROM tasks_task t
LEFT JOIN exchange_deaths_v1() f ON f.record_id = t.origin_id AND f.standing IN ('other_name', 'before_birth', 'contradicted', 'other_day')
WHERE t.kind = 'death_conflict' AND t.origin_kind = 'death_record' AND t.state IN ('open', 'taken', 'handed_on') AND f.record_id IS NULL
ORDER BY t.origin_id
LIMIT %(most)s OFFSET %(skip)s;
