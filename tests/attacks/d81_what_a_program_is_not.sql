-- D81. A partner's program hands in and withdraws what it handed in; no step of an officer is passed with its key, whosever account it has.

-- attack: D81.1 A step of class 2 passed with a program's key
-- login: app
-- given: programs with officers' accounts
-- refused: YG009
SELECT casework_decide_v1('{reviewers_key}', '', {waiting_step}, 'passed', '', '2026-11-10', NULL);

-- attack: D81.2 The same, declined
-- login: app
-- given: programs with officers' accounts
-- refused: YG009
SELECT casework_decide_v1('{reviewers_key}', '', {waiting_step}, 'declined', 'x', '2026-11-10', NULL);

-- attack: D81.3 A step claimed with a program's key
-- login: app
-- given: programs with officers' accounts
-- refused: YG009
SELECT casework_claim_v1('{reviewers_key}', {waiting_step});

-- attack: D81.4 A step put back with a program's key
-- login: app
-- given: programs with officers' accounts
-- refused: YG009
SELECT casework_release_v1('{reviewers_key}', {claimed_step});

-- attack: D81.5 A result signed with a program's key
-- login: app
-- given: programs with officers' accounts
-- refused: YG009
SELECT casework_sign_outcome_v1('{reviewers_key}', {waiting_step}, '[]', '');

-- attack: D81.6 An event of an officer with a program's key
-- login: app
-- given: programs with officers' accounts
-- refused: YG009
SELECT casework_event_v1('{reviewers_key}', e.case_id, (e.seq + 1)::smallint, 'pass', u.id, u.full_name, u.role, 'counter', '', '{}', now(), e.digest, repeat('0', 64))
FROM casework_event e, staff_user u WHERE u.id = {reviewer} AND e.case_id = {stepped_case} ORDER BY e.seq DESC LIMIT 1;

-- attack: D81.7 A case of a colleague's counter withdrawn by a teller's program
-- login: app
-- given: programs with officers' accounts
SELECT identity_act_v1('{tellers_key}');
-- refused: YG009
UPDATE casework_case SET status = 'withdrawn' WHERE id = {others_case};

-- attack: D81.8 A case declined by the program that handed it in
-- login: app
-- given: programs with officers' accounts
SELECT identity_act_v1('{tellers_key}');
-- refused: YG009
UPDATE casework_case SET status = 'declined' WHERE id = {stepped_case};

-- attack: D81.9 What a return names, put down by a program
-- login: app
-- given: programs with officers' accounts
SELECT identity_act_v1('{reviewers_key}');
-- refused: YG009
INSERT INTO casework_return_point (case_id, round, material_code, field, reason, note, is_ours, made_by_id, made_at)
VALUES ({stepped_case}, 1, '', '', 'other', 'x', false, {reviewer}, now());

-- attack: D81.10 A meeting held with a program's key
-- login: app
-- given: programs with officers' accounts
-- refused: YG009
SELECT casework_hold_meeting_v1('{reviewers_key}', '', '2026-11-10', 'x', ARRAY[{reviewer}]::bigint[], '[]');
