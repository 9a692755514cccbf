-- D32. What is staged is of another area, month or kind than the batch that people sign.

-- attack: D32.1 A batch of a county that includes another
-- login: app
-- refused: YG004
SELECT runs_open_v1('', 'pay', '511111', 202611, '{511102}', '', true);

-- attack: D32.2 Another county put into a draft
-- login: app
-- given: a draft of each kind
-- refused: YG006
UPDATE runs_batch SET areas = '{511102,511111}' WHERE id = {pay_draft};

-- attack: D32.3 Pensions of another county
-- login: app
-- given: a draft of each kind
-- refused: YG010
SELECT benefits_stage_v1({pay_draft}, 0, 0, 9000000, '{511102}', 202611);

-- attack: D32.4 Pensions of everybody
-- login: app
-- given: a draft of each kind
-- refused: YG010
SELECT benefits_stage_v1({pay_draft}, 0, 0, 9000000, '{*}', 202611);

-- attack: D32.5 Pensions of a month that has not come
-- login: app
-- given: a draft of each kind
-- refused: YG010
SELECT benefits_stage_v1({pay_draft}, 0, 0, 9000000, '{511111}', 202701);

-- attack: D32.6 Contributions of another month
-- login: app
-- given: a draft of each kind
-- refused: YG010
SELECT contributions_stage_lines_v1({levy_draft}, 0, 0, 9000000, '{511111}', 202609);

-- attack: D32.7 Contributions of another county
-- login: app
-- given: a draft of each kind
-- refused: YG010
SELECT contributions_stage_lines_v1({levy_draft}, 0, 0, 9000000, '{511102}', 202611);

-- attack: D32.8 Residents' lines in a monthly plan
-- login: app
-- given: a draft of each kind
-- refused: YG010
SELECT contributions_stage_residents_v1({levy_draft}, 0, 9000000, NULL, '2026-11-25');

-- attack: D32.9 Bills of another month than the lines
-- login: app
-- given: a draft of each kind
-- refused: YG010
SELECT contributions_stage_bills_v1({levy_draft}, 1, 202609, '2026-11-25');

-- attack: D32.10 Interest of another year
-- login: app
-- given: a draft of each kind
-- refused: YG010
SELECT accounts_stage_year_v1({interest_draft}, 0, 0, 9000000, '{511111}', 110::smallint, 'employee_pension', 2024, 6.31);

-- attack: D32.11 An adjustment's table in a batch that pays
-- login: app
-- given: a draft of each kind
-- refused: YG010
SELECT benefits_open_adjust_v1({pay_draft}, 0);

-- attack: D32.15 Another rate for a draft that somebody has opened
-- login: app
-- given: a draft of each kind
-- refused: YG006
INSERT INTO contributions_levy_rate (batch_id, area_code, insurance, aae140, payer, risk_class, employer_e8, person_e8, account_e8, floor_fen, ceiling_fen, source, rule, bounds_rule)
VALUES ({levy_draft}, '511111', 'unemployment', 210, 'employee', '', 900000000, 0, 0, 1, 99999999, '', '', '');

-- attack: D32.16 Another rate for a plan that is prepared
-- login: app
-- given: a prepared plan
-- refused: YG006
INSERT INTO contributions_levy_rate (batch_id, area_code, insurance, aae140, payer, risk_class, employer_e8, person_e8, account_e8, floor_fen, ceiling_fen, source, rule, bounds_rule)
VALUES ({plan}, '511111', 'unemployment', 210, 'employee', '', 900000000, 0, 0, 1, 99999999, '', '', '');

-- attack: D32.17 Rates in a batch that levies nothing
-- login: app
-- refused: YG006
INSERT INTO contributions_levy_rate (batch_id, area_code, insurance, aae140, payer, risk_class, employer_e8, person_e8, account_e8, floor_fen, ceiling_fen, source, rule, bounds_rule)
SELECT runs_open_v1('', 'pay', '511124', 202611, '{511124}', '', true), '511124', 'unemployment', 210, 'employee', '', 900000000, 0, 0, 1, 99999999, '', '', '';

-- attack: D32.12 A signed batch thrown away by nobody
-- login: app
-- given: an approved match
-- refused: YG009
UPDATE runs_batch SET status = 'void', voided_at = now(), void_reason = 'xxxxxx' WHERE id = {match};

-- attack: D32.13 A warrant on what stood before
-- login: app
-- given: a file of one fen
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
-- refused: YG001
SELECT contributions_issue_receipt_warrant_v1({file});

-- attack: D32.14 What was paid today credited years ago
-- login: app
-- given: a file of one fen
-- days: real
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG006
SELECT * FROM contributions_credit_v1(199801);
