-- D26. The right sum on other accounts than the rule of its event says.

-- attack: D26.1 Contributions posted as other income
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '4201'], ARRAY['D', 'C'], ARRAY[1, 1]::bigint[], ARRAY['', '']);

-- attack: D26.2 As an expense instead of a deposit
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['5001.24', '2001.01'], ARRAY['D', 'C'], ARRAY[1, 1]::bigint[], ARRAY['', '']);

-- attack: D26.3 The sides turned round
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['2001.01', '1002'], ARRAY['D', 'C'], ARRAY[1, 1]::bigint[], ARRAY['', '']);

-- attack: D26.4 By another version of the rule than the one in force
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2026-11-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1, 1]::bigint[], ARRAY['', '']);

-- attack: D26.5 An event that no rule knows
-- login: app
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'evil', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1, 1]::bigint[], ARRAY['', '']);

-- attack: D26.6 A rule of one's own
-- login: app
-- refused: 42501
INSERT INTO ledger_rule (event, version, lines) VALUES ('contribution_received', '2026-01-01', '[["D", "1002", "total"], ["C", "4201", "total"]]');

-- attack: D26.7 The rule changed
-- login: app
-- refused: 42501
UPDATE ledger_rule SET lines = '[["D", "1002", "total"], ["C", "4201", "total"]]' WHERE event = 'contribution_received';

-- attack: D26.8 A year to come closed
-- login: app
-- given: an approved change of account
-- refused: 42501
SELECT ledger_close_v1('injury', '511123', 209912, 1);
