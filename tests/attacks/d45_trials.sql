-- D45. Trials of parameters that were not made.

-- attack: D45.1 A trial closed with sums of one's own
-- login: app
-- given: a change that is proposed
-- refused: 42501
UPDATE parameters_trial SET ended_at = now(), digest = repeat('0', 64), after_fen = 1;

-- attack: D45.2 A trial that is born closed
-- login: app
-- given: a change that is proposed
-- refused: YG006
INSERT INTO parameters_trial (change_id, ordered_by_id, ordered_at, content, facts, looked_at, touched, before_fen, after_fen, summary, digest, error)
VALUES ({change}, {head}, now(), parameters_content_v1({change}), parameters_facts_v1(), 0, 0, 0, 0, '{}', repeat('0', 64), '');

-- attack: D45.3 A trial ended by the application as if it had come to something
-- login: app
-- given: a change that is proposed
-- refused: 42501
UPDATE parameters_trial SET ended_at = now() WHERE id = {trial};

-- attack: D45.4 A line beside the function that stages
-- login: app
-- given: a change that is proposed
-- refused: 42501
INSERT INTO parameters_trial_line (trial_id, place, kind, person_id, area_code, before_fen, after_fen) VALUES ({trial}, 1, 'run', 1, '511102', 1, 2);

-- attack: D45.5 Staged lines taken away before the sums
-- login: app
-- refused: 42501
DELETE FROM parameters_trial_staged;

-- attack: D45.6 A trial closed before everybody was looked at
-- login: app
-- given: a change that is proposed
SELECT parameters_begin_trial_v2({trial}, '2026-11-10');
-- refused: YG006
SELECT parameters_close_trial_v1({trial}, ARRAY['nobody is touched']);

-- attack: D45.7 A trial of nobody, closed without having begun
-- login: app
-- given: a change that is proposed
-- refused: YG006
SELECT parameters_close_trial_v1({trial}, ARRAY['nobody is touched']);

-- attack: D45.8 Somebody whom the change does not touch, staged
-- login: app
-- given: a change that is proposed
SELECT parameters_begin_trial_v2({trial}, '2026-11-10');
-- refused: YG006
SELECT parameters_stage_awards_v1({trial}, ARRAY[999999999]::bigint[], ARRAY[1]::bigint[], ARRAY[2]::bigint[], ARRAY['']);

-- attack: D45.9 Sums changed after the trial was closed
-- login: app
-- given: a change that is proposed
-- refused: YG003
SELECT parameters_begin_trial_v2({closed}, '2026-11-10');

-- attack: D45.10 The file rows that say what held before
-- login: app
-- refused: 42501
UPDATE parameters_filed SET source = 'none';

-- attack: D45.11 Contributions tried beside the trial
-- login: app
-- refused: 42501
SELECT * FROM contributions_try_v1('[]', '[]', ARRAY['511102'], 202612, 0, 10);

-- attack: D45.12 Other sums of a change that was tried, with the same digest
-- login: app
-- given: a change that is proposed
-- refused: 42501
UPDATE parameters_trial SET summary = '{}' WHERE id = {closed};

-- attack: D45.13 Contributions listed in the trial of a base of awards
-- login: app
-- given: a change that is proposed
SELECT parameters_begin_trial_v2({trial}, '2026-11-10');
-- refused: YG006
SELECT parameters_stage_levy_v2({trial}, '[]', '[]', 203101, 1000);
