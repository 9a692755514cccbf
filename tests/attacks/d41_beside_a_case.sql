-- D41. What is written beside a case without a deed: materials, partners' answers, results on their way back; files of money that nobody brought in,
-- and rows of a file that is not being read.

-- attack: D41.1 A message to an applicant by nobody
-- login: app
-- given: a finished case
INSERT INTO casework_feedback (case_id, channel, message, result, attempts, created_at) VALUES ({finished}, 'mobile', '请将 500 元汇入……', 'finished', 0, now());
-- refused: YG009
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D41.2 A message to the applicant of an open case
-- login: app
-- given: a case at its review
INSERT INTO casework_feedback (case_id, channel, message, result, attempts, created_at) VALUES ({case}, 'mobile', '不予办理', 'declined', 0, now());
-- refused: YG009
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D41.3 Another text of a message that was sent
-- login: app
-- given: a finished case
-- refused: 42501
UPDATE casework_feedback SET message = '请将 500 元汇入……' WHERE case_id = {finished};

-- attack: D41.4 A message given to another case
-- login: app
-- given: a finished case
-- refused: 42501
UPDATE casework_feedback SET case_id = case_id + 1 WHERE case_id = {finished};

-- attack: D41.5 A material put to a case after its acceptance, by nobody
-- login: app
-- given: a case at its review
INSERT INTO casework_case_material (case_id, material_code, source, note) VALUES ({case}, 'id_card', 'original', '');
-- refused: YG009
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D41.6 A material put to a finished case by somebody who is there, who does nothing with it
-- login: app
-- given: a finished case, an administrator who is there
SELECT identity_act_v1('{sysadmin_token}');
INSERT INTO casework_case_material (case_id, material_code, source, note) VALUES ({finished}, 'id_card', 'shared', '部门核验一致');
-- refused: YG009
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D41.7 The record of a message that was sent, changed
-- login: app
-- refused: 42501
UPDATE casework_delivery SET way = 'mail';

-- attack: D41.8 A line of the bank's statement in a file that was read before
-- login: app
-- given: a file of one fen
-- refused: YG006
INSERT INTO ledger_bank_line (fund, area_code, deposit, account_no, booked_on, amount_fen, reference, text, file_id, party, is_referenced, nth, seq, note)
VALUES ('employee_pension', '511100', '1002', 'x', '2026-11-10', -100, 'evil', '', {file}, '', true, 1, 0, '');

-- attack: D41.9 A line of the bank's statement in no file
-- login: app
-- refused: YG006
INSERT INTO ledger_bank_line (fund, area_code, deposit, account_no, booked_on, amount_fen, reference, text, file_id, party, is_referenced, nth, seq, note)
VALUES ('employee_pension', '511100', '1002', 'x', '2026-11-10', -100, 'evil', '', 990099, '', true, 1, 0, '');

-- attack: D41.10 A file of money by nobody
-- login: app
-- refused: YG009
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, received_on, created_at)
VALUES ('bank', 'bank', '511102', 'x', repeat('d', 64), 1, 1, 0, '[]', current_date, now());

-- attack: D41.11 A payment by card that no bank has told of
-- login: app
-- days: real
-- refused: YG009
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, received_on, created_at)
VALUES ('card', 'demo_platform', '511102', 'x', repeat('d', 64), 1, 1, 0, '[]', current_date, now());

-- attack: D41.12 A file brought in by somebody who is there, with another post
-- login: app
-- given: an administrator who is there
SELECT identity_act_v1('{sysadmin_token}');
-- refused: YG005
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, received_on, created_at)
VALUES ('bank', 'bank', '511102', 'x', repeat('d', 64), 1, 1, 0, '[]', current_date, now());

-- attack: D41.13 By a cashier of another county
-- login: app
-- given: people of the cash desk
SELECT identity_act_v1('{county_cashier_token}');
-- refused: YG005
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, received_on, created_at)
VALUES ('bank', 'bank', '511102', 'x', repeat('d', 64), 1, 1, 0, '[]', current_date, now());

