-- D20. Vouchers: under an approved batch one of another book and sum, under a file several of its sum, under a case one of money that never
-- moved; and a batch marked as executed that had done nothing.

-- attack: D20.1 A voucher of another area under an approved transfer
-- login: app
-- given: an approved transfer
SELECT runs_issue_warrant_v1({transfer});
-- refused: YG011
SELECT ledger_post_v1('injury', '511181', '2026-11-10', 'income_to_fiscal', '2018-01-01', 'x', 'batch', {transfer},
    ARRAY['1003', '1002'], ARRAY['D', 'C'], ARRAY[100000000::bigint, 100000000::bigint], ARRAY['', '']);

-- attack: D20.2 A voucher of its own book beside it
-- login: app
-- given: an approved transfer
SELECT runs_issue_warrant_v1({transfer});
-- refused: YG011
SELECT ledger_post_v1('injury', '511123', '2026-11-10', 'income_to_fiscal', '2018-01-01', 'x', 'batch', {transfer},
    ARRAY['1003', '1002'], ARRAY['D', 'C'], ARRAY[9000::bigint, 9000::bigint], ARRAY['', '']);

-- attack: D20.3 Another one after it was executed
-- login: app
-- given: an approved transfer
SELECT runs_issue_warrant_v1({transfer});
SELECT ledger_execute_transfer_v1({transfer});
-- refused: YG011
SELECT ledger_post_v1('injury', '511123', '2026-11-10', 'fiscal_to_expenditure', '2018-01-01', 'x', 'batch', {transfer},
    ARRAY['1004', '1003'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);

-- attack: D20.4 A transfer under the warrant of another batch
-- login: app
-- given: an approved transfer, an approved reversal
SELECT runs_issue_warrant_v1({reversal});
-- refused: YG001
SELECT ledger_execute_transfer_v1({transfer});

-- attack: D20.5 A transfer marked as executed that moved nothing
-- login: app
-- given: an approved transfer
SELECT runs_issue_warrant_v1({transfer});
-- refused: YG006
UPDATE runs_batch SET status = 'executed', executed_at = now() WHERE id = {transfer};

-- attack: D20.6 One that moved something, marked as one that moved nothing
-- login: app
-- given: an approved transfer
SELECT runs_issue_warrant_v1({transfer});
SELECT ledger_execute_transfer_v1({transfer});
-- refused: YG006
UPDATE runs_batch SET status = 'executed', executed_at = now(), executed_count = 0, executed_fen = 0 WHERE id = {transfer};

-- attack: D20.7 What a function has written, said by the application
-- login: app
-- given: an approved transfer
SELECT runs_issue_warrant_v1({transfer});
-- refused: 42501
SELECT runs_written_v1({transfer}, 1, 9000);

-- attack: D20.8 The same written by hand
-- login: app
-- given: an approved transfer
SELECT runs_issue_warrant_v1({transfer});
-- refused: 42501
INSERT INTO runs_written (batch_id, warrant_id, row_count, total_fen, taken_rows, taken_fen, written_at)
SELECT {transfer}, warrant_id, 1, 9000, 0, 0, now() FROM warrants_open_v1();

-- attack: D20.9 A voucher past what may be posted
-- login: app
-- given: an approved transfer
SELECT runs_issue_warrant_v1({transfer});
-- refused: 42501
SELECT ledger_write_v1('injury', '511123', '2026-11-10', 'income_to_fiscal', '2018-01-01', 'x', 'batch', {transfer},
    ARRAY['1003', '1002'], ARRAY['D', 'C'], ARRAY[9000::bigint, 9000::bigint], ARRAY['', '']);

-- attack: D20.10 Another voucher reversed than the one that was signed
-- login: app
-- given: an approved reversal
SELECT runs_issue_warrant_v1({reversal});
-- refused: 42501
SELECT ledger_reverse_v1({other_voucher}, '2026-11-10', '重复', 'batch', {reversal});

-- attack: D20.11 A reversal written as a voucher of its own
-- login: app
-- given: an approved reversal
SELECT runs_issue_warrant_v1({reversal});
-- refused: YG011
SELECT ledger_post_v1('injury', '511126', '2026-11-10', 'interest_received', '2018-01-01', 'x', 'batch', {reversal},
    ARRAY['4201', '1002'], ARRAY['D', 'C'], ARRAY[9000::bigint, 9000::bigint], ARRAY['', '']);

-- attack: D20.12 What came in, booked twice
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);

-- attack: D20.13 Once here and once for another area
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'collected_for_other_area', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.03'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);

-- attack: D20.14 In the books of an area that took nothing in
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511181', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);

-- attack: D20.15 Income that another area is said to have taken
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511181', '2026-11-10', 'collected_by_other_area', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1101.01', '4001.01'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);

-- attack: D20.16 Money given back in the books that no receipt has left
-- login: app
-- given: an approved change of a refund's account
SELECT casework_issue_warrant_v1({refund_case});
-- refused: YG011
SELECT ledger_post_v1('unemployment', '511102', '2026-11-10', 'refund_current_year', '2018-01-01', 'x', 'case', {refund_case},
    ARRAY['4001.01', '2001.04'], ARRAY['D', 'C'], ARRAY[99999999::bigint, 99999999::bigint], ARRAY['', '']);

-- attack: D20.17 A payment of benefits under a case about a refund
-- login: app
-- given: an approved change of a refund's account
SELECT casework_issue_warrant_v1({refund_case});
-- refused: YG011
SELECT ledger_post_v1('unemployment', '511102', '2026-11-10', 'benefit_payment', '2018-01-01', 'x', 'case', {refund_case},
    ARRAY['5001.21', '1004'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);

-- attack: D20.18 A voucher in the name of another case
-- login: app
-- given: an approved change of a refund's account
SELECT casework_issue_warrant_v1({refund_case});
-- refused: YG011
SELECT ledger_post_v1('unemployment', '511102', '2026-11-10', 'refund_current_year', '2018-01-01', 'x', 'case', 1,
    ARRAY['4001.01', '2001.04'], ARRAY['D', 'C'], ARRAY[1::bigint, 1::bigint], ARRAY['', '']);

-- attack: D20.19 Money of nobody for somebody else's bill
-- login: app
-- given: an approved change of a refund's account, somebody else's bill and money
SELECT casework_issue_warrant_v1({refund_case});
-- refused: YG011
INSERT INTO contributions_allocation (warrant_id, receipt_id, bill_id, bill_source_id, amount_fen, received_on, step, case_id)
SELECT warrant_id, {unknown_receipt}, {other_bill}, {other_source}, 1, '2026-11-10', 'payer', {refund_case} FROM warrants_open_v1();
