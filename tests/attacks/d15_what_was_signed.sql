-- D15. What was signed was exchanged afterwards: the person of a case, its amount, its form; what a batch or a file stood for.

-- attack: D15.1 Another person on a case that is approved
-- login: app
-- given: an approved change of account
-- refused: YG006
UPDATE casework_case SET person_id = (SELECT person_id FROM benefits_benefit WHERE id = {other_pension}) WHERE id = {account_change};

-- attack: D15.2 An amount that fits a limit
-- login: app
-- given: an approved recalculation
-- refused: YG006
UPDATE casework_case SET amount_fen = 1 WHERE id = {recalculation};

-- attack: D15.3 Another area
-- login: app
-- given: an approved recalculation
-- refused: YG006
UPDATE casework_case SET area_id = (SELECT code FROM registry_area WHERE code <> area_id ORDER BY code LIMIT 1) WHERE id = {recalculation};

-- attack: D15.4 Another round
-- login: app
-- given: an approved change of account
-- refused: YG006
UPDATE casework_case SET round = 2 WHERE id = {account_change};

-- attack: D15.5 A debt of somebody under a file of one fen
-- login: app
-- given: a person, a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
INSERT INTO contributions_bill (id, source_id, employer_id, person_id, area, period, start_period, end_period, base_fen, employer_fen, person_fen,
    account_fen, total_fen, person_count, due_on, insurance, kind)
VALUES (nextval('contributions_bill_no'), -(1000000000000000 + {file}), {employer}, 0, 511102, 202611, 202610, 202610, 0, 123456789, 0, 0, 123456789, 1, '2026-11-25', 110, 4);

-- attack: D15.6 A debt forgiven by a negative bill under a file of one fen
-- login: app
-- given: a person, a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
INSERT INTO contributions_bill (id, source_id, employer_id, person_id, area, period, start_period, end_period, base_fen, employer_fen, person_fen,
    account_fen, total_fen, person_count, due_on, insurance, kind)
VALUES (nextval('contributions_bill_no'), -1, {employer}, 0, 511102, 202611, 202610, 202610, 0, -9517344, 0, 0, -9517344, 1, '2026-11-25', 110, 5);

-- attack: D15.7 Somebody else's refund sent elsewhere under a batch about another
-- login: app
-- given: an approved change of a refund's account
SELECT runs_issue_warrant_v1({payee_batch});
-- refused: 42501
INSERT INTO contributions_refund_payee (refund_id, bank_code, account_name, account_no, batch_id)
VALUES ({other_refund}, '103100000026', 'x', '6222000000000000001', {payee_batch});

-- attack: D15.8 A due of somebody else's refund under a case about another person
-- login: app
-- given: an approved change of a refund's account
SELECT casework_issue_warrant_v1({refund_case});
-- refused: YG011
INSERT INTO contributions_refund_due (refund_id, area_code, fund, amount_fen) VALUES ({other_refund}, '511102', 'unemployment', 99999999);

-- attack: D15.9 More owed than was decided
-- login: app
-- given: an approved change of a refund's account
SELECT casework_issue_warrant_v1({refund_case});
INSERT INTO contributions_refund (case_id, person_id, amount_fen, account_name, account_no)
SELECT id, person_id, 1, 'x', '6222000000000000001' FROM casework_case WHERE id = {refund_case};
-- refused: YG011
INSERT INTO contributions_refund_due (refund_id, area_code, fund, amount_fen)
SELECT id, '511102', 'unemployment', 99999999 FROM contributions_refund WHERE case_id = {refund_case};

-- attack: D15.10 The account of a refund that was decided
-- login: app
-- given: an approved change of a refund's account
SELECT runs_issue_warrant_v1({payee_batch});
-- refused: 42501
UPDATE contributions_refund SET account_no = '6222000000000000001' WHERE id = {other_refund};

-- attack: D15.11 A death that nobody reported
-- login: app
-- given: a person
-- refused: YG006
INSERT INTO exchange_death_record (id_number, name, died_on, row_no) SELECT id_number, name, '2026-11-01', 0 FROM registry_person WHERE id = {person};

-- attack: D15.12 A death out of a message about somebody else
-- login: app
-- given: a person, who may bring files in
SELECT identity_act_v1('{civil_token}');
INSERT INTO exchange_in_message (partner_id, message_id, kind, digest, content, result, received_at)
SELECT 'civil_affairs', 'evil', 'death', repeat('e', 64),
    '{"AAC002": "110101199003071938", "AAC003": "x", "AIC037": "2026-11-01"}', '{}', now();
-- refused: YG006
INSERT INTO exchange_death_record (id_number, name, died_on, row_no, message_id)
SELECT id_number, name, '2026-11-01', 0, (SELECT max(id) FROM exchange_in_message) FROM registry_person WHERE id = {person};

-- attack: D15.13 A death out of a file that is none of deaths
-- login: app
-- given: a person
-- refused: YG006
INSERT INTO exchange_death_record (id_number, name, died_on, row_no, file_id)
SELECT id_number, name, '2026-11-01', 2, (SELECT max(id) + 1 FROM exchange_inbound_file) FROM registry_person WHERE id = {person};

-- attack: D15.14 A mark to pay months again, without a warrant
-- login: app
-- refused: YG001
INSERT INTO benefits_back_due (benefit_id, from_period) SELECT min(id), 199201 FROM benefits_benefit;
