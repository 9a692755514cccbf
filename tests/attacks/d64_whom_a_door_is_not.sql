-- D64. The account of a door, or of a program, is no officer, whatever post it bears; and who answers for the bank's word has the post for the batch.

-- attack: D64.1 Results brought in by a person on the phone
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on, user_id)
VALUES (repeat('d', 64), 'x', 1, 0, 1, '[]', '2026-11-10', {phone});

-- attack: D64.2 Results brought in by an operator of an employer
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG009
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on, user_id)
VALUES (repeat('d', 64), 'x', 1, 0, 1, '[]', '2026-11-10', {platform});

-- attack: D64.3 Results brought in by somebody without the post
-- login: app
-- given: people of the cash desk
SELECT identity_act_v1('{teller_token}');
-- refused: YG005
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on, user_id)
VALUES (repeat('d', 64), 'x', 1, 0, 1, '[]', '2026-11-10', {teller});

-- attack: D64.4 The return of a payment that arrived, of a batch of the city, brought in by a cashier of a county
-- login: app
-- given: people of the cash desk, a paid payment
SELECT identity_act_v1('{county_cashier_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on, user_id)
VALUES (repeat('e', 64), 'x', 1, 0, 1, '[]', '2026-11-10', {county_cashier});
SELECT benefits_issue_result_warrant_v1((SELECT max(id) FROM benefits_result_file));
-- refused: YG005
INSERT INTO benefits_later_result (warrant_id, batch_id, benefit_id, attempt, seq, status, reason, amount_fen, booked_on, file_id)
SELECT o.warrant_id, {said_batch}, {said_benefit}, 1, 1, 'returned', '', {said_fen}, '2026-11-10', (SELECT max(id) FROM benefits_result_file)
FROM warrants_open_v1() AS o;

-- attack: D64.5 A line that waits, of a batch of the city, put down by a cashier of a county
-- login: app
-- given: people of the cash desk, a paid payment
SELECT identity_act_v1('{county_cashier_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on, user_id)
VALUES (repeat('e', 64), 'x', 1, 0, 0, 1, '[]', '2026-11-10', {county_cashier});
-- refused: YG005
INSERT INTO benefits_result_waiting (file_id, row_no, series, batch_id, subject_id, attempt, status, reason, amount_fen, booked_on, sentence)
SELECT max(id), 1, 'P', {said_batch}, {said_benefit}, 1, 'returned', '', {said_fen}, '2026-11-10', '' FROM benefits_result_file;

-- attack: D64.6 A forged return compared by a cashier of a county
-- login: app
-- given: people of the cash desk, a forged return
-- refused: YG006
SELECT benefits_confirm_results_v1('{county_cashier_token}', '{county_cashier_code}', {forged_file}, '2026-11-10 对账单');

-- attack: D64.7 A line that waits, found out about by a cashier of a county
-- login: app
-- given: people of the cash desk, a forged return
-- refused: YG006
SELECT benefits_decide_result_v1('{county_cashier_token}', '{county_cashier_code}', {waiting}, 'kept', '银行电话确认', '2026-11-10');

-- attack: D64.8 A notice before a suspension, given by somebody on the phone
-- login: app
-- given: people at the doors, somebody overdue
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG005
INSERT INTO benefits_suspension_notice (person_id, valid_until, told_on, way, result, told_by_id, recorded_at)
VALUES ({overdue}, {until}, '2026-11-10', 'call', 'answered', {phone}, now());

-- attack: D64.9 A notice given by an operator
-- login: app
-- given: people at the doors, somebody overdue
SELECT identity_act_v1('{on_the_platform}');
-- refused: YG005
INSERT INTO benefits_suspension_notice (person_id, valid_until, told_on, way, result, told_by_id, recorded_at)
VALUES ({overdue}, {until}, '2026-11-10', 'visit', 'answered', {platform}, now());

-- attack: D64.10 A rejected line of the bank's settled by somebody on the phone
-- login: app
-- given: people at the doors, a rejected line
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_by_id, decided_at) VALUES ({rejected_line}, 'left_out', 'x', {phone}, now());

-- attack: D64.11 A file about deaths taken in by somebody on the phone
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO exchange_inbound_file (partner_id, kind, file_name, digest, row_count, accepted_count, rejected, received_by_id, received_at)
SELECT code, 'deaths', 'x', repeat('d', 64), 0, 0, '[]', {phone}, now() FROM exchange_partner LIMIT 1;

-- attack: D64.12 A task ended in the log by somebody on the phone
-- login: app
-- given: people at the doors
SELECT identity_act_v1('{on_the_phone}');
-- refused: YG009
INSERT INTO tasks_event (task_id, seq, verb, actor_id, actor_name, actor_role, note, payload, at, previous, digest)
VALUES (1, 99, 'finish', {phone}, '', '', 'x', '{}', now(), '', '');

-- attack: D64.13 A partner's program, with the account of an officer, as that officer
-- login: app
-- given: somebody overdue, a program with an officer's account
SELECT identity_act_v1('{program_key}');
-- refused: YG009
INSERT INTO benefits_suspension_notice (person_id, valid_until, told_on, way, result, told_by_id, recorded_at)
VALUES ({overdue}, {until}, '2026-11-10', 'call', 'answered', {program_officer}, now());

-- attack: D64.14 A place of an agency moved by a program that has a section head's account
-- login: app
-- given: a program with a head's account
SELECT identity_act_v1('{head_key}');
-- refused: YG009
UPDATE staff_location SET name = name || 'x' WHERE agency_id = (SELECT agency_id FROM staff_user WHERE id = {head_of_program});
