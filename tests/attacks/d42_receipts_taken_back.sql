-- D42. A receipt that the bank took back (到账冲回): the run of three people undoes that receipt and nothing else; and a return that the results told of
-- is moved to the account of a statement only by the line that brought it.

-- attack: D42.1 Undone without a warrant
-- login: app
-- given: an approved undoing of a receipt
-- refused: YG001
SELECT contributions_execute_receipt_reversal_v1({undoing});

-- attack: D42.2 Undone under the warrant of another batch
-- login: app
-- given: an approved undoing of a receipt, an approved reversal
SELECT runs_issue_warrant_v1({reversal});
-- refused: YG002
SELECT contributions_execute_receipt_reversal_v1({undoing});

-- attack: D42.3 What another receipt paid taken back under its warrant
-- login: app
-- given: an approved undoing of a receipt
SELECT runs_issue_warrant_v1({undoing});
-- refused: YG011
INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step)
SELECT w.warrant_id, {another_receipt}, 0, 0, 100, '2026-11-10', 'reversal' FROM warrants_open_v1() AS w;

-- attack: D42.4 Vouchers of it, and nothing undone
-- login: app
-- given: an approved undoing of a receipt
SELECT runs_issue_warrant_v1({undoing});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_reversed', '2018-01-01', 'x', 'batch', {undoing},
    ARRAY['2001.01', '1002'], ARRAY['D', 'C'], ARRAY[{undone_fen}::bigint, {undone_fen}::bigint], ARRAY['', '']);

-- attack: D42.5 More posted than was undone
-- login: app
-- given: an approved undoing of a receipt
SELECT runs_issue_warrant_v1({undoing});
SELECT contributions_execute_receipt_reversal_v1({undoing});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_reversed', '2018-01-01', 'x', 'batch', {undoing},
    ARRAY['2001.01', '1002'], ARRAY['D', 'C'], ARRAY[{undone_fen}::bigint + 1, {undone_fen}::bigint + 1], ARRAY['', '']);

-- attack: D42.6 Undone twice in one transaction
-- login: app
-- given: an approved undoing of a receipt
SELECT runs_issue_warrant_v1({undoing});
SELECT contributions_execute_receipt_reversal_v1({undoing});
-- refused: YG010
SELECT contributions_execute_receipt_reversal_v1({undoing});

-- attack: D42.7 Marked as executed, and nothing undone
-- login: app
-- given: an approved undoing of a receipt
SELECT runs_issue_warrant_v1({undoing});
-- refused: YG006
UPDATE runs_batch SET status = 'executed', executed_at = now() WHERE id = {undoing};

-- attack: D42.8 The database's list of what the line of a statement brings, asked by somebody outside
-- login: outside
-- given: an approved undoing of a receipt
-- refused: 42501
SELECT * FROM benefits_return_moved_v1(1);
