-- D141. A task of a kind that the system may end is ended so only when what it came from is over in its own records.

-- attack: D141.1 repayment: back that nothing says
-- login: app
-- given: a finished task, somebody of another county
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'repayment', '2025-01-01', 'open', 'recovery', 999999999, '', '', '511100', 'x', '{}', now(), '2026-11-10', '51110001', posts, '2026-11-30',
    '', '', '', '', '', '', false FROM tasks_task WHERE id = {open_task};
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT (SELECT max(id) FROM tasks_task), 1, 'open', actor_name, actor_role, '', payload, now(), '', repeat('1', 64) FROM tasks_event
WHERE task_id = {open_task} AND seq = 1;
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, 2, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "back", "said": "x", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = (SELECT max(id) FROM tasks_task);

-- attack: D141.2 rights_check: checked that nothing says
-- login: app
-- given: a finished task, somebody of another county
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'rights_check', '2025-01-01', 'open', 'rights_year', 999999999, '', '', '511100', 'x', '{}', now(), '2026-11-10', '51110001', posts, '2026-11-30',
    '', '', '', '', '', '', false FROM tasks_task WHERE id = {open_task};
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT (SELECT max(id) FROM tasks_task), 1, 'open', actor_name, actor_role, '', payload, now(), '', repeat('1', 64) FROM tasks_event
WHERE task_id = {open_task} AND seq = 1;
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, 2, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "checked", "said": "x", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = (SELECT max(id) FROM tasks_task);

-- attack: D141.3 refund_stuck: paid that nothing says
-- login: app
-- given: a finished task, somebody of another county
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'refund_stuck', '2025-01-01', 'open', 'refund_due', 999999999, '', '', '511100', 'x', '{}', now(), '2026-11-10', '51110001', posts, '2026-11-30',
    '', '', '', '', '', '', false FROM tasks_task WHERE id = {open_task};
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT (SELECT max(id) FROM tasks_task), 1, 'open', actor_name, actor_role, '', payload, now(), '', repeat('1', 64) FROM tasks_event
WHERE task_id = {open_task} AND seq = 1;
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, 2, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "paid", "said": "x", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = (SELECT max(id) FROM tasks_task);

-- attack: D141.4 death_conflict: settled that nothing says
-- login: app
-- given: a finished task, somebody of another county
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'death_conflict', '2025-01-01', 'open', 'death_record', 999999999, '', '', '511100', 'x', '{}', now(), '2026-11-10', '51110001', posts, '2026-11-30',
    '', '', '', '', '', '', false FROM tasks_task WHERE id = {open_task};
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT (SELECT max(id) FROM tasks_task), 1, 'open', actor_name, actor_role, '', payload, now(), '', repeat('1', 64) FROM tasks_event
WHERE task_id = {open_task} AND seq = 1;
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, 2, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "settled", "said": "x", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = (SELECT max(id) FROM tasks_task);

-- attack: D141.5 fraud_hit: not_in_force that nothing says
-- login: app
-- given: a finished task, somebody of another county
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'fraud_hit', '2025-01-01', 'open', 'death_record', 999999999, '', '', '511100', 'x', '{}', now(), '2026-11-10', '51110001', posts, '2026-11-30',
    '', '', '', '', '', '', false FROM tasks_task WHERE id = {open_task};
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT (SELECT max(id) FROM tasks_task), 1, 'open', actor_name, actor_role, '', payload, now(), '', repeat('1', 64) FROM tasks_event
WHERE task_id = {open_task} AND seq = 1;
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, 2, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "not_in_force", "said": "x", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = (SELECT max(id) FROM tasks_task);

-- attack: D141.6 survivor_follow_up: not_in_force that nothing says
-- login: app
-- given: a finished task, somebody of another county
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'survivor_follow_up', '2025-01-01', 'open', 'death_record', 999999999, '', '', '511100', 'x', '{}', now(), '2026-11-10', '51110001', posts, '2026-11-30',
    '', '', '', '', '', '', false FROM tasks_task WHERE id = {open_task};
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT (SELECT max(id) FROM tasks_task), 1, 'open', actor_name, actor_role, '', payload, now(), '', repeat('1', 64) FROM tasks_event
WHERE task_id = {open_task} AND seq = 1;
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, 2, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "not_in_force", "said": "x", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = (SELECT max(id) FROM tasks_task);

-- attack: D141.7 archive_gap: filed that nothing says
-- login: app
-- given: a finished task, somebody of another county
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'archive_gap', '2025-01-01', 'open', 'case', 999999999, '', '', '511100', 'x', '{}', now(), '2026-11-10', '51110001', posts, '2026-11-30',
    '', '', '', '', '', '', false FROM tasks_task WHERE id = {open_task};
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT (SELECT max(id) FROM tasks_task), 1, 'open', actor_name, actor_role, '', payload, now(), '', repeat('1', 64) FROM tasks_event
WHERE task_id = {open_task} AND seq = 1;
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, 2, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "filed", "said": "x", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = (SELECT max(id) FROM tasks_task);

-- attack: D141.8 archive_fault: sound that nothing says
-- login: app
-- given: a finished task, somebody of another county
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'archive_fault', '2025-01-01', 'open', 'volume', 999999999, '', '', '511100', 'x', '{}', now(), '2026-11-10', '51110001', posts, '2026-11-30',
    '', '', '', '', '', '', false FROM tasks_task WHERE id = {open_task};
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT (SELECT max(id) FROM tasks_task), 1, 'open', actor_name, actor_role, '', payload, now(), '', repeat('1', 64) FROM tasks_event
WHERE task_id = {open_task} AND seq = 1;
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, 2, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "sound", "said": "x", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = (SELECT max(id) FROM tasks_task);

-- attack: D141.9 recovery: stopped_in_error that nothing says
-- login: app
-- given: a finished task, somebody of another county
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
SELECT 'recovery', '2025-01-01', 'open', 'case', 999999999, '', '', '511100', 'x', '{}', now(), '2026-11-10', '51110001', posts, '2026-11-30',
    '', '', '', '', '', '', false FROM tasks_task WHERE id = {open_task};
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT (SELECT max(id) FROM tasks_task), 1, 'open', actor_name, actor_role, '', payload, now(), '', repeat('1', 64) FROM tasks_event
WHERE task_id = {open_task} AND seq = 1;
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, 2, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "stopped_in_error", "said": "x", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = (SELECT max(id) FROM tasks_task);
