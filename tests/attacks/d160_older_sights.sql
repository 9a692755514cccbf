-- D160. Who decides sees the database as it stands now, not as it stood when their transaction began: guards lock and then read.

-- attack: D160.1 Present in an older sight
-- login: app
-- given: a stolen sign-in
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
-- refused: YG006
SELECT identity_act_v1('{token}');

-- attack: D160.2 The same, serializable
-- login: app
-- given: a stolen sign-in
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
-- refused: YG006
SELECT identity_act_v1('{token}');

-- attack: D160.3 A function that asks for a proof, in an older sight
-- login: app
-- given: tickets of a hall
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
-- refused: YG006
SELECT visits_leave_v1('{token}', {second});

-- attack: D160.4 A line left out for a receipt that another line has used up meanwhile
-- login: app
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
-- refused: YG006
INSERT INTO contributions_receipt_line_end (line_id, outcome, reason, decided_by_id, decided_at) VALUES (1, 'left_out', 'xxxx', NULL, now());

-- attack: D160.5 A ticket for money that is being taken back
-- login: app
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
-- refused: YG006
INSERT INTO documents_issued (code, kind, title, case_no, holder, is_holder_person, content, digest, issued_on, issued_at)
VALUES ('AAAA-BBBB-CCCC-DDD2', 'payment_voucher', 'x', '', 'x', false, '{}', repeat('0', 64), '2026-11-10', now());

-- attack: D160.6 A death that counts once, counted by nobody in an older sight
-- login: app
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
-- refused: YG006
INSERT INTO exchange_death_record (id_number, name, died_on, row_no) VALUES ('1', 'x', '2026-11-10', 0);

-- attack: D160.7 The guard switched off for a while
-- login: app
-- refused: 42501
ALTER TABLE casework_case DISABLE TRIGGER seen_now;
