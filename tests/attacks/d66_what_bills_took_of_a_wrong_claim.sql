-- D66. What bills have taken of a receipt that was claimed wrongly (认领收回): the batch of three people takes that back and nothing else, and its claim is
-- undone with it and by nobody alone.

-- attack: D66.1 Taken back without a warrant
-- login: app
-- given: an approved taking back of a claim
-- refused: YG001
SELECT contributions_execute_claim_reversal_v1({taking_back});

-- attack: D66.2 Taken back under the warrant of another batch
-- login: app
-- given: an approved taking back of a claim, an approved reversal
SELECT runs_issue_warrant_v1({reversal});
-- refused: YG002
SELECT contributions_execute_claim_reversal_v1({taking_back});

-- attack: D66.3 Its own function called past the batch
-- login: app
-- given: an approved taking back of a claim
SELECT runs_issue_warrant_v1({taking_back});
-- refused: 42501
SELECT contributions_take_back_v1(1, {taking_back}, {wrong_receipt}, 202611, '[]');

-- attack: D66.4 The claim undone in the names of two who are not there, before anything was taken back
-- login: app
-- given: an approved taking back of a claim
SELECT runs_issue_warrant_v1({taking_back});
-- refused: YG009
INSERT INTO contributions_claim_undo (claim_id, reason, asked_by_id, asked_at, confirmed_by_id, confirmed_at)
VALUES ({wrong_claim}, 'xxxx', {asked_by}, now(), {approved_by}, now());

-- attack: D66.5 Another claim undone under its warrant
-- login: app
-- given: an approved taking back of a claim
SELECT runs_issue_warrant_v1({taking_back});
SELECT contributions_execute_claim_reversal_v1({taking_back});
-- refused: YG009
INSERT INTO contributions_claim_undo (claim_id, reason, asked_by_id, asked_at, confirmed_by_id, confirmed_at)
VALUES ({other_claim}, 'xxxx', {asked_by}, now(), {approved_by}, now());

-- attack: D66.6 More put into suspense than was taken back
-- login: app
-- given: an approved taking back of a claim
SELECT runs_issue_warrant_v1({taking_back});
SELECT contributions_execute_claim_reversal_v1({taking_back});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'batch', {taking_back},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[{taken_fen}::bigint + 1, {taken_fen}::bigint + 1], ARRAY['', '']);

-- attack: D66.7 Taken back twice in one transaction
-- login: app
-- given: an approved taking back of a claim
SELECT runs_issue_warrant_v1({taking_back});
SELECT contributions_execute_claim_reversal_v1({taking_back});
-- refused: YG010
SELECT contributions_execute_claim_reversal_v1({taking_back});

-- attack: D66.8 Marked as executed, and nothing taken back
-- login: app
-- given: an approved taking back of a claim
SELECT runs_issue_warrant_v1({taking_back});
-- refused: YG006
UPDATE runs_batch SET status = 'executed', executed_at = now() WHERE id = {taking_back};

-- attack: D66.9 The batch opens the accounts for another entry
-- login: app
-- given: an approved taking back of a claim
SELECT runs_issue_warrant_v1({taking_back});
-- refused: YG011
INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step)
SELECT w.warrant_id, {wrong_receipt}, 0, 0, 100, '2026-11-10', 'reversal' FROM warrants_open_v1() AS w;