-- attack: D41.14 By somebody outside who has signed in
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG005
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, received_on, created_at)
VALUES ('tax', 'tax', '511102', 'x', repeat('d', 64), 1, 1, 0, '[]', current_date, now());

-- attack: D41.15 Money put to a file that was read before, though a cashier is there
-- login: app
-- given: a file of one fen, people of the cash desk
SELECT identity_act_v1('{cashier_token}');
-- refused: YG006
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text)
VALUES ({file}, 'evil', 'y', 2, '511102', '2026-11-10', 100, '', '', '');

-- attack: D41.16 A statement of the bank put to it
-- login: app
-- given: a file of one fen
-- refused: YG006
INSERT INTO contributions_bank_statement (file_id, number, area_code, account_no, moved_fen) VALUES ({file}, 2, '511102', 'x', 100);

-- attack: D41.17 A result sent that was sent before
-- login: app
-- given: a result on its way back
-- refused: YG006
INSERT INTO casework_delivery (feedback_id, way, sent_at) VALUES ({given_up}, 'text', now());

-- attack: D41.18 A result that was done with, waiting again
-- login: app
-- given: a result on its way back
-- refused: YG003
UPDATE casework_feedback SET delivered_at = NULL WHERE id = {given_up};

-- attack: D41.19 A result given up after tries that were not made
-- login: app
-- given: a result on its way back
-- refused: YG003
UPDATE casework_feedback SET attempts = 5 WHERE id = {waiting_result};

-- attack: D41.20 A paper put to a case with a deed of nobody
-- login: app
-- given: a case at its review
SELECT casework_event_v1('', {case}, 2::smallint, 'overdue', NULL, '系统', 'system', '', '', '{}', now(), '{previous}', repeat('a', 64));
INSERT INTO casework_case_material (case_id, material_code, source, note) VALUES ({case}, 'id_card', 'original', '');
-- refused: YG009
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D41.21 A message that a case is declined, with a deed of nobody
-- login: app
-- given: a case at its review
SELECT casework_event_v1('', {case}, 2::smallint, 'overdue', NULL, '系统', 'system', '', '', '{}', now(), '{previous}', repeat('a', 64));
INSERT INTO casework_feedback (case_id, channel, message, result, attempts, created_at) VALUES ({case}, 'mobile', '请将 500 元汇入……', 'declined', 0, now());
-- refused: YG009
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D41.22 What partners never answered, on a case that waits for none
-- login: app
-- given: a case at its review
SELECT casework_event_v1('', {case}, 2::smallint, 'verify', NULL, '系统', 'system', '', '', '{}', now(), '{previous}', repeat('a', 64));
INSERT INTO casework_case_material (case_id, material_code, source, note) VALUES ({case}, 'id_card', 'shared', '部门核验一致');
-- refused: YG009
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D41.23 A message that a case was sent back, without a return
-- login: app
-- given: a case at its review
SELECT casework_event_v1('', {case}, 2::smallint, 'overdue', NULL, '系统', 'system', '', '', '{}', now(), '{previous}', repeat('a', 64));
INSERT INTO casework_feedback (case_id, channel, message, result, attempts, created_at) VALUES ({case}, 'mobile', '请将 500 元汇入……', 'returned', 0, now());
-- refused: YG009
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D41.24 A shared paper put to a case by somebody who merely takes it up
-- login: app
-- given: a case to copy
SELECT identity_act_v1('{copier_token}');
SELECT casework_event_v1('{copier_token}', {copied}, 2::smallint, 'claim', u.id, u.full_name, u.role, 'counter', '', '{}', now(),
    (SELECT digest FROM casework_event WHERE case_id = {copied} AND seq = 1), repeat('a', 64)) FROM staff_user u WHERE u.id = identity_who_v1();
INSERT INTO casework_case_material (case_id, material_code, source, note) VALUES ({copied}, 'id_card', 'shared', '部门核验一致');
-- refused: YG009
SET CONSTRAINTS ALL IMMEDIATE;
