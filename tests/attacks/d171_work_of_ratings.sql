-- D171. The work about a rating is that of a bad one, and ends with its answer; no other task stands in its place.

-- attack: D171.1 A task of another kind opened upon a rating
-- login: app
-- given: services rated
-- refused: YG006
INSERT INTO tasks_task SELECT (jsonb_populate_record(NULL::tasks_task, to_jsonb(t) || jsonb_build_object('id', -171, 'kind', 'archive_gap', 'state', 'open',
    'owner_id', NULL, 'case_id', NULL))).* FROM tasks_task t WHERE t.origin_kind = 'rating' AND t.origin_id = {rated};

-- attack: D171.2 The work about a rating nobody gave
-- login: app
-- given: services rated
-- refused: YG006
INSERT INTO tasks_task SELECT (jsonb_populate_record(NULL::tasks_task, to_jsonb(t) || jsonb_build_object('id', -172, 'origin_id', {open}, 'state', 'open',
    'owner_id', NULL))).* FROM tasks_task t WHERE t.origin_kind = 'rating' AND t.origin_id = {rated};

-- attack: D171.3 Ended without an answer
-- login: app
-- given: bad rating taken
SELECT identity_act_v1('{head_token}');
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT e.task_id, e.seq + 1, 'finish', {head}, '', '', '已办', e.payload || '{"state": "done", "outcome": "answered"}', now(), e.digest, 'x'
FROM tasks_event e WHERE e.task_id = {task} ORDER BY e.seq DESC LIMIT 1;
