-- Statements of `payment.bank_results` and `payment.judge_results`.

-- name: sent
-- Payments a file names: amount (fen), day and month of the run they left with, and the last word on each (NULL: none yet) with its day and number;
-- the account it was sent to and its holder.
-- One row per payment that was sent.
WITH asked AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[]) AS k (batch_id, benefit_id, attempt))
SELECT a.batch_id, a.benefit_id, a.attempt, coalesce(p.amount_fen, r.amount_fen), (b.executed_at AT TIME ZONE 'Asia/Shanghai')::date, b.period,
    coalesce(l.status, x.status), coalesce(l.booked_on, x.booked_on), l.seq, coalesce(p.account_no, r.account_no), coalesce(p.account_name, r.account_name)
FROM asked a
LEFT JOIN benefits_payment p ON a.attempt = 1 AND p.batch_id = a.batch_id AND p.benefit_id = a.benefit_id
LEFT JOIN benefits_reissue r ON a.attempt > 1 AND r.batch_id = a.batch_id AND r.benefit_id = a.benefit_id
    AND r.attempt = a.attempt AND r.sent_batch IS NOT NULL
JOIN runs_batch b ON b.id = coalesce(r.sent_batch, a.batch_id)
LEFT JOIN benefits_result x ON x.batch_id = a.batch_id AND x.benefit_id = a.benefit_id AND x.attempt = a.attempt
LEFT JOIN LATERAL (SELECT n.status, n.booked_on, n.seq FROM benefits_later_result n
    WHERE n.batch_id = a.batch_id AND n.benefit_id = a.benefit_id AND n.attempt = a.attempt ORDER BY n.seq DESC LIMIT 1) AS l ON true
WHERE coalesce(p.amount_fen, r.amount_fen) IS NOT NULL

-- name: heard
-- Which of some lines that wait, or waited, stand beside another word of the bank on the same sending: of one that is decided, a word that was there before it.
-- One row per such line: its number.
SELECT w.id
FROM benefits_result_waiting w
LEFT JOIN benefits_result_decision d ON d.waiting_id = w.id
CROSS JOIN LATERAL (SELECT CASE WHEN d.waiting_id IS NULL THEN 9223372036854775807 ELSE w.file_id END AS until) AS u
WHERE w.id = ANY (%(lines)s::bigint[]) AND (
    (w.series = 'P' AND EXISTS (SELECT 1 FROM benefits_result x
        WHERE (x.batch_id, x.benefit_id, x.attempt) = (w.batch_id, w.subject_id, w.attempt) AND x.file_id <= u.until))
    OR (w.series = 'R' AND EXISTS (SELECT 1 FROM benefits_refund_result x
        WHERE (x.batch_id, x.due_id) = (w.batch_id, w.subject_id) AND x.file_id <= u.until)))

-- name: sent_refunds
-- Refunds a file names, as above. One row per refund that was sent.
WITH asked AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[]) AS k (batch_id, due_id, attempt))
SELECT a.batch_id, a.due_id, a.attempt, p.amount_fen, (b.executed_at AT TIME ZONE 'Asia/Shanghai')::date, b.period,
    coalesce(l.status, x.status), coalesce(l.booked_on, x.booked_on), l.seq, p.account_no, p.account_name
FROM asked a
JOIN benefits_refund_payment p ON p.batch_id = a.batch_id AND p.due_id = a.due_id AND p.hold = 0
JOIN runs_batch b ON b.id = a.batch_id
LEFT JOIN benefits_refund_result x ON x.batch_id = a.batch_id AND x.due_id = a.due_id
LEFT JOIN LATERAL (SELECT n.status, n.booked_on, n.seq FROM benefits_later_refund_result n
    WHERE n.batch_id = a.batch_id AND n.due_id = a.due_id ORDER BY n.seq DESC LIMIT 1) AS l ON true

-- name: returned
-- What came back with a file, by book and day; fen. Grain: event, area, insurance (of benefits) or fund (of refunds), day.
SELECT 'benefit_returned', b.area_id, b.insurance::text, r.booked_on, sum(r.amount_fen)::bigint
FROM (SELECT benefit_id, booked_on, amount_fen FROM benefits_result WHERE file_id = %(file)s AND status = 'returned'
    UNION ALL SELECT benefit_id, booked_on, amount_fen FROM benefits_later_result WHERE file_id = %(file)s AND status = 'returned') AS r
JOIN benefits_benefit b ON b.id = r.benefit_id
GROUP BY 1, 2, 3, 4
UNION ALL
SELECT 'refund_returned', d.area_code, d.fund, r.booked_on, sum(r.amount_fen)::bigint
FROM (SELECT due_id, booked_on, amount_fen FROM benefits_refund_result WHERE file_id = %(file)s AND status = 'returned'
    UNION ALL SELECT due_id, booked_on, amount_fen FROM benefits_later_refund_result WHERE file_id = %(file)s AND status = 'returned') AS r
