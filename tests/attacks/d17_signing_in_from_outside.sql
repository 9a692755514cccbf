-- D17. The sign-in of people outside: with the application's login and knowledge of its functions, and without their password, telephone or card.

-- attack: D17.1 A session of an employer, opened by hand
-- login: app
-- given: people at the doors
-- refused: 42501
INSERT INTO staff_outside_session (digest, employer_id, login_id, channel, started_at, seen_at, idle, expires_at, address, browser)
VALUES (encode(sha256('evil'), 'hex'), {my_employer}, {login}, 'online', now(), now(), '20 minutes', now() + interval '1 hour', '', '');

-- attack: D17.2 A session of a person, opened by hand
-- login: app
-- given: people at the doors
-- refused: 42501
INSERT INTO staff_outside_session (digest, person_id, channel, started_at, seen_at, idle, expires_at, address, browser)
VALUES (encode(sha256('evil'), 'hex'), {not_me}, 'mobile', now(), now(), '20 minutes', now() + interval '1 hour', '', '');

-- attack: D17.3 Opened by the function that opens
-- login: app
-- given: people at the doors
-- refused: 42501
SELECT identity_open_outside_v1(NULL, {not_me}, 'mobile', '1 hour', '', '');

-- attack: D17.4 A session that is over, woken
-- login: app
-- given: people at the doors
UPDATE staff_outside_session SET ended_at = now() WHERE person_id = {me};
-- refused: YG003
UPDATE staff_outside_session SET ended_at = NULL WHERE person_id = {me};

-- attack: D17.5 A session that is made to rest never
-- login: app
-- given: people at the doors
-- refused: YG003
UPDATE staff_outside_session SET seen_at = now() + interval '1 year' WHERE person_id = {me};

-- attack: D17.6 A session that has rested too long, woken
-- login: app
-- given: people at the doors
UPDATE staff_outside_session SET seen_at = now() - interval '2 days' WHERE person_id = {me};
-- refused: YG003
UPDATE staff_outside_session SET seen_at = now() WHERE person_id = {me};

-- attack: D17.7 With a longer rest
-- login: app
-- given: people at the doors
-- refused: 42501
UPDATE staff_outside_session SET idle = '1 year' WHERE person_id = {me};

-- attack: D17.8 The verifiers of operators
-- login: app
-- refused: 42501
SELECT verifier FROM identity_credential WHERE holder LIKE 'unit:%';

-- attack: D17.9 A password of one's own for somebody's login
-- login: app
-- given: people at the doors
-- refused: 42501
SELECT identity_keep_v1('unit:{login}', repeat('a', 32), 't=2,m=102400,p=8', repeat('a', 64), false);

-- attack: D17.10 The password where earlier releases kept it
-- login: app
-- given: people at the doors
-- refused: 42501
UPDATE staff_unit_login SET password = 'argon2$argon2id$v=19$m=102400,t=2,p=8$c2FsdA$a2V5' WHERE id = {login};

-- attack: D17.11 The telephone to which the code goes
-- login: app
-- given: people at the doors
-- refused: 42501
UPDATE staff_unit_login SET phone = '13900009999' WHERE id = {login};

-- attack: D17.12 A login of one's own for somebody's employer
-- login: app
-- given: people at the doors
-- refused: YG009
INSERT INTO staff_unit_login (employer_id, username, full_name, phone, password, is_manager, items, is_active, opened_at, totp_key, totp_used, totp_tries)
VALUES ({not_my_employer}, 'evil', '', '13900009999', '', true, '["*"]', true, now(), '', -1, 0);

-- attack: D17.13 By an operator for another employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO staff_unit_login (employer_id, username, full_name, phone, password, is_manager, items, is_active, opened_at, totp_key, totp_used, totp_tries)
VALUES ({not_my_employer}, 'evil', '', '13900009999', '', false, '["*"]', true, now(), '', -1, 0);

-- attack: D17.14 By an officer, though the employer has asked for nothing
-- login: app
-- given: people at the doors, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG009
INSERT INTO staff_unit_login (employer_id, username, full_name, phone, password, is_manager, items, is_active, opened_at, totp_key, totp_used, totp_tries)
VALUES ({not_my_employer}, 'evil', '', '13900009999', '', true, '["*"]', true, now(), '', -1, 0);

-- attack: D17.15 A second manager, by the first
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO staff_unit_login (employer_id, username, full_name, phone, password, is_manager, items, is_active, opened_at, totp_key, totp_used, totp_tries)
VALUES ({my_employer}, 'evil', '', '13900009999', '', true, '["*"]', true, now(), '', -1, 0);

-- attack: D17.16 More items for a login, by nobody
-- login: app
-- given: people at the doors
-- refused: YG009
UPDATE staff_unit_login SET items = '["*"]', is_active = true WHERE id = {login};

-- attack: D17.17 A code of a text message, read
-- login: app
-- refused: 42501
SELECT digest FROM staff_one_time_code;

-- attack: D17.18 The message it stands in
-- login: app
-- refused: 42501
SELECT phone, text FROM identity_text;

-- attack: D17.19 A code made by hand
-- login: app
-- refused: 42501
INSERT INTO staff_one_time_code (holder, source, address, digest, expires_at, tries, is_used)
VALUES ('unit:evil', '', '', repeat('0', 64), now() + interval '1 hour', 0, false);

-- attack: D17.20 Where the message goes
-- login: app
-- refused: 42501
UPDATE identity_text SET phone = '13900009999';

-- attack: D17.21 Any reading of a card
-- login: app
-- refused: 42501
SELECT key FROM identity_reader;

-- attack: D17.22 A key of one's own for a reader, by somebody who may not
-- login: app
-- given: a stolen sign-in
-- refused: YG004
SELECT identity_issue_reader_v1('{token}', (SELECT min(id) FROM staff_kiosk));

-- attack: D17.23 The one-time codes of operators
-- login: app
-- refused: 42501
SELECT secret FROM identity_unit_device;

-- attack: D17.24 Codes tried out with an older picture of the tries
-- login: app
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
-- refused: YG006
SELECT identity_try_code_v1('person', '51', 'x', 'evil', '000000');

-- attack: D17.25 The messages, with the courier's rights
-- login: app
-- refused: 42501
SET LOCAL ROLE yigui_courier;

-- attack: D17.26 The courier reads who is insured
-- login: courier
-- refused: 42501
SELECT id_number FROM registry_person;

-- attack: D17.27 The courier asks who is who
-- login: courier
-- refused: 42501
SELECT identity_ask_code_v1('unit', 'x', '', 'x', 'x');

-- attack: D17.28 The courier sends somebody's message elsewhere
-- login: courier
-- refused: 42501
UPDATE identity_text SET phone = '13900009999';
