-- D140. Jobs tried again, drills held and results sent again are said by whoever is there, and stay.

-- attack: D140.1 A job tried again in somebody's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO runs_job_retry (job_id, task_name, user_id, reason, retried_at) VALUES (1, 'exchange.send_waiting', {head}, 'xxxx', now());

-- attack: D140.2 A drill nobody held, in somebody's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO runs_drill (held_on, digest, minutes, succeeded, note, user_id, noted_at) VALUES ('2026-11-09', repeat('a', 64), 5, true, 'xxxx', {head}, now());

-- attack: D140.3 A drill in another's name, while somebody else is there
-- login: app
-- given: the staff, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG009
INSERT INTO runs_drill (held_on, digest, minutes, succeeded, note, user_id, noted_at) VALUES ('2026-11-09', repeat('a', 64), 5, true, 'xxxx', {head}, now());

-- attack: D140.4 A result sent again in somebody's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO casework_resend (feedback_id, user_id, reason, is_taken, sent_at) VALUES (1, {head}, 'xxxx', true, now());

-- attack: D140.5 What was said of a drill, put right afterwards
-- login: app
-- refused: 42501
UPDATE runs_drill SET succeeded = true;

-- attack: D140.6 Who tried a job again, forgotten
-- login: app
-- refused: 42501
DELETE FROM runs_job_retry;
