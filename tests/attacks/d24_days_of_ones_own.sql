-- D24. Days that are another's word: of a merge, a meeting, a batch and a voucher.

-- attack: D24.1 A merge in another year
-- login: app
-- days: real
-- given: an asked merge
-- refused: YG006
SELECT staff_merge_agencies_v1('{giver_token}', '{giver_code}', {merge}, '1999-01-01');

-- attack: D24.2 A meeting of a day on which its chair might not hold it
-- login: app
-- given: a case at its meeting
-- refused: YG004
SELECT casework_hold_meeting_v1('{late_token}', '{late_code}', '2026-11-11', '会议听取了汇报，一致同意办理。', ARRAY[{one}, {two}]::bigint[],
    '[{"case": {meeting_case}, "verdict": "passed", "note": ""}]');

-- attack: D24.3 A meeting attended by somebody who had not come to the house yet
-- login: app
-- days: real
-- given: a case at its meeting
-- refused: YG006
SELECT casework_hold_meeting_v1('{chair_token}', '{chair_code}', '2026-11-11', '会议听取了汇报，一致同意办理。', ARRAY[{one}, {come_today}]::bigint[],
    '[{"case": {meeting_case}, "verdict": "passed", "note": ""}]');

-- attack: D24.4 A meeting of a day to come
-- login: app
-- days: real
-- given: a case at its meeting
-- refused: YG006
SELECT casework_hold_meeting_v1('{chair_token}', '{chair_code}', '2099-11-11', '会议听取了汇报，一致同意办理。', ARRAY[{one}, {two}]::bigint[],
    '[{"case": {meeting_case}, "verdict": "passed", "note": ""}]');

-- attack: D24.5 A signed match carried out on another day
-- login: app
-- days: real
-- given: an approved match
SELECT runs_issue_warrant_v1({match});
-- refused: YG006
SELECT benefits_execute_certify_v1({match}, '2020-01-01');

-- attack: D24.6 A transfer posted before it was planned
-- login: app
-- days: real
-- given: an approved transfer
SELECT runs_issue_warrant_v1({transfer});
-- refused: YG006
SELECT ledger_execute_transfer_v1({transfer});

-- attack: D24.7 A file's money posted in a year to come
-- login: app
-- days: real
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG006
SELECT ledger_post_v1('employee_pension', '511102', '2099-01-05', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1, 1]::bigint[], ARRAY['', '']);

-- attack: D24.8 Before it came in
-- login: app
-- days: real
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG006
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-09', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1, 1]::bigint[], ARRAY['', '']);

-- attack: D24.9 On its day, and once more
-- login: app
-- days: real
-- given: a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1, 1]::bigint[], ARRAY['', '']);
-- refused: YG011
SELECT ledger_post_v1('employee_pension', '511102', '2026-11-10', 'contribution_received', '2018-01-01', 'x', 'receipt_file', {file},
    ARRAY['1002', '2001.01'], ARRAY['D', 'C'], ARRAY[1, 1]::bigint[], ARRAY['', '']);

-- attack: D24.10 Days let move by the application
-- login: app
-- days: real
-- refused: 42501
INSERT INTO identity_days (moves, said_at) VALUES (true, now());

-- attack: D24.11 The moment a batch was opened, moved; and its end written by nobody
-- login: app
-- given: an approved transfer
UPDATE runs_batch SET created_at = '2001-01-01', executed_at = '2001-01-01' WHERE id = {transfer};
DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM runs_batch WHERE id = {transfer} AND (created_at < '2020-01-01' OR executed_at IS NOT NULL)); END $$;
-- refused: YG001
UPDATE runs_batch SET status = 'executed' WHERE id = {transfer};

-- attack: D24.12 An event of another year
-- login: app
-- days: real
-- given: a case at its review
-- refused: YG006
SELECT casework_event_v1('', {case}, 2::smallint, 'overdue', NULL, '系统', 'system', 'counter', '', '{}', '2020-01-01', '{previous}', repeat('0', 64));

-- attack: D24.13 A case accepted in another year, signed today
-- login: app
-- given: a case to copy
SELECT identity_act_v1('{copier_token}');
INSERT INTO casework_case SELECT (jsonb_populate_record(NULL::casework_case, to_jsonb(c) || jsonb_build_object('id', 990099, 'case_no', 'EVIL-1',
    'accepted_on', '2020-01-02', 'idempotency_key', NULL))).* FROM casework_case c WHERE id = {copied};
-- refused: YG006
SELECT casework_lay_out_v1('{copier_token}', 990099, '2026-11-10', '[{"seq": 1, "code": "accept", "site": "on_site", "reason": "", "suggested": null}]');

-- attack: D24.14 A batch opened in another year by hand, and carried out by nobody
-- login: app
INSERT INTO runs_batch (id, kind, area_code, period, subject, status, row_count, total_fen, digest, summary, checks, areas, is_automatic, needs_check,
    taken_out, created_at, executed_at) VALUES (990099, 'transfer', '511100', 202611, '', 'draft', 0, 0, '', '{}', '[]', '{}', true, false, '[]', '2001-01-01', '2001-01-01');
DO $$ BEGIN ASSERT NOT EXISTS (SELECT 1 FROM runs_batch WHERE id = 990099 AND (created_at < '2020-01-01' OR executed_at IS NOT NULL)); END $$;
-- refused: YG006
UPDATE runs_batch SET status = 'executed' WHERE id = 990099;
