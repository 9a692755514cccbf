-- D19. Somebody who has signed in ends, returns or takes up a case that is not theirs.

-- attack: D19.1 Withdrawn by a colleague, while whoever handles it is at work
-- login: app
-- given: a case at its review, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG009
UPDATE casework_case SET status = 'withdrawn' WHERE id = {case};

-- attack: D19.2 Returned by somebody who has decided no step of it so
-- login: app
-- given: a case at its review, a stolen sign-in
SELECT identity_act_v1('{token}');
INSERT INTO casework_return_point (case_id, round, material_code, field, reason, note, is_ours, made_at)
SELECT id, round, '', '', 'missing', '', false, now() FROM casework_case WHERE id = {case};
-- refused: YG009
UPDATE casework_case SET status = 'returned' WHERE id = {case};

-- attack: D19.3 Declined by somebody who has decided no step of it so
-- login: app
-- given: a case at its review, a stolen sign-in
SELECT identity_act_v1('{token}');
-- refused: YG009
UPDATE casework_case SET status = 'declined' WHERE id = {case};

-- attack: D19.4 Taken up though it was not returned
-- login: app
-- given: a case at its review, a stolen sign-in, the staff
SELECT identity_act_v1('{token}');
-- refused: YG006
UPDATE casework_case SET handled_by_id = {teller2} WHERE id = {case};

-- attack: D19.5 One whose effects were refused, sent back by a teller
-- login: app
-- given: an approved case, a stolen sign-in
SELECT identity_act_v1('{token}');
UPDATE casework_case SET effect_error = 'evil' WHERE id = {approved};
INSERT INTO casework_return_point (case_id, round, material_code, field, reason, note, is_ours, made_at)
SELECT id, round, '', '', 'missing', '', false, now() FROM casework_case WHERE id = {approved};
-- refused: YG009
UPDATE casework_case SET status = 'returned' WHERE id = {approved};

-- attack: D19.6 Withdrawn by the operator of another employer
-- login: app
-- given: people at the doors, a case at its review
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
UPDATE casework_case SET status = 'withdrawn' WHERE id = {case};

-- attack: D19.7 Withdrawn by whoever accepted it and was moved to another post
-- login: app
-- given: a case whose handler was moved
SELECT identity_act_v1('{moved_token}');
-- refused: YG009
UPDATE casework_case SET status = 'withdrawn' WHERE id = {left_case};
