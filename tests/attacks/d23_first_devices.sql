-- D23. The first device for one-time codes is enrolled with what a second person has handed over, an operator's with a code sent to their phone:
-- a stolen password or session enrols none.

-- attack: D23.1 Enrolled with the password alone, the code guessed
-- login: app
-- given: a newcomer
-- refused: YG010
SELECT identity_begin_device_v1('{newcomer_token}', '23456789AB');

-- attack: D23.2 As the release before let it
-- login: app
-- given: a newcomer
-- refused: 42883
SELECT identity_begin_device_v1('{newcomer_token}');

-- attack: D23.3 Digits for a device that nobody has begun
-- login: app
-- given: a newcomer
DO $$ BEGIN ASSERT NOT identity_confirm_device_v1('{newcomer_token}', '000000'); END $$;
-- refused: 42501
UPDATE identity_device SET confirmed_at = now() WHERE user_id = {newcomer};

-- attack: D23.4 A code of one's own making
-- login: app
-- given: a newcomer
-- refused: 42501
INSERT INTO identity_enrolment (user_id, digest, issued_at, expires_at) VALUES ({newcomer}, repeat('0', 64), now(), now() + interval '1 day');

-- attack: D23.5 A code drawn without two people
-- login: app
-- given: a newcomer
-- refused: 42501
SELECT identity_issue_enrolment_v1({newcomer}, NULL);

-- attack: D23.6 By one administrator alone
-- login: app
-- given: a newcomer, an administrator who is there
-- refused: YG005
SELECT identity_end_device_v1('{sysadmin_token}', {newcomer});

-- attack: D23.7 A code read where it is kept
-- login: app
-- given: a newcomer
-- refused: 42501
SELECT digest FROM identity_enrolment;

-- attack: D23.8 An operator's, in their open session alone
-- login: app
-- given: people at the doors
-- refused: YG010
SELECT identity_unit_begin_device_v1('{on_the_platform}', 'here', '123456', NULL);

-- attack: D23.9 As the release before let it
-- login: app
-- given: people at the doors
-- refused: 42883
SELECT identity_unit_begin_device_v1('{on_the_platform}');

-- attack: D23.10 The code guessed, within the transaction that tries it
-- login: app
-- given: people at the doors
SELECT identity_ask_code_v1('unit_device', (SELECT username FROM staff_unit_login WHERE id = {login}), '', 'here', '');
-- refused: YG010
SELECT identity_unit_begin_device_v1('{on_the_platform}', 'here', '123456',
    identity_try_code_v1('unit_device', (SELECT username FROM staff_unit_login WHERE id = {login}), '', 'here', '123456'));

-- attack: D23.11 A device of one's own making
-- login: app
-- given: people at the doors
-- refused: 42501
INSERT INTO identity_unit_device (login_id, secret, step_used, begun_at, confirmed_at) VALUES ({login}, '\x00', -1, now(), now());

-- attack: D23.12 The code checked by hand, without a device to begin
-- login: app
-- given: people at the doors
-- refused: 42501
SELECT identity_use_text_v1('unit_device', 'x', '', 'here', '123456', 1);
