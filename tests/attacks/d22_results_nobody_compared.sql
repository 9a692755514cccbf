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
-- given: a file of results, the staff
-- refused: 42501
INSERT INTO benefits_result_check (file_id, user_id, statement, checked_at) VALUES ({results}, {accountant}, '对账单', now());

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
