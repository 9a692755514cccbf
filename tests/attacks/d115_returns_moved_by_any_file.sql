-- D115. A return that the bank's results told before only moves to the account of the statement: the file of results that says so holds nothing else.

-- attack: D115.1 With a file that tells of another payment
-- login: app
-- given: people of the cash desk, a payment told to have come back that is on a statement
SELECT identity_act_v1('{cashier_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on, user_id)
VALUES (repeat('5', 64), 'x', 1, 0, 0, 1, '[]', '2026-11-10', {cashier});
INSERT INTO benefits_result_waiting (file_id, row_no, series, batch_id, subject_id, attempt, status, reason, amount_fen, sentence)
SELECT max(id), 1, 'P', {beside_batch}, {beside_benefit}, 1, 'returned', '', {told_fen}, 'x' FROM benefits_result_file;
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {told_line}, 'result', max(id), 'x', {cashier}, now() FROM benefits_result_file;
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;
