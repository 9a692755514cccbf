-- D107. No electronic receipt stands for money that pays nothing any more.

-- attack: D107.1 Issued while a taking back waits
-- login: app
-- given: people of the cash desk, an approved taking back of a claim
SELECT identity_act_v1('{cashier_token}');
-- refused: YG006
INSERT INTO contributions_electronic_receipt (number, receipt_id, document_code, amount_fen, issued_at, void_reason)
VALUES ('D107', {wrong_receipt}, 'D107', 1, now(), '');

-- attack: D107.2 Issued while an undoing waits
-- login: app
-- given: people of the cash desk, an approved undoing of a receipt
SELECT identity_act_v1('{cashier_token}');
-- refused: YG006
INSERT INTO contributions_electronic_receipt (number, receipt_id, document_code, amount_fen, issued_at, void_reason)
SELECT 'D107', (summary ->> 'receipt')::bigint, 'D107', 1, now(), '' FROM runs_batch WHERE id = {undoing};
