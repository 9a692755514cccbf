-- D61. A line of a file of money that was not booked comes to its end by whoever likes, or by one person alone; money that says whose it is, is said to be
-- another's without a word.

-- attack: D61.1 A rejected line left out by a cashier of another county
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{county_cashier_token}');
-- refused: YG005
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_by_id, decided_at)
VALUES ({rejected_line}, 'left_out', '不是本单位款项', {county_cashier}, now());

-- attack: D61.2 A waiting line left out by a cashier of another county
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{county_cashier_token}');
-- refused: YG005
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_by_id, decided_at)
VALUES ({waiting_line}, 'left_out', '不是本单位款项', {county_cashier}, now());

-- attack: D61.3 Handed over as a result by a cashier of another county
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{county_cashier_token}');
-- refused: YG005
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
VALUES ({waiting_line}, 'result', 1, '转发放结果', {county_cashier}, now());

-- attack: D61.4 Left out by somebody who accepts business
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{teller_token}');
-- refused: YG005
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_by_id, decided_at)
VALUES ({rejected_line}, 'left_out', '不是本单位款项', {teller}, now());

-- attack: D61.5 Left out by nobody
-- login: app
-- given: lines that were not booked
-- refused: YG009
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_at) VALUES ({rejected_line}, 'left_out', '不是本单位款项', now());

-- attack: D61.6 A line that could not be read, left out by whoever brought its file
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
-- refused: YG005
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_by_id, decided_at)
VALUES ({rejected_line}, 'left_out', '不是本单位款项', {cashier}, now());

-- attack: D61.7 A line whose reference is used, left out by whoever brought its file
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
-- refused: YG005
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_by_id, decided_at)
VALUES ({waiting_line}, 'left_out', '不是本单位款项', {cashier}, now());

-- attack: D61.8 Money that the balances prove, left out by another person
-- login: app
-- given: lines that were not booked
SELECT identity_act_v1('{accountant_token}');
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_by_id, decided_at)
VALUES ({lacking_line}, 'left_out', '不是本单位款项', {accountant}, now());

-- attack: D61.9 Said to be booked, with a file of before
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
VALUES ({waiting_line}, 'booked', {other_file}, '已入账', {cashier}, now());

-- attack: D61.10 Said to be booked, with a file that books something else
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_receipt_file (source, partner, area_code, file_name, digest, row_count, total_fen, duplicate_count, rejected, imported_by_id, received_on,
    created_at, lines_in)
VALUES ('bank', 'bank', '511102', 'x', repeat('6', 64), 1, 100, 0, '[]', {cashier}, '2026-11-10', now(), 1);
INSERT INTO contributions_receipt (file_id, partner, reference, row_no, area_code, received_on, amount_fen, payer_name, payer_account, text, seq)
SELECT max(id), 'bank', 'D61', 1, '511102', '2026-11-10', 100, '', '', '', 1 FROM contributions_receipt_file;
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
SELECT {waiting_line}, 'booked', max(id), '已入账', {cashier}, now() FROM contributions_receipt_file;

-- attack: D61.11 Said to be undone
-- login: app
-- given: people of the cash desk, lines that were not booked
SELECT identity_act_v1('{cashier_token}');
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, target_id, reason, decided_by_id, decided_at)
VALUES ({waiting_line}, 'reversed', 1, '已冲回', {cashier}, now());

-- attack: D61.12 Money of one payer claimed for another without a ground
-- login: app
-- given: people of the cash desk, somebody else's bill and money
SELECT identity_act_v1('{cashier_token}');
-- refused: YG006
INSERT INTO contributions_claim (receipt_id, person_id, reason, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, (SELECT min(id) FROM registry_person), '汇款凭证', {cashier}, now(), 1);

-- attack: D61.13 With what speaks against it written over
-- login: app
-- given: people of the cash desk, somebody else's bill and money
SELECT identity_act_v1('{cashier_token}');
INSERT INTO contributions_claim (receipt_id, person_id, reason, against, ground, claimed_by_id, claimed_at, nth)
VALUES ({unknown_receipt}, (SELECT min(id) FROM registry_person), '汇款凭证', '', '付款人为其代缴', {cashier}, now(), 1);
-- refused: 22012
SELECT 1 / count(*) FROM contributions_claim WHERE receipt_id = {unknown_receipt} AND against = '';
