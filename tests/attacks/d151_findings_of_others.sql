-- D151. What is found is registered by whoever has taken the task and had no part; answered by whom it is about; decided by a third.

-- attack: D151.1 Registered by who has not taken the task
-- login: app
-- given: a sample
-- refused: YG005
SELECT audit_examine_v1('{head_token}', {sampled}, 'x', '[]', '2026-11-10');

-- attack: D151.2 An error of somebody who did nothing in the case
-- login: app
-- given: a sample
-- refused: YG006
SELECT audit_examine_v1('{auditor_token}', {sampled}, 'x', '[{"kind": "late", "user": {head}, "step": null, "words": "x"}]', '2026-11-10');

-- attack: D151.3 An error of no declared kind
-- login: app
-- given: a sample
-- refused: YG006
SELECT audit_examine_v1('{auditor_token}', {sampled}, 'x', '[{"kind": "bribe", "user": {teller}, "step": null, "words": "x"}]', '2026-11-10');

-- attack: D151.4 A step of another case
-- login: app
-- given: a sample
-- refused: YG006
SELECT audit_examine_v1('{auditor_token}', {sampled}, 'x', '[{"kind": "late", "user": {teller}, "step": 1, "words": "x"}]', '2026-11-10');

-- attack: D151.5 The task ended without a result
-- login: app
-- given: a sample
-- refused: YG004
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT e.task_id, e.seq + 1, 'finish', NULL, '', '', 'x', e.payload || '{"state": "done", "outcome": "examined"}', now(), e.digest, 'x'
FROM tasks_event e WHERE e.task_id = {task} ORDER BY e.seq DESC LIMIT 1;

-- attack: D151.6 The task given to who had a part
-- login: app
-- given: a sample
-- refused: YG004
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT e.task_id, e.seq + 1, 'hand_on', NULL, '', '', 'x', e.payload || jsonb_build_object('owner_id', {teller}, 'state', 'handed_on'), now(), e.digest, 'x'
FROM tasks_event e WHERE e.task_id = {task} ORDER BY e.seq DESC LIMIT 1;

-- attack: D151.7 The task dropped
-- login: app
-- given: a sample
-- refused: YG004
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT e.task_id, e.seq + 1, 'drop', NULL, '', '', 'x', e.payload || '{"state": "dropped"}', now(), e.digest, 'x'
FROM tasks_event e WHERE e.task_id = {task} ORDER BY e.seq DESC LIMIT 1;

-- attack: D151.8 Answered by somebody else
-- login: app
-- given: a sample
-- refused: YG005
SELECT audit_answer_v1('{head_token}', {finding}, true, '', '2026-11-10');

-- attack: D151.9 Answered after the term
-- login: app
-- given: a sample
-- refused: YG006
SELECT audit_answer_v1('{teller_token}', {finding}, true, '', '2026-12-10');

-- attack: D151.10 Decided by who has not taken the objection
-- login: app
-- given: a sample
-- refused: YG005
SELECT audit_decide_v1('{auditor_token}', {finding}, false, 'x', '2026-11-10');

-- attack: D151.11 Put right by who has not taken the task
-- login: app
-- given: a sample
-- refused: YG005
SELECT audit_correct_v1('{teller_token}', {finding}, '', 'x', '2026-11-10');

-- attack: D151.12 An error that is gone
-- login: app
-- given: a sample
-- refused: 42501
DELETE FROM audit_finding WHERE id = {finding};

-- attack: D151.13 Fewer points
-- login: app
-- given: a sample
-- refused: 42501
UPDATE audit_finding SET points = 0 WHERE id = {finding};

-- attack: D151.14 A ruling by hand
-- login: app
-- given: a sample
-- refused: 42501
INSERT INTO audit_ruling (finding_id, stands, words, made_by_id, made_on, at) VALUES ({finding}, false, 'x', {head}, '2026-11-10', now());

-- attack: D151.15 A score by hand
-- login: app
-- given: a sample
-- refused: 42501
INSERT INTO audit_score (sample_id, user_id, cases, wrong, points, quality, closed_on) VALUES ({sample}, {teller}, 1, 0, 0, 100, '2026-11-10');

-- attack: D151.16 A score that is changed
-- login: app
-- given: a sample
-- refused: 42501
UPDATE audit_score SET quality = 100;

-- attack: D151.17 A correction called off that nobody decided
-- login: app
-- given: a sample
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'settle', '系统', 'system', '', payload || '{"state": "done", "outcome": "withdrawn", "ended_on": "2026-11-10"}', now(), digest,
    repeat('0', 64) FROM tasks_event WHERE task_id = {correction} ORDER BY seq DESC LIMIT 1;
