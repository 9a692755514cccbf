-- D2. A file of money or of results signs nothing by hand. One fen that came in opened everybody's record.

-- attack: D2.1 Somebody's telephone number
-- login: app
-- given: a file of one fen, a person
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
UPDATE registry_person SET mobile = '13900000000' WHERE id = {person};

-- attack: D2.2 Somebody declared dead
-- login: app
-- given: a file of one fen, a person
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
UPDATE registry_person SET life_status = '02' WHERE id = {person};

-- attack: D2.3 Somebody's wage
-- login: app
-- given: a file of one fen, a person
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
UPDATE registry_employment SET declared_wage_fen = 999999900 WHERE person_id = {person};

-- attack: D2.4 Insured since 1998
-- login: app
-- given: a file of one fen, a person
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
INSERT INTO registry_coverage (person_id, insurance, slot, employer_id, area_id, start_period, end_period, stop_reason)
SELECT person_id, insurance, slot, employer_id, area_id, 199801, 199912, '' FROM registry_coverage WHERE person_id = {person} LIMIT 1;

-- attack: D2.5 An account of one's own
-- login: app
-- given: a file of one fen, a person
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
UPDATE registry_employer SET email = 'x@example.com' WHERE id = {employer};

-- attack: D2.6 A million yuan into a personal account
-- login: app
-- given: a file of one fen, a person
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
INSERT INTO accounts_entry (warrant_id, person_id, insurance, year, period, owed_period, kind, base_fen, amount_fen, source_id)
SELECT warrant_id, {person}, 110, 2026, 202611, 202611, 1, 1, 100000000, 1 FROM warrants_open_v1();

-- attack: D2.7 A million yuan into the part of the table that holds the year
-- login: app
-- given: a file of one fen, a person
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: 42501
INSERT INTO accounts_entry_2026 (warrant_id, person_id, insurance, year, period, owed_period, kind, base_fen, amount_fen, source_id)
SELECT warrant_id, {person}, 110, 2026, 202611, 202611, 1, 1, 100000000, 1 FROM warrants_open_v1();

-- attack: D2.8 A voucher of another kind of business
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'benefit_paid', '2020-01-01', 'x', 'receipt_file', {file},
    ARRAY['1001', '2001'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);

-- attack: D2.9 More than came in
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2020-01-01', 'x', 'receipt_file', {file},
    ARRAY['1001', '2001'], ARRAY['D', 'C'], ARRAY[100000000::bigint, 100000000::bigint], ARRAY['', '']);

-- attack: D2.10 In the name of another file
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2020-01-01', 'x', 'receipt_file', 0,
    ARRAY['1001', '2001'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);

-- attack: D2.11 A claim certified alive
-- login: app
-- given: a file of one fen, a person
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
INSERT INTO benefits_certification (warrant_id, person_id, certified_on, valid_until, way, source_id)
SELECT warrant_id, {person}, '2026-11-10', 202711, 'data', 1 FROM warrants_open_v1();

-- attack: D2.12 An allocation by hand
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step)
SELECT warrant_id, 1, 1, 1, 100000000, '2026-11-10', 'payer' FROM warrants_open_v1();

-- attack: D2.13 The same through a file of the bank's results
-- login: app
-- given: a person, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on)
VALUES (repeat('f', 64), 'x', 1, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
-- refused: YG011
UPDATE registry_person SET mobile = '13900000000' WHERE id = {person};

-- attack: D2.14 A credit through a file of the bank's results
-- login: app
-- given: a person, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on)
VALUES (repeat('f', 64), 'x', 1, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
-- refused: YG011
INSERT INTO accounts_entry (warrant_id, person_id, insurance, year, period, owed_period, kind, base_fen, amount_fen, source_id)
SELECT warrant_id, {person}, 110, 2026, 202611, 202611, 1, 1, 100000000, 1 FROM warrants_open_v1();

-- attack: D2.15 A voucher for money that never came back
-- login: app
-- given: who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on)
VALUES (repeat('f', 64), 'x', 1, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'benefit_returned', '2020-01-01', 'x', 'result_file', (SELECT max(id) FROM benefits_result_file),
    ARRAY['1001', '2001'], ARRAY['D', 'C'], ARRAY[100000000::bigint, 100000000::bigint], ARRAY['', '']);

-- attack: D2.16 The scope of a warrant, made wider
-- login: app
-- refused: 42501
INSERT INTO warrants_scope (kind, code, table_name, by_hand) VALUES ('receipt', '', 'registry_person', true);

-- attack: D2.17 The scope of a warrant, changed
-- login: app
-- refused: 42501
UPDATE warrants_scope SET by_hand = true;