JOIN contributions_refund_due d ON d.id = r.due_id
GROUP BY 1, 2, 3, 4
ORDER BY 1, 2, 3, 4

-- name: keep_results
-- First words on payments of benefits, as a file has them. Params: warrant, file, then columns of equal length. Writes benefits_result.
INSERT INTO benefits_result (warrant_id, batch_id, benefit_id, attempt, status, reason, amount_fen, booked_on, file_id)
SELECT k.warrant, g.b, g.e, g.a, g.s, g.r, g.f, g.d, k.file
FROM (SELECT %s::bigint AS warrant, %s::bigint AS file) AS k
CROSS JOIN unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::smallint[], %s::text[], %s::text[], %s::bigint[], %s::date[]) AS g (b, e, a, n, s, r, f, d)

-- name: keep_later_results
-- Later words on them. Writes benefits_later_result.
INSERT INTO benefits_later_result (warrant_id, batch_id, benefit_id, attempt, seq, status, reason, amount_fen, booked_on, file_id)
SELECT k.warrant, g.b, g.e, g.a, g.n, g.s, g.r, g.f, g.d, k.file
FROM (SELECT %s::bigint AS warrant, %s::bigint AS file) AS k
CROSS JOIN unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::smallint[], %s::text[], %s::text[], %s::bigint[], %s::date[]) AS g (b, e, a, n, s, r, f, d)

-- name: keep_refund_results
-- First words on refunds. Writes benefits_refund_result.
INSERT INTO benefits_refund_result (warrant_id, batch_id, due_id, status, reason, amount_fen, booked_on, file_id)
SELECT k.warrant, g.b, g.e, g.s, g.r, g.f, g.d, k.file
FROM (SELECT %s::bigint AS warrant, %s::bigint AS file) AS k
CROSS JOIN unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::smallint[], %s::text[], %s::text[], %s::bigint[], %s::date[]) AS g (b, e, a, n, s, r, f, d)

-- name: keep_later_refund_results
-- Later words on them. Writes benefits_later_refund_result.
INSERT INTO benefits_later_refund_result (warrant_id, batch_id, due_id, seq, status, reason, amount_fen, booked_on, file_id)
SELECT k.warrant, g.b, g.e, g.n, g.s, g.r, g.f, g.d, k.file
FROM (SELECT %s::bigint AS warrant, %s::bigint AS file) AS k
CROSS JOIN unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::smallint[], %s::text[], %s::text[], %s::bigint[], %s::date[]) AS g (b, e, a, n, s, r, f, d)

-- name: files_shown
-- Newest files of results of which every word is about batches of some areas; of one without any, that whoever is of these areas has brought in. Who answers
-- for all areas sees all. Params: areas, file (NULL for all), most. One row per file.
SELECT f.id FROM benefits_result_file f
WHERE (%(file)s::bigint IS NULL OR f.id = %(file)s) AND (
    NOT EXISTS (SELECT 1 FROM registry_area a WHERE a.code <> ALL (%(areas)s))
    OR CASE WHEN f.paid_count + f.returned_count + f.waiting_count > 0 THEN NOT EXISTS (
        SELECT 1 FROM benefits_batches_of_file_v1(f.id) AS r (batch_id)
        LEFT JOIN runs_batch b ON b.id = r.batch_id WHERE (b.area_code = ANY (%(areas)s)) IS NOT TRUE)
      ELSE EXISTS (SELECT 1 FROM staff_user u JOIN registry_agency g ON g.code = u.agency_id WHERE u.id = f.user_id AND g.area_id = ANY (%(areas)s)) END)
ORDER BY f.id DESC LIMIT %(most)s

-- name: book
-- The book a payment was made from: area, and insurance or fund.
SELECT area_id, insurance::text FROM benefits_benefit WHERE %(series)s::text = 'P' AND id = %(subject)s
UNION ALL
SELECT area_code, fund FROM contributions_refund_due WHERE %(series)s::text = 'R' AND id = %(subject)s

-- name: standing
-- Payments of a run by the bank's last word on each: status, count, fen.
SELECT coalesce(l.status, r.status, 'open'), count(*), coalesce(sum(p.amount_fen), 0)::bigint
FROM benefits_payment p
LEFT JOIN benefits_result r ON r.batch_id = p.batch_id AND r.benefit_id = p.benefit_id AND r.attempt = 1
LEFT JOIN (SELECT DISTINCT ON (benefit_id) benefit_id, status FROM benefits_later_result WHERE batch_id = %(batch)s AND attempt = 1
    ORDER BY benefit_id, seq DESC) AS l ON l.benefit_id = p.benefit_id
WHERE p.batch_id = %(batch)s
GROUP BY 1
