-- D21. What was examined was exchanged: under an earned warrant another amount, another account, or nothing; a rehearsal kept as if it were real.

-- attack: D21.1 Another amount of the very person than was examined
-- login: app
-- given: an approved recalculation
SELECT casework_issue_warrant_v1({recalculation});
INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, total_fen, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, source, source_id)
SELECT warrant_id, {own_benefit}, 202611, 90000000, 90000000, 0, 0, 0, 0, 'recalculation', {recalculation} FROM warrants_open_v1();
-- refused: YG010
UPDATE casework_case SET status = 'finished', finished_at = now() WHERE id = {recalculation};

-- attack: D21.2 Nothing of what was examined
-- login: app
-- given: an approved recalculation
SELECT casework_issue_warrant_v1({recalculation});
-- refused: YG010
UPDATE casework_case SET status = 'finished', finished_at = now() WHERE id = {recalculation};

-- attack: D21.3 An amount written, and the case not finished
-- login: app
-- given: an approved recalculation
SELECT casework_issue_warrant_v1({recalculation});
INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, total_fen, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, source, source_id)
SELECT warrant_id, {own_benefit}, 202611, 90000000, 90000000, 0, 0, 0, 0, 'recalculation', {recalculation} FROM warrants_open_v1();
-- refused: YG001
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D21.4 Another account of the very person than was examined
-- login: app
-- given: an approved change of account
SELECT casework_issue_warrant_v1({account_change});
UPDATE benefits_benefit SET account_no = '6228480000000000000' WHERE id = {own_pension};
-- refused: YG010
UPDATE casework_case SET status = 'finished', finished_at = now() WHERE id = {account_change};

-- attack: D21.5 A rehearsal that is to stay
-- login: app
-- given: a recalculation under review
SELECT casework_rehearse_v1({under_review});
INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, total_fen, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, source, source_id)
SELECT warrant_id, {its_benefit}, 202611, 90000000, 90000000, 0, 0, 0, 0, 'recalculation', {under_review} FROM warrants_open_v1();
-- refused: YG001
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D21.6 A rehearsal with the steps passed over
-- login: app
-- given: a recalculation under review
SELECT casework_rehearse_v1({under_review});
INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, total_fen, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, source, source_id)
SELECT warrant_id, {its_benefit}, 202611, 90000000, 90000000, 0, 0, 0, 0, 'recalculation', {under_review} FROM warrants_open_v1();
-- refused: YG006
UPDATE casework_case SET status = 'approved' WHERE id = {under_review};

-- attack: D21.7 The rehearsal of a case that was decided
-- login: app
-- given: an approved recalculation
-- refused: YG005
SELECT casework_rehearse_v1({recalculation});

-- attack: D21.8 A result signed for somebody by the application
-- login: app
-- given: a recalculation under review
-- refused: YG009
SELECT casework_sign_outcome_v1('', {its_step}, '[]', '');

-- attack: D21.9 A result with a step that nobody has passed
-- login: app
-- given: a recalculation under review, a stolen sign-in
-- refused: YG006
SELECT casework_sign_outcome_v1('{token}', {its_step}, '[]', '');

-- attack: D21.10 A signed result written by hand
-- login: app
-- given: a recalculation under review
-- refused: 42501
INSERT INTO casework_signed_outcome (step_id, outcome, signed_at) VALUES ({its_step}, '[]', now());

-- attack: D21.11 A signed result changed
-- login: app
-- given: an approved recalculation
-- refused: 42501
UPDATE casework_signed_outcome SET outcome = '[]';

-- attack: D21.12 The last step passed by somebody who was shown something else
-- login: app
-- given: a recalculation at its approval
SELECT casework_decide_v1('{leader_token}', '{leader_code}', {last_step}, 'passed', '同意', '2026-11-10', NULL);
-- refused: YG006
SELECT casework_sign_outcome_v1('{leader_token}', {last_step}, '{outcome}', repeat('0', 64));

-- attack: D21.13 Or nothing at all
-- login: app
-- given: a recalculation at its approval
SELECT casework_decide_v1('{leader_token}', '{leader_code}', {last_step}, 'passed', '同意', '2026-11-10', NULL);
-- refused: YG006
SELECT casework_sign_outcome_v1('{leader_token}', {last_step}, '{outcome}', '');

-- attack: D21.14 What was shown, with another result
-- login: app
-- given: a recalculation at its approval
SELECT casework_decide_v1('{leader_token}', '{leader_code}', {last_step}, 'passed', '同意', '2026-11-10', NULL);
-- refused: YG006
SELECT casework_sign_outcome_v1('{leader_token}', {last_step}, '[["benefits_amount", 1, 90000000, "x"]]', '{digest_shown}');

-- attack: D21.15 As it was shown, and signed once more
-- login: app
-- given: a recalculation at its approval
SELECT casework_decide_v1('{leader_token}', '{leader_code}', {last_step}, 'passed', '同意', '2026-11-10', NULL);
SELECT casework_sign_outcome_v1('{leader_token}', {last_step}, '{outcome}', '{digest_shown}');
-- refused: 23505
SELECT casework_sign_outcome_v1('{leader_token}', {last_step}, '{outcome}', '{digest_shown}');

-- attack: D21.16 Another account, once the case is finished as it was signed
-- login: app
-- given: an approved change of account
SELECT casework_issue_warrant_v1({account_change});
{as_signed};
UPDATE casework_case SET status = 'finished', finished_at = now() WHERE id = {account_change};
-- refused: YG011
UPDATE benefits_benefit SET account_no = '6228480000000006666', account_name = '张三' WHERE id = {own_pension};

-- attack: D21.17 Another payee, in the same statement as the end
-- login: app
-- given: an approved change of account
SELECT casework_issue_warrant_v1({account_change});
{as_signed};
-- refused: YG011
WITH the_end AS (UPDATE casework_case SET status = 'finished', finished_at = now() WHERE id = {account_change} RETURNING id)
UPDATE benefits_benefit SET payee_name = '张三' FROM the_end WHERE benefits_benefit.id = {own_pension};

-- attack: D21.18 Somebody's name and telephone, once a case of class 3 is finished
-- login: app
-- given: a contact change at its end
SELECT casework_issue_warrant_v1({contact_change});
UPDATE casework_case SET status = 'finished', finished_at = now() WHERE id = {contact_change};
-- refused: YG011
UPDATE registry_person SET mobile = '13900000001' WHERE id = {its_person};
