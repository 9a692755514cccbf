-- D113. What is another county's is done by its own agency, or its city's, also by whoever is there by a sign-in of their own.

-- attack: D113.1 A task of the city taken by an officer of a county
-- login: app
-- given: a finished task, somebody of another county
SELECT identity_act_v1('{county_reviewer_token}');
-- refused: YG005
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'take', {county_reviewer}, 'x', 'reviewer', '', payload || '{"state": "taken", "owner_id": {county_reviewer}}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D113.2 Dropped by a section head of a county
-- login: app
-- given: a finished task, somebody of another county
SELECT identity_act_v1('{county_head_token}');
-- refused: YG005
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'drop', {county_head}, 'x', 'section_head', 'x', payload || '{"state": "dropped"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D113.3 A sentence that was looked into, opened again by a section head of another county
-- login: app
-- given: a finished task, somebody of another county
SELECT identity_act_v1('{county_head_token}');
-- refused: YG005
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'reopen', {county_head}, 'x', 'section_head', 'x', payload || '{"state": "open", "outcome": "", "ended_on": null}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = {finished_task} ORDER BY seq DESC LIMIT 1;

-- attack: D113.4 Handed to oneself
-- login: app
-- given: a finished task, somebody of another county
SELECT identity_act_v1('{county_head_token}');
-- refused: YG005
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
SELECT task_id, seq + 1, 'hand_on', {county_head}, 'x', 'section_head', 'x',
    payload || '{"state": "handed_on", "owner_id": {county_head}, "agency_id": "51118101"}', now(), digest, repeat('0', 64)
FROM tasks_event WHERE task_id = {open_task} ORDER BY seq DESC LIMIT 1;

-- attack: D113.5 A message about a case of another county given up
-- login: app
-- given: a message that stands still, somebody of another county
SELECT identity_act_v1('{county_head_token}');
-- refused: YG005
UPDATE exchange_out_message SET dropped_at = now(), dropped_by_id = {county_head}, drop_reason = 'x' WHERE id = {standing_message};

-- attack: D113.6 A message about no case given up in a county
-- login: app
-- given: a message that stands still, somebody of another county
SELECT identity_act_v1('{county_head_token}');
-- refused: YG005
UPDATE exchange_out_message SET dropped_at = now(), dropped_by_id = {county_head}, drop_reason = 'x' WHERE id = {house_message};
