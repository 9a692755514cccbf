-- D108. A task moves with its log, and the log goes on only as the table of its states says.

-- attack: D108.1 A finished task opened by its columns alone
-- login: app
-- given: a finished task
UPDATE tasks_task SET state = 'open', outcome = '', ended_on = NULL WHERE id = {finished_task};
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D108.2 Opened and finished again with another outcome
-- login: app
-- given: a finished task
UPDATE tasks_task SET state = 'open', outcome = '', ended_on = NULL WHERE id = {finished_task};
UPDATE tasks_task SET state = 'done', outcome = 'claimed', ended_on = '2026-11-10' WHERE id = {finished_task};
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D108.3 An event of the program's after the end, that only moves it, with another outcome
-- login: app
-- given: a finished task
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'move', '系统', 'system', '', payload || '{"outcome": "claimed"}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {finished_task} ORDER BY seq DESC LIMIT 1;

-- attack: D108.4 Opened again by nobody
-- login: app
-- given: a finished task
-- refused: YG009
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'reopen', '系统', 'system', 'x', payload || '{"state": "open", "outcome": "", "ended_on": null}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = {finished_task} ORDER BY seq DESC LIMIT 1;

-- attack: D108.5 Settled once more by the program
-- login: app
-- given: a finished task
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'settle', '系统', 'system', 'x', payload, now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = {finished_task} ORDER BY seq DESC LIMIT 1;

-- attack: D108.6 A task that has no log
-- login: app
INSERT INTO tasks_task (kind, kind_version, state, origin_kind, origin_id, origin_no, part, area_id, note, form, opened_at, opened_on, agency_id, posts, due_on,
    subject_name, outcome, said, link_key, case_kind, case_no, is_due_provisional)
VALUES ('fraud_hit', '2026-01-01', 'open', 'd108', 1, '', '', '511102', 'x', '{}', now(), '2026-11-10', '51110001', '{auditor}', '2026-11-30',
    '', '', '', '', '', '', false);
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;
