-- D49. Between two months: a supplementary batch pays whom a run held and who is free again, once, what was signed, and not beside a month's plan.

-- attack: D49.1 Executed without its warrant
-- login: app
-- given: an approved supplementary batch
-- refused: YG001
SELECT benefits_execute_v2({supplement});

-- attack: D49.2 Executed while the month's plan that holds the same people is on its way
-- login: app
-- given: an approved supplementary batch
SELECT runs_open_v1('', 'pay', '511100', 202712, '{511102}', '', true);
SELECT runs_issue_warrant_v1({supplement});
-- refused: YG010
SELECT benefits_execute_v2({supplement});

-- attack: D49.3 A line of one's own under its warrant
-- login: app
-- given: an approved supplementary batch
SELECT runs_issue_warrant_v1({supplement});
-- refused: 42501
INSERT INTO benefits_line SELECT * FROM benefits_line WHERE benefit_id = {freed} LIMIT 1;

-- attack: D49.4 Its people staged into a month that has not been paid
-- login: app
SELECT runs_open_v1('', 'pay-supplement', '511100', 202701, '{511102}', '第1批', true);
-- refused: YG010
SELECT benefits_stage_v1(max(id), 0, 1, 9, ARRAY['511102'], 202702) FROM runs_batch WHERE kind = 'pay-supplement';

-- attack: D49.5 Somebody marked as due by hand, to stand in the next of it
-- login: app
-- given: an approved supplementary batch
-- refused: YG001
INSERT INTO benefits_back_due (benefit_id, from_period) VALUES ({freed}, 202001);

-- attack: D49.6 Other returned payments sent with it than were signed
-- login: app
-- given: an approved supplementary batch
-- refused: YG006
UPDATE runs_batch SET summary = jsonb_set(summary, '{reissue_marks}', '[[1, 1]]') WHERE id = {supplement};

-- attack: D49.7 Somebody outside asks whom it would pay
-- login: outside
-- refused: 42501
SELECT benefits_released_v1(ARRAY['*'], 202611);

-- attack: D49.8 Whom somebody may act for is asked by somebody outside
-- login: outside
-- refused: 42501
SELECT registry_employs_v1(1, 1, 202611);
