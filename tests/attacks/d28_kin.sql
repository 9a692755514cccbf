-- D28. Steps about kin, and declarations of kin done away with.

-- attack: D28.1 A step about kin that was declared, past the program
-- login: app
-- given: a case of kin
-- refused: YG004
SELECT casework_decide_v1('{kin_token}', '{kin_code}', {kin_step}, 'passed', '同意', '2026-11-10', NULL);

-- attack: D28.2 The declaration removed
-- login: app
-- given: a case of kin
-- refused: 42501
DELETE FROM staff_kin WHERE id = {declaration};

-- attack: D28.3 Ended by whom it binds
-- login: app
-- given: a case of kin
SELECT identity_act_v1('{kin_token}');
-- refused: YG005
UPDATE staff_kin SET ended_by_id = {kin_officer}, ended_at = now(), end_reason = '不想回避了' WHERE id = {declaration};

-- attack: D28.4 Ended in the name of a head who is not there
-- login: app
-- given: a case of kin, the staff
SELECT identity_act_v1('{kin_token}');
-- refused: YG009
UPDATE staff_kin SET ended_by_id = {head}, ended_at = now(), end_reason = '不想回避了' WHERE id = {declaration};

-- attack: D28.5 Its number turned into another
-- login: app
-- given: a case of kin
-- refused: 42501
UPDATE staff_kin SET id_number = '' WHERE id = {declaration};

-- attack: D28.6 One declared as ended already
-- login: app
-- given: a case of kin
SELECT identity_act_v1('{kin_token}');
-- refused: YG006
INSERT INTO staff_kin (user_id, id_number, full_name, relation, reason, declared_by_id, declared_at, ended_by_id, ended_at, end_reason)
VALUES ({kin_officer}, 'x', 'x', 'spouse', '', {kin_officer}, now(), {kin_officer}, now(), 'x');
