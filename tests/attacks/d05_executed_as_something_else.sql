-- D5. What was approved was executed as something else: other rows, another month, half of it.

-- attack: D5.1 An adjustment from another month
-- login: app
-- refused: 42883
SELECT benefits_execute_adjust_v1(4, ARRAY[1::bigint, 999999999], 201001);

-- attack: D5.2 Half a pay run
-- login: app
-- refused: 42883
SELECT benefits_execute_v1(3, 1);

-- attack: D5.3 A levy without its warrant
-- login: app
-- given: a batch of nobody
-- refused: YG001
SELECT contributions_execute_levy_v2({batch});

-- attack: D5.4 A pay run without its warrant
-- login: app
-- given: a batch of nobody
-- refused: YG001
SELECT benefits_execute_v2({batch});

-- attack: D5.5 A pay run under the warrant of a file
-- login: app
-- given: a batch of nobody, a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG002
SELECT benefits_execute_v2({batch});

-- attack: D5.6 Interest under the warrant of a file
-- login: app
-- given: a batch of nobody, a file of one fen
SELECT contributions_issue_receipt_warrant_v1({file});
-- refused: YG002
SELECT accounts_execute_year_v2({batch});

-- attack: D5.7 Another digest under the signatures
-- login: app
-- given: a batch of nobody
-- refused: YG006
UPDATE runs_batch SET digest = 'evil', total_fen = 1 WHERE id = {batch};

-- attack: D5.8 Another summary under the signatures
-- login: app
-- given: a batch of nobody
-- refused: YG006
UPDATE runs_batch SET summary = '{"bounds": [1, 2]}' WHERE id = {batch};

-- attack: D5.9 Another month
-- login: app
-- given: a batch of nobody
-- refused: YG006
UPDATE runs_batch SET period = 201001 WHERE id = {batch};

-- attack: D5.10 Two people instead of three
-- login: app
-- given: a batch of nobody
-- refused: YG006
UPDATE runs_batch SET needs_check = false WHERE id = {batch};

-- attack: D5.11 More rows for what is frozen
-- login: app
-- given: a batch of nobody
-- refused: YG006
SELECT benefits_open_adjust_v1({batch}, 0);

-- attack: D5.12 New lines for what is frozen
-- login: app
-- given: a batch of nobody
-- refused: YG006
SELECT contributions_stage_lines_v1({batch}, 0, 1, 2, '{*}', 202611);

-- attack: D5.13 Recalculated rows for what is frozen
-- login: app
-- given: a batch of nobody
-- refused: YG006
INSERT INTO benefits_recalculation (batch_id, benefit_id, start_period, base_year, is_provisional, basic_fen, account_fen, transitional_fen,
    extra_fen, before_fen, inputs, lines)
VALUES ({batch}, 1, 202611, 2026, false, 1, 1, 1, 1, 1, '{}', '[]');

-- attack: D5.14 The tables of a plan that waits, thrown away
-- login: app
-- given: a batch of nobody
-- refused: YG006
SELECT contributions_drop_stage_v1({batch});

-- attack: D5.15 Those of a pay run
-- login: app
-- given: a batch of nobody
-- refused: YG006
SELECT benefits_drop_stage_v1({batch});

-- attack: D5.16 Those of the interest
-- login: app
-- given: a batch of nobody
-- refused: YG006
SELECT accounts_drop_stage_v1({batch});

-- attack: D5.17 Executed without having been approved
-- login: app
-- given: a batch of nobody
-- refused: YG006
UPDATE runs_batch SET status = 'executed', executed_at = now() WHERE id = {batch};

-- attack: D5.18 The comparison of digests, asked to agree
-- login: app
-- given: a batch of nobody
-- refused: 42501
SELECT runs_same_v1({batch}, 0, 0, '');
