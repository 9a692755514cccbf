-- D143. Small functions that the application may call do only what their moment allows.

-- attack: D143.1 The parts of a plan dropped before its bills are made of them
-- login: app
-- refused: YG006
SELECT contributions_drop_parts_v1(999999999, 4);

-- attack: D143.2 What is staged of a batch that is not void thrown away
-- login: app
-- given: an approved change of a refund's account
-- refused: YG006
SELECT contributions_drop_stage_v1((SELECT max(id) FROM runs_batch WHERE status <> 'void'));

-- attack: D143.3 Who has been charged elsewhere asked past its callers
-- login: app
-- refused: 42501
SELECT contributions_elsewhere_v1(0, 202610, ARRAY['511102'], 0, 1);

-- attack: D143.4 Whether a task's origin is over said past its guard
-- login: app
-- refused: 42501
SELECT tasks_is_over_v1(t, 'back') FROM tasks_task t LIMIT 1;

-- attack: D143.5 Whether a partner has answered asked past the chain
-- login: app
-- refused: 42501
SELECT casework_answered_v1(1, '[]');
