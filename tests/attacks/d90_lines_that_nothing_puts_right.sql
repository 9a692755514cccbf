-- D90. A line of a file of money that could not be read is said to be put right though it stands in no book: its money is lost sight of.

-- attack: D90.1 Said to be put right by nothing
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{county_cashier_token}');
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_by_id, decided_at)
VALUES ({rejected_line}, 'corrected', '更正后已入账', {county_cashier}, now());

-- attack: D90.2 Said to be put right by another's receipt
-- login: app
-- given: people of the cash desk, lines that were not booked
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_at)
SELECT {rejected_line}, 'corrected', max(id), '更正后已入账', now() FROM contributions_receipt;

-- attack: D90.3 A line that waits said to be put right
-- login: app
-- given: people of the cash desk, lines that were not booked
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_at)
SELECT {waiting_line}, 'corrected', max(id), '更正后已入账', now() FROM contributions_receipt;
