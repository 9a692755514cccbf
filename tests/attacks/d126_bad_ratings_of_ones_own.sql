-- D126. A bad rating is looked into by somebody who had no part in the service; it is answered, not dropped; the second opinion is the visitor's.

-- attack: D126.1 Answered by who has not taken the task
-- login: app
-- given: services rated
-- refused: YG005
SELECT rating_repair_v1('{head_token}', {rated}, 'untrue', 'not_wanted', 'x', 'y', '2026-11-10');

-- attack: D126.2 The rated one is given the task
-- login: app
-- given: bad rating taken
-- refused: YG004
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT e.task_id, e.seq + 1, 'hand_on', NULL, '', '', 'x', e.payload || jsonb_build_object('owner_id', {teller}, 'state', 'handed_on'), now(), e.digest, 'x'
FROM tasks_event e WHERE e.task_id = {task} ORDER BY e.seq DESC LIMIT 1;

-- attack: D126.3 A bad rating dropped
-- login: app
-- given: bad rating taken
-- refused: YG004
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT e.task_id, e.seq + 1, 'drop', NULL, '', '', 'x', e.payload || '{"state": "dropped"}', now(), e.digest, 'x'
FROM tasks_event e WHERE e.task_id = {task} ORDER BY e.seq DESC LIMIT 1;

-- attack: D126.4 Who may be called is not called
-- login: app
-- given: bad rating taken
-- refused: YG006
SELECT rating_repair_v1('{head_token}', {rated}, 'true', 'not_wanted', 'x', 'y', '2026-11-10');

-- attack: D126.5 An answer by hand
-- login: app
-- given: bad rating taken
-- refused: 42501
INSERT INTO rating_repair (rating_id, round, finding, call, said, answer, made_by_id, made_on, at)
VALUES (1, 1, 'untrue', 'not_wanted', 'x', 'y', {head}, '2026-11-10', now());

-- attack: D126.6 Content without a receipt
-- login: app
-- given: bad rating taken
-- refused: YG005
SELECT rating_second_v1('1-AAAAAAAA', 'content', '', '2026-11-10');

-- attack: D126.7 Content before there is an answer
-- login: app
-- given: bad rating taken
-- refused: YG006
SELECT rating_second_v1('{receipt}', 'content', '', '2026-11-10');

-- attack: D126.8 Content twice, by the table
-- login: app
-- given: bad rating taken
-- refused: 42501
INSERT INTO rating_second (rating_id, round, opinion, words, said_on, at) VALUES (1, 1, 'content', '', '2026-11-10', now());

-- attack: D126.9 Ended as without a number, where one was left
-- login: app
-- given: bad rating taken
-- refused: YG006
SELECT rating_repair_v1('{head_token}', {rated}, 'true', 'no_number', 'x', 'y', '2026-11-10');

-- attack: D126.10 Moved by the system while somebody who had no part has it
-- login: app
-- given: bad rating taken
-- refused: YG006
INSERT INTO tasks_event (task_id, seq, verb, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'replace', '系统', 'system', '', payload || '{"state": "open", "owner_id": null}', now(), digest, repeat('0', 64) FROM tasks_event
WHERE task_id = {task} ORDER BY seq DESC LIMIT 1;

-- attack: D126.11 Where to call back, asked from outside
-- login: app
-- given: bad rating taken
-- refused: 42501
SELECT rating_phone_v1(1);
