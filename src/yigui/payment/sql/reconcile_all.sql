-- Statements of `payment.reconcile_all`. Parameters: areas.

-- name: contradictions
-- Lines of results that contradict what is on record and nobody has decided about: file, row, sentence, fen. One row per line, oldest first.
SELECT w.file_id, w.row_no, w.sentence, w.amount_fen
FROM benefits_result_waiting w
LEFT JOIN benefits_benefit b ON w.series = 'P' AND b.id = w.subject_id
LEFT JOIN contributions_refund_due d ON w.series = 'R' AND d.id = w.subject_id
WHERE NOT EXISTS (SELECT 1 FROM benefits_result_decision x WHERE x.waiting_id = w.id) AND coalesce(b.area_id, d.area_code) = ANY (%(areas)s)
ORDER BY w.id LIMIT 200

-- name: unconfirmed
-- What came back with files fewer than two people answer for: file, count, fen. One row per file, oldest first.
SELECT r.file_id, count(*), sum(r.amount_fen)::bigint
FROM (
    SELECT x.file_id, x.amount_fen, b.area_id AS area FROM benefits_result x JOIN benefits_benefit b ON b.id = x.benefit_id WHERE x.status = 'returned'
    UNION ALL SELECT l.file_id, l.amount_fen, b.area_id FROM benefits_later_result l JOIN benefits_benefit b ON b.id = l.benefit_id
    WHERE l.status = 'returned'
    UNION ALL SELECT x.file_id, x.amount_fen, d.area_code FROM benefits_refund_result x JOIN contributions_refund_due d ON d.id = x.due_id
    WHERE x.status = 'returned'
    UNION ALL SELECT l.file_id, l.amount_fen, d.area_code FROM benefits_later_refund_result l JOIN contributions_refund_due d ON d.id = l.due_id
    WHERE l.status = 'returned'
) AS r
WHERE r.area = ANY (%(areas)s) AND r.file_id IN (
    SELECT f.id FROM benefits_result_file f WHERE f.returned_count > 0 AND NOT benefits_result_confirmed_v1(f.id) ORDER BY f.id LIMIT 200)
GROUP BY 1 ORDER BY 1

-- name: lost
-- Files of the bank's results received by a day of which fewer or more results stand than they account for. Parameters: first, last (days of receipt).
-- One row per file and status: file, name, status, accounted for, standing.
SELECT f.id, f.file_name, s.status, s.said, n.stand
FROM benefits_result_file f
CROSS JOIN LATERAL (VALUES ('paid', f.paid_count), ('returned', f.returned_count)) AS s (status, said)
CROSS JOIN LATERAL (SELECT
    (SELECT count(*) FROM benefits_result r WHERE r.file_id = f.id AND r.status = s.status)
    + (SELECT count(*) FROM benefits_later_result r WHERE r.file_id = f.id AND r.status = s.status)
    + (SELECT count(*) FROM benefits_refund_result r WHERE r.file_id = f.id AND r.status = s.status)
    + (SELECT count(*) FROM benefits_later_refund_result r WHERE r.file_id = f.id AND r.status = s.status) AS stand) AS n
WHERE f.received_on BETWEEN %(first)s AND %(last)s AND s.said <> n.stand
ORDER BY f.id DESC, s.status LIMIT 200
