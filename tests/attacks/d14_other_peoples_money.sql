-- D14. A warrant that was earned opened awards, amounts, entries and bills of others; the account a benefit is paid into was no key information.

-- attack: D14.1 An amount of somebody else's pension
-- login: app
-- given: an approved recalculation
SELECT casework_issue_warrant_v1({recalculation});
-- refused: YG011
INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, total_fen, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, source, source_id)
SELECT (warrants_open_v1()).warrant_id, {other_benefit}, 202611, 90000000, 90000000, 0, 0, 0, 0, source, 1 FROM benefits_amount LIMIT 1;

-- attack: D14.2 An award of somebody else
-- login: app
-- given: an approved recalculation
SELECT casework_issue_warrant_v1({recalculation});
-- refused: YG011
INSERT INTO benefits_award (warrant_id, benefit_id, version, start_period, is_provisional, total_fen, inputs, lines, source, source_id, reason, assessed_on)
VALUES ((SELECT warrant_id FROM warrants_open_v1()), {other_benefit}, 9, 202611, false, 90000000, '{}', '[]', 'recalculation', 1, '', '2026-11-10');

-- attack: D14.3 The own one and somebody else's in one statement
-- login: app
-- given: an approved recalculation
SELECT casework_issue_warrant_v1({recalculation});
-- refused: YG011
INSERT INTO benefits_amount (warrant_id, benefit_id, start_period, total_fen, basic_fen, account_fen, transitional_fen, extra_fen, adjusted_fen, source, source_id)
SELECT (SELECT warrant_id FROM warrants_open_v1()), b, 202611, 90000000, 90000000, 0, 0, 0, 0, (SELECT source FROM benefits_amount LIMIT 1), 1
FROM unnest(ARRAY[{own_benefit}, {other_benefit}]::bigint[]) AS b;

-- attack: D14.4 Somebody else's account under a change of an account
-- login: app
-- given: an approved change of account
SELECT casework_issue_warrant_v1({account_change});
-- refused: YG011
UPDATE benefits_benefit SET account_no = '6228480000000000000', account_name = 'x' WHERE id = {other_pension};

-- attack: D14.5 The account of a benefit under class 2
-- login: app
-- given: an approved suspension
SELECT casework_issue_warrant_v1({suspension});
-- refused: YG002
UPDATE benefits_benefit SET account_no = '6228480000000000000' WHERE person_id = {suspended_person};

-- attack: D14.6 Its holder's name
-- login: app
-- given: an approved suspension
SELECT casework_issue_warrant_v1({suspension});
-- refused: YG002
UPDATE benefits_benefit SET account_name = 'x' WHERE person_id = {suspended_person};

-- attack: D14.7 Its bank
-- login: app
-- given: an approved suspension
SELECT casework_issue_warrant_v1({suspension});
-- refused: YG002
UPDATE benefits_benefit SET bank_code = '102100000000' WHERE person_id = {suspended_person};

-- attack: D14.8 Who is paid
-- login: app
-- given: an approved suspension
SELECT casework_issue_warrant_v1({suspension});
-- refused: YG002
UPDATE benefits_benefit SET payee_name = 'x', payee_number = '110101199003071938' WHERE person_id = {suspended_person};

-- attack: D14.9 Entries of an account, though the case is about a suspension
-- login: app
-- given: an approved suspension
SELECT casework_issue_warrant_v1({suspension});
-- refused: YG011
INSERT INTO accounts_entry SELECT * FROM accounts_entry LIMIT 1;
