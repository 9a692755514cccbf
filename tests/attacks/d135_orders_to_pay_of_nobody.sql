-- D135. An order to pay is made and cancelled by a case that is being finished, about its payer's own bills and for their sum.

-- attack: D135.1 An order of nobody, in an employer's name
-- login: app
-- given: orders to pay
-- refused: YG001
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', {unit}, NULL, 0, '', 9999900, '[[{others_bill}, 1]]', '01', 'open', '2027-01-01', now());

-- attack: D135.2 With the number of a finished case
-- login: app
-- given: orders to pay
-- refused: YG001
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asked_by}, '{asked_by_no}', {own_fen}, '[[{own_bill}, {own_fen}]]', '01', 'open', '2027-01-01', now());

-- attack: D135.3 By a case that is about somebody else than the payer
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG001
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', {unit}, NULL, {asks}, '{asks_no}', 1, '[[{others_bill}, 1]]', '01', 'open', '2027-01-01', now());

-- attack: D135.4 By a case under another case's number
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG001
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asked_by}, '{asked_by_no}', {own_fen}, '[[{own_bill}, {own_fen}]]', '01', 'open', '2027-01-01', now());

-- attack: D135.5 Over a bill of somebody else
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asks}, '{asks_no}', 1, '[[{others_bill}, 1]]', '01', 'open', '2027-01-01', now());

-- attack: D135.6 Over a bill there is none
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asks}, '{asks_no}', 1, '[[-5, 1]]', '01', 'open', '2027-01-01', now());

-- attack: D135.7 For more than its bills
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asks}, '{asks_no}', {own_fen} + 1, '[[{own_bill}, {own_fen}]]', '01', 'open', '2027-01-01', now());

-- attack: D135.8 For more of a bill than is left of it
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asks}, '{asks_no}', 99999999, '[[{own_bill}, 99999999]]', '01', 'open', '2027-01-01', now());

-- attack: D135.9 Over one bill twice
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asks}, '{asks_no}', 2, '[[{own_bill}, 1], [{own_bill}, 1]]', '01', 'open', '2027-01-01', now());

-- attack: D135.10 Over no bill
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asks}, '{asks_no}', 1, '[]', '01', 'open', '2027-01-01', now());

-- attack: D135.11 Of two payers
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', {unit}, {payer}, {asks}, '{asks_no}', 1, '[[{own_bill}, 1]]', '01', 'open', '2027-01-01', now());

-- attack: D135.12 Of no payer
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG001
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, NULL, {asks}, '{asks_no}', 1, '[[{own_bill}, 1]]', '01', 'open', '2027-01-01', now());

-- attack: D135.13 Paid before it stands
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asks}, '{asks_no}', 1, '[[{own_bill}, 1]]', '01', 'paid', '2027-01-01', now());

-- attack: D135.14 Cancelled before it stands
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asks}, '{asks_no}', 1, '[[{own_bill}, 1]]', '01', 'cancelled', '2027-01-01', now());

-- attack: D135.15 Cancelled by nobody
-- login: app
-- given: orders to pay
-- refused: YG001
UPDATE contributions_order SET status = 'cancelled' WHERE id = {open_order};

-- attack: D135.16 Cancelled by somebody else's case
-- login: app
-- given: orders to pay, an approved case
SELECT casework_issue_warrant_v1({approved});
-- refused: YG001
UPDATE contributions_order SET status = 'cancelled' WHERE id = {open_order};

-- attack: D135.17 Good for ever
-- login: app
-- given: orders to pay
-- refused: YG006
UPDATE contributions_order SET valid_until = '2099-01-01' WHERE id = {open_order};

-- attack: D135.18 With something taken off that no bill takes off
-- login: app
-- given: orders to pay
SELECT casework_issue_warrant_v1({asks});
-- refused: YG006
INSERT INTO contributions_order (code, employer_id, person_id, case_id, case_no, amount_fen, bills, pay_channel, status, valid_until, created_at)
VALUES ('JFD135', NULL, {payer}, {asks}, '{asks_no}', 1, format('[[%s, %s], [%s, %s]]', {own_bill}, {own_fen}, {others_bill}, 1 - {own_fen})::jsonb, '01', 'open',
    '2027-01-01', now());
