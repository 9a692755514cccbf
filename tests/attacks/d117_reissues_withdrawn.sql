-- D117. A decision to send a returned payment again is taken back as two people have signed it, and by nothing else.

-- attack: D117.1 Withdrawn by an update
-- login: app
-- refused: 42501
UPDATE benefits_reissue SET withdrawn_batch = 1;

-- attack: D117.2 Withdrawn under the batch without its signatures
-- login: app
-- given: a withdrawal asked for
-- refused: YG001
SELECT benefits_execute_reissue_withdrawal_v1({withdrawal});

-- attack: D117.3 Another decision under the signatures
-- login: app
-- given: a withdrawal asked for
-- refused: YG006
UPDATE runs_batch SET summary = jsonb_set(summary, '{reissue}', '1') WHERE id = {withdrawal};

-- attack: D117.4 Decided as already sent, so that no run sends it
-- login: app
-- given: an approved reissue
SELECT casework_issue_warrant_v1({reissue});
-- refused: YG006
INSERT INTO benefits_reissue (batch_id, benefit_id, attempt, amount_fen, bank_code, account_name, account_no, case_id, sent_batch)
SELECT {paid_batch}, {paid_benefit}, 2, p.amount_fen, p.bank_code, p.account_name, p.account_no, {reissue}, {paid_batch}
FROM benefits_payment p WHERE (p.batch_id, p.benefit_id) = ({paid_batch}, {paid_benefit});

-- attack: D117.5 Decided as withdrawn at once
-- login: app
-- given: an approved reissue
SELECT casework_issue_warrant_v1({reissue});
-- refused: YG006
INSERT INTO benefits_reissue (batch_id, benefit_id, attempt, amount_fen, bank_code, account_name, account_no, case_id, withdrawn_batch)
SELECT {paid_batch}, {paid_benefit}, 2, p.amount_fen, p.bank_code, p.account_name, p.account_no, {reissue}, {paid_batch}
FROM benefits_payment p WHERE (p.batch_id, p.benefit_id) = ({paid_batch}, {paid_benefit});

-- attack: D117.6 Somebody outside takes it back
-- login: outside
-- refused: 42501
SELECT benefits_execute_reissue_withdrawal_v1(1);
