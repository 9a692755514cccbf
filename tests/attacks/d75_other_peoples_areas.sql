-- D75. What is issued and voided of an area that another agency answers for.

-- attack: D75.1 An electronic receipt of another county's money
-- login: app
-- given: people of the cash desk, an electronic receipt
SELECT identity_act_v1('{county_cashier_token}');
-- refused: YG005
INSERT INTO contributions_electronic_receipt (number, receipt_id, document_code, amount_fen, issued_at)
VALUES ('D75', {ticket_receipt}, 'D75', 1, now());

-- attack: D75.2 An electronic receipt by nobody
-- login: app
-- given: an electronic receipt
-- refused: YG009
INSERT INTO contributions_electronic_receipt (number, receipt_id, document_code, amount_fen, issued_at)
VALUES ('D75', {ticket_receipt}, 'D75', 1, now());

-- attack: D75.3 An electronic receipt of another county voided
-- login: app
-- given: people of the cash desk, an electronic receipt
SELECT identity_act_v1('{county_cashier_token}');
-- refused: YG005
UPDATE contributions_electronic_receipt SET voided_at = now(), void_reason = 'x', voided_by_id = {county_cashier} WHERE id = {ticket};

-- attack: D75.4 One voided by somebody who accepts business
-- login: app
-- given: people of the cash desk, an electronic receipt
SELECT identity_act_v1('{teller_token}');
-- refused: YG005
UPDATE contributions_electronic_receipt SET voided_at = now(), void_reason = 'x', voided_by_id = {teller} WHERE id = {ticket};
