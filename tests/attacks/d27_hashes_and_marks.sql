-- D27. What stands in an account in the place of a password: nothing to sign in with, and no way to become a door's account.

-- attack: D27.1 A hash among the accounts, of which the database keeps the verifier
-- login: app
-- given: an officer of an earlier release
SELECT identity_forget_hashes_v1();
DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM staff_user WHERE id = {earlier} AND password LIKE 'argon2%'); END $$;
-- refused: 42501
SELECT verifier FROM identity_credential WHERE holder = 'staff:{earlier}';

-- attack: D27.2 An officer made a door's account, which ends what it has accepted from any post
-- login: app
-- given: a case whose handler was moved
-- refused: YG005
UPDATE staff_user SET password = '!' WHERE id = (SELECT handled_by_id FROM casework_case WHERE id = {left_case});

-- attack: D27.3 A door's account made an officer's, who may attend a meeting
-- login: app
-- refused: YG005
UPDATE staff_user SET password = 'kept$' WHERE username = 'channel-mobile';
