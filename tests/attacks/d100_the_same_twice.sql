-- D100. What was executed once is executed again: by a batch of the whole beside one of a part, under another name, by the program's own hand.

-- attack: D100.1 The city's month after one of its counties has been levied
-- login: app
-- given: a part that is executed
-- refused: YG006
SELECT runs_issue_warrant_v1({whole});

-- attack: D100.2 The same marked as executed without a warrant
-- login: app
-- given: a part that is executed
-- refused: YG001
UPDATE runs_batch SET status = 'executed' WHERE id = {whole};

-- attack: D100.3 Its lines written without the warrant
-- login: app
-- given: a part that is executed
-- refused: YG001
SELECT contributions_execute_levy_v2({whole});

-- attack: D100.4 A kind that may repeat by the program's word
-- login: app
-- given: a part that is executed
-- refused: 42501
UPDATE warrants_scope SET about = '{"once": "never"}' WHERE kind = 'run' AND code = 'levy' AND table_name = '';

-- attack: D100.5 The executed part made another month's
-- login: app
-- given: a part that is executed
-- refused: YG003
UPDATE runs_batch SET period = 202701 WHERE id = {part};

-- attack: D100.6 The waiting batch made another month's
-- login: app
-- given: a part that is executed
-- refused: YG006
UPDATE runs_batch SET period = 202701, areas = '{511111}' WHERE id = {whole};
