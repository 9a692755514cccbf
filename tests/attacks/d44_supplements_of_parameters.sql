-- D44. What a levied month is charged beside its plan, by rates that nobody signed.

-- attack: D44.1 The difference computed outside the stage of a batch
-- login: app
-- refused: 42501
SELECT contributions_supplement_v2(202611, '{511111}', -1, '[]');

-- attack: D44.2 Other rates for a supplement that waits for its signatures
-- login: app
-- given: a prepared supplement
-- refused: YG006
INSERT INTO contributions_levy_rate (batch_id, area_code, insurance, aae140, payer, risk_class, employer_e8, person_e8, account_e8, floor_fen, ceiling_fen,
    source, rule, bounds_rule)
SELECT {supplement}, area_code, insurance, aae140, payer, risk_class, 50000000, 50000000, account_e8, floor_fen, ceiling_fen, source, rule, bounds_rule
FROM contributions_levy_rate WHERE batch_id = {supplement} LIMIT 1;

-- attack: D44.3 The rates of the plan changed, so that a supplement finds what it likes
-- login: app
-- given: a prepared supplement
-- refused: 42501
UPDATE contributions_levy_rate SET floor_fen = floor_fen / 2 WHERE batch_id = {supplement_of};

-- attack: D44.4 A supplement staged again after it was prepared
-- login: app
-- given: a prepared supplement
-- refused: YG006
SELECT contributions_stage_supplement_v1({supplement}, 0, 9000000, 1, 202611, '2026-12-31', 1);

-- attack: D44.5 Executed without its signatures
-- login: app
-- given: a prepared supplement
-- refused: YG001
SELECT contributions_execute_supplement_v1({supplement});

-- attack: D44.6 A credit of a month without the rates that charged it
-- login: app
-- given: a prepared supplement
-- refused: YG010
SELECT * FROM contributions_supplement_sums_v1({supplement_month}, ARRAY['{supplement_area}'], -1, '[]');
