-- D163. The verbs of the program are nobody's: no name stands under them, and they need their ground whoever is there.

-- attack: D163.1 Given to another county in somebody's name
-- login: app
-- given: a finished task, people at work
SELECT identity_act_v1('{head_at_work_token}');
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'replace', {head_at_work}, 'x', 'section_head', '', payload || '{"agency_id": "51118101", "posts": ["guide"], "owner_id": null}', now(), digest,
repeat('0', 64) FROM tasks_event WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D163.2 Ended without case or ground in somebody's name
-- login: app
-- given: a finished task, people at work
SELECT identity_act_v1('{head_at_work_token}');
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'settle', {head_at_work}, 'x', 'section_head', '',
payload || '{"state": "done", "outcome": "not_paid", "said": "x", "ended_on": "2026-11-10"}', now(), digest,
repeat('0', 64) FROM tasks_event WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D163.3 Reported above before its day, as on a day to come
-- login: app
-- given: a finished task
-- days: real
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'escalate', '系统', 'system', '', payload || jsonb_build_object('escalated_to_id', payload ->> 'agency_id', 'escalated_on', '2099-01-01'),
now(), digest, repeat('0', 64) FROM tasks_event WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D163.4 Moved to where it is
-- login: app
-- given: a finished task
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'move', '系统', 'system', '', payload, now(), digest, repeat('0', 64) FROM tasks_event WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;
