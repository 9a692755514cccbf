-- D162. Presence ends with the sign-in, not with the transaction.

-- attack: D162.1 A drill noted by somebody who has signed out since
-- login: app
-- given: a stolen sign-in
SELECT identity_act_v1('{token}');
SELECT identity_end_v1('{token}');
-- refused: YG009
INSERT INTO runs_drill (held_on, digest, minutes, succeeded, note, user_id, noted_at) SELECT '2026-11-09', repeat('a', 64), 5, true, 'xxxx', user_id, now()
FROM (SELECT id FROM staff_user WHERE username = 'teller2') AS u (user_id);

-- attack: D162.2 Somebody else's sign-in put into what says who is present
-- login: app
-- given: a stolen sign-in, the staff
SELECT identity_act_v1('{token}');
SELECT set_config('yigui.present', regexp_replace(current_setting('yigui.present'), '^inside \w+', 'inside ' || repeat('0', 64)), true);
-- refused: YG009
INSERT INTO runs_drill (held_on, digest, minutes, succeeded, note, user_id, noted_at) VALUES ('2026-11-09', repeat('a', 64), 5, true, 'xxxx', {head}, now());
