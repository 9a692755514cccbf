-- D50. A file of money (到账文件) and its lines are one thing: what the file says came in stands somewhere when its transaction ends.

-- attack: D50.1 Five rows said, and none written
-- login: app
-- given: people of the cash desk
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at)
VALUES ('bank', 'bank', '511102', 'x', repeat('7', 64), 5, 1, 0, '[]', {cashier}, '2026-11-10', now());
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D50.2 A file without a line
-- login: app
-- given: people of the cash desk
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at)
VALUES ('bank', 'bank', '511102', 'x', repeat('7', 64), 0, 0, 0, '[]', {cashier}, '2026-11-10', now());
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D50.3 Lines said to be rejected that were never kept
-- login: app
-- given: people of the cash desk
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in, rejected_count)
VALUES ('bank', 'bank', '511102', 'x', repeat('7', 64), 1, 100, 0, '[]', {cashier}, '2026-11-10', now(), 3, 2)
RETURNING id;
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT max(id), 'bank', 'D50', 1, '511102', '2026-11-10', 100, '', '', '', 1 FROM contributions_receipt_file;
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;
