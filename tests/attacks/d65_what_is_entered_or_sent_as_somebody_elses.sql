-- D65. What is entered, sent or said afterwards as if it were somebody else's, or had always been so.

-- attack: D65.1 A list for another employer under one's own login
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_application_list (token, user_id, login_id, employer_id, item_code, file_name, papers, rows, created_at)
VALUES (gen_random_uuid(), {platform}, {login}, {not_my_employer}, 'REG-004', 'a.xlsx', '{}', '[]', now());

-- attack: D65.2 A list of an employer's by somebody on the phone
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO casework_application_list (token, user_id, login_id, employer_id, item_code, file_name, papers, rows, created_at)
VALUES (gen_random_uuid(), {phone}, NULL, {my_employer}, 'REG-004', 'a.xlsx', '{}', '[]', now());

-- attack: D65.3 A list without a login by an operator, for another employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO casework_application_list (token, user_id, login_id, employer_id, item_code, file_name, papers, rows, created_at)
VALUES (gen_random_uuid(), {platform}, NULL, {not_my_employer}, 'REG-004', 'a.xlsx', '{}', '[]', now());

-- attack: D65.4 A person entered as merged into somebody who lives
-- login: app
-- given: people at the doors, a reported death
-- refused: YG011
INSERT INTO registry_person SELECT (jsonb_populate_record(p, jsonb_build_object('id', nextval(pg_get_serial_sequence('registry_person', 'id')),
    'person_no', 'ZZ1', 'id_number', '510000190001010018', 'merged_into_id', {living}))).* FROM registry_person p WHERE id = {model_person};

-- attack: D65.5 A receipt beside those of its file, after the file's sums were asked
-- login: app
-- given: people of the cash desk
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
VALUES ('bank', 'bank', '511102', 'x', repeat('7', 64), 1, 100, 0, '[]', {cashier}, '2026-11-10', now(), 1);
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT max(id), 'bank', 'D65', 1, '511102', '2026-11-10', 100, '', '', '', 1 FROM contributions_receipt_file;
SET CONSTRAINTS ALL IMMEDIATE;
-- refused: YG006
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT max(id), 'bank', 'D65x', 2, '511102', '2026-11-10', 99999900, '', '', '', 2 FROM contributions_receipt_file;

-- attack: D65.6 A trial that waits given up by nobody
-- login: app
-- given: a change that is proposed
-- refused: YG006
SELECT parameters_give_up_trial_v1({trial}, 'x');
