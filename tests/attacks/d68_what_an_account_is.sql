-- D68. What an account is: somebody's, a door's or a program's, by what it was made as, and by nothing it is called.

-- attack: D68.1 The account of a door made by an administrator of accounts
-- login: app
-- given: administrators of accounts
SELECT identity_act_v1('{accounts_token}');
-- refused: YG005
INSERT INTO staff_user (username, kind, full_name, role, agency_id, password, id_number, is_trainee, is_active)
VALUES ('channel-hall', 'door', 'x', '', '51110001', '!', '', false, true);

-- attack: D68.2 Somebody under the name of a program
-- login: app
-- given: administrators of accounts
SELECT identity_act_v1('{accounts_token}');
-- refused: YG005
INSERT INTO staff_user (username, kind, full_name, role, agency_id, password, id_number, is_trainee, is_active)
VALUES ('api-zhang', 'person', 'x', '', '51110001', 'kept$x', '', false, true);

-- attack: D68.3 A program that has a password
-- login: app
-- given: administrators of accounts
SELECT identity_act_v1('{accounts_token}');
-- refused: YG005
INSERT INTO staff_user (username, kind, full_name, role, agency_id, password, id_number, is_trainee, is_active)
VALUES ('api-bank-x', 'program', 'x', '', '51110001', 'kept$x', '', false, true);

-- attack: D68.4 A door turned into somebody
-- login: app
-- given: administrators of accounts
SELECT identity_act_v1('{accounts_token}');
-- refused: YG005
UPDATE staff_user SET kind = 'person' WHERE username = 'channel-mobile';

-- attack: D68.5 A program turned into somebody
-- login: app
-- given: administrators of accounts
SELECT identity_act_v1('{accounts_token}');
-- refused: YG005
UPDATE staff_user SET kind = 'person' WHERE username = 'api-demo';

-- attack: D68.6 A program signed in like an officer signs what officers sign
-- login: app
-- given: a program signed in like an officer
SELECT identity_act_v1('{program_token}');
-- refused: YG009
INSERT INTO staff_answer_read (kind, number, read_by_id, read_at) VALUES ('rights', 1, {program}, now());

-- attack: D68.7 The account of a door signed in like an officer signs what officers sign
-- login: app
-- given: a program signed in like an officer
SELECT identity_act_v1('{door_token}');
-- refused: YG009
INSERT INTO staff_answer_read (kind, number, read_by_id, read_at) VALUES ('rights', 1, {door}, now());
