-- D22. What the bank is said to have given back: due again by the word of a file that nobody has compared with the bank's statement.

-- attack: D22.1 A payment sent again that never came back
-- login: app
-- given: an approved reissue
SELECT casework_issue_warrant_v1({reissue});
-- refused: YG006
INSERT INTO benefits_reissue (batch_id, benefit_id, attempt, amount_fen, bank_code, account_name, account_no, case_id)
SELECT {paid_batch}, {paid_benefit}, 3, 90000000, '103100000026', 'x', '6222000000000000001', {reissue};

-- attack: D22.2 A comparison written by hand
-- login: app
-- given: an approved reissue, the staff
-- refused: 42501
INSERT INTO benefits_result_check (file_id, user_id, statement, checked_at) VALUES ({compared_file}, {accountant}, '对账单', now());

-- attack: D22.3 A comparison in somebody's name
-- login: app
-- given: an approved reissue
-- refused: YG006
SELECT benefits_confirm_results_v1('', '', {compared_file}, '2026-11-10 对账单');

-- attack: D22.4 A file brought in under another's name
-- login: app
-- given: the staff
-- refused: YG009
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on, user_id)
VALUES (repeat('a', 64), 'x', 1, 0, 1, '[]', '2026-11-10', {accountant});

-- attack: D22.5 A return after success that no file has
-- login: app
-- given: a paid payment, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on)
VALUES (repeat('f', 64), 'x', 1, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
-- refused: YG006
INSERT INTO benefits_later_result (warrant_id, batch_id, benefit_id, attempt, seq, status, reason, amount_fen, booked_on, file_id)
SELECT o.warrant_id, {said_batch}, {said_benefit}, 1, 1, 'returned', '', {said_fen}, '2026-11-10', (SELECT max(id) FROM benefits_result_file) FROM warrants_open_v1() AS o;

-- attack: D22.6 A payment sent again after a return that the application wrote
-- login: app
-- given: a forged return, an approved reissue
SELECT casework_issue_warrant_v1({reissue});
-- refused: YG006
INSERT INTO benefits_reissue (batch_id, benefit_id, attempt, amount_fen, bank_code, account_name, account_no, case_id)
SELECT {forged_batch}, {forged_benefit}, 2, {forged_fen}, '103100000026', 'x', '6222000000000000001', {reissue};

-- attack: D22.11 The warrant of a forged return, once more
-- login: app
-- given: a forged return
-- refused: 23505
SELECT benefits_issue_result_warrant_v1({forged_file});

-- attack: D22.7 A result of a payment that was never sent
-- login: app
-- given: a paid payment, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on)
VALUES (repeat('f', 64), 'x', 1, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
-- refused: YG006
INSERT INTO benefits_result (warrant_id, batch_id, benefit_id, attempt, status, reason, amount_fen, booked_on, file_id)
SELECT o.warrant_id, {said_batch}, {said_benefit}, 9, 'paid', '', 1, '2026-11-10', (SELECT max(id) FROM benefits_result_file) FROM warrants_open_v1() AS o;

-- attack: D22.8 What is right, written by hand
-- login: app
-- refused: 42501
INSERT INTO benefits_result_decision (waiting_id, verdict, words, user_id, decided_at) VALUES (1, 'adopted', '对账单', 1, now());

-- attack: D22.9 What is right, decided in somebody's name
-- login: app
-- given: a forged return
-- refused: YG009
SELECT benefits_decide_result_v1('', '', {waiting}, 'adopted', '2026-11-10 对账单', '2026-11-10');

-- attack: D22.10 A file that loses a line
-- login: app
-- given: who may bring files in
SELECT identity_act_v1('{bank_token}');
-- refused: 23514
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, rejected, received_on)
VALUES (repeat('b', 64), 'x', 3, 1, 1, '[]', '2026-11-10');
