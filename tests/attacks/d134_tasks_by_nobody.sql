-- D134. What happens to a task without anybody is only what the program does: moved with a merged agency, reported above when overdue, given back when its
-- owner has left, ended by a finished case about the same or with what it came from.

-- attack: D134.1 Moved to another county
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'move', '系统', 'system', '', payload || '{"agency_id": "51118101"}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.2 Reported to another county as overdue
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'escalate', '系统', 'system', '', payload || '{"escalated_to_id": "51118101", "escalated_on": "2099-11-10"}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.3 Reported before it is overdue
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'escalate', '系统', 'system', '', payload || '{"escalated_to_id": "51110001", "escalated_on": "2026-11-10"}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.4 Hidden from everybody by posts nobody has
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'move', '系统', 'system', '', payload || '{"posts": ["nobody"]}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.5 Its day put off for ever
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'move', '系统', 'system', '', payload || '{"due_on": "2099-01-01"}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.6 Its day put off as it is reported
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'escalate', '系统', 'system', '', payload || '{"escalated_to_id": "51110001", "escalated_on": "2099-11-10", "due_on": "2098-01-01"}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.7 Given back to posts nobody has
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'replace', '系统', 'system', '', payload || '{"posts": ["nobody"], "owner_id": null}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.8 Given back while its people are there
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'replace', '系统', 'system', '', payload || '{"owner_id": null}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.9 Given to another county
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'replace', '系统', 'system', '', payload || '{"agency_id": "51118101", "owner_id": null}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.10 Given to somebody
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'replace', '系统', 'system', '', payload || '{"owner_id": {county_reviewer}}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.11 Ended with an outcome a person chooses
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "not_paid", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.12 Ended with an outcome another kind declares
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "ended", "ended_on": "2026-11-10"}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.13 Let go of a case that is none
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'lose_case', '系统', 'system', '', payload || '{"link_key": ""}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.14 Its outcome written while it goes on
-- login: app
-- given: a finished task, somebody of another county
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'lose_case', '系统', 'system', '', payload || '{"outcome": "not_paid"}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D134.15 Ended by a finished case of somebody else
-- login: app
-- given: a task that a case ends, a finished case
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT e.task_id, e.seq + 1, 'settle', '系统', 'system', '', e.payload || jsonb_build_object('state', 'done', 'outcome', 'claimed', 'ended_on', '2026-11-10',
    'case_kind', 'case', 'case_id', c.id, 'case_no', c.case_no), now(), e.digest, repeat('0', 64)
FROM tasks_event e JOIN tasks_task t ON t.id = e.task_id
JOIN LATERAL (SELECT c.id, c.case_no FROM casework_case c WHERE c.status = 'finished' AND c.person_id IS DISTINCT FROM t.person_id ORDER BY c.id DESC LIMIT 1) AS c ON true
WHERE e.task_id = {claimable_task} ORDER BY e.seq DESC LIMIT 1;

-- attack: D134.16 Ended by a case of an item that ends no such task
-- login: app
-- given: a task that a case ends, a finished case
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT e.task_id, e.seq + 1, 'settle', '系统', 'system', '', e.payload || jsonb_build_object('state', 'done', 'outcome', 'claimed', 'ended_on', '2026-11-10',
    'case_kind', 'case', 'case_id', c.id, 'case_no', c.case_no), now(), e.digest, repeat('0', 64)
FROM tasks_event e JOIN tasks_task t ON t.id = e.task_id
JOIN LATERAL (SELECT c.id, c.case_no FROM casework_case c WHERE c.status = 'finished' AND true ORDER BY c.id DESC LIMIT 1) AS c ON true
WHERE e.task_id = {claimable_task} ORDER BY e.seq DESC LIMIT 1;
