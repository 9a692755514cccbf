-- D18. A one-time code counts once for all, whatever becomes of the deed it was typed for.

-- attack: D18.1 A code used for something that was taken back
-- login: app
-- given: a case at its review, a stolen sign-in
DO $$ BEGIN PERFORM casework_decide_v1('{token}', '{code}', {step}, 'passed', '同意', '2026-11-10', NULL); EXCEPTION WHEN SQLSTATE 'YG004' THEN NULL; END $$;
-- refused: YG010
SELECT casework_decide_v1('{token}', '{code}', {step}, 'passed', '同意', '2026-11-10', NULL);

-- attack: D18.2 What was used last, set back
-- login: app
-- given: the staff
-- refused: 42501
SELECT setval('identity_tries_used_{teller2}', 1);

-- attack: D18.3 The same by taking its numbers
-- login: app
-- given: the staff
-- refused: 42501
SELECT nextval('identity_tries_used_{teller2}');
