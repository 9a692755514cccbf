-- D55. What a file of money says came in (金额合计) is the sum of its receipts when its transaction ends.

-- attack: D55.1 A sum that its one receipt does not have
-- login: app
-- given: people of the cash desk
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
VALUES ('bank', 'bank', '511102', 'x', repeat('7', 64), 1, 99999999, 0, '[]', {cashier}, '2026-11-10', now(), 1);
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT max(id), 'bank', 'D55', 1, '511102', '2026-11-10', 100, '', '', '', 1 FROM contributions_receipt_file;
-- refused: YG006
SET CONSTRAINTS ALL IMMEDIATE;

-- attack: D55.2 A receipt beside the lines that are counted
-- login: app
-- given: people of the cash desk
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
VALUES ('bank', 'bank', '511102', 'x', repeat('7', 64), 1, 100, 0, '[]', {cashier}, '2026-11-10', now(), 1);
-- refused: YG006
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT max(f.id), 'bank', 'D55' || s, 1, '511102', '2026-11-10', 100, '', '', '', s FROM contributions_receipt_file f, generate_series(0, 1) AS s GROUP BY s;
