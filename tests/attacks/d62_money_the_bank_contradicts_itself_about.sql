-- Money about which the bank contradicts itself is not sent again before somebody has found out, whoever signed the case.

-- attack: D62.1 A returned payment sent again that has arrived by another word of the bank
-- login: app
-- given: a reissue the bank contradicts
SELECT casework_issue_warrant_v1({doubted_reissue});
-- refused: YG006
INSERT INTO benefits_reissue (batch_id, benefit_id, attempt, amount_fen, bank_code, account_name, account_no, case_id)
SELECT p.batch_id, p.benefit_id, 2, p.amount_fen, c.form ->> 'bank_code', c.form ->> 'account_name', c.form ->> 'account_no', c.id
FROM benefits_payment p JOIN casework_case c ON c.id = {doubted_reissue}
WHERE (p.batch_id, p.benefit_id) = ({doubted_batch}, {doubted_benefit});

-- attack: D62.2 The contradiction decided by hand
-- login: app
-- given: a reissue the bank contradicts, the staff
-- refused: 42501
INSERT INTO benefits_result_decision (waiting_id, verdict, words, user_id, decided_at)
VALUES ({doubt}, 'kept', '2026-11-10 对账单', {accountant}, now());

-- attack: D62.3 The contradiction taken out of the record
-- login: app
-- given: a reissue the bank contradicts
-- refused: 42501
DELETE FROM benefits_result_waiting WHERE id = {doubt};

-- attack: D62.4 Somebody outside asks about whose money the bank contradicts itself
-- login: outside
-- refused: 42501
SELECT benefits_in_doubt_v1(1, 1);
