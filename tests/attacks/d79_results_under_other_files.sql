-- D79. What the bank said stands under the file it came with, and a file accounts for its own lines and no others.

-- attack: D79.1 A file of results without the results it accounts for
-- login: app
-- given: who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on)
VALUES (repeat('7', 64), 'x', 2, 0, 2, 0, '[]', '2026-11-10');
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D79.2 A payment that arrived given back under a file that two have compared
-- login: app
-- given: an approved reissue, a paid payment, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on)
VALUES (repeat('7', 64), 'x', 1, 0, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
-- refused: YG011
INSERT INTO benefits_later_result (warrant_id, batch_id, benefit_id, attempt, seq, status, reason, amount_fen, booked_on, file_id)
SELECT o.warrant_id, {said_batch}, {said_benefit}, 1, 1, 'returned', '', {said_fen}, '2026-11-10', {compared_file} FROM warrants_open_v1() AS o;

-- attack: D79.3 A first word under that file
-- login: app
-- given: an approved reissue, a paid payment, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on)
VALUES (repeat('7', 64), 'x', 1, 0, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
-- refused: YG011
INSERT INTO benefits_result (warrant_id, batch_id, benefit_id, attempt, status, reason, amount_fen, booked_on, file_id)
SELECT o.warrant_id, {said_batch}, {said_benefit}, 2, 'returned', '', {said_fen}, '2026-11-10', {compared_file} FROM warrants_open_v1() AS o;

-- attack: D79.4 A refund given back under that file
-- login: app
-- given: an approved reissue, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on)
VALUES (repeat('7', 64), 'x', 1, 0, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
-- refused: YG011
INSERT INTO benefits_refund_result (warrant_id, batch_id, due_id, status, reason, amount_fen, booked_on, file_id)
SELECT o.warrant_id, 1, 1, 'returned', '', 1, '2026-11-10', {compared_file} FROM warrants_open_v1() AS o;

-- attack: D79.5 A refund that arrived given back under that file
-- login: app
-- given: an approved reissue, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on)
VALUES (repeat('7', 64), 'x', 1, 0, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
-- refused: YG011
INSERT INTO benefits_later_refund_result (warrant_id, batch_id, due_id, seq, status, reason, amount_fen, booked_on, file_id)
SELECT o.warrant_id, 1, 1, 1, 'returned', '', 1, '2026-11-10', {compared_file} FROM warrants_open_v1() AS o;

-- attack: D79.6 A line that waits, put beside a file that was read before
-- login: app
-- given: an approved reissue, a paid payment
-- refused: YG006
INSERT INTO benefits_result_waiting (file_id, row_no, series, batch_id, subject_id, attempt, status, reason, amount_fen, sentence)
SELECT {compared_file}, g, 'P', {said_batch}, {said_benefit}, 1, 'returned', '', {said_fen}, 'x' FROM generate_series(7, 7) AS g;

-- attack: D79.7 More lines that wait than the file has
-- login: app
-- given: a paid payment, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on)
VALUES (repeat('7', 64), 'x', 1, 0, 0, 1, '[]', '2026-11-10');
-- refused: YG006
INSERT INTO benefits_result_waiting (file_id, row_no, series, batch_id, subject_id, attempt, status, reason, amount_fen, sentence)
SELECT (SELECT max(id) FROM benefits_result_file), g, 'P', {said_batch}, {said_benefit}, 1, 'returned', '', {said_fen}, 'x' FROM generate_series(1, 2) AS g;

-- attack: D79.8 A file that says a line waits, and none does
-- login: app
-- given: who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on)
VALUES (repeat('7', 64), 'x', 1, 0, 0, 1, '[]', '2026-11-10');
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D79.9 A result more, once the counts were asked
-- login: app
-- given: a paid payment, who may bring files in
SELECT identity_act_v1('{bank_token}');
INSERT INTO benefits_result_file (digest, file_name, row_count, paid_count, returned_count, waiting_count, rejected, received_on)
VALUES (repeat('7', 64), 'x', 1, 0, 1, 0, '[]', '2026-11-10');
SELECT benefits_issue_result_warrant_v1(max(id)) FROM benefits_result_file;
INSERT INTO benefits_later_result (warrant_id, batch_id, benefit_id, attempt, seq, status, reason, amount_fen, booked_on, file_id)
SELECT o.warrant_id, {said_batch}, {said_benefit}, 1, 1, 'returned', '', {said_fen}, '2026-11-10', (SELECT max(id) FROM benefits_result_file)
FROM warrants_open_v1() AS o;
SET CONSTRAINTS ALL IMMEDIATE;
-- refused: YG006
INSERT INTO benefits_later_result (warrant_id, batch_id, benefit_id, attempt, seq, status, reason, amount_fen, booked_on, file_id)
SELECT o.warrant_id, {said_batch}, {said_benefit}, 1, 2, 'paid', '', {said_fen}, '2026-11-10', (SELECT max(id) FROM benefits_result_file)
FROM warrants_open_v1() AS o;
