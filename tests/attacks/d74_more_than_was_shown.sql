-- D74. What nobody was shown, accepted or signed: other money, another file's receipts, an end that is none.

-- attack: D74.1 Money that was claimed after the acceptance, under the warrant of the settlement
-- login: app
-- given: a settlement and money claimed after it
SELECT casework_issue_warrant_v1({settlement});
-- refused: YG011
SELECT contributions_match_v1(ARRAY[{accepted_receipt}, {late_receipt}], NULL, {settlement});

-- attack: D74.2 The same by a statement
-- login: app
-- given: a settlement and money claimed after it
SELECT casework_issue_warrant_v1({settlement});
-- refused: YG011
INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step, case_id)
SELECT o.id, {late_receipt}, b.bill_id, b.source_id, 100, '2026-11-09', 'payer', {settlement}
FROM warrants_open_v1() AS o (id), (SELECT bill_id, source_id FROM contributions_open_bill WHERE left_fen > 100
    ORDER BY employer_id = {its_unit} DESC NULLS LAST LIMIT 1) AS b;

-- attack: D74.3 The case says it was accepted upon other money
-- login: app
-- given: a settlement and money claimed after it
-- refused: YG006
UPDATE casework_case SET waiting_money = '[[{late_receipt}, 500]]' WHERE id = {settlement};

-- attack: D74.4 Money that was claimed pays bills under the warrant of a file that arrived
-- login: app
-- given: people of the cash desk, a settlement and money claimed after it
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
VALUES ('bank', 'bank', '511102', 'x', repeat('4', 64), 1, 500, 0, '[]', {cashier}, '2026-11-10', now(), 1);
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT max(id), 'bank', 'D74', 1, '511102', '2026-11-10', 500, '', '', '', 1 FROM contributions_receipt_file;
SELECT contributions_issue_receipt_warrant_v1(max(id)) FROM contributions_receipt_file;
-- refused: YG011
SELECT contributions_match_v1(ARRAY[{late_receipt}], NULL, NULL);

-- attack: D74.5 The same by a statement
-- login: app
-- given: people of the cash desk, a settlement and money claimed after it
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
VALUES ('bank', 'bank', '511102', 'x', repeat('4', 64), 1, 500, 0, '[]', {cashier}, '2026-11-10', now(), 1);
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT max(id), 'bank', 'D74', 1, '511102', '2026-11-10', 500, '', '', '', 1 FROM contributions_receipt_file;
SELECT contributions_issue_receipt_warrant_v1(max(id)) FROM contributions_receipt_file;
-- refused: YG011
INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step)
SELECT o.id, {late_receipt}, b.bill_id, b.source_id, 100, '2026-11-09', 'payer'
FROM warrants_open_v1() AS o (id), (SELECT bill_id, source_id FROM contributions_open_bill WHERE left_fen > 100
    ORDER BY employer_id = {its_unit} DESC NULLS LAST LIMIT 1) AS b;

-- attack: D74.6 A line that came in said to be a result, of no file
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
VALUES ({waiting_line}, 'result', 999999, 'x', {cashier}, now());
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D74.7 A line that could not be read said to be a result
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
VALUES ({rejected_line}, 'result', {other_file}, 'x', {cashier}, now());
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D74.8 A payment that came back said to be a result, with a file of results that is not about it
-- login: app
-- given: people of the cash desk, a payment that came back on a statement
SELECT identity_act_v1('{cashier_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on, user_id)
VALUES (repeat('4', 64), 'x', 1, 0, 0, 1, '[]', '2026-11-10', {cashier});
INSERT INTO benefits_result_waiting (file_id, row_no, series, batch_id, subject_id, attempt, status, reason, amount_fen, sentence)
SELECT max(id), 1, 'P', {other_batch}, {other_benefit}, 1, 'returned', '', {came_back_fen}, 'x' FROM benefits_result_file;
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {came_back_line}, 'result', max(id), 'x', {cashier}, now() FROM benefits_result_file;
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D74.9 A row of a list said to be handed in, with a case that is not there
-- login: app
-- given: a list at the counter
SELECT identity_act_v1('{list_teller_token}');
-- refused: YG003
UPDATE casework_application_list SET rows = jsonb_set(jsonb_set(rows, '{0,state}', '"done"'), '{0,case_no}', '"511100-2026-999999"') WHERE id = {list};

-- attack: D74.10 The same with a case that was not accepted for this row
-- login: app
-- given: a list at the counter, an approved recalculation
SELECT identity_act_v1('{list_teller_token}');
-- refused: YG003
UPDATE casework_application_list SET rows = jsonb_set(jsonb_set(rows, '{0,state}', '"done"'), '{0,case_no}',
    to_jsonb((SELECT case_no FROM casework_case WHERE id = {recalculation}))) WHERE id = {list};
