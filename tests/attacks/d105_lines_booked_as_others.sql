-- D105. A line of money that was not booked ends as booked or undone by something else that was.

-- attack: D105.1 Booked by a line that is known, with no receipt
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in, known_count)
VALUES ('bank', 'bank', '511102', 'x', repeat('7', 64), 0, 0, 1, '[]', {cashier}, '2026-11-10', now(), 1, 1);
INSERT INTO contributions_receipt_line (file_id, seq, row_no, fate, cause, sentence, reference, is_referenced, is_debit, received_on, amount_fen, account_no, area_code,
    order_code, unit_no, credit_code, id_number, payer_name, payer_account, text, payment_no, mark, raw)
SELECT (SELECT max(id) FROM contributions_receipt_file), 1, 1, 'known', 'same', 'x', l.reference, l.is_referenced, false, l.received_on, l.amount_fen, l.account_no,
    l.area_code, '', '', '', '', l.payer_name, l.payer_account, l.text, '', l.mark, '' FROM contributions_receipt_line l WHERE l.id = {waiting_line};
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {waiting_line}, 'booked', max(id), '已入账', {cashier}, now() FROM contributions_receipt_file;

-- attack: D105.2 Booked by a cashier of another county, at their own area
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{county_cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
SELECT 'bank', 'bank', '511181', 'x', repeat('8', 64), 1, amount_fen, 0, '[]', {county_cashier}, '2026-11-10', now(), 1
FROM contributions_receipt_line WHERE id = {waiting_line};
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT (SELECT max(id) FROM contributions_receipt_file), 'bank', 'D105', 1, '511181', received_on, amount_fen, '', '', '', 1
FROM contributions_receipt_line WHERE id = {waiting_line};
-- refused: YG005
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {waiting_line}, 'booked', max(id), '已入账', {county_cashier}, now() FROM contributions_receipt_file;

-- attack: D105.3 Booked by a receipt of the same day and amount that is not this line's
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
SELECT 'bank', 'bank', area_code, 'x', repeat('9', 64), 1, amount_fen, 0, '[]', {cashier}, '2026-11-10', now(), 1
FROM contributions_receipt_line WHERE id = {waiting_line};
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT (SELECT max(id) FROM contributions_receipt_file), 'bank', 'D105', 1, area_code, received_on, amount_fen, payer_name, payer_account, text, 1
FROM contributions_receipt_line WHERE id = {waiting_line};
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {waiting_line}, 'booked', max(id), '已入账', {cashier}, now() FROM contributions_receipt_file;

-- attack: D105.4 Booked for a unit that the line does not name
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
SELECT 'bank', 'bank', area_code, 'x', repeat('0', 64), 1, amount_fen, 0, '[]', {cashier}, '2026-11-10', now(), 1
FROM contributions_receipt_line WHERE id = {waiting_line};
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq, account_no,
    is_referenced, mark, employer_id)
SELECT (SELECT max(id) FROM contributions_receipt_file), 'bank', reference, 1, area_code, received_on, amount_fen, payer_name, payer_account, text, 1, account_no,
    is_referenced, mark, (SELECT max(id) FROM registry_employer) FROM contributions_receipt_line WHERE id = {waiting_line};
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {waiting_line}, 'booked', max(id), '已入账', {cashier}, now() FROM contributions_receipt_file;

-- attack: D105.5 Booked by nobody
-- login: app
-- given: lines that were not booked
-- refused: YG009
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_at) VALUES ({waiting_line}, 'booked', {other_file}, '已入账', now());

-- attack: D105.6 A payment of ours that came back, booked as money of a payer
-- login: app
-- given: people of the cash desk, a payment that came back on a statement
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
SELECT 'bank', 'bank', area_code, 'x', repeat('a', 64), 1, amount_fen, 0, '[]', {cashier}, '2026-11-10', now(), 1
FROM contributions_receipt_line WHERE id = {came_back_line};
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq, account_no,
    is_referenced, mark)
SELECT (SELECT max(id) FROM contributions_receipt_file), 'bank', reference, 1, area_code, received_on, amount_fen, payer_name, payer_account, text, 1, account_no,
    is_referenced, mark FROM contributions_receipt_line WHERE id = {came_back_line};
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {came_back_line}, 'booked', max(id), '已入账', {cashier}, now() FROM contributions_receipt_file;

-- attack: D105.7 Two lines ended by one booking
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
SELECT 'bank', 'bank', area_code, 'x', repeat('b', 64), 1, amount_fen, 0, '[]', {cashier}, '2026-11-10', now(), 1
FROM contributions_receipt_line WHERE id = {waiting_line};
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq, account_no,
    is_referenced, mark)
SELECT (SELECT max(id) FROM contributions_receipt_file), 'bank', reference, 1, area_code, received_on, amount_fen, payer_name, payer_account, text, 1, account_no,
    is_referenced, mark FROM contributions_receipt_line WHERE id = {waiting_line};
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {waiting_line}, 'booked', max(id), '已入账', {cashier}, now() FROM contributions_receipt_file;
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {lacking_line}, 'booked', max(id), '已入账', {cashier}, now() FROM contributions_receipt_file;
